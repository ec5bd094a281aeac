"""Quoting in a message what somebody else wrote, so that the message stays one short line that can be shown."""

from __future__ import annotations

LONGEST = 120  # characters


def quoted(value: object) -> str:
    """Return a value in quotation marks, line ends and invisible characters escaped, cut where it is long.

    >>> quoted("a\\nb")
    "'a\\\\nb'"
    """
    # Of a text only the beginning is looked at: it can be as long as a file.
    return legible(repr(value[: LONGEST + 1] if isinstance(value, str) else value))


def legible(value: object) -> str:
    """Return the text of a value on one line, without marks around it, escaped and cut as by ``quoted``."""
    text = str(value)[: LONGEST + 1]
    return _cut(text if text.isprintable() else "".join(map(_escaped, text)))


def first_line(reason: BaseException) -> str:
    """Return the first line of what an error says, the name of its kind where it says nothing.

    >>> first_line(ValueError("no\\nmore")), first_line(KeyError())
    ('no', 'KeyError')
    """
    return (str(reason).strip() or type(reason).__name__).splitlines()[0]


def _escaped(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
