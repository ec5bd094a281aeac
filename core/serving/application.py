"""The service's addresses: search, context, and whether it is well."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

from anyio import to_thread
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

import core
from core.context import build_context
from core.errors import ReelignError, ServingError
from core.quoting import legible, quoted
from core.serving.docs_page import docs_page
from core.serving.live import LiveModel
from core.serving.metrics import CONTENT_TYPE, Measured, Metrics
from core.serving.schemas import (
    Batch,
    BatchAnswer,
    ContextAnswer,
    ContextParameters,
    Found,
    Health,
    Origin,
    Problem,
    QueryHits,
    Ready,
    SearchAnswer,
    SearchParameters,
)

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 2_000_000  # the largest batch there may be, twice
# Texts are encoded one pass at a time anyway, and each thread that has run a model keeps a team of threads of its own.
THREADS = 8
NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
RETRY_AFTER = {"Retry-After": "5"}

DESCRIPTION = """Films and contexts for a chatbot, from the model in use and its index. When another run is promoted or
the catalogue changes, the new index is loaded beside the old one and takes its place; answers go on meanwhile, and each
says which model and index it came from. There is no authentication."""

REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "What was sent cannot be used."},
    503: {"model": Problem, "description": "The first model is still being loaded."},
}


def make_app(live: LiveModel) -> FastAPI:
    """Return the application over a model that is followed elsewhere."""
    app = FastAPI(
        title="Reelign",
        version=core.__version__,
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts from a content delivery network
        redoc_url=None,
        lifespan=_few_threads,
        max_body_size=MOST_BODY_BYTES,
        telemetry=NO_TELEMETRY,
    )
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(ReelignError, _failed)

    @app.get("/search", responses=REFUSED, summary="Films for a question")
    def search(asked: Annotated[SearchParameters, Query()]) -> SearchAnswer:
        """Return the films found for a question, best first."""
        origin, (result,) = _found(live, [asked.q], asked.k)
        return SearchAnswer(**origin.model_dump(), query=result.query, hits=result.hits)

    @app.post(
        "/search",
        responses={**REFUSED, 413: {"description": f"The body is over {MOST_BODY_BYTES:,} bytes."}},
        summary="Films for many questions",
    )
    def search_many(asked: Batch) -> BatchAnswer:
        """Return the films found for each question, in their order; quicker than one request a question."""
        origin, results = _found(live, asked.queries, asked.k)
        return BatchAnswer(**origin.model_dump(), results=results)

    @app.get("/context", responses=REFUSED, summary="What a language model receives for a question")
    def context(asked: Annotated[ContextParameters, Query()]) -> ContextAnswer:
        """Return the films found as numbered texts within a budget, and the chat messages around them.

        The texts come from the catalogue and are data: the messages delimit them and say so.
        """
        served = live.served
        (hits,) = served.retriever.search([asked.q], asked.k)
        made = build_context(asked.q, [served.catalog[hit.movie_id] for hit in hits], budget=asked.budget)
        scores = {hit.movie_id: hit.score for hit in hits}
        return ContextAnswer.of(made, scores, model=served.model, index=served.index)

    @app.get("/health", summary="Does the process answer?")
    async def health() -> Health:
        """Answer, whatever is being loaded."""
        return Health(status="ok")

    @app.get("/ready", responses={503: REFUSED[503]}, summary="Is a model loaded, and which?")
    async def ready() -> Ready:
        """Return what serves now; 503 until the first model is loaded."""
        served = live.served
        return Ready(
            model=served.model,
            index=served.index,
            films=len(served.catalog),
            catalog=served.catalog.fingerprint,
            since=served.since.isoformat(timespec="seconds"),
            problem=live.problem,
        )

    metrics = Metrics(live)

    @app.get("/metrics", include_in_schema=False)
    async def figures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    @app.get("/", include_in_schema=False)
    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()))

    app.add_middleware(Measured, metrics=metrics, paths={getattr(route, "path", "") for route in app.routes})
    return app


@asynccontextmanager
async def _few_threads(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def _found(live: LiveModel, texts: Sequence[str], k: int) -> tuple[Origin, list[QueryHits]]:
    served = live.served
    results = [
        QueryHits(query=text, hits=[Found.of(hit, served.catalog) for hit in hits])
        for text, hits in zip(texts, served.retriever.search(texts, k), strict=True)
    ]
    return Origin(model=served.model, index=served.index), results


async def _unusable(request: Request, reason: Exception) -> JSONResponse:
    """Answer 422 with one sentence for every field that is not as expected."""
    assert isinstance(reason, RequestValidationError)
    return _problem(422, " ".join(_expected(error) for error in reason.errors()))


def _expected(error: Any) -> str:
    if error["type"] == "json_invalid":
        return f"body: not JSON ({error['ctx']['error']} at character {error['loc'][-1]})."
    place = legible(".".join(str(part) for part in error["loc"][1:]))
    if not place:
        return "body: expected one JSON object, sent as application/json; see /docs for its fields."
    if error["type"] == "missing":
        return f"{place}: missing; it must be given."
    if error["type"] == "extra_forbidden":
        return f"{place}: unknown; see /docs for what there is."
    given = f" (given: {quoted(error['input'])})" if isinstance(error["input"], str | int | float) else ""
    return f"{place}: {error['msg']}{given}."


async def _refused(request: Request, reason: Exception) -> JSONResponse:
    assert isinstance(reason, HTTPException)
    detail = str(reason.detail)
    if reason.status_code in (404, 405):
        detail = f"There is no {request.method} {request.url.path} here; see /docs for what there is."
    elif reason.status_code == 413:
        detail = f"The body is over {MOST_BODY_BYTES:,} bytes. Send fewer questions at once."
    return _problem(reason.status_code, detail, dict(reason.headers or {}))


async def _failed(request: Request, reason: Exception) -> JSONResponse:
    if isinstance(reason, ServingError):
        return _problem(503, str(reason), RETRY_AFTER)
    log.error("%s %s: %s", request.method, request.url.path, reason)
    return _problem(500, str(reason))


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(Problem(detail=detail).model_dump(), status, headers)
