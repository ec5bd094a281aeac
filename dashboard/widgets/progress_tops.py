"""What the base and the tuned model in use rank first for every query. Looking it up may load a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation.measures import TOP
from core.judgments import Query
from dashboard import resources, session
from dashboard.widgets.label_work import SEARCHED
from dashboard.widgets.problems import shown_as_problems

PAGE = "progress"


@dataclass(frozen=True, slots=True)
class TopLists:
    """For each model that could be asked, the first films of each query, by query id: the base's, then the tuned's."""

    base: dict[str, tuple[str, ...]] | None = None
    tuned: dict[str, tuple[str, ...]] | None = None

    @property
    def lists(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The lists that there are."""
        named = {"base": self.base, "tuned": self.tuned}
        return {name: found for name, found in named.items() if found is not None}


def known_tops(queries: Sequence[Query]) -> TopLists | None:
    """Return the lists, ``None`` where this session has not looked them up for these queries and models yet."""
    return _search(queries) if session.recall(PAGE, "looked_up", None) == _asked(queries) else None


def look_up(queries: Sequence[Query]) -> None:
    """Look the lists up, behind a progress bar while a model loads."""
    _search(queries)
    session.remember(PAGE, "looked_up", _asked(queries))


def _asked(queries: Sequence[Query]) -> tuple[tuple[str, ...], str, int]:
    return resources.serving_models(), resources.catalog().fingerprint, len(queries)


def _search(queries: Sequence[Query]) -> TopLists:
    found: dict[str, dict[str, tuple[str, ...]]] = {}  # searched as deep as on the Label page, so that one search does
    for side, name in zip(("base", "tuned"), resources.serving_models(), strict=False):
        with shown_as_problems():  # one model that cannot be loaded does not hide what the other finds
            tops = resources.top_films(name, [query.text for query in queries], SEARCHED)
            found[side] = {query.query_id: tops[query.text][:TOP] for query in queries}
    return TopLists(found.get("base"), found.get("tuned"))
