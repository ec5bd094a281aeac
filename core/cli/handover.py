"""``index export`` and ``index upload``: a catalogue's vectors for a vector store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.activity_log import Kind, note
from core.catalog import Catalog, load_catalog
from core.cli.output import Json, emit, show_progress, state
from core.handover.stores import Store

Model = Annotated[str, typer.Option("--model", help="A packaged model, a run, a folder, or a Hub id.")]
Form = Annotated[Store, typer.Option("--form", help="The vector store that it is for.")]
Collection = Annotated[str, typer.Option(help="What the collection, or table, is to be called there.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
By = Annotated[str, typer.Option(help="Who decides.")]


def _index(model: str, device: str) -> tuple[Any, Catalog]:
    from core.search import open_searcher

    catalog = load_catalog(state.workspace)
    return open_searcher(model, catalog, state.workspace, device=device, progress=show_progress).index, catalog


def export_vectors(
    folder: Annotated[Path, typer.Argument(help="New folder to write.")],
    form: Form,
    model: Model = "e5-small",
    collection: Collection = "films",
    device: Device = "auto",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write the catalogue's vectors as files that a vector store's own tools load; README.md there says how."""
    from core.handover.vectors import export_index

    index, catalog = _index(model, device)
    export_index(index, catalog, folder, form, collection, model=model)
    note(state.workspace, Kind.EXPORT, by, f"{model} ({form})")
    result = {
        "folder": str(folder),
        "form": form.value,
        "model": model,
        "collection": collection,
        "films": len(index),
        "dimension": int(index.vectors.shape[1]),
    }
    emit(result, f"{len(index)} films for {form} in {folder}. {folder / 'README.md'} says how to load them.", as_json)


def upload_vectors(
    url: Annotated[str, typer.Argument(help="Address of the store, such as http://localhost:6333.")],
    form: Form,
    model: Model = "e5-small",
    collection: Collection = "films",
    device: Device = "auto",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write the catalogue's vectors into a new collection of a vector store (keys: QDRANT_API_KEY, MILVUS_TOKEN)."""
    from core.handover.vectors import upload_index

    index, catalog = _index(model, device)
    upload_index(index, catalog, url, form, collection)
    note(state.workspace, Kind.EXPORT, by, f"{model} ({form})")
    result = {"form": form.value, "model": model, "collection": collection, "films": len(index)}
    emit(result, f"{len(index)} films are in the collection '{collection}' of {form}.", as_json)
