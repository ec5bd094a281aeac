"""A service over a small catalogue, searched by words, which takes no model."""

from __future__ import annotations

import pytest
from small_catalog import FILMS

from core.catalog import save_catalog
from core.serving.live import LiveModel
from core.workspace import Workspace


@pytest.fixture
def live(workspace: Workspace) -> LiveModel:
    """A model that is followed, not loaded yet."""
    save_catalog(FILMS, workspace)
    return LiveModel(workspace, "bm25")
