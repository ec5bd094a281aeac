"""No write to the labels without its right: every method of the store is either read from, or asked about first."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotAllowedError
from core.judgments import LabelStore, NewQuery, QrelRow
from core.judgments.preferences import Choice, Form, NewPreference, Systems
from core.roles import Action
from core.workspace import Workspace
from dashboard.guarded_store import FOR_OTHERS, PARTS, READS, WRITES, guarded

NO_PAGES = {"open", "rebuild"}  # making a store and mending one is the business of no page

Asked = list[tuple[Action, str | None]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LabelStore]:
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.add_queries([NewQuery("A quiet film", "q1")])
        yield opened


def public(one: object, prefix: str = "") -> set[str]:
    return {f"{prefix}{name}" for name, _ in inspect.getmembers(type(one)) if not name.startswith("_")}


def test_every_method_of_the_store_is_a_read_or_asks_first(store: LabelStore) -> None:
    there = public(store) - NO_PAGES
    parts = {name for name in vars(store) if not name.startswith("_")}
    assert parts == set(PARTS)
    for part in parts:
        there |= public(getattr(store, part), f"{part}.")
    assert there == READS | WRITES.keys() and not READS & WRITES.keys()
    assert set(FOR_OTHERS) <= WRITES.keys()


def test_writes_say_what_they_are_and_in_whose_name(store: LabelStore) -> None:
    asked: Asked = []
    page = guarded(store, lambda action, name: asked.append((action, name)))
    page.judge("q1", "m1", "kim", "positive", event_id="e1")
    page.judge("q1", "m1", annotator="lee", answer="negative", event_id="e2", adjudicates=True)
    page.undo("kim", event_id="e3")
    page.project.change("kim", depth=20)
    page.guidelines.write("One rule.", "kim")
    page.leases.take("q1", "kim")
    page.skips.skip("q1", "kim", "ambiguous")
    given = NewPreference("q1", "lee", Form.SIDE_BY_SIDE, Systems("a", "b"), Choice.A, (), ())
    page.preferences.record(given, preference_id="p1")
    page.add_queries([NewQuery("A loud film")])
    page.import_judgments([QrelRow(1, "q1", "m1", 1)], "crowd")
    assert asked == [
        (Action.JUDGE, "kim"),
        (Action.ADJUDICATE, "lee"),
        (Action.JUDGE, "kim"),
        (Action.CHANGE_SETTINGS, "kim"),
        (Action.EDIT_GUIDELINE, "kim"),
        (Action.JUDGE, "kim"),
        (Action.JUDGE, "kim"),
        (Action.JUDGE, "lee"),
        (Action.ADD_QUERIES, None),
        (Action.IMPORT_LABELS, None),
    ]


def test_what_is_refused_is_not_written(store: LabelStore) -> None:
    def refuse(action: Action, name: str | None) -> None:
        raise NotAllowedError(f"not {action}")

    page = guarded(store, refuse)
    for write in (
        lambda: page.judge("q1", "m1", "kim", "positive", event_id="e1"),
        lambda: page.add_queries([NewQuery("A loud film")]),
        lambda: page.project.change("kim", depth=20),
        lambda: page.guidelines.write("One rule.", "kim"),
        lambda: page.imports.record([NewQuery("A loud film")], []),
    ):
        with pytest.raises(NotAllowedError):
            write()
    assert page.last_event_number() == 0 and len(page.queries()) == 1
    assert page.project.current().depth == 10 and page.guidelines.current() is None


def test_what_no_list_names_is_not_there(store: LabelStore) -> None:
    page = guarded(store, lambda action, name: None)
    with pytest.raises(AttributeError, match="_database"):
        page._database  # noqa: B018
