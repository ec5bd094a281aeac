"""A tuned model for runtimes without torch: an ONNX or OpenVINO graph, its tokenizer, its prompts, and what it keeps.

The folder is laid out as sentence-transformers has it (``onnx/model.onnx`` or ``openvino/openvino_model.xml`` beside
``modules.json``).
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import document_text, load_catalog
from core.errors import CatalogError, HandoverError
from core.files import folder_written_aside, write_json, write_text
from core.handover.graph import write_graph
from core.handover.kept import MOST_FILMS, MOST_QUERIES, Kept, compared, reopened, sample
from core.handover.model_card import graph_card
from core.handover.weights import GraphForm, Precision, write_form
from core.judgments import load_snapshot
from core.models.loading import load_embedder
from core.training.export import write_usage
from core.training.probes import LEAST_COSINE, PROBES
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder
    from core.runs import RunFolder

LEAST = {"float32": LEAST_COSINE, "int8": 0.9}  # below it the graph computes something else
MANIFEST = "handover.json"


def export_graph(run: RunFolder, folder: Path, workspace: Workspace, form: GraphForm, precision: Precision) -> Kept:
    """Write the tuned model of a run as a graph, open it again in a fresh process, and measure what it keeps.

    Raises:
        ModelError: the run has no adapter yet.
        HandoverError: the folder exists, only the query side was tuned, a package is missing, the model cannot be
            written as a graph, or the graph's vectors are others.
    """
    if folder.exists():
        raise HandoverError(f"{folder} exists already. Name a new folder.")
    embedder = load_embedder(run.name, workspace, device="cpu")
    if embedder.documents is not None:
        raise HandoverError(
            f"Run '{run.name}' tuned the query side only: films need the base model, queries the tuned one. "
            "A single graph cannot hold both; train with --side both to export."
        )
    queries = list(load_snapshot(run.snapshot).queries().values())
    return write_graph_folder(embedder, folder, form, precision, _films(workspace), queries, run.name)


def write_graph_folder(
    embedder: Embedder,
    folder: Path,
    form: GraphForm,
    precision: Precision,
    films: list[str],
    queries: list[str],
    name: str,
) -> Kept:
    """Write a model's graph into a folder that appears whole or not at all; ``films`` and ``queries`` are texts to
    measure it on, of which some hundreds are taken.

    Raises:
        HandoverError: see ``export_graph``.
    """
    with folder_written_aside(folder.resolve()) as aside:
        with tempfile.TemporaryDirectory(dir=aside.parent, prefix=".graph.") as scratch:
            graph = Path(scratch) / "model.onnx"
            write_graph(embedder, graph)
            write_form(graph, form, precision, aside)
        write_usage(embedder, aside)
        embedder.model.config.save_pretrained(aside)  # type: ignore[union-attr, operator]
        finish_tokenizer(aside / "tokenizer.json", embedder)
        kept = measure(embedder, aside, sample(films, MOST_FILMS), sample(queries, MOST_QUERIES))
        if not kept.cosine >= LEAST[precision]:
            raise HandoverError(f"The graph gives other vectors (cosine {kept.cosine:.4f}); nothing was written.")
        about = {
            "form": form,
            "precision": precision,
            "model": name,
            "pooling": embedder.recipe.pooling.value,
            "prompts": {"query": embedder.recipe.query_prompt, "document": embedder.recipe.document_prompt},
            "max_length": embedder.max_length,
            "dimension": embedder.dimension,
            "kept": asdict(kept),
        }
        write_json(aside / MANIFEST, about)
        write_text(aside / "README.md", graph_card(name, form, precision, embedder, kept))
    return kept


def finish_tokenizer(path: Path, embedder: Embedder) -> None:
    """Let a tokenizer's file cut and pad by itself, so that ``tokenizers`` alone gives what the graph takes.

    Raises:
        HandoverError: there is no such file: the model has a tokenizer that only transformers computes.
    """
    from tokenizers import Tokenizer

    if not path.is_file():
        raise HandoverError("The model has no tokenizer.json to take along. Export it with '--form merged'.")
    tokenizer = Tokenizer.from_file(str(path))
    pad = embedder.backbone.frame.pad
    tokenizer.enable_truncation(embedder.max_length)
    tokenizer.enable_padding(pad_id=pad, pad_token=tokenizer.id_to_token(pad) or "")
    tokenizer.save(str(path))


def measure(embedder: Embedder, folder: Path, films: list[str], queries: list[str]) -> Kept:
    """Compare a model in float32 with its export, opened in a fresh process; fixed texts are looked at too."""
    recipe = embedder.recipe
    asked, told = [*queries, *PROBES], [*films, *PROBES]
    texts = [recipe.prompted(text, "query") for text in asked] + [recipe.prompted(text, "document") for text in told]
    vectors, exact = reopened(folder, texts), embedder.in_float32()
    ours = exact.encode(asked, "query"), exact.encode(told, "document")
    theirs = vectors[: len(asked)], vectors[len(asked) :]
    probes = compared((ours[0], theirs[0]), (ours[1], theirs[1]))
    some = slice(0, len(queries)), slice(0, len(films))
    kept = compared((ours[0][some[0]], theirs[0][some[0]]), (ours[1][some[1]], theirs[1][some[1]]))
    return replace(kept, cosine=min(kept.cosine, probes.cosine))


def _films(workspace: Workspace) -> list[str]:
    try:
        return [document_text(movie) for movie in load_catalog(workspace)]
    except CatalogError:  # a model can be taken along without one
        return []
