"""Looking up the queries and films of imported rows; what cannot be found is noted with file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import LabelError
from core.judgments.exchange.films import FilmFinder
from core.judgments.exchange.problems import ProblemLog, shown
from core.judgments.exchange.row import Row
from core.judgments.queries import QueryPlan, fixed_split, plan_queries
from core.judgments.split import group_key
from core.judgments.types import NewQuery, Query, Split
from core.quoting import quoted

LINES_NAMED = 5
FILMS_NAMED = 3


@dataclass(frozen=True, slots=True)
class FoundQueries:
    """The queries of a file: what adding them would change, and for each as it came in the one it stands for.

    Requests that have a problem are in neither.
    """

    plan: QueryPlan
    by_request: Mapping[NewQuery, Query]
    request_of: Mapping[NewQuery, NewQuery]


def find_queries(
    rows: Sequence[Row], known: Sequence[Query], labelled_groups: Collection[str], problems: ProblemLog
) -> FoundQueries:
    """Return what the queries of ``rows`` are, checked against each other and against those that are ``known``."""
    first: dict[NewQuery, Row] = {}
    for row in rows:
        first.setdefault(row.query, row)
    texts = {row.query.query_id: row.query.text for row in rows if row.query.text}
    texts |= {query.query_id: query.text for query in known}
    groups: dict[str, str] = {query.query_id: query.group for query in known}
    fixed = {query.group: query for query in known if query.group in labelled_groups}
    given: dict[str, tuple[Split, Row]] = {}
    request_of: dict[NewQuery, NewQuery] = {}
    for asked, row in first.items():
        query = asked
        if not query.text:
            if query.query_id not in texts:
                message = (
                    f"the text of query {quoted(query.query_id)} is unknown. Add the file that holds the queries, "
                    "or remove the line."
                )
                problems.note(row.file, row.line, message, field="query_id", value=query.query_id)
                continue
            query = replace(query, text=texts[query.query_id])
        group = group_key(query.text)
        if query.query_id and groups.setdefault(query.query_id, group) != group:
            message = (
                f"query id {quoted(query.query_id)} stands for another text than {quoted(shown(query.text))} already. "
                "Give one of them another id."
            )
            problems.note(row.file, row.line, message, field="query_id", value=query.query_id)
            continue
        if query.split is not None and not _split_fits(query, query.split, group, given, fixed, row, problems):
            continue
        request_of[asked] = query
    requests = list(dict.fromkeys(request_of.values()))
    try:
        plan = plan_queries(known, requests)
    except LabelError as reason:  # what the checks above do not know of
        problems.note("", None, str(reason))
        return FoundQueries(QueryPlan([], [], {}), {}, {})
    return FoundQueries(plan, dict(zip(requests, plan.queries, strict=True)), request_of)


def _split_fits(
    query: NewQuery,
    split: Split,
    group: str,
    given: dict[str, tuple[Split, Row]],
    fixed: Mapping[str, Query],
    row: Row,
    problems: ProblemLog,
) -> bool:
    standing = fixed.get(group)
    if standing is not None and standing.split is not split:
        problems.note(row.file, row.line, fixed_split(standing, split), field="split", value=split.value)
        return False
    other, where = given.setdefault(group, (split, row))
    if other is not split:
        message = (
            f"this query is given to {split.value}, but in {where.file}, line {where.line}, to {other.value}: one "
            "split would leak into the other. Give both lines the same split."
        )
        problems.note(row.file, row.line, message, field="split", value=split.value)
        return False
    return True


def find_films(rows: Iterable[Row], finder: FilmFinder, problems: ProblemLog, *, skip_unknown: bool) -> dict[Row, str]:
    """Return the film of each row whose film is found; the other films are noted once each, with their lines.

    With ``skip_unknown`` they are remarks, and their lines are left out of the import.
    """
    found: dict[Row, str] = {}
    cache: dict[tuple[str, str], list[str]] = {}
    lost: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = (row.movie_id, row.film_text if not row.movie_id.strip() else "")
        if key not in cache:
            cache[key] = finder.by_id(row.movie_id) if row.movie_id.strip() else finder.by_text(row.film_text)
        if len(cache[key]) == 1:
            found[row] = cache[key][0]
        else:
            lost.setdefault(key, []).append(row)
    for (movie_id, text), at in lost.items():
        what = _what_is_lost(movie_id, text, cache[movie_id, text])
        field = "movie_id" if movie_id.strip() else "film"
        message = what + _also(at)
        problems.note(
            at[0].file, at[0].line, message, field=field, value=movie_id.strip() or text, fatal=not skip_unknown
        )
    return found


def _what_is_lost(movie_id: str, text: str, found: list[str]) -> str:
    if movie_id.strip():
        return f"movie {quoted(movie_id)} is not in the catalogue. Import the film, or remove the line."
    if not found:
        return "no film of the catalogue has this text or title. Import the film, or remove the line."
    named = ", ".join(found[:FILMS_NAMED]) + (", ..." if len(found) > FILMS_NAMED else "")
    return f"{len(found)} films have this text or title ({named}). Give the film's id, in JSONL or CSV."


def _also(rows: list[Row]) -> str:
    # A line of a triplets file can name one film twice.
    lines = list(dict.fromkeys((row.file, row.line) for row in rows))[1:]
    if not lines:
        return ""
    named = ", ".join(str(line) for _, line in lines[:LINES_NAMED])
    more = f" and {len(lines) - LINES_NAMED:,} more" if len(lines) > LINES_NAMED else ""
    return f" Also in line{'s' if len(lines) > 1 else ''} {named}{more}."
