"""``index build`` and ``search``; ``index export`` and ``index upload`` are in core.cli.handover."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from core.catalog import document_text, open_films
from core.cli import handover
from core.cli.output import Json, emit, show_progress, state
from core.errors import ReelignError

Model = Annotated[str, typer.Option("--model", help="A packaged model, a run, a folder, or a Hub id.")]
Kind = Annotated[
    Literal["exact", "hnsw", "ivf", "ivfpq"] | None,
    typer.Option("--kind", help="How films are found; by number of films and memory where it is left out."),
]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
On = Annotated[
    str | None,
    typer.Option(
        "--on", envvar="REELIGN_CLUSTER", help="A Ray cluster: ray://HOST:PORT, HOST:PORT, auto, or local-cluster."
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="With --on: workers at once (default: as many as fit).")]

app = typer.Typer(help="The vector index.", no_args_is_help=True)
app.command("export")(handover.export_vectors)
app.command("upload")(handover.upload_vectors)


@app.callback()
def noun() -> None:
    """The vector index of a catalogue under a model."""


@app.command()
def build(
    model: Model = "e5-small",
    device: Device = "auto",
    kind: Kind = None,
    on: On = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Encode the catalogue with a model and save its index, by which ``search`` and ``serve`` will find.

    Comparisons search exactly, whatever is built here.
    """
    from core import index as built
    from core.models.loading import load_embedder

    started = time.monotonic()
    asked = built.Kind(kind) if kind else None
    if on:
        encode_films(on, [model], device, workers)
    embedder = load_embedder(model, state.workspace, device=device)
    with open_films(state.workspace) as films:
        chosen = asked or built.choose_kind(len(films), embedder.dimension, built.machine_memory())
        index = built.open_index(embedder, films, state.workspace, show_progress, chosen)
        recall = built.read_recall(built.index_folder(embedder, films, state.workspace, chosen))
    built.ask_for_kind(embedder, asked, state.workspace)
    seconds = round(time.monotonic() - started, 2)
    result = {
        "model": model,
        "films": len(index),
        "dimension": embedder.dimension,
        "index": index.fingerprint[:16],
        "kind": chosen.value,
        "recall": None if recall is None else {"at_10": recall.at_10, "at_100": recall.at_100},
        "seconds": seconds,
    }
    lines = [f"{len(index)} films indexed with {model} in {seconds} s."]
    if recall is not None:
        lines.append(
            f"Kind {chosen.value}: finds {recall.at_10:.1%} of the 10 and {recall.at_100:.1%} of the 100 nearest films "
            f"that an exact search finds ({recall.queries} films as queries). Comparisons search exactly all the same."
        )
    emit(result, "\n".join(lines), as_json)


def encode_films(on: str, models: Sequence[str], device: str, workers: int | None) -> None:
    """Encode the catalogue with each model on a cluster, so that nothing is left to encode here."""
    from core.cluster.encoding import encode_on

    with open_films(state.workspace) as films:
        texts = [document_text(movie) for movie in films]
    encode_on(on, models, texts, state.workspace, device=device, workers=workers, progress=show_progress)


def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    model: Model = "e5-small",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Films to show.")] = 10,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Search the catalogue with a model."""
    if not text.strip():
        raise ReelignError("The search text is empty. Write what to look for.")
    from core.search import open_searcher

    with open_films(state.workspace) as films:
        searcher = open_searcher(model, films, state.workspace, device=device, progress=show_progress, kind=None)
        hits = searcher.search([text], k)[0]
        titles = {hit.movie_id: films[hit.movie_id].title for hit in hits}
    rows = [
        {"rank": hit.rank, "movie_id": hit.movie_id, "score": round(hit.score, 6), "title": titles[hit.movie_id]}
        for hit in hits
    ]
    lines = [f"{row['rank']:>3}  {row['score']:.3f}  {row['title']}  [{row['movie_id']}]" for row in rows]
    emit({"query": text, "model": model, "hits": rows}, "\n".join(lines), as_json)
