"""The guideline on the Label page: shown, edited in versions, marked when new, never a picture from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, NewQuery
from core.workspace import Workspace
from dashboard import resources
from dashboard.widgets.guideline_panel import changed_lines, without_images

MarkdownIt = pytest.importorskip("markdown_it", reason="markdown-it-py comes with rich.").MarkdownIt

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.mark.parametrize(
    "text",
    [
        "![](https://a.example/x.png)",
        "!![](https://a.example/x.png)",
        r"\![a](https://a.example/x.png)",
        "![a][1]\n\n[1]: https://a.example/x.png",
    ],
)
def test_an_image_is_not_loaded(text: str) -> None:
    assert "<img" not in MarkdownIt().render(without_images(text))


@given(some.text(some.sampled_from("![]()\\&#; a\n<>:/")))
def test_no_text_makes_an_image(text: str) -> None:
    assert "<img " not in MarkdownIt("commonmark", {"html": False}).render(without_images(text))


def test_what_was_changed_is_told_line_by_line() -> None:
    before, after = "Rule one.\n\nRule two.\nRule three.", "Rule one.\n\nRule 2.\nRule three.\nRule four."
    assert changed_lines(before, after) == [("-", "Rule two."), ("+", "Rule 2."), ("+", "Rule four.")]
    assert changed_lines(before, before) == []


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, ("m0",)))
    monkeypatch.setattr(resources, "lexical_films", lambda texts, k: dict.fromkeys(texts, ()))
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.add_queries([NewQuery("A quiet film", "q1")])
        yield opened
    st.cache_resource.clear()


def open_page(language: str = "en", *, panel: bool = True) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = "mina"
    app.session_state["label_guideline"] = panel
    return app.run()


def said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.text]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in parts))


def label(app: AppTest) -> str:
    return next(one.label for one in app.expander if "label" not in one.label and "menu_book" in one.icon)


def click(app: AppTest, name: str) -> AppTest:
    return app.button(key=f"label_{name}").click().run()


def write(app: AppTest, text: str) -> AppTest:
    app.text_area(key="label_guideline_text").set_value(text)
    return click(app, "guideline_save")


@pytest.mark.parametrize(("language", "rule"), [("en", "Imagine the person"), ("ko", "상상해 보세요")])
def test_the_text_that_comes_with_it_holds_until_the_team_writes_its_own(
    store: LabelStore, language: str, rule: str
) -> None:
    app = open_page(language)
    assert not app.exception and rule in said(app)
    assert store.guidelines.current() is None
    store.guidelines.write("Sequels *count*.", "jun")
    assert "Sequels *count*." in said(app.run()) and rule not in said(app)
    assert "jun" in said(app)


def test_a_version_is_marked_until_it_was_opened(store: LabelStore) -> None:
    assert "new version" not in label(open_page(panel=False))
    store.guidelines.write("Sequels count.", "jun")
    app = open_page(panel=False)
    assert "new version" in label(app)
    app.session_state["label_guideline"] = True
    app.run()
    assert "new version" not in label(app.run())
    store.guidelines.write("Sequels do not count.", "jun")
    app.session_state["label_guideline"] = False
    assert "new version" in label(app.run())


def test_it_is_edited_into_a_new_version_beginning_with_the_text_that_holds(store: LabelStore) -> None:
    app = click(open_page(), "open_guideline_edit")
    assert app.text_area(key="label_guideline_text").value.startswith("Imagine the person")
    write(app, "Sequels count.\n\n![](https://a.example/x.png)")
    current = store.guidelines.current()
    assert current is not None and (current.version, current.annotator) == (1, "mina")
    assert "![" not in said(app) and "[](https://a.example/x.png)" in said(app)
    click(app, "open_guideline_edit")
    assert "Nothing was changed." in said(click(app, "guideline_save"))
    assert len(store.guidelines.versions()) == 1


def test_what_a_colleague_wrote_meanwhile_is_shown_before_it_is_replaced(store: LabelStore) -> None:
    store.guidelines.write("Rule one.", "jun")
    app = click(open_page(), "open_guideline_edit")
    store.guidelines.write("Rule one.\n\nRule two.", "jun")
    write(app, "Rule 1.")
    assert "version 2 now" in said(app) and "+ Rule two." in said(app)
    assert len(store.guidelines.versions()) == 2
    write(app, "Rule 1.\n\nRule two.")
    assert [one.annotator for one in store.guidelines.versions()] == ["mina", "jun", "jun"]


def test_past_versions_tell_who_changed_what(store: LabelStore) -> None:
    app = click(open_page(), "open_guideline_versions")
    assert "Nobody has changed" in said(app)
    store.guidelines.write("Rule one.\n\nRule two.", "jun")
    store.guidelines.write("Rule one.\n\nRule <b>2</b>.", "mina")
    app = click(open_page(), "open_guideline_versions")
    assert "Changed since version 1" in said(app) and "+ Rule <b>2</b>." in said(app) and "Rule two." in said(app)
    app.selectbox(key="label_guideline_version").set_value(1).run()
    assert "since the text that comes with Reelign" in said(app) and "+ Rule one." in said(app)
