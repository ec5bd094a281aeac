"""The doctor says what is installed and used, and calls a problem a problem."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.catalog import Catalog, Movie, save_catalog
from core.doctor import Check, checks, examine
from core.doctor.findings import Findings
from core.workspace import Workspace


def installed(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    """Pretend that packages have these versions, or, with None, are not there."""
    real = importlib.metadata.version
    chosen = {name.replace("_", "-"): version for name, version in versions.items()}

    def version(package: str) -> str:
        if package not in chosen:
            return real(package)
        if chosen[package] is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return str(chosen[package])

    monkeypatch.setattr(importlib.metadata, "version", version)


def of(checks: list[Check], name: str) -> list[tuple[str, str]]:
    return [(check.level, check.finding) for check in checks if check.name == name]


def test_a_sound_installation_has_no_problem(workspace: Workspace) -> None:
    found = examine(workspace)
    assert [check for check in found if check.level == "problem"] == []
    assert [check.name for check in found if check.name != "models"] == [
        "python", "packages", "faiss", "device", "disk", "catalog", "database", "snapshots", "roles", "runs",
        "comparisons", "indexes", "vectors", "store", "leftovers",
    ]  # fmt: skip
    assert not workspace.root.exists(), "looking makes nothing"


def test_both_faiss_wheels_at_once_are_refused_with_the_way_out(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, faiss_gpu="1.15.1", faiss_cpu="1.15.0")
    ((level, finding),) = of(examine(workspace), "faiss")
    assert level == "problem"
    assert "faiss-gpu 1.15.1 and faiss-cpu 1.15.0" in finding
    assert "pip uninstall -y faiss-gpu faiss-cpu" in finding and "make setup" in finding


@pytest.mark.parametrize(("gpu", "cpu"), [("1.15.1", None), (None, "1.15.1")])
def test_either_wheel_alone_is_fine(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gpu: str | None, cpu: str | None
) -> None:
    installed(monkeypatch, faiss_gpu=gpu, faiss_cpu=cpu)
    ((level, finding),) = of(examine(workspace), "faiss")
    assert level == "ok" and ("faiss-gpu" if gpu else "faiss-cpu") in finding


def test_missing_packages_are_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, faiss_gpu=None, faiss_cpu=None, peft=None)
    found = examine(workspace)
    assert of(found, "faiss")[0] == ("problem", "no FAISS is installed. Run 'make setup'.")
    assert of(found, "packages")[0] == ("problem", "not installed: peft. Run 'make setup'.")


def test_a_packaged_model_that_is_not_installed_is_only_a_note(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.models import packaged

    monkeypatch.setattr(packaged, "packaged_file", lambda model: None)
    findings = of(examine(workspace), "models")
    assert {level for level, _ in findings} == {"warning"}
    assert any("intfloat/multilingual-e5-small" in finding for _, finding in findings)


def test_the_catalogue_is_counted_and_a_damaged_one_is_a_problem(workspace: Workspace) -> None:
    assert of(examine(workspace), "catalog")[0][0] == "warning"
    save_catalog(Catalog([Movie("m1", "괴물")]), workspace)
    assert of(examine(workspace), "catalog")[0][1].startswith("1 films")
    workspace.catalog.write_text("{", encoding="utf-8")
    ((level, finding),) = of(examine(workspace), "catalog")
    assert level == "problem" and "catalog.jsonl" in finding


def test_a_workspace_without_room_or_leave_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path / "not" / "there" / "yet")
    assert of(examine(workspace), "disk")[0][0] == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    ((level, finding),) = of(examine(workspace), "disk")
    assert level == "warning"
    assert finding.startswith(f"{workspace.root}, 1.0 GB free; a training may need 2.0 GB")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert of(examine(workspace), "disk")[0][0] == "problem"


def test_a_check_that_fails_is_a_finding(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(workspace: Workspace) -> Findings:
        yield "ok", "so far"
        raise RuntimeError("driver too old for https://me:secret@host")

    monkeypatch.setattr(checks, "CHECKS", (broken,))
    assert examine(workspace) == [
        Check("broken", "ok", "so far"),
        Check("broken", "problem", "driver too old for https://me:***@host"),
    ]
