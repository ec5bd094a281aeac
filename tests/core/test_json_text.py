"""JSON of others: what is nested without end, or holds a number without end, is a ValueError and nothing else."""

from __future__ import annotations

import json

import pytest

from core.json_text import MOST_LEVELS, parse_json


@pytest.mark.parametrize("text", ["[1, {}]", '{"a": [{"b": null}]}', '"영화"', "1e400", "[" * 100 + "]" * 100])
def test_what_is_json_is_read_as_python_reads_it(text: str) -> None:
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 900, 100_000])
def test_what_is_nested_too_deep_is_refused_however_deep(levels: int) -> None:
    for text in ("[" * levels + "]" * levels, '{"a":' * levels + "0" + "}" * levels, "[" * levels):
        with pytest.raises(ValueError, match=r"100 levels|Expecting|delimiter"):
            parse_json(text)


def test_many_lists_beside_each_other_are_not_deep() -> None:
    assert len(parse_json("[" + ",".join(["[]"] * 5_000) + "]")) == 5_000


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="4300 digits"):
        parse_json("[" + "9" * 10_000 + "]")
