"""What a comparison is made on: the queries of one split, some of them, or queries of one's own from files.

A query that a model has learnt from says nothing of how it does on others, so train queries never count: not those
of the team, nor those of the runs that are compared, nor queries whose text is nearly the same (``group_key``). They
are kept apart and told, so that nobody wonders where they went. Test and dev queries are never in one set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.errors import EvaluationError
from core.judgments import JudgedQueries, Query, Split, Truth


class Origin(StrEnum):
    """Where a set of queries comes from."""

    SPLIT = "split"
    PICKED = "picked"
    UPLOADED = "uploaded"


@dataclass(frozen=True, slots=True)
class Pick:
    """Some queries of one split: those of any of the languages, any of the kinds and among the ids; empty takes all."""

    split: Split
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    query_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.split is Split.TRAIN:
            raise EvaluationError(
                "split is 'train'; expected 'test' or 'dev': models are not scored on what they learnt."
            )

    def takes(self, query: Query) -> bool:
        """Tell whether a query is one of them."""
        return query.split is self.split and all(
            not wanted or value in wanted
            for wanted, value in (
                (self.languages, query.lang),
                (self.kinds, query.kind),
                (self.query_ids, query.query_id),
            )
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        lists = {"languages": self.languages, "kinds": self.kinds, "query_ids": self.query_ids}
        return {"split": self.split.value} | {name: sorted(values) for name, values in lists.items()}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Pick:
        """Read what ``as_dict`` wrote."""
        return cls(Split(row["split"]), *(tuple(row[name]) for name in ("languages", "kinds", "query_ids")))


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries with their labels.

    Attributes:
        name: what the team calls it; of a split, the split.
        queries, qrels: those that count, and the grade of each judged film.
        train: queries that are left out, since a model may have learnt from them.
        made_from: JSON values that say where it comes from: a pick, or the names of files.
    """

    name: str
    origin: Origin
    queries: tuple[Query, ...]
    qrels: dict[str, dict[str, int]]
    train: tuple[Query, ...] = ()
    made_from: dict[str, Any] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The text of each query."""
        return {query.query_id: query.text for query in self.queries}

    @property
    def scorable(self) -> int:
        """How many queries have a film labelled positive."""
        return sum(any(grades.values()) for grades in self.qrels.values())

    @property
    def split_name(self) -> str:
        """What a comparison keeps as its split: that of a split, else the origin, whatever the set is called."""
        return self.name if self.origin is Origin.SPLIT else self.origin.value

    def record(self) -> dict[str, Any] | None:
        """Return what a comparison keeps of a set, ``None`` of a plain split."""
        if self.origin is Origin.SPLIT:
            return None
        return {"name": self.name, "origin": self.origin.value, "train_left_out": len(self.train), **self.made_from}


def split_set(split: Split, known: Iterable[Query], labels: Truth) -> QuerySet:
    """Return the judged queries of a split, as snapshots give them: those too about which everybody is unsure."""
    return _labelled(split.value, Origin.SPLIT, (query for query in known if query.split is split), labels)


def picked_set(
    name: str, pick: Pick, known: Iterable[Query], labels: Truth, *, learnt: Collection[str] = ()
) -> QuerySet:
    """Return some of the known queries with the team's labels.

    Args:
        learnt: groups of the queries that the compared runs were trained on.
    """
    taken = [query for query in known if pick.takes(query)]
    chosen = _labelled(name, Origin.PICKED, (query for query in taken if query.group not in learnt), labels)
    train = tuple(query for query in taken if query.group in learnt)
    return QuerySet(name, Origin.PICKED, chosen.queries, chosen.qrels, train, pick.as_dict())


def uploaded_set(name: str, judged: JudgedQueries, known: Iterable[Query], *, learnt: Collection[str] = ()) -> QuerySet:
    """Return queries of files with the files' own labels; arguments as in ``picked_set``."""
    groups = {query.group for query in known if query.split is Split.TRAIN} | set(learnt)
    groups |= {query.group for query in judged.queries if query.query_id in judged.train}
    counted = tuple(query for query in judged.queries if query.group not in groups)
    return QuerySet(
        name,
        Origin.UPLOADED,
        counted,
        {query.query_id: judged.qrels[query.query_id] for query in counted},
        tuple(query for query in judged.queries if query.group in groups),
        {"files": list(judged.files)},
    )


def _labelled(name: str, origin: Origin, queries: Iterable[Query], labels: Truth) -> QuerySet:
    judged = sorted(
        (query for query in queries if query.query_id in labels.grades or query.query_id in labels.unsure),
        key=lambda query: query.query_id,
    )
    grades = {
        query.query_id: dict(sorted(labels.grades[query.query_id].items()))
        for query in judged
        if query.query_id in labels.grades
    }
    return QuerySet(name, origin, tuple(judged), grades)
