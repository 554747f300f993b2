"""Two wheels of one version, the published one and ours → the differences, one a line; none and exit code 0 where they say the same.

Compared: names of the files, contents, METADATA field by field, entry points, WHEEL but for its generator and RECORD by its names.
Metadata-Version may differ, with the fields that a later one brings; line ends and requirements are compared by what they mean."""
import configparser
import email
import re
import sys
import zipfile

from packaging.requirements import Requirement

# What a later release of a backend says of the same project, by the specification of core metadata 2.4: the licence's expression and files.
LATER_FIELDS = {'metadata-version'}
SIMPLY_NAMED = ('METADATA', 'RECORD', 'WHEEL', 'entry_points.txt')


def compare(published: zipfile.ZipFile, ours: zipfile.ZipFile) -> list[str]:
    left, right = _names(published), _names(ours)
    lines = [f'missing: {name}' for name in sorted(left - right)] + [f'more: {name}' for name in sorted(right - left)]
    for name in sorted(left & right):
        before, after = published.read(name), ours.read(name)
        if before != after:
            lines += [f'{name}: {line}' for line in _compare_file(name, before, after)]
    return lines


def _names(archive: zipfile.ZipFile) -> set[str]:
    return {name for name in archive.namelist() if not name.endswith('/')}


def _compare_file(name: str, before: bytes, after: bytes) -> list[str]:
    folder, _, base = name.rpartition('/')
    if not folder.endswith('.dist-info') or base not in SIMPLY_NAMED:
        return [] if before.replace(b'\r\n', b'\n') == after.replace(b'\r\n', b'\n') else ['other content']
    read = {'METADATA': _read_metadata, 'RECORD': _read_record, 'WHEEL': _read_wheel, 'entry_points.txt': _read_entry_points}[base]
    return _differences(read(before.decode()), read(after.decode()))


def _differences(before: set, after: set) -> list[str]:
    return [f'- {item}' for item in sorted(map(str, before - after))] + [f'+ {item}' for item in sorted(map(str, after - before))]


def _read_metadata(text: str) -> set:
    message = email.message_from_string(text)
    fields = {(key.lower(), _canonical(key.lower(), str(value))) for key, value in message.items()}
    body = message.get_payload().strip() or str(message.get('Description', '')).strip()
    return {field for field in fields if field[0] not in {*LATER_FIELDS, 'description'}} | {('description', _shorten(body))}


def _canonical(key: str, value: str) -> str:
    if key == 'requires-dist':
        requirement = Requirement(value)
        requirement.name = re.sub(r'[-_.]+', '-', requirement.name).lower()
        return f'{requirement.name}{sorted(requirement.extras)}{sorted(map(str, requirement.specifier))}{_canonical_marker(str(requirement.marker or ""))}'
    if key == 'requires-python':
        return ','.join(sorted(value.replace(' ', '').split(',')))
    if key == 'keywords':
        return ','.join(sorted(re.split(r'[,\s]+', value)))
    return re.sub(r'\s+', ' ', value).strip()


def _canonical_marker(marker: str) -> list[str]:
    """uv writes python_full_version where a project says python_version, and orders the conditions."""
    return sorted(re.split(r' and ', re.sub(r'[()]', '', marker.replace('python_full_version', 'python_version'))))


def _shorten(text: str) -> str:
    return re.sub(r'\s+', ' ', text)


def _read_record(text: str) -> set:
    return {line.rsplit(',', 2)[0] for line in text.splitlines() if line}


def _read_wheel(text: str) -> set:
    return {(key.lower(), value) for key, value in email.message_from_string(text).items() if key.lower() != 'generator'}


def _read_entry_points(text: str) -> set:
    parser = configparser.ConfigParser(delimiters=('=',), strict=False)
    parser.optionxform = str
    parser.read_string(text)
    return {(section, name, re.sub(r'\s', '', value)) for section in parser.sections() for name, value in parser.items(section)}


if __name__ == '__main__':
    found = compare(zipfile.ZipFile(sys.argv[1]), zipfile.ZipFile(sys.argv[2]))
    print('\n'.join(found))
    sys.exit(bool(found))
