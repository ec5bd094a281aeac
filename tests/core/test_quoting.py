"""What others wrote stands in a message on one line, cut, with everything that cannot be seen escaped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from core.quoting import LONGEST, legible, quoted

ANYTHING = some.text(some.characters(exclude_categories=[]), max_size=400)  # half characters too


@given(ANYTHING)
def test_whatever_is_quoted_is_one_short_line_that_can_be_written(text: str) -> None:
    for shown in (quoted(text), legible(text), quoted([text]), legible(ValueError(text))):
        assert shown.isprintable() and len(shown) <= LONGEST + 1
        shown.encode()


def test_what_is_short_and_plain_stays_as_it_is() -> None:
    assert (quoted("비 오는 날"), legible("비 오는 날"), quoted(1)) == ("'비 오는 날'", "비 오는 날", "1")
    assert quoted("x" * 1_000_000).startswith("'xxx") and quoted("x" * 1_000_000).endswith("x…")
    assert legible("a\nb\u202ec") == r"a\nb\u202ec"
