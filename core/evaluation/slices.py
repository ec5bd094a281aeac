"""Where the difference lies: nDCG@10 of both models over parts of the queries.

The ways to divide them (``Way``), each of which puts a query into one slice or, where nothing is known, into none:

* ``language``: of the query, "ko" or "en".
* ``kind``: of the query, as the team names it.
* ``length``: of the query in words: "short" up to 4, as people type into a search box (queries of 5 words and more
  are called verbose: Gupta and Bendersky 2015), "medium" to 15, "long" from 16.
* ``training``: "unseen" when no film labelled positive for the query was a positive of a train query of the run
  itself, else "seen". No run, no such slice.
* ``popularity``: "head" when at least half of the films labelled positive for the query are head films, else "tail".
  Head films are the fewest, most often positive first and equal counts together, that hold half of all positive
  labels: the team's, of every split, or those of the files that the queries came from. A film that is positive for a
  single query never is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from core.evaluation.measures import Qrels, mean
from core.evaluation.paired import Interval, differences, interval, interval_from, tally
from core.evaluation.significance import FEWEST_DIFFERING, holm, sign_flip_p
from core.words import words

SHORT_TO = 4
MEDIUM_TO = 15
HEAD_SHARE = 0.5
FEWEST_FOR_HEAD = 2
FEWEST_QUERIES = FEWEST_DIFFERING


class Way(StrEnum):
    """A way to divide queries, in the order in which they are shown."""

    LANGUAGE = "language"
    KIND = "kind"
    LENGTH = "length"
    TRAINING = "training"
    POPULARITY = "popularity"


ORDER = ("ko", "en", "short", "medium", "long", "seen", "unseen", "head", "tail")
Membership = Mapping[str, str]


class Described(Protocol):
    """A query with what is known of it: one of the store, or a row of a snapshot."""

    @property
    def query_id(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def lang(self) -> str: ...

    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SliceComparison:
    """nDCG@10 of both models over the queries of one slice.

    Attributes:
        way, value: how the queries were divided, and which part this is.
        base, tuned, delta, ci, wins, ties, losses: as in ``MeasureComparison``.
        p: of the sign-flip test; ``None`` for fewer than 6 queries, or fewer than 6 that differ.
        p_adjusted: ``p`` after Holm's correction over all slices of the comparison.
    """

    way: str
    value: str
    queries: int
    base: float
    tuned: float
    delta: float
    ci: Interval | None
    p: float | None
    p_adjusted: float | None
    wins: int
    ties: int
    losses: int

    @property
    def too_few(self) -> bool:
        """Whether no outcome on so few queries could be more than chance."""
        return self.queries < FEWEST_QUERIES

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> SliceComparison:
        """Read what ``Comparison.as_dict`` wrote."""
        return cls(**{**row, "ci": interval_from(row["ci"])})


def memberships(
    queries: Iterable[Described], qrels: Qrels, *, labels: Qrels, trained: Collection[str] | None
) -> dict[str, dict[str, str]]:
    """Return for each query the slices that it is in: way to value.

    Args:
        queries: among them those to divide; of several rows of one query the last counts.
        qrels: the grade of each judged film, for each query to divide.
        labels: the grades of all queries that these are part of: what makes a film a head film.
        trained: the films that were positives of the run's train queries; ``None`` where no run is compared.
    """
    head = head_films(labels)
    divided = {}
    for query in {query.query_id: query for query in queries if query.query_id in qrels}.values():
        positives = [film for film, grade in qrels[query.query_id].items() if grade > 0]
        found = {Way.LANGUAGE: query.lang, Way.KIND: query.kind, Way.LENGTH: length_of(query.text)}
        if positives and trained is not None:
            found[Way.TRAINING] = "seen" if any(film in trained for film in positives) else "unseen"
        if positives:
            in_head = sum(film in head for film in positives)
            found[Way.POPULARITY] = "head" if 2 * in_head >= len(positives) else "tail"
        divided[query.query_id] = {way.value: value for way, value in found.items() if value}
    return divided


def length_of(text: str) -> str:
    """Return the slice of a query by its words."""
    count = len(words(text))
    return "short" if count <= SHORT_TO else "medium" if count <= MEDIUM_TO else "long"


def head_films(labels: Qrels) -> frozenset[str]:
    """Return the films that hold half of all positive labels (see this module)."""
    counts = Counter(film for grades in labels.values() for film, grade in grades.items() if grade > 0)
    wanted = HEAD_SHARE * counts.total()
    held = 0
    for count in sorted(set(counts.values()), reverse=True):
        held += count * sum(each == count for each in counts.values())
        if held >= wanted:
            fewest = max(count, FEWEST_FOR_HEAD)
            return frozenset(film for film, each in counts.items() if each >= fewest)
    return frozenset()


def compare_slices(
    base: Mapping[str, float], tuned: Mapping[str, float], divided: Mapping[str, Membership]
) -> tuple[SliceComparison, ...]:
    """Compare both models on every slice that has a query, by way, then in the order of ``ORDER``, then by name.

    Args:
        base, tuned: nDCG@10 of each scored query.
        divided: the slices of each query, as ``memberships`` returns them.
    """
    members: dict[tuple[str, str], list[str]] = {}
    for query_id in base:
        for way, value in divided.get(query_id, {}).items():
            members.setdefault((way, value), []).append(query_id)
    found = sorted(members, key=_place)
    deltas = {key: differences(_of(base, members[key]), _of(tuned, members[key])) for key in found}
    p_values = {_name(key): sign_flip_p(deltas[key]) for key in found}
    adjusted = holm(p_values)
    compared = []
    for key in found:
        queries = members[key]
        wins, ties, losses = tally(deltas[key])
        compared.append(
            SliceComparison(
                way=key[0],
                value=key[1],
                queries=len(queries),
                base=mean(_of(base, queries)),
                tuned=mean(_of(tuned, queries)),
                delta=mean(deltas[key]),
                ci=interval(deltas[key]),
                p=p_values[_name(key)],
                p_adjusted=adjusted[_name(key)],
                wins=wins,
                ties=ties,
                losses=losses,
            )
        )
    return tuple(compared)


def _place(key: tuple[str, str]) -> tuple[int, int, str]:
    way, value = key
    return list(Way).index(Way(way)), ORDER.index(value) if value in ORDER else len(ORDER), value


def _name(key: tuple[str, str]) -> str:
    return "/".join(key)


def _of(values: Mapping[str, float], queries: Iterable[str]) -> list[float]:
    return [values[query_id] for query_id in queries]
