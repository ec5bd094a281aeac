"""Damaging a valid file: bytes flipped, cut, doubled, swapped, and nasty pieces put in their place."""

from __future__ import annotations

import re
from random import Random

PIECES: tuple[bytes, ...] = (
    *(b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b"\r\n", b"\t", b'"', b"\\", b",", b";"),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"[[[[",
        b"[" * 200,
        b'{"a":' * 200,
        b"[" * 100_000,
        b":",
        b"null",
        b"true",
        b"{}",
        b"[]",
    ),
    *(b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1", b"0", b"-0.0", b"1.5", b"2", b"9" * 400, b"9" * 5_000),
    *(b"2147483648", b"18446744073709551616", b'"\\ud800"', b"\\ud800", b"\\udfff\\ud83d", b"\\u0000", b'"\\u0000"'),
    *("\u202e\u2066x\u2069".encode(), "\u200b\u200d".encode(), "\u2028".encode(), "\x85".encode(), b"\xed\xa0\x80"),
    *("비 오는 날".encode(), "비 오는 날".encode("cp949"), "\u1107\u1175".encode(), "🎬".encode(), "e\u0301".encode()),
    *(b"=HYPERLINK(1)", b"javascript:alert(1)", b"../../etc/passwd", b"' OR 1=1 --", b"<script>", b"x" * 3_000),
    *(b"1999", b"2019-05-30", b"9999-12-31T23:59:59.999999+00:00", b"0001-01-01T00:00:00+23:59", b"2026-01-31"),
    *(b"query-id\tcorpus-id\tscore", b"q1 0 m1 2\n", b'"query_id"', b'"text"', b"anchor", b"positive", b"snapshot"),
    *("٣".encode(), "²".encode(), "１".encode(), b"train", b"test", b"PK\x03\x04", b"PK\x01\x02", b"PAR1"),
)
VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[^\s,;\t{}\[\]:]+')
MOST_STEPS = 4
MOST_BYTES = 400_000


def mutated(data: bytes, random: Random) -> bytes:
    """Return a file that differs from ``data`` in one to four places."""
    for _ in range(random.randint(1, MOST_STEPS)):
        data = random.choice((_bytes, _piece, _value, _value, _value, _span, _line, _cut))(data, random)[:MOST_BYTES]
    return data


def _bytes(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _piece(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(PIECES) + data[at + random.choice((0, 0, 1, 4)) :]


def _value(data: bytes, random: Random) -> bytes:
    """Put something else in the place of one value, or of one name."""
    found = list(VALUE.finditer(data))
    if not found:
        return _piece(data, random)
    place, other = random.choice(found), random.choice(found)
    new = random.choice((random.choice(PIECES), random.choice(PIECES), other[0], b'"' + random.choice(PIECES) + b'"'))
    return data[: place.start()] + new + data[place.end() :]


def _span(data: bytes, random: Random) -> bytes:
    start, end = sorted((random.randint(0, len(data)), random.randint(0, len(data))))
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 50)) + data[end:]


def _line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return _span(data, random)
    one = random.randrange(len(lines))
    return b"".join(random.choice((lines[:one] + lines[one + 1 :], [*lines, lines[one]], lines[::-1])))


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]
