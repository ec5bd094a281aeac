"""The licence of every locked package, as it states it itself, held against a list of those that may be used.

.venv/bin/python tests/supply/licences.py    prints them; exit status 1 where one may not be used or is not known
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageMetadata

from locks import LOCKS, ROOT, read_pins

# SPDX identifiers. Those of the second line ask that changes to their own files be given away, or that the library can
# be replaced: nothing here is changed, and each is a package of its own.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC",
    "LLVM-exception", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib", "LGPL-3.0-only", "MPL-2.0",
}  # fmt: skip
# Accepted though they are not free software: NVIDIA's CUDA libraries, which torch and faiss-gpu load on a GPU, under
# the licence that each of these packages brings along.
PROPRIETARY = ("nvidia-",)
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a package says, and why it may not be used; empty where it may."""

    package: str
    version: str
    stated: str
    problem: str = ""


def stated(about: PackageMetadata) -> str:
    """Return a package's licence as an SPDX expression, from its expression, its classifiers or its free text."""
    texts = about.json
    if expression := texts.get("license_expression"):
        return str(expression)
    classifiers = [name.rpartition("::")[2].strip() for name in texts.get("classifier", ()) if "License" in name]
    free = str(texts.get("license", "")).strip()
    named = [SPDX[name] for name in classifiers if name in SPDX] or [SPDX.get(free, free)]
    return " AND ".join(sorted(set(named))) if len(named[0].splitlines()) == 1 else UNKNOWN


def problem(package: str, expression: str) -> str:
    """Return why a licence may not be used, empty where it may. All that an expression names must be allowed."""
    if package.startswith(PROPRIETARY):
        return ""
    named = {part for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", expression) if part.strip()}
    return ", ".join(f"{part} is not on the list" for part in sorted(named - ALLOWED))


def licences(packages: dict[str, str]) -> list[Licence]:
    """Return the licence of each package as it is installed here."""
    found = []
    for name in sorted(packages):
        version = installed(name)
        if version is None:
            found.append(Licence(name, packages[name], UNKNOWN, "not installed here, so nothing was read"))
            continue
        expression = stated(importlib.metadata.metadata(name))
        found.append(Licence(name, version, expression, problem(name, expression)))
    return found


def installed(name: str) -> str | None:
    """Return the version of a package that is installed here."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def locked_here() -> dict[str, str]:
    """Return what is locked and belongs here: not torch's CUDA libraries, and what only some want where it is there."""
    found: dict[str, str] = {}
    for lock in LOCKS:
        if lock.file != "requirements-cuda.lock":
            pins = read_pins((ROOT / lock.file).read_text(encoding="utf-8"))
            found |= {name: pin for name, pin in pins.items() if not lock.optional or installed(name)}
    return found


def main() -> int:
    found = licences(locked_here())
    for licence in found:
        print(f"{licence.package:28} {licence.version:16} {licence.stated}" + f"   {licence.problem}".rstrip())
    bad = [licence for licence in found if licence.problem]
    print(f"{len(found)} packages, {len(bad)} whose licence may not be used or is not known.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
