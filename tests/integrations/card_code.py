"""The code of a model card, run as a reader would run it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from core.models.embedder import Embedder

Export = tuple[Embedder, Path]  # Reelign's embedder, and the folder of its merged export
TEXTS = ["비 오는 날 혼자 보기 좋은 영화", "a heist", "눈 덮인 산장, 2006.", "one that goes wrong " * 80]


def embedder_of_card(folder: Path, package: str) -> Any:
    """Return the embedder that the card's code for a package makes of the folder."""
    card = (folder / "README.md").read_text(encoding="utf-8")
    (code,) = [code for code in re.findall(r"```python\n(.*?)\n```", card, flags=re.DOTALL) if package in code]
    names: dict[str, Any] = {}
    exec(code.replace("path/to/this/folder", str(folder)), names)
    return names["embedder"]


def lowest_cosine(ours: Any, theirs: Any) -> float:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1.0, atol=1e-4), "it normalises by itself"
    return float((ours * theirs).sum(axis=1).min())
