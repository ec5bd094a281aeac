"""Reading one cell of an imported table as a text, a list of names, a year, minutes or an address.

A reader returns its value, or raises ``CellError`` where there is none. What it had to change on the way, it appends
to ``oddities``, in words.
"""

from __future__ import annotations

import ast
import datetime
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from core.json_text import parse_json

MAX_CELL = 100_000
MAX_ID = 200
MAX_ITEMS = 10_000
MAX_PYTHON = 1_000_000  # characters of Python notation, which takes a hundred times as many bytes to read
FIRST_YEAR, LAST_YEAR = 1870, 2100
LONGEST_RUNTIME = 60_000
TMDB_POSTERS = "https://image.tmdb.org/t/p/w342"

# Controls (but not tab and line ends), direction overrides, lone surrogates and code points that are no characters.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
# KMDb marks the words that a search hit, with a blank on either side of each mark.
KMDB_MARK = re.compile(" ?!H[SE] ?")
YEAR = re.compile(r"(\d{4})(?:\.0+|년.*|[-./T ].*|\d{4})?|\d{1,2}[-./]\d{1,2}[-./](\d{4})")
MINUTES = re.compile(r"(\d+)(?:\.0+)? ?(?:분|min|mins|minutes|m)?\.?", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
NO_NUMBER = frozenset({"", "-", "nan", "null", "none", "n/a", "미상"})
NO_NAME = frozenset({"nan", "null", "none", "[]"})
NO_GENRE = "(no genres listed)"
# What TMDB, KMDb and KOBIS call the text in the objects of their lists.
NAME_KEYS = ("name", "directorNm", "actorNm", "peopleNm", "nationNm", "genreNm", "plotText")
SEPARATORS = ("|", ";", ",")

Oddities = list[str]


class CellError(ValueError):
    """A cell does not hold what its field needs. ``fatal``: the file as a whole cannot be trusted then."""

    def __init__(self, message: str, *, fatal: bool = False) -> None:
        super().__init__(message)
        self.fatal = fatal


def is_hangul(text: str) -> bool:
    """Tell whether a text holds any Hangul (for titles and names)."""
    return not text.isascii() and HANGUL.search(text) is not None


def is_korean(text: str) -> bool:
    """Tell whether a text is written in Korean: at least three in ten of its letters are Hangul."""
    if text.isascii():
        return False
    return len(HANGUL.findall(text)) * 10 >= max(sum(map(str.isalpha, text)), 1) * 3


def clean(text: str, oddities: Oddities) -> str:
    """Return a text in NFC on one line, without unwanted characters and search marks."""
    if len(text) > MAX_CELL:
        raise CellError(
            f"{len(text):,} characters in one cell (the limit is {MAX_CELL:,}); perhaps a quotation mark is not closed",
            fatal=True,
        )
    if UNWANTED.search(text):
        text = UNWANTED.sub("", text)
        oddities.append("control characters were removed")
    if "\ufffd" in text:
        oddities.append("the sign for a lost character stands here; an earlier conversion damaged the text")
    if "!HS" in text and "!HE" in text:
        text = KMDB_MARK.sub("", text)
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def read_text(value: Any, oddities: Oddities) -> str:
    """Read a text; a whole number stands for its digits, a list for its first text."""
    if isinstance(value, str):
        return clean(value, oddities)
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1:
        return str(int(value))
    if isinstance(value, (list, dict)):
        return next(iter(read_list(value, oddities)), "")
    raise CellError("expected a text")


def read_id(value: Any, oddities: Oddities) -> str:
    """Read an id: no white space (label files are separated by it), at most 200 characters."""
    text = read_text(value, oddities)
    if " " in text or len(text) > MAX_ID:
        raise CellError(f"expected an id without white space, of at most {MAX_ID} characters", fatal=True)
    return text


def read_list(value: Any, oddities: Oddities) -> tuple[str, ...]:
    """Read a list of distinct texts: a JSON array of texts or of named objects, or a text with separators."""
    if isinstance(value, float) and math.isnan(value):
        return ()
    if isinstance(value, str):
        value = _parsed_list(value)
    items = list(_items(value))
    if len(items) > MAX_ITEMS:
        raise CellError(f"{len(items):,} entries in one cell (the limit is {MAX_ITEMS:,})", fatal=True)
    texts = dict.fromkeys(clean(item, oddities) for item in items)
    return tuple(text for text in texts if text and text != NO_GENRE)


def _parsed_list(text: str) -> Any:
    text = text.strip()
    if text.startswith(("[", "{")):
        try:
            return _parsed(text)
        except ValueError:
            if text.startswith(("[{", '["', "['", "{")):
                raise CellError("expected a list; it is cut or malformed") from None
    separator = next((one for one in SEPARATORS if one in text), None)
    return text.split(separator) if separator else [text]


def _parsed(text: str) -> Any:
    """Return what stands in JSON, or in the Python notation of some published data sets.

    Raises:
        ValueError: it is neither.
    """
    parsers: tuple[Callable[[str], Any], ...] = (parse_json, ast.literal_eval)
    for parse in parsers if len(text) <= MAX_PYTHON else parsers[:1]:
        try:
            return parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    raise ValueError(text)


def _items(value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [item for item in value.values() if isinstance(item, list)]
        if len(inner) != 1:
            raise CellError("expected a list of texts")
        value = inner[0]
    if not isinstance(value, (list, tuple)):
        raise CellError("expected a list of texts")
    items = []
    for item in value:
        # TMDB lists a film's whole crew in one cell.
        if isinstance(item, dict) and item.get("job", "Director") == "Director":
            item = next((item[key] for key in NAME_KEYS if key in item), item)
        elif isinstance(item, dict):
            continue
        if not isinstance(item, str):
            raise CellError("expected a list of texts")
        items.append(item)
    return items


def read_year(value: Any, oddities: Oddities) -> int | None:
    """Read a year from a number, a date or a text that begins or ends with one."""
    if isinstance(value, datetime.date):
        year = value.year
    else:
        text = _number_text(value)
        if text in NO_NUMBER:
            return None
        match = YEAR.fullmatch(text)
        if match is None:
            raise CellError("expected a year or a date")
        year = int(match[1] or match[2])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def read_minutes(value: Any, oddities: Oddities) -> int | None:
    """Read a running time in minutes; 0 stands for an unknown one, as in TMDB."""
    text = _number_text(value)
    if text in NO_NUMBER:
        return None
    match = MINUTES.fullmatch(text)
    if match is None or len(match[1]) > 6 or int(match[1]) > LONGEST_RUNTIME:
        raise CellError(f"expected whole minutes up to {LONGEST_RUNTIME:,}")
    return int(match[1]) or None


def _number_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise CellError("expected a number")
    return str(value).strip().lower()[:100]


def read_name(value: Any, oddities: Oddities) -> str:
    """Read the name of one thing: a text, or an object with a name, as TMDB gives a film's collection."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = _parsed(value.strip())
        except ValueError:
            raise CellError("expected a name; the object is cut or malformed") from None
    if isinstance(value, dict):
        value = value.get("name") or ""
    text = read_text(value, oddities)
    return "" if text.lower() in NO_NAME else text


def read_poster(value: Any, oddities: Oddities) -> str:
    """Read a poster's web address: the first of several, or a path on TMDB's image host."""
    address = read_text(value, oddities).split("|")[0].strip()
    if address.startswith("/") and not address.startswith("//"):
        address = TMDB_POSTERS + address
    if address and not ADDRESS.fullmatch(address):
        raise CellError("expected an address that begins with http:// or https://")
    return address
