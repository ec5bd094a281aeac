"""Whether a locked package has a vulnerability that is publicly known, by pip-audit, which asks PyPI.

    build/tools/bin/python tests/supply/vulnerabilities.py

The exit status is 0 where every package was looked up and none has one, 1 where one has, and 2 where a package could
not be looked up: that is no result, and pip-audit alone would let it pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from locks import LOCKS, ROOT, public, read_pins

NAMED = 5


def locked() -> set[tuple[str, str]]:
    """Return every package of every lock with its version as PyPI has it, without the name of a build."""
    texts = [(ROOT / lock.file).read_text(encoding="utf-8") for lock in LOCKS]
    return {(name, public(version)) for text in texts for name, version in read_pins(text).items()}


def look_up(packages: set[tuple[str, str]]) -> tuple[list[dict[str, Any]], str]:
    """Return pip-audit's findings, a row a package, and why it gave none."""
    rows, complaints = [], []
    with tempfile.TemporaryDirectory() as folder:
        # A name may be there in two versions, of which a requirements file holds one.
        for number, part in enumerate(_without_repeats(sorted(packages))):
            file = Path(folder) / f"{number}.txt"
            file.write_text("".join(f"{name}=={version}\n" for name, version in part), encoding="utf-8")
            command = [sys.executable, "-m", "pip_audit", "-r", str(file), "--no-deps", "--disable-pip"]
            command += ["--format", "json", "--progress-spinner", "off"]
            done = subprocess.run(command, capture_output=True, text=True)
            try:
                rows += json.loads(done.stdout)["dependencies"]
            except (ValueError, KeyError):
                complaints += done.stderr.strip().splitlines()[-1:]
    return rows, " ".join(complaints)


def _without_repeats(packages: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    parts: list[dict[str, str]] = []
    for name, version in packages:
        part = next((part for part in parts if name not in part), None)
        if part is None:
            parts.append(part := {})
        part[name] = version
    return [list(part.items()) for part in parts]


def outcome(packages: set[tuple[str, str]], rows: list[dict[str, Any]], complaint: str) -> tuple[int, list[str]]:
    """Return the exit status and what to print."""
    lines = [
        f"{row['name']} {row['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version yet'}"
        for row in rows
        for one in row.get("vulns", ())
    ]
    asked = {row["name"] for row in rows if "vulns" in row}
    missed = sorted({name for name, _ in packages} - asked)
    if missed:
        named = ", ".join(missed[:NAMED]) + (", ..." if len(missed) > NAMED else "")
        lines.append(
            f"NOT AUDITED: {len(missed)} of {len(packages)} packages could not be looked up ({named}). PyPI's JSON API "
            f"must be reachable; this says nothing about them. {complaint}".rstrip()
        )
    vulnerable = sum(bool(row.get("vulns")) for row in rows)
    if vulnerable:
        return 1, [*lines, f"{vulnerable} of {len(packages)} packages have known vulnerabilities."]
    return (2, lines) if missed else (0, [f"{len(packages)} packages, none with a known vulnerability."])


def main() -> int:
    packages = locked()
    status, lines = outcome(packages, *look_up(packages))
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
