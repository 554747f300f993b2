# Made by Terrarium. What an app can be asked about itself: TERRARIUM_SELF=info|verify|extract|licenses (launcher/FORMAT.md).
# The executable is the measure: the launcher, which checks every byte of it, unpacks a second copy to compare with or to keep.
import filecmp
import fnmatch
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

EXECUTABLE, APP = os.environ['TERRARIUM'], os.environ['TERRARIUM_DIR']
CACHE = os.path.dirname(os.path.dirname(APP))
NOT_WRITTEN, DIFFERENT, MISUSED = 74, 1, 2


def main():
    word, arguments = os.environ.pop('TERRARIUM_SELF', ''), sys.argv[1:]
    if word in ('', '0'):
        word, arguments = (arguments + ['', ''])[1], arguments[2:]
    commands = {'info': (info, 0), 'verify': (verify, 0), 'extract': (extract, 1), 'licenses': (licenses, 0)}
    run, expected = commands.get(word, (None, 0))
    if run is None or len(arguments) != expected:
        stop(MISUSED, 'expected one of: info, verify, repair, clean, extract FOLDER, licenses.')
    run(*arguments)


def stop(code, sentence):
    sys.stderr.write(f'{os.path.basename(EXECUTABLE)}: {sentence}\n')
    raise SystemExit(code)


