"""What each of several retrievers finds for a text, as lists beside one another with the moves against the first."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import ReelignError
from core.index import Hit
from core.retrievers import FUSED, LEXICAL
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.compare_lists import FilmList, Move, Row
from dashboard.widgets.rank_moves import DEPTH, TOP, Change, Place, left_out, move_text, places

log = logging.getLogger("reelign.dashboard")


@dataclass(frozen=True, slots=True)
class System:
    """A retriever as it stands in the lists: its name, the part it plays ("Base"), and its title."""

    name: str
    part: str
    title: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a retriever finds for a text; ``problem`` says why there is nothing when it cannot be used."""

    hits: tuple[Hit, ...] = ()
    problem: str = ""


def ranking(name: str, text: str) -> Ranking:
    """Return what a retriever finds; one that fails says so in its own list and does not stop the others."""
    try:
        return Ranking(resources.found(name, text, DEPTH))
    except ReelignError as reason:
        return Ranking(problem=str(reason))
    except Exception as reason:
        log.exception("Searching with %s failed.", name)
        return Ranking(problem=t("problems.unexpected", kind=type(reason).__name__))


def ranked_lists(systems: Sequence[System], text: str) -> list[FilmList]:
    """Search with every system and return the lists, with what became of each film against the first that was found."""
    rankings = {system: ranking(system.name, text) for system in systems}
    ids = {system: [hit.movie_id for hit in found.hits] for system, found in rankings.items() if not found.problem}
    moves, counts = _against_first(ids)
    lists = []
    for system, found in rankings.items():
        rows = tuple(
            Row(hit.movie_id, hit.rank, score_text(system.name, hit.score), moves.get((system, hit.movie_id), ()))
            for hit in found.hits[:TOP]
        )
        note = counts.get(system, "") if rows else t("compare.no_word")
        lists.append(FilmList(system.part, system.title, rows, "" if found.problem else note, found.problem))
    return lists


def _against_first(
    ids: Mapping[System, Sequence[str]],
) -> tuple[dict[tuple[System, str], tuple[Move, ...]], dict[System, str]]:
    """Return the moves of each film by list, and what changed in each list but the first in one line."""
    if not ids:
        return {}, {}
    first, *others = ids
    away = left_out(ids[first], [ids[other] for other in others])
    moves = {(first, movie_id): _away(by, others) for movie_id, by in away.items()}
    counts = {}
    for number, other in enumerate(others):
        became = places(ids[first], ids[other])[1]
        moves |= {(other, place.movie_id): (_move(place),) for place in became}
        counts[other] = _counts(became, sum(number in by for by in away.values()))
    return moves, counts


def _away(by: Mapping[int, Place], others: Sequence[System]) -> tuple[Move, ...]:
    """Return where a film of the first list was left out; the list is named where there are several."""
    if len(others) == 1:
        return tuple(_move(place) for place in by.values())
    return tuple(_move(place, others[number].part) for number, place in by.items())


def _move(place: Place, part: str = "") -> Move:
    whole = move_text(place)
    if not part:
        return Move(place.change, whole, whole)
    beyond = t("compare.away_beyond", list=part, depth=DEPTH)
    short = beyond if place.other is None else t("compare.away", list=part, rank=place.other)
    return Move(place.change, short, f"{part}: {whole}")


def _counts(became: Sequence[Place], gone: int) -> str:
    new = sum(place.change is Change.NEW for place in became)
    moved = sum(place.change in (Change.UP, Change.DOWN) for place in became)
    if new or moved or gone:
        return t("compare.counts", new=new, moved=moved, left_out=gone)
    return t("compare.same_as_first")


def score_text(name: str, score: float) -> str:
    """Return a score with the decimals that tell neighbours apart: BM25 in tens, cosines near 1, fusions near 0.03."""
    return f"{score:.{1 if name == LEXICAL else 4 if name.endswith(FUSED) else 3}f}"
