"""The Chatbot page: both contexts as they are sent, what differs, and answers or why there are none."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from opened import opened
from streamlit.testing.v1 import AppTest

from core.answers import Trouble
from core.catalog import Catalog, Movie, save_catalog
from core.context import build_context
from core.index import Hit
from core.judgments import LabelStore, NewQuery, Split
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.chatbot import TEXTS

APP = REPOSITORY / "dashboard" / "app.py"
KEY = "sk-very-secret"
FILMS = Catalog(
    Movie(f"m{n:02}", f"Film {n:02}", f"영화 {n:02}", 1990 + n, overview=f"Story {n}.", overview_ko=f"이야기 {n}.")
    for n in range(20)
)
ORDERS = {"e5-small": FILMS.ids, "minilm": (*FILMS.ids[3:], *FILMS.ids[:3])}


class FixedOrder:
    """Ranks every text alike, which takes no model."""

    def __init__(self, name: str) -> None:
        self.ids = ORDERS[name]

    def without_cache(self) -> FixedOrder:
        return self

    def search(self, texts: Sequence[str], k: int, progress: object = None) -> list[list[Hit]]:
        return [[Hit(id, 1.0, rank) for rank, id in enumerate(self.ids[:k], start=1)] for _ in texts]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    for name in ("REELIGN_LLM_URL", "REELIGN_LLM_MODEL", "REELIGN_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("dashboard.resources.searcher", FixedOrder)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a film about snow", "q1", split=Split.TEST)])
    yield workspace
    st.cache_resource.clear()


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """Return a function that configures an endpoint by what it answers to the films, and gives what it was asked."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], tuple[int, Any]]) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append({**sent, "key": self.headers.get("Authorization")})
                status, said = answer(sent["messages"][1]["content"])
                choice = {"choices": [{"message": {"content": said}}]} if status == 200 else said
                body = json.dumps(choice).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("REELIGN_LLM_URL", f"http://127.0.0.1:{servers[-1].server_port}/v1")
        monkeypatch.setenv("REELIGN_LLM_MODEL", "small")
        monkeypatch.setenv("REELIGN_LLM_KEY", KEY)
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def open_page(language: str = "en", **address: str) -> AppTest:
    app = opened("chatbot", language=language, **address)
    assert not app.exception
    return app


def both(language: str = "en", q: str = "snow", **address: str) -> AppTest:
    return open_page(language, base="e5-small", tuned="minilm", q=q, **address)


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.subheader)
    return re.sub(r"\\(.)", r"\1", "\n".join(str(element.value) for kind in kinds for element in kind))


def sent(question: str, name: str, k: int = 10, **given: int) -> list[dict[str, str]]:
    return build_context(question, [FILMS[id] for id in ORDERS[name][:k]], **given).messages()


def test_both_contexts_stand_side_by_side_exactly_as_they_are_sent(workspace: Workspace) -> None:
    app = both()
    base, tuned = sent("snow", "e5-small"), sent("snow", "minilm")
    codes = [code.value for code in app.code]
    assert codes[0] == base[0]["content"] == tuned[0]["content"]
    assert [codes[1], codes[3]] == [base[1]["content"], tuned[1]["content"]]
    assert [json.loads(codes[2]), json.loads(codes[4])] == [base, tuned]


def test_what_differs_is_counted_and_marked(workspace: Workspace) -> None:
    shown = texts(both())
    assert TEXTS["differ"][0].format(shared=7, base=3, tuned=3) in shown
    assert "1. Film 00 (1990) · 영화 00 :orange-badge[only here]" in shown
    assert "4. Film 03 (1993) · 영화 03\n" in shown
    assert "10. Film 12 (2002) · 영화 12 :orange-badge[only here]" in shown
    assert TEXTS["same_films"][0] in texts(fewer(both(), k=20))
    assert TEXTS["same"][0] in texts(open_page(base="e5-small", tuned="e5-small", q="snow"))


def fewer(app: AppTest, **values: int) -> AppTest:
    for name, value in values.items():
        app.number_input(key=f"chatbot_{name}").set_value(value)
    return app.run()


def test_films_and_budget_are_chosen_and_the_size_is_said(workspace: Workspace) -> None:
    app = fewer(both("ko", q="눈 오는 영화"), k=20, budget=1_000)
    made = build_context("눈 오는 영화", [FILMS[id] for id in ORDERS["e5-small"]], budget=1_000)
    assert made.left_out and app.code[1].value == made.messages()[1]["content"]
    shown = texts(app)
    assert f"영화 {len(made.films)}편 · 1,000자 중 {len(made.text):,}자" in shown
    assert f"{len(made.left_out)}편을 더 찾았지만" in shown
    assert app.code[0].value.startswith("당신은 영화를 추천합니다")


