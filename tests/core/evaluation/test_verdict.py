"""Each rule of the verdict, and which one goes first."""

from __future__ import annotations

from typing import Any

import pytest

from core.evaluation.verdict import VerdictKind, decide

CLEAR: dict[str, Any] = {
    "delta": 0.1,
    "ci": (0.05, 0.15),
    "p": 0.001,
    "judged_base": 1.0,
    "judged_tuned": 1.0,
    "labels_missing": False,
    "same_lists": False,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, VerdictKind.BETTER),
        ({"delta": -0.1, "ci": (-0.15, -0.05)}, VerdictKind.WORSE),
        ({"p": 0.05}, VerdictKind.CANNOT_TELL),
        ({"ci": (-0.001, 0.2)}, VerdictKind.CANNOT_TELL),
        ({"p": None}, VerdictKind.CANNOT_TELL),
        ({"p": None, "ci": None}, VerdictKind.CANNOT_TELL),
        ({"p": None, "ci": (-0.01, 0.01)}, VerdictKind.CANNOT_TELL),
        ({"p": 0.6, "ci": (-0.01, 0.02)}, VerdictKind.NO_DIFFERENCE),
        ({"p": 0.6, "ci": (-0.01, 0.03)}, VerdictKind.CANNOT_TELL),
        ({"p": 0.01, "ci": (0.001, 0.01)}, VerdictKind.BETTER),
        ({"labels_missing": True, "judged_base": 0.95, "judged_tuned": 0.95}, VerdictKind.BETTER),
        ({"labels_missing": True, "judged_base": 0.95, "judged_tuned": 1.0}, VerdictKind.BETTER),
        ({"labels_missing": True, "judged_tuned": 0.94}, VerdictKind.LABEL_MORE),
        ({"labels_missing": True, "judged_base": 0.94}, VerdictKind.LABEL_MORE),
        ({"labels_missing": True, "judged_base": 0.94, "judged_tuned": 0.94, "p": None}, VerdictKind.LABEL_MORE),
        ({"judged_tuned": 0.5}, VerdictKind.BETTER),
        ({"same_lists": True, "p": None, "ci": None}, VerdictKind.NO_DIFFERENCE),
        ({"same_lists": True, "labels_missing": True, "judged_base": 0.2}, VerdictKind.NO_DIFFERENCE),
    ],
)
def test_rules(change: dict[str, Any], expected: VerdictKind) -> None:
    assert decide(**{**CLEAR, **change}) is expected
