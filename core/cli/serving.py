"""``serve`` answers a chatbot over HTTP; ``context`` prints what its language model receives for a question."""

from __future__ import annotations

from typing import Annotated

import typer

from core.catalog import load_catalog
from core.cli.output import Json, emit, show_progress, state
from core.context import BUDGET, LEAST_BUDGET, MOST_BUDGET, build_context
from core.errors import ReelignError
from core.serving import HOST, PORT

Model = Annotated[
    str,
    typer.Option(
        "--model",
        help="active (the run in use, else the base), a packaged model, a run, a folder, a Hub id, bm25, or "
        "any of them with +bm25.",
    ),
]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default only this machine can ask.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = PORT,
    model: Model = "active",
    device: Device = "auto",
) -> None:
    """Answer a chatbot's searches over HTTP, following promotions and the catalogue."""
    from core.serving.server import serve as run

    run(state.workspace, model, host=host, port=port, device=device)


def context(
    text: Annotated[str, typer.Argument(help="What the user of the chatbot asks.")],
    model: Model = "active",
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Films to find.")] = 10,
    budget: Annotated[
        int, typer.Option(min=LEAST_BUDGET, max=MOST_BUDGET, help="Most characters of the films' texts.")
    ] = BUDGET,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Print the messages that a chatbot's language model receives for a question."""
    if not text.strip():
        raise ReelignError("The question is empty. Write what the user asks.")
    from core.retrievers import open_retriever
    from core.serving.live import named_now
    from core.serving.schemas import ContextAnswer

    name = named_now(model, state.workspace)
    catalog = load_catalog(state.workspace)
    retriever = open_retriever(name, catalog, state.workspace, device=device, progress=show_progress)
    (hits,) = retriever.search([text], k)
    made = build_context(text, [catalog[hit.movie_id] for hit in hits], budget=budget)
    scores = {hit.movie_id: hit.score for hit in hits}
    answer = ContextAnswer.of(made, scores, model=name, index=retriever.origin().get("index", ""))
    lines = [f"--- {message.role} ---\n{message.content}" for message in answer.messages]
    lines.append(
        f"--- {len(answer.blocks)} films of {name}, {len(answer.left_out)} left out; {answer.characters:,} of "
        f"{budget:,} characters, about {answer.approximate_tokens:,} tokens ---"
    )
    emit(answer.model_dump(), "\n".join(lines), as_json)
