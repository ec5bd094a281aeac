"""Quality per label: what a training makes of 50, 150, 600 or all labelled queries, on test queries that never train.

Takes a folder with queries.jsonl, qrels.tsv and movies.jsonl (or ``--movies`` names the folder whose films it uses).
For every size and seed so many labelled queries are drawn (the 50 are among the 150 of the same seed); the test
queries are the same for all, as is the catalogue: every film that any label names, filled up to ``--films``.

* base: e5-small as it comes.
* Reelign: ``python -m core train`` with its defaults on exactly these labels. It chooses epoch and strength by
  cross-validation or on a tenth that it holds out, and may choose the base itself.
* sentence-transformers: MultipleNegativesRankingLoss on every pair of query and positive film, the same LoRA, learning
  rate, batch size and epochs, no duplicates in a batch, in the number format that suits this machine.
* with mined negatives: the same after its own ``mine_hard_negatives`` over the whole catalogue, 4 a pair, at least
  5 % below the positive's score. A pair that has not as many is left out, which its table row says.

nDCG@10 is a query's mean over seeds, then the mean over test queries, with a t interval over the queries; gain is what
a training adds to the base. Seconds are means over seeds, from loading the weights to the saved adapter, without the
start of Python and its imports; mining is included, and so are Reelign's choices.

With ``--results FILE`` every training is appended to FILE once it is scored, and not done again by a later start with
the same settings. FILE knows nothing of the code that made it: use a new one when the code has changed.

Run: .venv/bin/python tests/bench/bench_labels.py FOLDER [--movies FOLDER] [--sizes 50,150,600,all] [--results FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from retrieval import (
    Trained,
    draw,
    interval_text,
    open_workspace,
    read_labels,
    read_movies,
    score,
    train_reelign,
    train_sentence_transformers,
)

from core.catalog import load_catalog
from core.cli.output import table
from core.config import TrainConfig, make_config
from core.fingerprint import fingerprint
from core.judgments import Split
from core.models.device import choose_compute
from core.training.pairs import LabelledQueries
from core.workspace import Workspace

BATCH_SIZE = 32
FEW = 150  # labelled queries, up to which more epochs pay
EPOCHS = {"few": 6, "many": 2}
MINED = 4
BASE, REELIGN = "base", "Reelign"
OTHER = "sentence-transformers"
OTHER_MINED = f"{OTHER}, mined negatives"
HEADERS = ["queries", "", "nDCG@10", "95% interval", "gain", "Reelign minus it", "95% interval", "Reelign's gain is"]
HEADERS += ["steps", "seconds", ""]


@dataclass(frozen=True, slots=True)
class Row:
    """One training, scored: nDCG@10 of each test query. ``task`` names all that it was made from."""

    task: str
    size: int
    seed: int
    arm: str
    trained: dict[str, Any]
    values: dict[str, float]


class Results:
    """The trainings that are done, in memory and, where a file is named, in that."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rows: dict[str, Row] = {}
        if path is not None and path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = Row(**json.loads(line))
                self._rows[row.task] = row

    def get(self, task: str, make: Callable[[], Row]) -> Row:
        """Return the row of a task, made and kept at once where it is new."""
        if task not in self._rows:
            self._rows[task] = row = make()
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(row)) + "\n")
        return self._rows[task]


class Bench:
    """One collection, its test queries, and the trainings on parts of the rest."""

    def __init__(self, workspace: Workspace, base: str, test: LabelledQueries, results: Results) -> None:
        self._workspace, self._base, self._test, self._results = workspace, base, test, results
        self._catalog = load_catalog(workspace).fingerprint
        self._bf16 = choose_compute().bf16

    def base(self) -> Row:
        """Return the scores of the base."""
        task = self._task(BASE, {"base": self._base}, None)
        return self._results.get(task, lambda: self._scored(task, BASE, 0, 0, self._base, {}))

    def trained(self, arm: str, config: TrainConfig, train: LabelledQueries) -> Row:
        """Return the scores of one training on some queries."""
        task = self._task(arm, config.model_dump(), train)

        def make() -> Row:
            found = self._train(arm, config, train)
            return self._scored(task, arm, len(train.grades), config.seed, found.model, asdict(found))

        return self._results.get(task, make)

    def _train(self, arm: str, config: TrainConfig, train: LabelledQueries) -> Trained:
        if arm == REELIGN:
            return train_reelign(self._workspace, config, {Split.TRAIN: train})
        other = partial(train_sentence_transformers, self._workspace, config, train, bf16=self._bf16)
        return other(no_duplicates=True, mined=MINED if arm == OTHER_MINED else 0)

    def _scored(self, task: str, arm: str, size: int, seed: int, model: str, trained: dict[str, Any]) -> Row:
        values = score(self._workspace, model, self._test)
        mean = statistics.mean(values.values())
        print(f"{size} queries, seed {seed}, {arm}: nDCG@10 {mean:.4f}", file=sys.stderr, flush=True)
        return Row(task, size, seed, arm, trained, values)

    def _task(self, arm: str, settings: Mapping[str, Any], train: LabelledQueries | None) -> str:
        labels = [[part.texts, part.grades] for part in (train, self._test) if part is not None]
        return fingerprint({"arm": arm, "settings": settings, "catalog": self._catalog, "labels": labels})


