"""What is known of a base model without loading it: its recipe and its family, for lines that are only shown."""

from __future__ import annotations

from pathlib import Path

from core.errors import ModelError
from core.files import read_json
from core.models.named import NAMED
from core.models.packaged import FORMAT, PACKAGED, packaged_file
from core.models.recipe import Recipe, recipe_for
from core.workspace import Workspace


def recipe_and_family(base: str, workspace: Workspace) -> tuple[Recipe, str]:
    """Return the recipe of a base and its ``model_type``; the latter is empty where only the Hub could tell.

    Raises:
        ModelError: the base is a folder whose files cannot be read.
    """
    if base in NAMED:
        return NAMED[base].recipe, NAMED[base].family
    if base in PACKAGED:
        model = PACKAGED[base]
        source = packaged_file(model) if model.convert is None else workspace.models / f"{base}-{FORMAT}"
        return model.recipe, _family(source)
    folder = Path(base).expanduser()
    if not folder.is_dir():
        return recipe_for(base, ""), ""
    family = _family(folder)
    return recipe_for(base, family, folder), family


def _family(folder: Path | None) -> str:
    if folder is None or not (folder / "config.json").is_file():
        return ""
    config = read_json(folder / "config.json", ModelError)
    return str(config.get("model_type", "")) if isinstance(config, dict) else ""
