"""Readers against mutated inputs, one after the other; the first input that breaks a rule ends its reader, with the command that repeats it.

The rules: Failure or a result, nothing else; SECONDS of processor time; MEMORY of address space for the whole process; messages of one line.
"""
import argparse
import faulthandler
import json
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzzing.mutate import mutate  # noqa: E402
from fuzzing.readers import READERS, Reader  # noqa: E402

from terrarium.failure import CODES, Failure  # noqa: E402

#: Of processor time, for one input: the slowest takes a tenth.
SECONDS = 20.0
MEMORY = 2 << 30
LONGEST_MESSAGE = 2000


class TooSlow(BaseException):
    """Not an Exception, so that no reader takes it for one of its own."""


def stop(signum, frame):
    raise TooSlow


def try_one(reader: Reader, seed: int) -> str | None:
    """None: it was read; empty: refused as it should be; else what went wrong."""
    chance = Random(f"{reader.name} {seed}")
    data = mutate(chance.choice(reader.samples), chance, reader.samples, reader.tokens)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        reader.read(data, chance)
    except Failure as failure:
        return check_failure(failure)
    except TooSlow:
        return f"more than {SECONDS} s of processor time for {len(data)} bytes"
    except BaseException:
        return traceback.format_exc(limit=-12)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def check_failure(failure: Failure) -> str:
    if failure.code not in CODES or failure.code == "terrarium/bug":
        return f"the failure {failure.code}: {failure.message}"
    for sentence in (failure.message, *failure.notes):
        if any(sign in sentence for sign in "\n\r\u2028"):
            return f"a message with line breaks: {sentence[:300]!r}"
        if len(sentence) > LONGEST_MESSAGE:
            return f"a message of {len(sentence)} characters: {sentence[:300]}"
        if any("\ud800" <= sign <= "\udfff" for sign in sentence):
            return f"a message with half a character: {sentence[:300]!r}"
    return ""


def fuzz(reader: Reader, seed: int, cases: int | None, seconds: float | None, last: Path | None = None) -> dict:
    begun, tries, taken, found = time.perf_counter(), 0, 0, ""
    while (cases is None or tries < cases) and (seconds is None or time.perf_counter() - begun < seconds):
        if last:
            last.write_text(f"--reader {reader.name} --seed {seed + tries} --cases 1")
        problem = try_one(reader, seed + tries)
        tries += 1
        if problem:
            found = f"{reader.name}: {problem}\n  npm run fuzz -- --language python --reader {reader.name} --seed {seed + tries - 1} --cases 1"
            break
        taken += problem is None
    return {"name": reader.name, "tries": tries, "taken": taken, "seconds": time.perf_counter() - begun, "found": found}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--json", action="store_true")
    # Where the input is named that is being tried, for whoever finds the process dead.
    parser.add_argument("--last", type=Path)
    wish = parser.parse_args()
    faulthandler.enable()
    signal.signal(signal.SIGVTALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chosen = [reader for reader in READERS if wish.reader in (None, reader.name)]
    share = wish.seconds / len(chosen) if wish.seconds and chosen else None
    results = []
    for reader in chosen:
        results.append(fuzz(reader, wish.seed, wish.cases, share, wish.last))
        if not wish.json:
            print_result(results[-1])
    if wish.json:
        print(json.dumps(results))
    return 1 if any(result["found"] for result in results) else 0


def print_result(result: dict) -> None:
    speed = result["tries"] / max(result["seconds"], 1e-9)
    print(f"{result['name']:<20} {result['tries']:>9} tries {speed:>7.0f} a second {100 * result['taken'] / max(result['tries'], 1):>3.0f} % read", flush=True)
    if result["found"]:
        print(result["found"], flush=True)


if __name__ == "__main__":
    sys.exit(main())
