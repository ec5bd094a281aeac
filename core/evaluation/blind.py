"""Two systems before a curator who does not know which is which: who stands as A, in what order, in one list or two.

All of it follows from a hash of the query, the curator and the two systems, so that a page drawn again shows the same.
The hash stays on the server; what is shown holds letters and films alone. Curators see a query at different times and
under different letters, so that neither tiredness nor a liking for the left favours a system.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from core.fingerprint import fingerprint
from core.judgments.preferences import Choice, Form, ShownFilm, Side, Systems

TOP = 10


def assign(query_id: str, annotator: str, form: Form, systems: tuple[str, str]) -> Systems:
    """Return which of two systems stands as A; which of them is named first makes no difference."""
    first, second = sorted(systems)
    turned = _coin("sides", form.value, query_id, annotator, first, second)
    return Systems(second, first) if turned else Systems(first, second)


def in_order(query_ids: Iterable[str], annotator: str, form: Form, systems: tuple[str, str]) -> list[str]:
    """Return the queries in the order in which a curator judges them; one that joins leaves it as it was."""
    setting = ("order", form.value, annotator, *sorted(systems))
    return sorted(query_ids, key=lambda query_id: fingerprint([*setting, query_id]))


def side_by_side(a: Sequence[str], b: Sequence[str]) -> tuple[ShownFilm, ...]:
    """Return the top ten of A, then that of B."""
    return tuple(ShownFilm(movie_id, side) for side, top in ((Side.A, a), (Side.B, b)) for movie_id in top[:TOP])


def interleaved(
    query_id: str, annotator: str, systems: Systems, a: Sequence[str], b: Sequence[str]
) -> tuple[ShownFilm, ...]:
    """Return the ten films that a curator sees in one list, each with the side that it is credited to."""
    return team_draft(a, b, lambda turn: _coin("draft", turn, query_id, annotator, systems.a, systems.b))


def team_draft(
    a: Sequence[str], b: Sequence[str], coin: Callable[[int], bool], length: int = TOP
) -> tuple[ShownFilm, ...]:
    """Draw two rankings into one list by teams (Radlinski, Kurup and Joachims 2008, algorithm 2).

    The side that has fewer films chooses its best that is not in the list yet; where both have as many, ``coin`` says
    whether A chooses, given how many films there are. A film that both have found belongs to the side that chose it.
    The list ends where a ranking has nothing left, since from there on the other would choose alone.

    >>> drawn = team_draft(["x", "y"], ["x", "z", "w"], coin=lambda films: True)
    >>> [(film.movie_id, film.side.value) for film in drawn]
    [('x', 'a'), ('z', 'b'), ('y', 'a')]
    """
    drawn: dict[str, Side] = {}
    left = {Side.A: list(a), Side.B: list(b)}
    while len(drawn) < length:
        left = {side: [movie_id for movie_id in ranking if movie_id not in drawn] for side, ranking in left.items()}
        if not all(left.values()):
            break
        lead = sum(1 if side is Side.A else -1 for side in drawn.values())
        side = Side.A if lead < 0 or (lead == 0 and coin(len(drawn))) else Side.B
        drawn[left[side][0]] = side
    return tuple(ShownFilm(movie_id, side) for movie_id, side in drawn.items())


def more_credits(shown: Iterable[ShownFilm], marked: Collection[str]) -> Choice:
    """Return which side of an interleaved list has more of the films that a curator marked."""
    sides = [film.side for film in shown if film.movie_id in marked]
    lead = sides.count(Side.A) - sides.count(Side.B)
    return Choice.SAME if lead == 0 else Choice.A if lead > 0 else Choice.B


def _coin(*key: str | int) -> bool:
    return int(fingerprint(["coin", *key]), 16) % 2 == 1
