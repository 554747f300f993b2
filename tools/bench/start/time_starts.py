"""JSON on standard input → samples as JSON. posix_spawn costs a tenth of what a start from Node does, and the same for every command.

In: {"rounds": n, "aside": path, "commands": [{"name", "steps": [[word, …], …], "env", "folder", "clear": [path, …]}]}; before each sample, outside of
it, `clear` is emptied and the disk synced. What was there goes to the folder `aside` of the same file system, to be removed by the caller at the end:
for up to 35 s after removing files ext4 looks for new inodes among all that were freed, which makes whatever comes next several times as slow. Out: {name: {"elapsed": [nanoseconds, …], "processor": […]}}; the processor's time is that of all processes of
the command, and hardly depends on what else the machine does. Rounds are interleaved, each in an order of its own, so that samples of one round
are pairs which a busy moment hits alike.
"""
import json
import os
import random
import sys
import tempfile
import time

NOTHING = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]


def clear(paths: list[str], aside: str) -> None:
    for path in paths:
        if os.path.exists(path):
            os.rename(path, tempfile.mktemp(dir=aside))
        os.makedirs(path, mode=0o700)
    if paths:
        os.sync()


def run(words: list[str], env: dict[str, str]) -> int:
    _, status, usage = os.wait4(os.posix_spawn(words[0], words, env, file_actions=NOTHING), 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f'{" ".join(words)} ended with {os.waitstatus_to_exitcode(status)}')
    return round((usage.ru_utime + usage.ru_stime) * 1e9)


def sample(command: dict, aside: str) -> tuple[int, int]:
    os.chdir(command['folder'])
    clear(command['clear'], aside)
    began = time.perf_counter_ns()
    processor = sum([run(words, command['env']) for words in command['steps']])
    return time.perf_counter_ns() - began, processor


def main() -> None:
    request = json.load(sys.stdin)
    commands = request['commands']
    os.makedirs(request['aside'], exist_ok=True)
    samples = {command['name']: {'elapsed': [], 'processor': []} for command in commands}
    for number in range(request['rounds']):
        for command in random.Random(number).sample(commands, len(commands)):
            elapsed, processor = sample(command, request['aside'])
            samples[command['name']]['elapsed'].append(elapsed)
            samples[command['name']]['processor'].append(processor)
    json.dump(samples, sys.stdout)


if __name__ == '__main__':
    main()
