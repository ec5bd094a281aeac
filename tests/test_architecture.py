"""Who may import whom, how quick ``import core`` is, and what no file of ours does."""

from __future__ import annotations

import ast
import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "transformers", "faiss", "pandas", "sqlalchemy", "fastapi", "httpx2")
# Any room may import these.
NOUNS = (
    "errors",
    "files",
    "fingerprint",
    "json_text",
    "logs",
    "masking",
    "object_store",
    "quoting",
    "workspace",
    "words",
)

# What a room of the engine may import of the others.
ROOMS: dict[str, tuple[str, ...]] = {
    "core.errors": (),
    "core.fingerprint": (),
    "core.files": (),
    "core.json_text": (),
    "core.quoting": (),
    "core.workspace": (),
    "core.words": (),
    "core.logs": (),
    "core.masking": (),
    "core.config": (),
    "core.journal": (),
    "core.object_store": ("core.journal",),
    "core.roles": (),
    "core.grants": ("core.journal", "core.roles"),
    "core.activity_log": ("core.journal",),
    "core.audit": ("core.activity_log", "core.grants", "core.judgments", "core.runs"),
    "core.catalog": (),
    "core.judgments": ("core.catalog",),
    "core.lexical": ("core.catalog",),
    "core.models": ("core.catalog",),
    "core.index": ("core.catalog", "core.models"),
    "core.search": ("core.catalog", "core.models", "core.index"),
    "core.retrievers": ("core.catalog", "core.models", "core.index", "core.lexical", "core.search"),
    "core.context": ("core.catalog",),
    "core.answers": ("core.context",),
    "core.runs": ("core.config", "core.cluster.address", "core.cluster.jobs"),
    "core.cluster": ("core.config", "core.job", "core.models", "core.runs", "core.training"),
    "core.retention": (
        "core.catalog",
        "core.config",
        "core.evaluation",
        "core.index",
        "core.models",
        "core.retrievers",
        "core.runs",
    ),
    "core.serving": (
        "core.catalog",
        "core.config",
        "core.context",
        "core.index",
        "core.lexical",
        "core.models",
        "core.retrievers",
        "core.runs",
        "core.search",
    ),
    "core.handover": (
        "core.catalog",
        "core.evaluation",
        "core.index",
        "core.judgments",
        "core.models",
        "core.runs",
        "core.training",
    ),
    "core.evaluation": (
        "core.catalog",
        "core.judgments",
        "core.models",
        "core.index",
        "core.search",
        "core.retrievers",
    ),
    "core.training": (
        "core.catalog",
        "core.config",
        "core.evaluation",
        "core.handover.launch",
        "core.judgments",
        "core.models",
        "core.runs",
    ),
}
# What may be imported by name, wherever in a file the import stands.
NEVER: dict[str, tuple[str, ...]] = {
    "core": ("streamlit", "dashboard"),
    "core.judgments": ("torch", "transformers", "faiss"),
    "core.object_store": ("torch", "transformers", "faiss", "sqlalchemy"),
    "core.runs": ("torch", "transformers", "faiss"),
    "core.catalog": ("torch", "transformers", "faiss", "sqlalchemy"),
    "core.serving": ("core.judgments", "sqlalchemy"),
    "dashboard": ("torch", "faiss", "transformers", "sqlalchemy", "peft", "fastapi", "uvicorn", "core.serving"),
}


def files_of(package: str) -> list[Path]:
    path = ROOT.joinpath(*package.split("."))
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    return imports_in(path.read_text(encoding="utf-8"), path)


def imports_in(source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import in a file, also those inside functions."""
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def broken(package: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in files_of(package)
        for line, module in imports(path)
        if any(inside(module, name) for name in forbidden)
    ]


def test_imports_are_read_wherever_they_stand() -> None:
    path = ROOT / "core" / "models" / "imagined.py"
    source = "import a.b\nfrom c import d\nfrom ..e import f\ndef late():\n    from g.h import i\n"
    assert {"a.b", "c.d", "core.e.f", "g.h.i"} <= {module for _, module in imports_in(source, path)}


@pytest.mark.parametrize("package", NEVER)
def test_a_room_never_imports(package: str) -> None:
    assert broken(package, NEVER[package]) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = (room, *ROOMS[room], *(f"core.{noun}" for noun in NOUNS))
    strangers = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in files_of(room)
        for line, module in imports(path)
        if module.startswith("core.") and not any(inside(module, name) for name in allowed)
    ]
    assert strangers == []


def test_every_room_is_in_the_table() -> None:
    over_everything = {"core.__init__", "core.__main__", "core.cli", "core.doctor", "core.job", "core.starter"}
    there = {f"core.{path.stem}" for path in (ROOT / "core").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {name for name in there if name != "core.__pycache__"} <= ROOMS.keys() | over_everything


def test_views_draw_through_widgets_and_nothing_below_imports_upwards() -> None:
    assert broken("dashboard.widgets", ("dashboard.views", "dashboard.app")) == []
    assert broken("dashboard.strings", ("dashboard.views", "dashboard.widgets", "dashboard.app")) == []
    for module in ("session", "resources", "shortcuts"):
        assert broken(f"dashboard.{module}", ("dashboard.views", "dashboard.widgets", "dashboard.app")) == []


@pytest.mark.parametrize("module", ["core", "core.catalog", "core.judgments", "core.runs", "core.models", "core.cli"])
def test_a_light_import_loads_nothing_heavy(module: str) -> None:
    allowed = {"core.judgments": {"sqlalchemy"}, "core.cli": {"sqlalchemy"}}.get(module, set())
    code = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) <= allowed


def test_pages_change_runs_catalogue_and_roles_only_where_the_right_is_asked_for() -> None:
    asking = {"dashboard/deeds.py", "dashboard/widgets/train_start.py"}
    deeds = ("promote", "roll_back", "cancel_run", "delete_run", "start_run", "create_run")
    unasked = [f"core.runs.{name}" for name in deeds]
    unasked += [f"core.judgments.{name}" for name in ("apply_import", "take_snapshot", "name_snapshot")]
    unasked += ["core.catalog.apply_import", "core.catalog.save_catalog", "core.evaluation.save_comparison"]
    unasked += ["core.grants.set_role"]
    found = broken("dashboard", tuple(unasked))
    assert [one for one in found if one.split(":")[0] not in asking] == []


def test_nothing_in_the_dashboard_folder_hides_a_library() -> None:
    """``streamlit run dashboard/app.py`` puts that folder first on ``sys.path``."""
    libraries = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions())
    own = {
        path.stem for path in (ROOT / "dashboard").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert (own - {"__init__", "__main__"}) & libraries == set()


def test_no_file_of_ours_unpickles_or_runs_text() -> None:
    assert broken("core", ("pickle", "dill", "joblib", "cloudpickle", "marshal", "shelve")) == []
    assert broken("dashboard", ("pickle", "dill", "joblib", "cloudpickle", "marshal", "shelve")) == []
    for package in ("core", "dashboard"):
        for path in files_of(package):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = ast.unparse(node.func)
                where = f"{path.relative_to(ROOT)}:{node.lineno} calls {called}"
                assert called not in ("eval", "exec", "torch.load", "torch.save"), where
                options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert options.get("trust_remote_code", "False") == "False", where
                if called in ("np.load", "numpy.load"):
                    assert options.get("allow_pickle") == "False", where
