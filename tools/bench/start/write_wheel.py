"""write_wheel.py SOURCE NAME VERSION ENTRY REQUIREMENTS OUT: a file or folder of modules → a wheel in OUT, which every tool takes alike."""
import base64
import hashlib
import pathlib
import sys
import zipfile


def read_modules(source: pathlib.Path) -> dict[str, bytes]:
    if source.is_file():
        return {source.name: source.read_bytes()}
    files = sorted(path for path in source.rglob('*') if path.is_file() and '__pycache__' not in path.parts)
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in files}


def make_metadata(name: str, version: str, entry: str, requirements: str) -> dict[str, bytes]:
    metadata = ['Metadata-Version: 2.1', f'Name: {name}', f'Version: {version}', *(f'Requires-Dist: {one}' for one in requirements.split())]
    texts = {
        'METADATA': '\n'.join(metadata) + '\n',
        'WHEEL': 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
        'entry_points.txt': f'[console_scripts]\n{name} = {entry}\n',
    }
    return {f'{name}-{version}.dist-info/{file}': text.encode() for file, text in texts.items()}


def print_record(files: dict[str, bytes]) -> str:
    def line(path: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
        return f'{path},sha256={digest},{len(data)}\n'
    return ''.join(line(path, data) for path, data in files.items())


def main(source: str, name: str, version: str, entry: str, requirements: str, out: str) -> None:
    files = read_modules(pathlib.Path(source)) | make_metadata(name, version, entry, requirements)
    record = f'{name}-{version}.dist-info/RECORD'
    files[record] = f'{print_record(files)}{record},,\n'.encode()
    with zipfile.ZipFile(pathlib.Path(out, f'{name}-{version}-py3-none-any.whl'), 'w') as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)


if __name__ == '__main__':
    main(*sys.argv[1:])
