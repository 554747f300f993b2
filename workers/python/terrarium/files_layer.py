"""The verb files_layer: given files → one zstd frame of tar members; `end` adds the blocks that close a layer."""
from .layers.frame import Frame
from .layers.safe_path import is_safe_path


def files_layer(request: dict, blobs: list) -> tuple[dict, list[bytes]]:
    if len(blobs) != len(request['files']):
        raise ValueError(f'{len(request["files"])} files and {len(blobs)} blobs')
    frame = Frame(sum(map(len, blobs)))
    for file, blob in zip(request['files'], blobs):
        if not is_safe_path(file['path']):
            raise ValueError(f'{file["path"]!r} cannot stand in a layer')
        frame.add(file['path'], bytes(blob), file['executable'])
    out = frame.close(request['end'])
    return {'files': frame.files, 'unpacked': frame.unpacked}, [out]
