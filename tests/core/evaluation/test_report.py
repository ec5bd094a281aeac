"""A report is one file that says what the comparison says, whatever texts it holds, and asks nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter
from typing import get_args

import pytest

from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.report import render_report
from core.evaluation.report_charts import difference_chart, interval_chart, scale
from core.evaluation.report_texts import TEXTS, Language
from core.evaluation.verdict import VerdictKind

FILMS = [f"m{number:02}" for number in range(20)]
NASTY = "<script>alert('가')</script> & \"둘\" {{ 7 * 7 }}"
VOID = {"meta", "line", "circle"}


def comparison(
    queries: int = 30, texts: Mapping[str, str] | None = None, divided: Mapping[str, Mapping[str, str]] | None = None
) -> Comparison:
    """The tuned model moves the relevant film up for even queries, by more each, and down for every third."""
    ids = [f"q{number:02}" for number in range(queries)]

    def ranking(rank: int) -> list[str]:
        return [*FILMS[1:rank], FILMS[0], *FILMS[rank:]]

    tuned = {q: ranking(10 if n % 3 == 0 else 1 + n % 4) for n, q in enumerate(ids)}
    return compare_rankings(
        dict.fromkeys(ids, ranking(5)),
        tuned,
        {query_id: {film: int(film == FILMS[0]) for film in FILMS[:15]} for query_id in ids},
        base_name="e5-small",
        tuned_name="run-<b>1</b>",
        queries={query_id: f"질의 {query_id}" for query_id in ids} | dict(texts or {}),
        lineage={
            "split": "test",
            "catalog": "c" * 64,
            "tuned": {"name": "run", "index": "d" * 64},
            "rankings": "e" * 64,
            "title": "<i>",
        },
        divided=divided,
    )


class Page(HTMLParser):
    """Reads a page: its tags, that each is closed, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


@pytest.mark.parametrize("language", get_args(Language))
def test_it_says_what_the_comparison_says_in_either_language(language: Language) -> None:
    made = comparison()
    page = Page(render_report(made, language, titles={"m00": "기생충"}, qrels={"q01": {"m00": 1, "m01": 0}}))
    assert ("html", {"lang": language}) in page.tags
    for name, measure in made.measures.items():
        assert name in page.text and f"{measure.base:.3f}" in page.text and f"{measure.delta:+.3f}" in page.text
        assert measure.ci is not None and f"{measure.ci[0]:+.3f} … {measure.ci[1]:+.3f}" in page.text
    assert TEXTS[made.verdict.kind.value][language == "ko"] in page.text
    assert "기생충 ✓" in page.text and "m01 ✗" in page.text and "m02 ·" in page.text
    for value in (
        made.name,
        "c" * 64,
        "d" * 64,
        "e" * 64,
        "e5-small",
        f"{made.created_at[:10]} {made.created_at[11:16]} UTC",
    ):
        assert value in page.text
    assert len([tag for tag, _ in page.tags if tag == "rect"]) == made.queries


def test_ten_queries_gained_and_lost_most_come_in_order() -> None:
    made = comparison(40, texts={f"q{n:02}": f"query-{n:02}." for n in range(40)})
    page = Page(render_report(made, "en"))
    best, worst = page.text.split(TEXTS["worst"][0])
    order = sorted(made.per_query, key=lambda row: (-row.delta["nDCG@10"], row.query_id))
    assert re.findall(r"query-\d\d\.(?!:)", best.split(TEXTS["best"][0])[1]) == [row.text for row in order[:10]]
    assert re.findall(r"query-\d\d\.(?!:)", worst) == [row.text for row in order[:-11:-1]]
    assert TEXTS["marks"][0] not in page.text


def test_texts_are_data_and_nothing_is_fetched_or_run() -> None:
    html = render_report(
        comparison(texts={"q01": NASTY}, divided={"q01": {"kind": NASTY}}), "ko", titles={"m00": NASTY}, qrels={}
    )
    page = Page(html)
    assert page.text.count(NASTY) >= 4  # bar, row, slice, film
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "a", "b", "i", "base"}
    assert not any(name.startswith("on") or name in ("src", "href") for _, attrs in page.tags for name in attrs)
    assert "http" not in html.replace("http-equiv", "")


def test_slices_are_shown_where_there_are_some() -> None:
    divided = {f"q{n:02}": {"language": "ko" if n % 2 else "en", "length": "short", "kind": "plot"} for n in range(30)}
    made = comparison(divided=divided)
    page = Page(render_report(made, "en"))
    assert made.slices
    for part in made.slices:
        assert f"{part.base:.3f}" in page.text and f"{part.delta:+.3f}" in page.text
    for words in ("Korean", "English", "short (up to 4 words)", "plot"):
        assert words in page.text
    assert TEXTS["slices"][0] not in Page(render_report(comparison(), "en")).text


def test_a_single_query_and_an_older_comparison_can_be_reported() -> None:
    made = comparison(1)
    older = replace(made, lineage={"split": "my own file"})
    page = Page(render_report(older, "en"))
    assert "a single query" in page.text and "1 my own file queries" in page.text
    own = replace(made, lineage={"split": "picked", "set": {"name": "Korean plots", "origin": "picked"}})
    assert "1 Korean plots queries" in Page(render_report(own, "en")).text
    assert TEXTS["lineage_rankings_none"][0] in page.text
    assert TEXTS["best_none"][0] in page.text


def test_every_verdict_and_every_language_has_its_words() -> None:
    assert {kind.value for kind in VerdictKind} <= TEXTS.keys()
    for key, sentences in TEXTS.items():
        english, korean = ({name for _, name, _, _ in Formatter().parse(each) if name} for each in sentences)
        assert english == korean and all(each.strip() for each in sentences), key


def test_bars_stand_for_the_differences_and_intervals_for_the_intervals() -> None:
    made = comparison()
    chart = difference_chart(made)
    unit = max(bar.height for bar in chart.bars) / max(abs(bar.delta) for bar in chart.bars)
    assert [bar.delta for bar in chart.bars] == sorted((row.delta["nDCG@10"] for row in made.per_query), reverse=True)
    for bar in chart.bars:
        assert bar.height == pytest.approx(unit * abs(bar.delta))
        assert (bar.y + bar.height if bar.delta >= 0 else bar.y) == pytest.approx(chart.zero)
        assert bar.y >= 0 and bar.y + bar.height <= chart.height and bar.x + bar.width <= chart.right + 1e-6
    marks = interval_chart(made)
    for mark, (name, measure) in zip(marks.marks, made.measures.items(), strict=True):
        assert measure.ci is not None and mark.low is not None and mark.high is not None
        assert mark.name == name and mark.low <= mark.dot <= mark.high
        assert (mark.dot > marks.zero) == (measure.delta > 0)
        assert (mark.low > marks.zero) == (measure.ci[0] > 0)


@pytest.mark.parametrize("largest", [0.0, 0.004, 0.07, 0.3, 1.0, 12.7])
def test_an_axis_reaches_as_far_as_its_largest_value_at_round_ticks(largest: float) -> None:
    reach, ticks = scale(largest)
    values = [value for value, _ in ticks]
    assert reach >= largest and values[0] == -reach and values[-1] == reach
    assert 3 <= len(ticks) <= 7
    assert all(float(label) == pytest.approx(value) for value, label in ticks)
