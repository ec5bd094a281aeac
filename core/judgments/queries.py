"""Taking queries in: which are new, which are there already, and the split of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import LabelError
from core.judgments.split import assign_split, detect_language, group_key
from core.judgments.storable import check_storable
from core.judgments.types import NewQuery, Query, Split
from core.quoting import quoted

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What adding queries would change.

    ``queries`` answers the request in its order, ``new`` are those to insert, ``moved`` the known groups whose split
    a file sets to another one than they have.
    """

    queries: list[Query]
    new: list[Query]
    moved: dict[str, Split]


def plan_queries(known: Sequence[Query], incoming: Iterable[NewQuery]) -> QueryPlan:
    """Return what adding ``incoming`` to ``known`` would change.

    A query without an id whose normalised text is known is the known query. One with an id of its own keeps it, so
    that its qrels find it, but shares the group and therefore the split. A split that comes with the query wins
    over the split by hash.

    Raises:
        LabelError: an id or text is empty, an id is taken by another text, or one text is given two splits.
    """
    requests = [(request, group_key(_checked(request).text)) for request in incoming]
    given = _given_splits(requests)
    by_id = {query.query_id: query for query in known}
    by_group = {query.group: query for query in sorted(known, key=lambda query: query.query_id, reverse=True)}
    moved = {group: split for group, split in given.items() if group in by_group and by_group[group].split != split}
    found: list[Query] = []
    new: list[Query] = []
    for request, group in requests:
        twin = by_group.get(group)
        query = by_id.get(request.query_id) if request.query_id else twin
        if query is None:
            split = given.get(group) or (twin.split if twin else assign_split(group))
            query = _complete(request, group, split)
            new.append(query)
        if query.group != group:
            raise LabelError(
                f"Query id {quoted(query.query_id)} stands for {quoted(query.text)} already and cannot stand for "
                f"{quoted(request.text)} too. Give one of them another id."
            )
        by_id[query.query_id] = query
        by_group.setdefault(group, query)
        found.append(replace(query, split=moved.get(group, query.split)))
    return QueryPlan(found, new, moved)


def fixed_split(query: Query, split: Split) -> str:
    """Return why a labelled query cannot be given to another split, and what to do."""
    return (
        f"Query {quoted(query.query_id)} ({quoted(query.text)}) is given to {split.value}, but it has been labelled in "
        f"{query.split.value}. A split is fixed before labelling, or a model is tested on what it has learnt. Remove "
        "the split from the file."
    )


def _checked(request: NewQuery) -> NewQuery:
    check_storable(text=request.text, query_id=request.query_id, lang=request.lang, kind=request.kind)
    if not request.text.strip():
        raise LabelError(f"Query {quoted(request.query_id or '')} has no text. Write what a viewer would ask.")
    if request.query_id and len(request.query_id.split()) != 1:
        raise LabelError(
            f"Query id {quoted(request.query_id)} holds white space, which qrels files cannot. Choose another."
        )
    if request.query_id and BYTE_ORDER_MARK in request.query_id:
        raise LabelError(
            f"Query id {quoted(request.query_id)} holds a byte order mark, which readers drop. Take it out."
        )
    return request


def _given_splits(requests: Iterable[tuple[NewQuery, str]]) -> dict[str, Split]:
    given: dict[str, Split] = {}
    first: dict[str, NewQuery] = {}
    for request, group in requests:
        if request.split is None:
            continue
        if given.setdefault(group, request.split) != request.split:
            other = first[group]
            raise LabelError(
                f"{quoted(other.text)} ({other.query_id or 'no id'}) is given to {other.split} and "
                f"{quoted(request.text)} ({request.query_id or 'no id'}) to {request.split}, but they are the same "
                "query: one split would leak into the other. Give both the same split."
            )
        first.setdefault(group, request)
    return given


def _complete(request: NewQuery, group: str, split: Split) -> Query:
    lang = detect_language(request.text) if request.lang is None else request.lang
    return Query(request.query_id or f"q-{group}", request.text.strip(), lang, request.kind, split, group)
