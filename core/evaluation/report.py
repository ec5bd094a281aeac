"""A comparison as one HTML file that can be handed on: nothing is fetched, no script runs, all texts are escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from core.catalog import Catalog
from core.evaluation.comparison import Comparison
from core.evaluation.kept_rankings import has_rankings, load_rankings
from core.evaluation.measures import PRIMARY, Qrels
from core.evaluation.report_charts import difference_chart, interval_chart
from core.evaluation.report_texts import TEXTS, Language, speaking
from core.evaluation.significance import NEGLIGIBLE
from core.evaluation.verdict import VerdictKind
from core.workspace import Workspace

TEMPLATE = "report.html.jinja"
MOST_QUERIES = 10
NONE = "–"
ORDER = ("split", "set", "depth", "catalog", "queries", "qrels", "base", "tuned", "rankings")  # of the lineage
RELEVANT, NOT_RELEVANT, UNJUDGED = "✓", "✗", "·"


def report_of(comparison: Comparison, workspace: Workspace, language: Language, films: Catalog | None) -> str:
    """Return the report of a kept comparison, with the films' titles and the grades that were kept.

    Raises:
        EvaluationError: the file of what it ranked, and of the grades, is gone or damaged.
    """
    korean = language == "ko"
    titles = {film.movie_id: (film.title_ko if korean else "") or film.title for film in films or ()}
    qrels = load_rankings(comparison, workspace).qrels if has_rankings(comparison) else None
    return render_report(comparison, language, titles=titles, qrels=qrels)


def render_report(
    comparison: Comparison,
    language: Language,
    *,
    titles: Mapping[str, str] | None = None,
    qrels: Qrels | None = None,
) -> str:
    """Return a comparison as a page of HTML, in Korean (``ko``) or English (``en``), light and dark.

    Args:
        titles: the title of each film; a film without one is shown by its id.
        qrels: the grades it was scored with, to mark the films of the lists; ``None`` where they were not kept.
    """
    t = speaking(language)
    rows = sorted(comparison.per_query, key=lambda row: (-row.delta[PRIMARY], row.query_id))
    gained = [row for row in rows if row.delta[PRIMARY] > NEGLIGIBLE]
    lost = [row for row in reversed(rows) if row.delta[PRIMARY] < -NEGLIGIBLE]

    def known(kind: str, value: str) -> str:
        return t(f"{kind}_{value}") if f"{kind}_{value}" in TEXTS else value

    def mark_of(query_id: str, movie_id: str) -> str:
        if qrels is None:
            return ""
        grade = qrels.get(query_id, {}).get(movie_id)
        return UNJUDGED if grade is None else RELEVANT if grade >= 1 else NOT_RELEVANT

    return _template().render(
        comparison=comparison,
        language=language,
        t=t,
        known=known,
        mark_of=mark_of,
        marked=qrels is not None,
        titles=titles or {},
        measure=PRIMARY,
        primary=comparison.measures[PRIMARY],
        split=queries_called(comparison, language),
        when=_when(comparison.created_at),
        verdict=verdict_sentences(comparison, language),
        intervals=interval_chart(comparison),
        bars=difference_chart(comparison),
        best=gained[:MOST_QUERIES],
        worst=lost[:MOST_QUERIES],
        slices=comparison.slices,
        lineage=list(lineage_lines(comparison, language)),
    )


def queries_called(comparison: Comparison, language: Language) -> str:
    """Return what the queries of a comparison are called: a split, or the name of a set of somebody's own."""
    split = str(comparison.lineage.get("split", ""))
    own = (comparison.lineage.get("set") or {}).get("name")
    return str(own) if own else speaking(language)(f"split_{split}") if f"split_{split}" in TEXTS else split


def verdict_sentences(comparison: Comparison, language: Language) -> list[str]:
    """Return the figures that the verdict rests on, and what stands in the way of another one."""
    verdict = comparison.verdict
    t = speaking(language)
    values = {"delta": _signed(verdict.delta), "queries": verdict.queries, "differing": verdict.differing}
    if verdict.ci is None:
        sentences = [t("figures_one", **values)]
    else:
        low, high = (_signed(end) for end in verdict.ci)
        sentences = [t("figures", low=low, high=high, p=_p(verdict.p), **values)]
    if verdict.missing:
        judged = {"judged_base": f"{verdict.judged_base:.0%}", "judged_tuned": f"{verdict.judged_tuned:.0%}"}
        sentences.append(t("judged", pairs=f"{len(verdict.missing):,}", **judged))
    if verdict.kind is VerdictKind.CANNOT_TELL and verdict.smallest_detectable is not None:
        sentences.append(t("detectable", detectable=_figure(verdict.smallest_detectable)))
    return sentences


def lineage_lines(comparison: Comparison, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what the figures were made from: (what, value); an entry without a name of ours stands under its own."""
    t = speaking(language)
    yield t("lineage_name"), comparison.name
    yield t("lineage_when"), _when(comparison.created_at)
    made_from = comparison.lineage
    for key, value in ((key, made_from[key]) for key in dict.fromkeys([*ORDER, *made_from]) if key in made_from):
        label = t(f"lineage_{key}") if f"lineage_{key}" in TEXTS else key
        if isinstance(value, Mapping):
            for part, each in value.items():
                named = t(f"origin_{part}") if f"origin_{part}" in TEXTS else str(part)
                yield f"{label}, {named}", str(each)
        else:
            yield label, str(value)
    if "rankings" not in comparison.lineage:
        yield t("lineage_rankings"), t("lineage_rankings_none")


def _template() -> Template:
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    pages.filters.update(figure=_figure, signed=_signed, interval=_interval, p=_p)
    return pages.get_template(TEMPLATE)


def _when(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}"


def _interval(ends: tuple[float, float] | None) -> str:
    return NONE if ends is None else f"{_signed(ends[0])} … {_signed(ends[1])}"


def _p(value: float | None) -> str:
    if value is None:
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
