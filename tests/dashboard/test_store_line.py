"""Every page says where the team's object store cannot be used, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from opened import opened, texts

from core.catalog import Catalog, Movie, save_catalog
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    pytest.importorskip("fsspec", reason="fsspec is not installed (requirements-store.txt).")
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path / "workspace"))
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), Workspace(tmp_path / "workspace"))
    st.cache_resource.clear()
    yield Workspace(tmp_path / "workspace")
    st.cache_resource.clear()


@pytest.mark.parametrize(("language", "said"), [("en", "stays here"), ("ko", "그대로 있으며")])
def test_a_store_out_of_reach_is_said_and_the_page_is_drawn(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("REELIGN_STORE", f"file://{tmp_path / 'not-mounted'}")
    app = opened("catalog", language=language)
    assert said in texts(app) and "not-mounted: there is no such folder" in texts(app)
    assert app.title and not app.exception and not app.error


def test_a_store_that_can_be_used_needs_no_line(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("REELIGN_STORE", f"file://{tmp_path / 'share'}")
    assert "share" not in texts(opened("catalog"))
    assert any((tmp_path / "share" / "manifests" / "shared" / "catalog").iterdir()), "what was here reached the store"
