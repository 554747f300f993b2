"""Bytes that a reader takes → bytes that look like them; the Python twin of tests/fuzz/mutate.ts, with the accent on text."""
import re
from random import Random

LONGEST = 1 << 18
NUMBERS = (0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 512, 1024, 4096, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
TEXT_NUMBERS = (b"0", b"-1", b"1", b"65536", b"4294967296", b"99999999999999999999", b"1e999", b"0x10", b"1" * 5000)
NESTS = (b"[", b"{", b"(", b'{"a":', b"<a>", b"'", b'"', b"\\", b" ", b"\n ", b"a.", b"../", b"not ", b"lambda:", b"-", b"((", b"a=[", b"\t")


def mutate(data: bytes, chance: Random, samples: list[bytes], tokens: list[bytes]) -> bytes:
    for _ in range(1 + chance.randrange(1 + chance.randrange(8))):
        data = chance.choice(MUTATIONS)(data, chance, samples, tokens)[:LONGEST]
    return data


def span(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + 1 + chance.randrange(chance.choice((1, 2, 4, 16, 64, len(data) + 1))))


def flip(data, chance, samples, tokens):
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:]


def set_byte(data, chance, samples, tokens):
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.choice((0, 10, 13, 32, 34, 39, 46, 47, 92, 127, 128, 195, 255, chance.randrange(256)))]) + data[at + 1:]


def set_number(data, chance, samples, tokens):
    size = chance.choice((1, 2, 4, 8))
    at = chance.randrange(len(data) + 1)
    value = chance.choice((*NUMBERS, len(data), at, len(data) - at))
    return data[:at] + (value % (1 << 8 * size)).to_bytes(size, "little") + data[at + size:]


def cut(data, chance, samples, tokens):
    return data[:chance.randrange(len(data) + 1)]


def drop(data, chance, samples, tokens):
    start, end = span(data, chance)
    return data[:start] + data[end:]


def repeat(data, chance, samples, tokens):
    start, end = span(data, chance)
    times = min(chance.choice((1, 2, 10, 500, 20_000)), LONGEST // 2 // (end - start + 1))
    return data[:end] + data[start:end] * times + data[end:]


def splice(data, chance, samples, tokens):
    other = chance.choice(samples)
    start, end = span(other, chance)
    here, there = span(data, chance)
    return data[:here] + other[start:end] + data[chance.choice((here, there)):]


def add_token(data, chance, samples, tokens):
    start, end = span(data, chance)
    return data[:start] + chance.choice(tokens or [b"\xed\xa0\x80"]) + data[chance.choice((start, end)):]


def move_line(data, chance, samples, tokens):
    lines = data.split(b"\n")
    line = lines.pop(chance.randrange(len(lines)))
    for _ in range(chance.choice((0, 1, 1, 2))):
        lines.insert(chance.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def rename_everywhere(data, chance, samples, tokens):
    words = re.findall(rb"[\w.-]{2,20}", data)
    if not words:
        return data
    return data.replace(chance.choice(words), chance.choice([*words[:50], *(tokens or [b"x"])]))


def change_value(data, chance, samples, tokens):
    """What stands after a `=` or `:` becomes what stands after another, or a value of another type."""
    values = [match.span(1) for match in re.finditer(rb"[=:] ?([^\n,}\]]+)", data)]
    if not values:
        return data
    start, end = chance.choice(values)
    other = data[slice(*chance.choice(values))]
    return data[:start] + chance.choice((other, b"1", b'""', b"[]", b"{}", b"true", b"1.5", b"2020-01-01", b"null", b'[""]', b"'\\u0000'", b'"\\uD800"')) + data[end:]


def set_text_number(data, chance, samples, tokens):
    numbers = [match.span() for match in re.finditer(rb"\d+", data)]
    if not numbers:
        return data
    start, end = chance.choice(numbers)
    return data[:start] + chance.choice(TEXT_NUMBERS) + data[end:]


def nest(data, chance, samples, tokens):
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(NESTS) * chance.choice((2, 50, 2000, 20_000)) + data[at:]


MUTATIONS = (flip, set_byte, set_byte, set_number, cut, drop, drop, repeat, splice, add_token, add_token, move_line, rename_everywhere, rename_everywhere, change_value, change_value, change_value, set_text_number, nest)