def launch(**variables):
    """What the executable prints, run with these TERRARIUM variables."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith('TERRARIUM')}
    environment.update({f'TERRARIUM_{name}': value for name, value in variables.items()})
    try:
        done = subprocess.run([EXECUTABLE], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        stop(NOT_WRITTEN, f'cannot start {EXECUTABLE}: {error.strerror}.')
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors='replace'))
        raise SystemExit(done.returncode)
    return done.stdout.decode('utf-8', 'surrogateescape').strip('\r\n')


def runtime_key(app):
    with open(os.path.join(app, '.ok'), encoding='utf-8') as marker:
        return marker.read().split('\n')[1]


def measure(tree):
    sizes = [status.st_size for status in read_tree(tree).values() if stat.S_ISREG(status.st_mode)]
    return f'{len(sizes)} files, {sum(sizes)} bytes'


def info():
    manifest = json.loads(launch(INSPECT='1'))
    runtime = os.path.join(CACHE, 'runtimes', runtime_key(APP))
    for name in ('name', 'version', 'python', 'target', 'entry'):
        if name in manifest:
            print(f'{name}: {manifest[name]}')
    print(f'executable: {EXECUTABLE}\napp: {APP} ({measure(APP)})\nruntime: {runtime} ({measure(runtime)})')


def read_tree(tree):
    """Relative paths of all that is in a folder → their status; links are not followed."""
    found, folders = {}, ['']
    while folders:
        folder = folders.pop()
        with os.scandir(os.path.join(tree, folder)) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)
                found[path] = os.lstat(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
    return found


def is_same(right, here, path, right_status, status):
    if (right_status.st_mode, stat.S_ISDIR(status.st_mode) or right_status.st_size) != (status.st_mode, stat.S_ISDIR(status.st_mode) or status.st_size):
        return False
    right, here = os.path.join(right, path), os.path.join(here, path)
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(right) == os.readlink(here)
    return not stat.S_ISREG(status.st_mode) or filecmp.cmp(right, here, shallow=False)


def compare(right, here):
    """Lines that say what of a tree is not as in the right one."""
    wanted = read_tree(right)
    try:
        found = read_tree(here)
    except OSError as error:
        return [f'unreadable: {here}: {error.strerror}']
    lines = [f'missing: {path}' for path in wanted if path not in found] + [f'not ours: {path}' for path in found if path not in wanted]
    for path in wanted.keys() & found.keys():
        try:
            if not is_same(right, here, path, wanted[path], found[path]):
                lines.append(f'altered: {path}')
        except OSError as error:
            lines.append(f'unreadable: {path}: {error.strerror}')
    return sorted(lines)


def make_work_folder():
    folder = os.path.join(CACHE, 'tmp', f'self.{os.getpid()}')
    try:
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder, 0o700)
        return folder
    except OSError:
        return tempfile.mkdtemp(prefix='terrarium-')


def verify():
    work = make_work_folder()
    try:
        app = os.path.normpath(launch(CACHE=work, UNPACK='1'))
        trees = [os.path.join('runtimes', runtime_key(app)), os.path.join('apps', os.path.basename(APP))]
        right = os.path.dirname(os.path.dirname(app))
        faults = {tree: compare(os.path.join(right, tree), os.path.join(CACHE, tree)) for tree in trees}
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for tree, lines in faults.items():
        for line in lines:
            print(f'{tree}: {line}')
    broken = [os.path.join(CACHE, tree) for tree in trees if faults[tree]]
    if not broken:
        print(f'as packed: {os.path.join(CACHE, trees[0])} and {APP}')
        return
    repair(broken)
    raise SystemExit(DIFFERENT)


def repair(trees):
    # Without its marker a tree counts as nothing, and the launcher unpacks it again. Windows renames no folder that something
    # runs from, as this program does: there it is left to the next start.
    for tree in trees:
        try:
            os.remove(os.path.join(tree, '.ok'))
        except FileNotFoundError:
            pass
        except OSError as error:
            stop(NOT_WRITTEN, f'cannot repair {tree}: {error.strerror}.')
    if sys.platform == 'win32':
        print('the next start unpacks again')
    else:
        launch(CACHE=os.path.dirname(CACHE), UNPACK='1')
        print('unpacked again')


def extract(target):
    target = os.path.abspath(target)
    try:
        os.makedirs(target, exist_ok=True)
        if os.listdir(target):
            stop(NOT_WRITTEN, f'cannot extract into {target}: it is not empty.')
        app = os.path.normpath(launch(CACHE=target, UNPACK='1'))
        inner = os.path.join(target, 'terrarium')
        for name in ('runtimes', 'apps'):
            os.rename(os.path.join(inner, name), os.path.join(target, name))
        shutil.rmtree(inner)
    except OSError as error:
        stop(NOT_WRITTEN, f'cannot extract into {target}: {error.strerror}.')
    print(os.path.join(target, 'apps', os.path.basename(app)))


def find_licences(tree, folder=''):
    for path, status in sorted(read_tree(os.path.join(tree, folder)).items()):
        name = os.path.basename(path).upper()
        named = any(fnmatch.fnmatchcase(name, pattern) for pattern in ('LICEN[CS]E*', 'COPYING*', 'NOTICE*'))
        if stat.S_ISREG(status.st_mode) and not name.endswith(('.PY', '.PYC')) and (named or path.split(os.sep)[0] == 'licenses'):
            yield os.path.join(tree, folder, path)


def print_licences(title, paths):
    print(f'==== {title}')
    for path in paths:
        print(f'---- {os.path.basename(path)}')
        with open(path, encoding='utf-8', errors='replace') as file:
            print(file.read().rstrip())
    print()


def licenses():
    from importlib.metadata import distributions
    runtime = os.path.join(CACHE, 'runtimes', runtime_key(APP))
    print_licences(f'Python {sys.version.split()[0]}', find_licences(runtime))
    for each in sorted(distributions(path=[os.path.join(APP, name) for name in ('app', 'site-packages')]), key=lambda each: each.metadata['Name'].lower()):
        licence = each.metadata.get('License-Expression') or (each.metadata.get('License') or '').split('\n')[0]
        print_licences(f'{each.metadata["Name"]} {each.version} {licence}'.rstrip(), find_licences(str(each._path)))
    print('==== launcher')
    print(launch(SELF='notices'))


if __name__ == '__main__':
    if sys.stdout is not None:
        sys.stdout.reconfigure(encoding='utf-8', errors='surrogateescape')
    main()
