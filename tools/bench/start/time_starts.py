"""JSON on standard input → samples as JSON. posix_spawn costs a tenth of what a start from Node does, and the same for every command.

In: {"rounds": n, "commands": [{"name", "steps": [[word, …], …], "env", "folder", "clear": [path, …]}]}; `clear` is emptied and the disk synced
before each sample, outside of it. Out: {name: {"elapsed": [nanoseconds, …], "processor": […]}}; the processor's time is that of all processes of
the command, and hardly depends on what else the machine does. Rounds are interleaved, each in an order of its own, so that samples of one round
are pairs which a busy moment hits alike.
"""
import json
import os
import random
import shutil
import sys
import time

NOTHING = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]


def clear(paths: list[str]) -> None:
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path, mode=0o700)
    if paths:
        os.sync()


def run(words: list[str], env: dict[str, str]) -> int:
    _, status, usage = os.wait4(os.posix_spawn(words[0], words, env, file_actions=NOTHING), 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f'{" ".join(words)} ended with {os.waitstatus_to_exitcode(status)}')
    return round((usage.ru_utime + usage.ru_stime) * 1e9)


def sample(command: dict) -> tuple[int, int]:
    os.chdir(command['folder'])
    clear(command['clear'])
    began = time.perf_counter_ns()
    processor = sum([run(words, command['env']) for words in command['steps']])
    return time.perf_counter_ns() - began, processor


def main() -> None:
    request = json.load(sys.stdin)
    commands = request['commands']
    samples = {command['name']: {'elapsed': [], 'processor': []} for command in commands}
    for number in range(request['rounds']):
        for command in random.Random(number).sample(commands, len(commands)):
            elapsed, processor = sample(command)
            samples[command['name']]['elapsed'].append(elapsed)
            samples[command['name']]['processor'].append(processor)
    json.dump(samples, sys.stdout)


if __name__ == '__main__':
    main()
