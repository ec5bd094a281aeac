"""The Help page tells what holds now: the team's guideline, every setting, every use of a query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, Project
from core.workspace import Workspace
from dashboard.strings import texts

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        yield opened
    st.cache_resource.clear()


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("ko", 1)])
def test_it_tells_the_guideline_the_settings_and_the_uses_in_both_languages(
    store: LabelStore, language: str, place: int
) -> None:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = ""
    app.run()
    app.switch_page("views/help.py").run()
    assert not app.exception and not app.error
    said = _said(app)
    asked = ["guidelines.default", "help.splits_close", "help.queries_skip"]
    asked += [f"pool.{name}_why" for name in Project.model_fields]
    asked += [f"label.split_{split}_help" for split in ("train", "dev", "test")]
    for key in asked:
        assert texts()[key][place] in said, key
    store.guidelines.write("Sequels count.", "mina")
    assert "Sequels count." in _said(app.run()) and texts()["guidelines.default"][place] not in _said(app)


def _said(app: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in [*app.markdown, *app.caption]))
