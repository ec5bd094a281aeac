"""Millions of damaged files against every reader: what each refused, read and crashed on, how slow and how large.

Each reader of tests/fuzz runs in a process of its own, niced, under Atheris (libFuzzer): an input that reaches code
that none before has reached is kept and damaged further. Half of the damage is libFuzzer's, half that of tests/fuzz.
Without Atheris (``pip install atheris``; it has wheels for Linux) the same damage is done to the seeds alone, from a
fixed stream of seeds; the table says which it was. A crash is anything but a value or a refusal that helps: its
input is kept in ``--crashes``. Memory is what the process took at most beyond what it had taken before.

Run: .venv/bin/python tests/bench/bench_fuzz.py [--inputs 1000000] [--reader NAME] [--crashes build/crashes]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

SECONDS = 60  # that one input may take
MEGABYTES = 6_000
LONGEST = 20_000  # bytes of an input
HAS_ATHERIS = importlib.util.find_spec("atheris") is not None


class Tally:
    """What became of the inputs of one reader."""

    def __init__(self, accepts: Callable[[bytes], bool], wanted: int, into: Path, crashes: Path) -> None:
        self.accepts, self.wanted, self.into, self.crashes = accepts, wanted, into, crashes
        self.read = self.refused = self.crashed = 0
        self.kinds: dict[str, str] = {}
        self.slowest = 0.0
        self.before = peak_megabytes()

    def one(self, data: bytes) -> None:
        """Give the reader one input; the last one ends the process."""
        started = time.perf_counter()
        try:
            if self.accepts(data):
                self.read += 1
            else:
                self.refused += 1
        except Exception as reason:
            self._crash(data, reason)
        self.slowest = max(self.slowest, time.perf_counter() - started)
        if self.count % 500 == 0 or self.count >= self.wanted:
            self.write()
        if self.count >= self.wanted:
            os._exit(0)  # libFuzzer would go on

    @property
    def count(self) -> int:
        return self.read + self.refused + self.crashed

    def _crash(self, data: bytes, reason: Exception) -> None:
        self.crashed += 1
        *_, last = traceback.extract_tb(reason.__traceback__)
        kind = f"{type(reason).__name__} in {Path(last.filename).name}, line {last.lineno}"
        if kind not in self.kinds:
            self.crashes.mkdir(parents=True, exist_ok=True)
            path = self.crashes / hashlib.sha256(data).hexdigest()[:16]
            path.write_bytes(data)
            self.kinds[kind] = f"{str(reason)[:200]!r}, {path}"

    def write(self) -> None:
        """Leave the figures so far where the parent finds them."""
        names = ("read", "refused", "crashed", "kinds", "slowest")
        row = {name: getattr(self, name) for name in names} | {"memory": peak_megabytes() - self.before}
        self.into.write_text(json.dumps(row))


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fuzz(name: str, inputs: int, into: Path, crashes: Path) -> None:
    """Fuzz one reader in this process, which ends with it."""
    os.nice(19)
    logging.disable()
    if HAS_ATHERIS:
        import atheris

        with atheris.instrument_imports(include=["core", "dashboard"]):
            from fuzz.readers import all_readers
    else:
        from fuzz.readers import all_readers
    from fuzz.mutations import mutated

    (reader,) = (one for one in all_readers() if one.name == name)
    for seed in reader.seeds:
        reader.accepts(seed)  # what is imported on first use is no reader's memory
    tally = Tally(reader.accepts, inputs, into, crashes)
    if not HAS_ATHERIS:
        for number in range(inputs):
            tally.one(mutated(reader.seeds[number % len(reader.seeds)], Random(number))[:LONGEST])
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(reader.seeds):
            Path(corpus, str(number)).write_bytes(seed)

        def damage(data: bytes, most: int, seed: int) -> bytes:
            return atheris.Mutate(data, most) if seed % 2 else mutated(data, Random(seed))[:most]

        options = ["-seed=1", f"-max_len={LONGEST}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"]
        atheris.Setup([sys.argv[0], corpus, *options, "-verbosity=0"], tally.one, custom_mutator=damage)
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=1_000_000, help="of all readers together")
    parser.add_argument("--reader", help="this one alone")
    parser.add_argument("--crashes", type=Path, default=Path("build/crashes"))
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.into:
        fuzz(given.reader, given.inputs, given.into, given.crashes)
        return
    from fuzz.readers import all_readers

    names = [given.reader] if given.reader else [reader.name for reader in all_readers()]
    how = "coverage-guided (Atheris)" if HAS_ATHERIS else "mutated seeds, no coverage (Atheris is not installed)"
    each = max(1, given.inputs // len(names))
    print(f"{each:,} inputs a reader, {how}; Python {sys.version.split()[0]}\n")
    print(f"{'reader':24}{'inputs':>10}{'refused':>10}{'read':>10}{'crashes':>9}{'slowest':>10}{'memory':>10}")
    failed = False
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            into = Path(folder, "tally.json")
            command = [sys.executable, __file__, "--reader", name, "--inputs", str(each), "--into", str(into)]
            ended = subprocess.run([*command, "--crashes", str(given.crashes)], capture_output=True, text=True)
            row = json.loads(into.read_text()) if into.is_file() else None
        if row is None or ended.returncode:
            failed = True
            print(f"{name:24} ended with {ended.returncode}: {ended.stderr[-1500:]}")
        if row is not None:
            failed |= bool(row["crashed"])
            count = row["read"] + row["refused"] + row["crashed"]
            print(
                f"{name:24}{count:>10,}{row['refused']:>10,}{row['read']:>10,}{row['crashed']:>9,}"
                f"{row['slowest']:>8.2f} s{row['memory']:>7,.0f} MB",
                flush=True,
            )
            for kind, example in row["kinds"].items():
                print(f"    {kind}: {example}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
