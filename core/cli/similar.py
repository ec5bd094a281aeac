"""``similar`` films of a film, and the ``similarity`` figures of two models."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.catalog import Catalog, Movie, load_catalog, search_titles
from core.cli.output import Json, emit, number, show_progress, state, table
from core.errors import CatalogError
from core.judgments import LabelStore, Split, take_snapshot

NAMED_FILMS = 5

Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]


def similar(
    film: Annotated[str, typer.Argument(help="A film's id, or its title.")],
    model: Annotated[str, typer.Option("--model", help="A packaged model, a run, a folder, or a Hub id.")] = "e5-small",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Films to show.")] = 10,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Show the films that lie nearest to a film under a model."""
    from core.evaluation.neighbours import nearest
    from core.evaluation.similar_models import check_has_vectors, film_vectors
    from core.search import open_searcher

    check_has_vectors(model)
    catalog = load_catalog(state.workspace)
    movie = find_film(catalog, film)
    searcher = open_searcher(model, catalog, state.workspace, device=device, progress=show_progress)
    rows: list[dict[str, Any]] = []
    for hit in nearest(film_vectors(searcher), movie.movie_id, k):
        near = catalog[hit.movie_id]
        shared = [genre for genre in near.genres if genre in movie.genres]
        rows.append(
            {
                "rank": hit.rank,
                "movie_id": hit.movie_id,
                "similarity": round(hit.score, 6),
                "title": near.title,
                "shared_genres": shared,
                "same_franchise": bool(movie.franchise) and near.franchise == movie.franchise,
            }
        )
    lines = [
        f"{row['rank']:>3}  {row['similarity']:.3f}  {row['title']}  [{row['movie_id']}]"
        + (f"  {', '.join(row['shared_genres'])}" if row["shared_genres"] else "")
        for row in rows
    ]
    result = {"movie_id": movie.movie_id, "title": movie.title, "model": model, "similar": rows}
    emit(result, "\n".join([f"{movie.title} [{movie.movie_id}] under {model}", *lines]), as_json)


def similarity(
    base: Annotated[str, typer.Option(help="The model to start from.")],
    tuned: Annotated[str, typer.Option(help="The run, or other model, to set against it.")],
    split: Annotated[Split, typer.Option(help="The judged queries for alignment: test, or dev.")] = Split.TEST,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Tell whether similar films lie closer together under one model than under another."""
    from core.evaluation.similar_models import compare_similarity
    from core.evaluation.similarity import FIGURES

    with LabelStore.open(state.workspace) as store:
        snapshot = take_snapshot(store, state.workspace)
    result = compare_similarity(
        base,
        tuned,
        state.workspace,
        queries=snapshot.queries(split),
        qrels=snapshot.qrels(split),
        device=device,
        progress=show_progress,
    )
    lines = []
    for name in FIGURES:
        figure = result.figures.get(name)
        if figure is None:
            lines.append([name, *["-"] * 6])
            continue
        interval = "-" if figure.ci is None else f"{figure.ci[0]:+.3f} to {figure.ci[1]:+.3f}"
        values = [number(figure.base), number(figure.tuned), f"{figure.delta:+.3f}", interval, number(figure.chance)]
        lines.append([name, *values, str(figure.count)])
    headers = ["figure", "base", "tuned", "difference", "95% interval", "by chance", "measured on"]
    head = f"{result.measured} of {result.films} films, {split.value} queries, answer: {result.answer.value}\n"
    emit(
        {"base": base, "tuned": tuned, "split": split.value, **result.as_dict()}, head + table(headers, lines), as_json
    )


def find_film(catalog: Catalog, text: str) -> Movie:
    """Return the film that an id or a title names: the whole title, else the only film that is found by it.

    Raises:
        CatalogError: none is, or several are.
    """
    if text in catalog:
        return catalog[text]
    found = search_titles(catalog, text) if text.strip() else []
    folded = text.strip().casefold()
    titled = [movie for movie in found if folded in (movie.title.casefold(), movie.title_ko.casefold())]
    films = titled or found
    if not films:
        raise CatalogError(
            f"No film has the id or the title '{text}'. Give another, or search with 'python -m core search'."
        )
    if len(films) > 1:
        named = ", ".join(f"{movie.title} [{movie.movie_id}]" for movie in films[:NAMED_FILMS])
        more = ", ..." if len(films) > NAMED_FILMS else ""
        raise CatalogError(f"'{text}' may be any of {len(films)} films: {named}{more}. Give the id of one.")
    return films[0]
