"""A training on the same pairs: Reelign against SentenceTransformerTrainer, in seconds and in nDCG@10.

Takes a folder with movies.jsonl, queries.jsonl and qrels.tsv. Both sides train LoRA of the same rank on the same
layers of the same weights (e5-small), with the same pairs (one film a query), batch size, number of steps, learning
rate, warm-up, linear schedule, temperature and lengths (128 tokens to train, the model's own to test), on the same
cores, one after the other, each in a process of its own. The second half of the table adapts all layers;
``--layers "upper half"`` leaves it out.

What is timed, without the start of Python and its imports:

* steps: Reelign's optimiser steps; ``trainer.train()`` of sentence-transformers.
* total: from loading the weights to the saved adapter. For Reelign that holds what sentence-transformers does not do:
  measuring a plan, computing the frozen blocks once, scores on 60 further dev queries after every epoch and at every
  strength of the adapter, and the proof that what was saved is what was trained. Nothing is cached beforehand.

sentence-transformers runs as it comes (float32), at its best on this machine (the number format that Reelign chose, no
duplicates in a batch), and once more with the backbone's dropout off, as Reelign has it. Reelign keeps the epoch and
the strength that its dev queries choose. The test queries are others again; the interval and p (paired sign-flip
test) are of Reelign's nDCG@10 minus that of the row.

Run: .venv/bin/python tests/bench/bench_train.py FOLDER [--pairs 600] [--films 2500] [--test 300] [--epochs 2]
"""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
from functools import partial
from pathlib import Path

from retrieval import (
    Trained,
    draw,
    interval_text,
    one_positive,
    open_workspace,
    read_labels,
    read_movies,
    score,
    train_reelign,
    train_sentence_transformers,
)

from core.catalog import load_catalog
from core.cli.output import number, table
from core.config import make_config
from core.evaluation import sign_flip_p
from core.judgments import Split
from core.training.pairs import LabelledQueries
from core.workspace import Workspace

DEV = 60
LAYERS = {"upper half": None, "all": 1.0}
REELIGN = "Reelign"
OTHER = "sentence-transformers"
HEADERS = ["layers", "", "format", "steps", "steps, s", "range", "/ Reelign", "total, s", "/ Reelign"]
HEADERS += ["nDCG@10", "Reelign minus it", "95% interval", "p", ""]
Row = tuple[str, str]  # layers, way of training


def train_in_turns(
    given: argparse.Namespace, workspace: Workspace, train: LabelledQueries, dev: LabelledQueries
) -> dict[Row, list[Trained]]:
    """Return the trainings of every row, one a repeat."""
    found: dict[Row, list[Trained]] = {}
    for _ in range(given.repeats):
        for layers in given.layers:
            share = LAYERS[layers]
            settings = {"base": given.base, "epochs": given.epochs, "batch_size": given.batch_size, "seed": given.seed}
            # The same steps for both: no cross-validation, and no pairs made from films' texts.
            config = make_config({**settings, "lora_layers": share, "folds": 0, "synthetic": 0})
            ours = train_reelign(workspace, config, {Split.TRAIN: train, Split.DEV: dev})
            other = partial(train_sentence_transformers, workspace, config, train)
            best = partial(other, bf16=ours.precision == "bfloat16", no_duplicates=True)
            ways = {
                REELIGN: ours,
                f"{OTHER}, defaults": other(bf16=False),
                f"{OTHER}, best": best(),
                f"{OTHER}, best, dropout off": best(dropout=False),
            }
            for way, trained in ways.items():
                found.setdefault((layers, way), []).append(trained)
    return found


def table_rows(
    trainings: dict[Row, list[Trained]], values: dict[Row, dict[str, float]], base: dict[str, float]
) -> list[list[str]]:
    """Return the rows of the table: times as medians over repeats, nDCG@10 of the last training of each."""

    def median(row: Row, name: str) -> float:
        return float(statistics.median(getattr(trained, name) for trained in trainings[row]))

    def ratio(row: Row, name: str) -> str:
        return f"{median(row, name) / median((row[0], REELIGN), name):.2f}x"

    def against(ours: dict[str, float], theirs: dict[str, float]) -> list[str]:
        deltas = [ours[query] - theirs[query] for query in theirs]
        return [f"{statistics.mean(deltas):+.3f}", interval_text(deltas), number(sign_flip_p(deltas), 4)]

    rows = []
    for row, repeats in trainings.items():
        layers, way = row
        ours = (layers, REELIGN)
        seconds = [trained.step_seconds for trained in repeats]
        times = [f"{median(row, 'step_seconds'):.1f}", f"{min(seconds):.1f} to {max(seconds):.1f}"]
        times += [ratio(row, "step_seconds"), f"{median(row, 'seconds'):.1f}", ratio(row, "seconds")]
        quality = [f"{statistics.mean(values[row].values()):.3f}"]
        quality += ["", "", ""] if way == REELIGN else against(values[ours], values[row])
        rows.append([layers, way, repeats[-1].precision, str(repeats[-1].steps), *times, *quality, repeats[-1].note])
    for layers in dict.fromkeys(layers for layers, _ in trainings):
        quality = [f"{statistics.mean(base.values()):.3f}", *against(values[layers, REELIGN], base)]
        rows.append([layers, "base", "", "", "", "", "", "", "", *quality, ""])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--movies", type=Path, help="the folder whose films are used, where FOLDER has none")
    parser.add_argument("--base", default="e5-small")
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--films", type=int, default=2_500)
    parser.add_argument("--test", type=int, default=300)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--layers", nargs="+", choices=list(LAYERS), default=list(LAYERS), metavar="LAYERS")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    movies = read_movies(given.movies or given.folder)
    labels = read_labels(given.folder, [movie.movie_id for movie in movies])
    drawn = draw(labels, given.test + DEV + given.pairs, given.seed)
    test = draw(drawn, given.test, given.seed)
    rest = one_positive(drawn.without(set(test.grades)))
    dev = draw(rest, DEV, given.seed)
    train = rest.without(set(dev.grades))
    with tempfile.TemporaryDirectory() as root:
        workspace = open_workspace(Path(root), movies, drawn, given.films, given.seed, given.base)
        films = len(load_catalog(workspace))
        trainings = train_in_turns(given, workspace, train, dev)
        values = {row: score(workspace, repeats[-1].model, test) for row, repeats in trainings.items()}
        base = score(workspace, given.base, test)
    print(
        f"{platform.processor() or platform.machine()}: {len(train.grades)} pairs of {given.folder.name}, "
        f"{given.epochs} epochs in batches of {given.batch_size}, {given.base}; "
        f"{len(test.grades)} test queries over {films} films, {given.repeats} repeats"
    )
    print(table(HEADERS, table_rows(trainings, values, base)))


if __name__ == "__main__":
    main()
