"""Films that people half remember (Reddit's tip-of-my-tongue posts over TMDB films): base against tuned.

Takes a folder with movies.jsonl, queries.jsonl and qrels.tsv; by default 600 queries train (a tenth of them chooses),
300 others test, over 2,500 films.

Run: .venv/bin/python tests/bench/bench_films.py FOLDER [--films 2500] [--epochs 2] [--seed 1]

A language model made a film retriever:
--base smollm2-135m --train 220 --test 120 --films 500 --epochs 3 --max-length 64
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def core(workspace: str, *arguments: str) -> dict[str, Any]:
    """Run one command of the command line and return what it prints."""
    command = [sys.executable, "-m", "core", "--workspace", workspace, *arguments, "--json"]
    print("$ python -m core", *arguments, file=sys.stderr)
    return dict(json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout))


def sample(folder: Path, into: Path, *, films: int, train: int, test: int, seed: int) -> None:
    """Write a catalogue of ``films`` films that holds every answer, and the qrels of both halves."""
    qrels = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(seed).shuffle(qrels)
    used = qrels[: train + test]
    (into / "train.tsv").write_text("".join(used[:train]), encoding="utf-8")
    (into / "test.tsv").write_text("".join(used[train:]), encoding="utf-8")
    wanted = {line.split("\t")[2] for line in used}
    lines = (folder / "movies.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    answers = [line for line in lines if json.loads(line)["movie_id"] in wanted]
    others = [line for line in lines if json.loads(line)["movie_id"] not in wanted]
    random.Random(seed + 1).shuffle(others)
    (into / "movies.jsonl").write_text("".join((answers + others)[:films]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", default="e5-small")
    parser.add_argument("--train", type=int, default=600)
    parser.add_argument("--test", type=int, default=300)
    parser.add_argument("--films", type=int, default=2_500)
    parser.add_argument("--max-length", default="128")
    parser.add_argument("--epochs", default="2")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        into = Path(name)
        sample(given.folder, into, films=given.films, train=given.train, test=given.test, seed=given.seed)
        queries = str(given.folder.resolve() / "queries.jsonl")
        core(name, "catalog", "import", str(into / "movies.jsonl"))
        labels = [str(into / "train.tsv"), "--queries", queries, "--annotator", "reddit", "--split", "train"]
        core(name, "labels", "import", *labels)
        settings = ["--epochs", given.epochs, "--batch-size", "32", "--max-length", given.max_length]
        settings += ["--synthetic", "0"]
        run = core(name, "train", "--base", given.base, *settings)
        test = ["--queries", queries, "--qrels", str(into / "test.tsv")]
        found = core(name, "compare", "--base", given.base, "--tuned", run["run"], *test)
    print(
        f"{run['pairs']} pairs, {run['steps']} steps in {run['seconds']:.0f} s on {run['device']} ({run['precision']})"
    )
    print(f"dev nDCG@10 {run['dev']['base']:.3f} -> {run['dev']['tuned']:.3f}, strength {run['alpha']}")
    print(f"{found['queries']} other queries over {given.films} films")
    for measure, row in found["measures"].items():
        low, high = row["ci"]
        print(f"{measure:10} {row['base']:.3f} -> {row['tuned']:.3f}   {row['delta']:+.3f} ({low:+.3f} to {high:+.3f})")


if __name__ == "__main__":
    main()
