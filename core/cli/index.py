"""``index build`` and ``search``; ``index export`` and ``index upload`` are in core.cli.handover."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from core.catalog import load_catalog
from core.cli import handover
from core.cli.output import Json, emit, show_progress, state
from core.errors import ReelignError

Model = Annotated[str, typer.Option("--model", help="A packaged model, a run, a folder, or a Hub id.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]

app = typer.Typer(help="The vector index.", no_args_is_help=True)
app.command("export")(handover.export_vectors)
app.command("upload")(handover.upload_vectors)


@app.callback()
def noun() -> None:
    """The vector index of a catalogue under a model."""


@app.command()
def build(model: Model = "e5-small", device: Device = "auto", as_json: Json = False) -> None:
    """Encode the catalogue with a model and save its index."""
    from core.search import open_searcher

    started = time.monotonic()
    catalog = load_catalog(state.workspace)
    searcher = open_searcher(model, catalog, state.workspace, device=device, progress=show_progress)
    seconds = round(time.monotonic() - started, 2)
    result = {
        "model": model,
        "films": len(searcher.index),
        "dimension": searcher.embedder.dimension,
        "index": searcher.index.fingerprint[:16],
        "seconds": seconds,
    }
    emit(result, f"{len(searcher.index)} films indexed with {model} in {seconds} s.", as_json)


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

    catalog = load_catalog(state.workspace)
    searcher = open_searcher(model, catalog, state.workspace, device=device, progress=show_progress)
    hits = searcher.search([text], k)[0]
    rows = [
        {"rank": hit.rank, "movie_id": hit.movie_id, "score": round(hit.score, 6), "title": catalog[hit.movie_id].title}
        for hit in hits
    ]
    lines = [f"{row['rank']:>3}  {row['score']:.3f}  {row['title']}  [{row['movie_id']}]" for row in rows]
    emit({"query": text, "model": model, "hits": rows}, "\n".join(lines), as_json)
