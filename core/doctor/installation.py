"""What is installed, and which device and index backend will be used."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

from core.doctor.findings import Findings
from core.workspace import Workspace

PACKAGES = ("streamlit", "torch", "transformers", "peft", "pandas", "altair", "SQLAlchemy")
FAISS_WHEELS = ("faiss-gpu", "faiss-cpu")


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def python(workspace: Workspace) -> Findings:
    yield "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def packages(workspace: Workspace) -> Findings:
    found = {package: _installed(package) for package in PACKAGES}
    if missing := [package for package, version in found.items() if version is None]:
        yield "problem", f"not installed: {', '.join(missing)}. Run 'make setup'."
    yield "ok", ", ".join(f"{package} {version}" for package, version in found.items() if version)


def faiss(workspace: Workspace) -> Findings:
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


def device(workspace: Workspace) -> Findings:
    from core.models.device import choose_compute

    compute = choose_compute("auto")
    yield "ok", f"{compute.device} in {'bfloat16' if compute.bf16 else 'float32'} ({compute.reason})"


def models(workspace: Workspace) -> Findings:
    from core.models.packaged import PACKAGED, packaged_file

    for model in PACKAGED.values():
        if packaged_file(model):
            yield "ok", f"{model.name} from the package {model.package}"
        else:
            yield "warning", f"{model.name}: package {model.package} is not installed; on the Hub it is {model.hub_id}"
