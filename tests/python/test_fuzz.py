"""Every Python reader against mutated inputs, for a few seconds; `npm run fuzz` goes on for longer by the same code."""
import json
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from fuzzing.mutate import mutate
from fuzzing.readers import ENTRY_POINTS, PYLOCK, READERS, Reader
from test_locks import POETRY_OLD

from terrarium.failure import Failure

PROGRAM = Path(__file__).parent / "fuzzing" / "run.py"
CASES = 60

pytest.importorskip("resource", reason="bounds of memory and processor time are those of Unix")
run = pytest.importorskip("fuzzing.run")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """In a process of its own: a reader that brings the interpreter down is told by name and seed."""
    last = tmp_path_factory.mktemp("fuzz") / "last"
    done = subprocess.run([sys.executable, "-B", PROGRAM, "--cases", str(CASES), "--json", "--last", last], capture_output=True, text=True, timeout=400)
    assert done.returncode in (0, 1), f"ended with {done.returncode} at: npm run fuzz -- --language python {last.read_text()}\n{done.stderr[-4000:]}"
    return {result["name"]: result for result in json.loads(done.stdout)}


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_mutated_inputs_are_read_or_refused_in_a_typed_sentence(name, results):
    assert not results[name]["found"], results[name]["found"]
    assert results[name]["tries"] == CASES


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_the_samples_are_taken_as_they_are(reader):
    for sample in reader.samples:
        reader.read(sample, Random(1))


LONG = b"9" * 5000
FOUND = {
    "a marker that compares with a number without measure": ("pylock", PYLOCK.replace(b"> '3'", b"> '" + LONG + b"'")),
    "a Python range of a number without measure": ("pylock", PYLOCK.replace(b'">=3.11"', b'">=' + LONG + b'"')),
    "an address that is none in a requirement": ("metadata", b"Requires-Dist: a @ https://[a,b]/a.whl\n"),
    "a base that is no address": ("index-html", b'<base href="http://[x">\n<a href="demo-1.0-py3-none-any.whl#sha256=' + b"0" * 64 + b'">x</a>'),
    "a range of Poetry's with a number without measure": ("poetry.lock1", POETRY_OLD.replace("3.8", "9" * 5000).encode()),
    "a minor Wheel-Version without measure": ("wheel-wheel", b"Wheel-Version: 1." + LONG + b"\nTag: py3-none-any\n"),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_was_found_once_stays_mended(case):
    name, data = FOUND[case]
    reader = next(reader for reader in READERS if reader.name == name)
    try:
        reader.read(data, Random(1))
    except Failure as failure:
        assert failure.message


@pytest.fixture
def fuzz():
    before = signal.signal(signal.SIGVTALRM, run.stop)
    yield lambda read: run.fuzz(Reader("x", [ENTRY_POINTS], read), 1, 50, None)["found"]
    signal.signal(signal.SIGVTALRM, before)


def spin(data, chance):
    while True:
        pass


def raise_(error):
    def read(data, chance):
        raise error
    return read


@pytest.mark.parametrize(("read", "part"), [
    (raise_(KeyError("oops")), "KeyError: 'oops'"),
    (raise_(MemoryError()), "MemoryError"),
    (raise_(RecursionError("deep")), "RecursionError"),
    (raise_(Failure("terrarium/bug", "It is ours.")), "terrarium/bug"),
    (spin, "of processor time"),
])
def test_the_fuzzer_finds(read, part, fuzz, monkeypatch):
    monkeypatch.setattr("fuzzing.run.SECONDS", 0.2)
    found = fuzz(read)
    assert part in found and "--reader x --seed 1 --cases 1" in found


def test_the_fuzzer_takes_no_refusal_for_a_find(fuzz):
    assert fuzz(raise_(Failure("wheel/invalid", "No."))) == ""


def test_the_same_seed_gives_the_same_input_and_others_give_others():
    def make(seed):
        return mutate(ENTRY_POINTS, Random(seed), [ENTRY_POINTS], [b"x"])
    assert make(7) == make(7)
    assert len({make(seed) for seed in range(1000)}) > 700
