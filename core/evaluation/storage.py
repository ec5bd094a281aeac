"""Saved comparisons: one JSON file each, written once, never changed."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, comparison_name
from core.files import read_json, write_json
from core.object_store import Kind, offer
from core.quoting import quoted
from core.workspace import Workspace


def save_comparison(comparison: Comparison, workspace: Workspace) -> Path:
    """Write a comparison and return its file; the same comparison saved twice is one file."""
    path = workspace.comparisons / f"{comparison.name}.json"
    write_json(path, comparison.as_dict())
    offer(workspace, Kind.COMPARISONS, comparison.name)
    return path


def load_comparison(name: str, workspace: Workspace) -> Comparison:
    """Read a saved comparison by its name.

    Raises:
        EvaluationError: there is none of that name, or its file is damaged: not JSON, a field missing, or content
            that does not fit the fingerprint in its name.
    """
    if name not in list_comparisons(workspace):
        raise EvaluationError(
            f"No comparison '{name}' in {workspace.comparisons}. List the comparisons and choose one."
        )
    path = workspace.comparisons / f"{name}.json"
    row = read_json(path, EvaluationError)
    try:
        comparison = Comparison.from_dict(row)
        if _adapter().validate_python(asdict(comparison)) != comparison:
            raise TypeError("a field is of another kind than it should be")
        intact = comparison.name == name == comparison_name(comparison)
    except (AttributeError, KeyError, TypeError, ValueError) as reason:
        raise EvaluationError(
            f"{path}: not a saved comparison ({quoted(reason)}). Delete it and compare again."
        ) from reason
    if not intact:
        raise EvaluationError(f"{path}: the content does not fit its fingerprint. Delete it and compare again.")
    return comparison


@cache
def _adapter() -> TypeAdapter[Comparison]:
    return TypeAdapter(Comparison)


def list_comparisons(workspace: Workspace) -> list[str]:
    """Return the names of the saved comparisons, the newest first; nothing is read, so no file can be in the way."""
    if not workspace.comparisons.is_dir():
        return []
    return sorted((path.stem for path in workspace.comparisons.glob("[!.]*.json")), reverse=True)
