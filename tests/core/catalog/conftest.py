"""A workspace of its own for every test, and a quick way to plan the import of some text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalog import ImportPlan, plan_import
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., ImportPlan]:
    """Write ``content`` to a file called ``name`` and plan its import."""

    def write_and_plan(name: str, content: str | bytes, **options: object) -> ImportPlan:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return plan_import(path, **{"current": None, **options})  # type: ignore[arg-type]

    return write_and_plan