def test_a_question_is_typed_or_comes_from_a_query_by_link(workspace: Workspace) -> None:
    app = open_page(base="e5-small", tuned="minilm")
    assert TEXTS["ask"][0] in texts(app) and not app.code
    app.text_input[0].set_value("  winter  ").run()
    assert app.query_params["q"] == "winter"
    assert app.code[1].value == sent("winter", "e5-small")[1]["content"]
    assert "a film about snow\n</question>" in open_page(base="e5-small", query="q1").code[1].value


def test_without_a_finished_run_the_base_stands_alone(workspace: Workspace) -> None:
    app = open_page(q="snow")
    assert [head.value for head in app.subheader] == ["Base"]
    assert "only here" not in texts(app)


def test_search_by_words_may_find_nothing(workspace: Workspace) -> None:
    app = open_page(base="bm25", q="xyzzy")
    assert TEXTS["nothing_found"][0] in texts(app)
    assert "<films>\n</films>" in app.code[1].value


def test_without_a_catalogue_the_page_says_where_to_begin(workspace: Workspace) -> None:
    app = both()
    workspace.catalog.unlink()
    app.run()
    assert not app.exception and not app.code and "no catalogue yet" in texts(app)


def test_without_an_endpoint_the_page_says_how_to_configure_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = both()
    assert TEXTS["configure"][0] in texts(app)
    assert "chatbot_fetch" not in [button.key for button in app.button]
    monkeypatch.setenv("REELIGN_LLM_URL", "http://127.0.0.1:1/v1")
    app = both()
    assert "REELIGN_LLM_MODEL is not" in texts(app) and len(app.code) == 5


def test_an_answer_is_fetched_for_each_and_its_films_are_linked(
    workspace: Workspace, endpoint: Callable[..., list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    asked = endpoint(lambda films: (200, "**Best**: [2]\n![x](http://a/b.png) then [1] and [77]"))
    app = both()
    assert not asked, "nothing is sent before the button is pressed"
    app.button(key="chatbot_fetch").click().run()
    assert not app.exception
    assert sorted((one["messages"] for one in asked), key=str) == sorted(
        (sent("snow", name) for name in ORDERS), key=str
    )
    assert {(one["model"], one["key"]) for one in asked} == {("small", f"Bearer {KEY}")}
    raw = "\n".join(str(element.value) for element in app.markdown)
    assert "\\*\\*Best\\*\\*" in raw and "\\!\\[x\\]" in raw, "an answer is text, neither formatting nor an image"
    links = [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]
    said = [(re.sub(r"\\(.)", r"\1", label), query) for label, query in links if "Film" in label]
    assert said == [
        ("[2] Film 01 (1991) · 영화 01", "film=m01"),
        ("[1] Film 00 (1990) · 영화 00", "film=m00"),
        ("[2] Film 04 (1994) · 영화 04", "film=m04"),
        ("[1] Film 03 (1993) · 영화 03", "film=m03"),
    ]
    assert [warning.value for warning in app.warning] == [TEXTS["cites_unknown"][0].format(numbers="77")] * 2
    assert KEY not in texts(app) + caplog.text
    app.text_input[0].set_value("another").run()
    assert TEXTS["answer"][0] not in [element.value.strip("*") for element in app.markdown], (
        "it was of another question"
    )
    assert len(asked) == 2


def test_equal_contexts_are_asked_once(workspace: Workspace, endpoint: Callable[..., list[dict[str, Any]]]) -> None:
    asked = endpoint(lambda films: (200, "Nothing fits."))
    app = open_page(base="e5-small", tuned="e5-small", q="snow")
    app.button(key="chatbot_fetch").click().run()
    assert len(asked) == 1
    assert texts(app).count(TEXTS["cites_none"][0]) == 2


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("ko", 1)])
def test_one_side_may_fail_and_the_other_answer(
    workspace: Workspace, endpoint: Callable[..., list[dict[str, Any]]], language: str, place: int
) -> None:
    endpoint(lambda films: (200, "See [1].") if "Film 00" in films or "영화 00" in films else (401, {"error": KEY}))
    app = both(language)
    app.button(key="chatbot_fetch").click().run()
    shown = texts(app)
    assert "See [1]." in shown and TEXTS["no_answer"][place] in shown
    assert TEXTS["trouble_key"][place].partition("}")[2] in shown and KEY not in shown


def test_an_endpoint_that_is_not_there_is_said(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELIGN_LLM_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("REELIGN_LLM_MODEL", "small")
    app = both()
    app.button(key="chatbot_fetch").click().run()
    assert not app.exception
    assert "127.0.0.1:1 cannot be reached" in texts(app)


def test_every_trouble_has_its_sentence() -> None:
    assert {f"trouble_{trouble}" for trouble in Trouble} <= set(TEXTS)
