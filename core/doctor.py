"""What is installed on this machine, what will be used of it, and what stands in the way."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import ReelignError
from core.workspace import Workspace

PACKAGES = ("streamlit", "torch", "transformers", "peft", "pandas", "altair", "SQLAlchemy")
FAISS_WHEELS = ("faiss-gpu", "faiss-cpu")
LEAST_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: ``ok``, ``warning`` (works, with a limit), or ``problem`` (must be mended)."""

    name: str
    level: str
    finding: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine(workspace: Workspace) -> list[Check]:
    """Return all findings; a check that fails itself is a problem, not a crash."""
    checks: list[Check] = []
    for check in CHECKS:
        name = check.__name__.strip("_")
        try:
            checks.extend(Check(name, level, finding) for level, finding in check(workspace))
        except (ReelignError, ImportError, OSError, RuntimeError) as reason:
            checks.append(Check(name, "problem", str(reason)))
    return checks


Findings = Iterator[tuple[str, str]]


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _python(workspace: Workspace) -> Findings:
    yield "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _packages(workspace: Workspace) -> Findings:
    found = {package: _installed(package) for package in PACKAGES}
    if missing := [package for package, version in found.items() if version is None]:
        yield "problem", f"not installed: {', '.join(missing)}. Run 'make setup'."
    yield "ok", ", ".join(f"{package} {version}" for package, version in found.items() if version)


def _faiss(workspace: Workspace) -> Findings:
    wheels = [f"{package} {version}" for package in FAISS_WHEELS if (version := _installed(package))]
    if len(wheels) > 1:
        yield (
            "problem",
            f"{' and '.join(wheels)} are both installed and overwrite each other's files. Run "
            f"'{sys.executable} -m pip uninstall -y faiss-gpu faiss-cpu', then 'make setup'.",
        )
        return
    if not wheels:
        yield "problem", "no FAISS is installed. Run 'make setup'."
        return
    import faiss

    gpus = faiss.get_num_gpus() if hasattr(faiss, "get_num_gpus") else 0
    where = "exact search on the CPU" + (f"; FAISS sees {gpus} GPU(s)" if gpus else "; FAISS sees no GPU")
    yield "ok", f"{wheels[0]}, {where}"


def _device(workspace: Workspace) -> Findings:
    from core.models.device import choose_compute

    compute = choose_compute("auto")
    yield "ok", f"{compute.device} in {'bfloat16' if compute.bf16 else 'float32'} ({compute.reason})"


def _models(workspace: Workspace) -> Findings:
    from core.models.packaged import PACKAGED, packaged_file

    for model in PACKAGED.values():
        if packaged_file(model):
            yield "ok", f"{model.name} from the package {model.package}"
        else:
            yield "warning", f"{model.name}: package {model.package} is not installed; on the Hub it is {model.hub_id}"


def _workspace(workspace: Workspace) -> Findings:
    there = next(path for path in (workspace.root, *workspace.root.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield "problem", f"{workspace.root} cannot be written. Choose another with --workspace."
    free = shutil.disk_usage(there).free
    level = "ok" if free > LEAST_FREE_BYTES else "warning"
    yield level, f"{workspace.root}, {free / 1e9:.1f} GB free"


def _catalog(workspace: Workspace) -> Findings:
    from core.catalog import load_catalog

    if not workspace.catalog.exists():
        yield "warning", "no catalogue yet; the dashboard starts with the starter set, or use 'catalog import FILE'"
        return
    catalog = load_catalog(workspace)
    yield "ok", f"{len(catalog)} films, fingerprint {catalog.fingerprint[:12]}"


CHECKS: tuple[Callable[[Workspace], Findings], ...] = (
    _python,
    _packages,
    _faiss,
    _device,
    _models,
    _workspace,
    _catalog,
)
