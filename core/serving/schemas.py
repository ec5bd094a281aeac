"""What the service takes and gives: every field with its meaning, its limits and an example."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.catalog import Catalog, Movie
from core.context import BUDGET, LEAST_BUDGET, MOST_BUDGET, Context, approximate_tokens
from core.index import Hit

DEFAULT_K, MOST_K = 10, 100
MOST_CHARACTERS = 2_000  # models read 128 to 512 tokens of a question
MOST_QUERIES = 100

EXAMPLE_QUESTION = "비 오는 날 혼자 보기 좋은 영화"
EXAMPLE_FILM: dict[str, Any] = {
    "movie_id": "3-iron-2004",
    "title": "3-Iron",
    "title_ko": "빈집",
    "year": 2004,
    "director": ["Kim Ki-duk"],
    "director_ko": ["김기덕"],
    "genres": ["Drama", "Romance"],
}

Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARACTERS),
]
Films = Annotated[int, Field(ge=1, le=MOST_K, description="Films to find.")]


class SearchParameters(BaseModel):
    """The parameters of a search."""

    model_config = ConfigDict(extra="forbid")

    q: Question = Field(description="The question, in any words and language.", examples=[EXAMPLE_QUESTION])
    k: Films = DEFAULT_K


class ContextParameters(SearchParameters):
    """The parameters of a context."""

    budget: int = Field(
        BUDGET,
        ge=LEAST_BUDGET,
        le=MOST_BUDGET,
        description="Most characters of the films' texts together: about 4 Latin characters, or one Korean syllable, "
        "a token.",
    )


class Batch(BaseModel):
    """Many questions at once."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"queries": [EXAMPLE_QUESTION, "a heist gone wrong"], "k": 5}]}
    )

    queries: list[Question] = Field(min_length=1, max_length=MOST_QUERIES, description="The questions.")
    k: Films = DEFAULT_K


class Film(BaseModel):
    """A film as the catalogue has it; what it does not say is empty. Fields ending in _ko are Korean."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE_FILM]})

    movie_id: str = Field(description="Its id in the catalogue.")
    title: str = Field(description="Its title; never empty.")
    title_ko: str = ""
    year: int | None = Field(None, description="Year of release.")
    director: tuple[str, ...] = ()
    director_ko: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    cast_ko: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: str = Field("", description="Of the film: an ISO 639-1 code where the source has one.")
    runtime: int | None = Field(None, description="Minutes.")
    overview: str = Field("", description="Synopsis.")
    overview_ko: str = ""
    poster_url: str = ""


class Found(BaseModel):
    """A film found for a question."""

    rank: int = Field(description="From 1, the best.", examples=[1])
    score: float = Field(
        description="Cosine similarity under a model, BM25 under search by words, a sum of reciprocal ranks under a "
        "fusion; the higher the better, and comparable only within one answer.",
        examples=[0.8412],
    )
    movie: Film = Field(description="All that the catalogue says of it.")

    @classmethod
    def of(cls, hit: Hit, catalog: Catalog) -> Found:
        movie: Movie = catalog[hit.movie_id]
        return cls(rank=hit.rank, score=hit.score, movie=Film.model_validate(movie))


class Origin(BaseModel):
    """What an answer was made with."""

    model: str = Field(description="The model, a run's name where a tuned one serves.", examples=["e5-small"])
    index: str = Field(description="Fingerprint of the index (sha256); empty under search by words alone.")


class SearchAnswer(Origin):
    """The films found for one question, best first. Search by words may find fewer than asked."""

    query: str = Field(description="The question, without blanks around it.", examples=[EXAMPLE_QUESTION])
    hits: list[Found] = Field(description="The films, best first.")


class QueryHits(BaseModel):
    """The films found for one question of a batch."""

    query: str = Field(description="The question, without blanks around it.")
    hits: list[Found] = Field(description="The films, best first.")


class BatchAnswer(Origin):
    """The films found for each question, in the order of the questions."""

    results: list[QueryHits] = Field(description="One a question.")


class Block(BaseModel):
    """One film as the language model reads it."""

    number: int = Field(description="By which an answer cites it, as in [1].", examples=[1])
    movie_id: str = Field(description="Its id in the catalogue.", examples=["3-iron-2004"])
    score: float | None = Field(None, description="As in a search.")
    text: str = Field(
        description="Number, titles, year, directors, genres and synopsis, the question's language first.",
        examples=["[1] 빈집 (3-Iron), 2004\n감독: 김기덕\n장르: Drama, Romance\n줄거리: …"],
    )
    shortened: bool = Field(description="Whether its synopsis was cut.")


class ChatMessage(BaseModel):
    """A message in OpenAI's chat format."""

    role: str = Field(description="system or user.", examples=["user"])
    content: str = Field(description="What it says.")


class ContextAnswer(Origin):
    """What a chatbot's language model receives for a question."""

    question: str = Field(description="The question, without blanks around it.", examples=[EXAMPLE_QUESTION])
    language: str = Field(description="In which the films are given: ko or en.", examples=["ko"])
    budget: int = Field(description="Most characters of the text.", examples=[BUDGET])
    characters: int = Field(description="Characters of the text.")
    approximate_tokens: int = Field(
        description="Of the text, estimated: 4 ASCII characters or one other character a token."
    )
    blocks: list[Block] = Field(description="The films that went in, best first.")
    left_out: list[str] = Field(description="Ids of the films found that did not fit the budget, best first.")
    text: str = Field(description="All blocks between their delimiters, as they stand in the messages.")
    messages: list[ChatMessage] = Field(
        description="Ready for a chat model: the instruction, then the films with the question."
    )

    @classmethod
    def of(cls, context: Context, scores: dict[str, float], *, model: str, index: str) -> ContextAnswer:
        text = context.text
        return cls(
            model=model,
            index=index,
            question=context.question,
            language=context.language,
            budget=context.budget,
            characters=len(text),
            approximate_tokens=approximate_tokens(text),
            blocks=[
                Block(
                    number=film.number,
                    movie_id=film.movie_id,
                    score=scores.get(film.movie_id),
                    text=film.text,
                    shortened=film.shortened,
                )
                for film in context.films
            ],
            left_out=list(context.left_out),
            text=text,
            messages=[ChatMessage(**message) for message in context.messages()],
        )


class Health(BaseModel):
    """The process answers."""

    status: str = Field("ok", description="Always ok.", examples=["ok"])


class Ready(Origin):
    """A model is loaded, and this is what serves."""

    films: int = Field(description="Films of the catalogue.", examples=[262])
    catalog: str = Field(description="Fingerprint of the catalogue (sha256).")
    since: str = Field(description="Since when it serves (ISO 8601, UTC).", examples=["2026-01-31T09:30:00+00:00"])
    problem: str = Field(
        description="Why a newer model or catalogue could not be loaded, so that this one goes on serving; else empty."
    )


class Problem(BaseModel):
    """What was wrong and what was expected."""

    detail: str = Field(
        description="One sentence for each thing that was wrong.",
        examples=["k: Input should be less than or equal to 100 (given: '5000')."],
    )
