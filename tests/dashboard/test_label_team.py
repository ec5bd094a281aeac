"""Several curators at once: each is given another query, whoever opens a query by name is told who is at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, NewQuery
from core.judgments.types import SkipReason
from core.workspace import Workspace
from dashboard import resources, session
from dashboard.widgets import label_lease
from dashboard.widgets import label_work as work

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FILMS = ("m0", "m1", "m2")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, FILMS))
    save_catalog(Catalog(Movie(f"m{number}", f"Title {number}") for number in range(9)), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.project.change("mina", overlap=0.0, random_share=0.0)
        opened.add_queries([NewQuery("a quiet one", "q1"), NewQuery("a loud one", "q2")])
        yield opened
    st.cache_resource.clear()


def page_of(curator: str, **address: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = "en"
    app.session_state["curator"] = curator
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def on_desk(app: AppTest) -> str:
    desk = app.session_state["label/desk"]
    return desk.query.query_id if desk else ""


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.success]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in parts))


def judge_all(store: LabelStore, query_id: str, curator: str, answer: str = "positive") -> None:
    for movie_id in FILMS:
        store.judge(query_id, movie_id, curator, answer, event_id=f"{query_id}{movie_id}{curator}")


def test_two_curators_are_given_different_queries_and_a_third_is_told_why_there_is_none(store: LabelStore) -> None:
    given = [on_desk(page_of(name)) for name in ("mina", "jun")]
    assert sorted(given) == ["q1", "q2"]
    assert store.leases.holders() == {given[0]: ["mina"], given[1]: ["jun"]}
    third = page_of("ara")
    assert on_desk(third) == "" and "Others are at work on the queries that are left (2)" in words(third)


def test_where_two_are_wanted_a_query_is_given_to_two_and_not_to_a_third(store: LabelStore) -> None:
    store.project.change("mina", overlap=1.0)
    judge_all(store, "q2", "ara")
    judge_all(store, "q2", "sol")
    assert [on_desk(page_of(name)) for name in ("mina", "jun", "bora")] == ["q1", "q1", ""]


def test_opening_another_query_leaves_the_first_to_the_others(store: LabelStore) -> None:
    mina = page_of("mina", query="q1")
    mina.selectbox(key="label_jump_q1").set_value("q2").run()
    assert on_desk(mina) == "q2" and store.leases.holders() == {"q2": ["mina"]}
    assert on_desk(page_of("jun")) == "q1"


def test_another_curator_in_the_same_browser_gives_up_what_the_first_had(store: LabelStore) -> None:
    app = page_of("mina", query="q1")
    app.session_state["curator"] = "jun"
    app.run()
    assert list(store.leases.holders().values()) == [["jun"]]


def test_a_link_to_a_query_that_another_has_at_hand_opens_it_and_says_so(store: LabelStore) -> None:
    page_of("mina", query="q1")
    jun = page_of("jun", query="q1")
    assert on_desk(jun) == "q1"
    assert store.leases.holders() == {"q1": ["mina"]}
    assert "mina is working on this query too" in words(jun) + shown_by_card(jun)


def shown_by_card(app: AppTest) -> str:
    """Return what the card component was given, where the card is one."""
    return "".join(str(element.proto) for element in app.get("bidi_component"))


def test_a_press_renews_the_lease_but_not_every_press(store: LabelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    class Leases:
        def take(self, query_id: str, annotator: str, places: int) -> bool:
            taken.append(query_id)
            return True

    kept: dict[str, object] = {}
    monkeypatch.setattr(session, "curator", lambda: "mina")
    monkeypatch.setattr(session, "recall", lambda page, name, default: kept.get(name, default))
    monkeypatch.setattr(session, "remember", lambda page, name, value: kept.update({name: value}))
    monkeypatch.setattr(resources, "store", lambda: SimpleNamespace(leases=Leases()))
    kept["desk"] = SimpleNamespace(query=SimpleNamespace(query_id="q1"))
    kept["queue"] = SimpleNamespace(places=lambda query_id: 1)
    assert label_lease.take("q1", 1)
    work.attempt(lambda: "a press")
    assert taken == ["q1"]
    monkeypatch.setattr(label_lease, "RENEW_AFTER", 0.0)
    work.attempt(lambda: "a press")
    assert taken == ["q1", "q1"]


def test_films_that_a_colleague_has_decided_are_not_asked_again(store: LabelStore) -> None:
    store.judge("q1", "m0", "jun", "negative", event_id="e")
    desk = page_of("mina", query="q1").session_state["label/desk"]
    assert {film.movie_id for film in desk.films} == {"m1", "m2"}


def test_skipped_queries_are_marked_with_the_reason_and_left_to_be_picked(store: LabelStore) -> None:
    store.skips.skip("q1", "mina", SkipReason.UNCLEAR)
    judge_all(store, "q2", "mina")
    mina = page_of("mina")
    assert on_desk(mina) == "" and "Only queries that you skipped are left (1)" in words(mina)
    assert "skipped, unclear: a quiet one" in mina.selectbox(key="label_jump_None").options
    assert on_desk(page_of("jun")) == "q1"