def epochs_for(size: int) -> int:
    """Return the epochs of a training on so many queries, unless the command line says otherwise."""
    return EPOCHS["few" if size <= FEW else "many"]


def mean_by_query(rows: list[Row]) -> dict[str, float]:
    """Return the mean over seeds of each test query."""
    return {query: statistics.mean(row.values[query] for row in rows) for query in rows[0].values}


def table_rows(size: int, rows: Mapping[str, list[Row]]) -> list[list[str]]:
    """Return the lines of one size, from the rows of every seed of each arm."""
    values = {arm: mean_by_query(found) for arm, found in rows.items()}
    means = {arm: statistics.mean(found.values()) for arm, found in values.items()}
    gains = {arm: mean - means[BASE] for arm, mean in means.items()}
    lines = []
    for arm, found in rows.items():
        line = [str(size), arm, f"{means[arm]:.3f}", interval_text([*values[arm].values()], sign="-")]
        line += ["" if arm == BASE else f"{gains[arm]:+.3f}"]
        deltas = [values[REELIGN][query] - value for query, value in values[arm].items()]
        line += ["", ""] if arm == REELIGN else [f"{statistics.mean(deltas):+.3f}", interval_text(deltas)]
        beaten = arm in (OTHER, OTHER_MINED) and gains[arm] > 0
        line += [f"{gains[REELIGN] / gains[arm]:.2f}x" if beaten else ""]
        trained = [row.trained for row in found if row.trained]
        line += ["/".join(dict.fromkeys(str(facts["steps"]) for facts in trained))]
        line += [f"{statistics.mean(facts['seconds'] for facts in trained):.0f}" if trained else ""]
        lines.append([*line, "; ".join(dict.fromkeys(facts["note"] for facts in trained if facts["note"]))])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--movies", type=Path, help="the folder whose films are used, where FOLDER has none")
    parser.add_argument("--base", default="e5-small")
    parser.add_argument("--sizes", default="50,150,600,all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--films", type=int, default=2_500)
    parser.add_argument("--test", type=int, default=300)
    parser.add_argument("--epochs", type=int, help="default: 6 up to 150 queries, 2 above")
    parser.add_argument("--skip-mined", action="store_true", help="without the last way, which takes half of the time")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    movies = read_movies(given.movies or given.folder)
    labels = read_labels(given.folder, [movie.movie_id for movie in movies])
    test = draw(labels, given.test, 0)
    rest = labels.without(set(test.grades))
    wanted = [len(rest.grades) if size == "all" else int(size) for size in given.sizes.split(",")]
    sizes = sorted({min(size, len(rest.grades)) for size in wanted})
    lines = []
    with tempfile.TemporaryDirectory() as root:
        workspace = open_workspace(Path(root), movies, labels, given.films, 0, given.base)
        films = len(load_catalog(workspace))
        bench = Bench(workspace, given.base, test, Results(given.results))
        for size in sizes:
            settings = {"base": given.base, "epochs": given.epochs or epochs_for(size), "batch_size": BATCH_SIZE}
            rows: dict[str, list[Row]] = {BASE: [bench.base()]}
            for seed in range(1, given.seeds + 1):
                train = draw(rest, size, seed)
                for arm in (REELIGN, OTHER) if given.skip_mined else (REELIGN, OTHER, OTHER_MINED):
                    found = bench.trained(arm, make_config({**settings, "seed": seed}), train)
                    rows.setdefault(arm, []).append(found)
            lines += table_rows(size, rows)
    print(
        f"{platform.processor() or platform.machine()}: {given.folder.name}, {given.base}, {given.seeds} seeds, "
        f"batches of {BATCH_SIZE}; {len(test.grades)} test queries over {films} films"
    )
    print(table(HEADERS, lines))


if __name__ == "__main__":
    main()
