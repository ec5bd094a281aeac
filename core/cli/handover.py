"""``index export`` and ``index upload``: vectors for a vector store; and ``runs export`` to a graph."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.activity_log import Kind, note
from core.catalog import Catalog, load_catalog
from core.cli.output import Json, emit, show_progress, state
from core.handover.base_family import recipe_and_family
from core.handover.launch import Launch, launch_text, launches
from core.handover.stores import Store
from core.runs import RunFolder, open_run

if TYPE_CHECKING:
    from core.handover.weights import GraphForm, Precision

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


def export_graph(name: str, folder: Path, form: GraphForm, precision: Precision, by: str, as_json: bool) -> None:
    """Write the tuned model of a run as a graph and say what it keeps."""
    from core.handover.model_card import kept_in_words
    from core.handover.models import export_graph as export

    run = open_run(state.workspace, name)
    kept = export(run, folder, state.workspace, form, precision)
    note(state.workspace, Kind.EXPORT, by, f"{name} ({form}, {precision})")
    made = launches_of(run, folder, form)
    result: dict[str, Any] = {"run": name, "folder": str(folder), "form": form, "precision": precision}
    result |= {"kept": asdict(kept), "launch": [asdict(launch) for launch in made]}
    emit(result, f"{folder}: {form}, {precision}. {kept_in_words(kept)}\n{launch_text(made)}", as_json)


def launches_of(run: RunFolder, folder: Path, form: str) -> tuple[Launch, ...]:
    """Return how servers are started with what a run was exported to."""
    recipe, family = recipe_and_family(run.config().base, state.workspace)
    return launches(recipe, str(folder.resolve()), family=family, form=form)
