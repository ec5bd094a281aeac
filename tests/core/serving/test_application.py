"""The service as a chatbot meets it: films and contexts in JSON, and a sentence for whatever cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from small_catalog import FILMS

from core.context import build_context
from core.errors import SearchIndexError
from core.lexical import LexicalIndex
from core.serving.application import MOST_BODY_BYTES, make_app
from core.serving.live import LiveModel
from core.serving.schemas import MOST_CHARACTERS, MOST_K, MOST_QUERIES


@pytest.fixture
def client(live: LiveModel) -> Iterator[TestClient]:
    live.refresh()
    with TestClient(make_app(live), raise_server_exceptions=False) as opened:
        yield opened


def ids(hits: list[dict[str, Any]]) -> list[str]:
    return [hit["movie"]["movie_id"] for hit in hits]


def test_a_search_returns_the_films_as_the_catalogue_has_them_best_first(client: TestClient) -> None:
    answer = client.get("/search", params={"q": " a diver ", "k": 5})
    assert answer.status_code == 200
    found = answer.json()
    (expected,) = LexicalIndex(FILMS).search(["a diver"], 5)
    assert (found["query"], found["model"], found["index"]) == ("a diver", "bm25", "")
    assert ids(found["hits"]) == [movie_id for movie_id, _ in expected] and len(expected) == 2
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert [hit["score"] for hit in found["hits"]] == pytest.approx([score for _, score in expected])
    for hit in found["hits"]:
        row = FILMS[hit["movie"]["movie_id"]].row()
        assert {name: hit["movie"][name] for name in row} == row
        assert not any(value for name, value in hit["movie"].items() if name not in row)


def test_many_questions_are_answered_as_each_alone(client: TestClient) -> None:
    queries = ["winter", "가족 여행", "nothing of the kind"]
    found = client.post("/search", json={"queries": queries, "k": 2}).json()
    assert [result["query"] for result in found["results"]] == queries
    for result in found["results"]:
        alone = client.get("/search", params={"q": result["query"], "k": 2}).json()
        assert result["hits"] == alone["hits"]
    assert found["results"][2]["hits"] == []


def test_a_context_is_what_the_search_found_as_a_language_model_receives_it(client: TestClient) -> None:
    found = client.get("/context", params={"q": "a diver in winter", "k": 3, "budget": 1_000}).json()
    searched = client.get("/search", params={"q": "a diver in winter", "k": 3}).json()
    made = build_context("a diver in winter", [FILMS[movie_id] for movie_id in ids(searched["hits"])], budget=1_000)
    assert found["messages"] == made.messages()
    assert [block["text"] for block in found["blocks"]] == [film.text for film in made.films]
    assert [block["number"] for block in found["blocks"]] == [1, 2, 3]
    assert [block["score"] for block in found["blocks"]] == [hit["score"] for hit in searched["hits"]]
    assert found["characters"] == len(found["text"]) <= found["budget"] == 1_000
    assert (found["language"], found["model"], found["left_out"]) == ("en", "bm25", [])


def test_health_is_at_once_and_ready_once_the_model_is_loaded(live: LiveModel) -> None:
    with TestClient(make_app(live)) as client:
        assert client.get("/health").json() == {"status": "ok"}
        for address in ("/ready", "/search?q=diver", "/context?q=diver"):
            early = client.get(address)
            assert (early.status_code, early.headers["Retry-After"]) == (503, "5")
            assert "still being loaded" in early.json()["detail"]
        live.refresh()
        ready = client.get("/ready").json()
    assert (ready["model"], ready["films"], ready["catalog"]) == ("bm25", len(FILMS), FILMS.fingerprint)
    assert (ready["index"], ready["problem"]) == ("", "")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/search", "q: missing"),
        ("/search?q=", "q: String should have at least 1 character"),
        ("/search?q=%20%09", "q: String should have at least 1 character"),
        (f"/search?q={'a' * (MOST_CHARACTERS + 1)}", f"q: String should have at most {MOST_CHARACTERS} characters"),
        ("/search?q=a&k=0", "k: Input should be greater than or equal to 1 (given: '0')"),
        (f"/search?q=a&k={MOST_K + 1}", f"k: Input should be less than or equal to {MOST_K}"),
        ("/search?q=a&k=many", "k: Input should be a valid integer"),
        ("/search?q=a&top_k=3", "top_k: unknown"),
        ("/context?q=a&budget=999", "budget: Input should be greater than or equal to 1000"),
        ("/context?q=a&budget=100001", "budget: Input should be less than or equal to 100000"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused_with_what_was_expected(
    client: TestClient, address: str, said: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(said)
    assert len(answer.text) < 300, "a long question is not sent back"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "body: not JSON"),
        ("[]", "body: expected one JSON object"),
        ("{}", "queries: missing"),
        ('{"queries": []}', "queries: List should have at least 1 item"),
        ('{"queries": ["a", " "]}', "queries.1: String should have at least 1 character"),
        ('{"queries": [1]}', "queries.0: Input should be a valid string"),
        ('{"queries": ["\\ud800"]}', "queries.0: Input should be a valid string"),
        ('{"queries": ["a"], "size": 3}', "size: unknown"),
        (
            f'{{"queries": [{", ".join(["1"] * (MOST_QUERIES + 1))}]}}',
            f"queries: List should have at most {MOST_QUERIES}",
        ),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused_with_what_was_expected(
    client: TestClient, body: str, said: str
) -> None:
    answer = client.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"][: len(said)]) == (422, said)


def test_a_huge_body_is_not_read_and_an_unknown_address_points_to_the_page(client: TestClient) -> None:
    assert client.post("/search", content=b"x" * (MOST_BODY_BYTES + 1)).status_code == 413
    unknown, wrong = client.get("/films"), client.delete("/search")
    assert (unknown.status_code, wrong.status_code) == (404, 405)
    assert unknown.json()["detail"] == "There is no GET /films here; see /docs for what there is."


def test_an_error_of_ours_is_said_and_any_other_is_not_shown(client: TestClient, live: LiveModel) -> None:
    class Broken:
        def __init__(self, reason: Exception) -> None:
            self.reason = reason

        def search(self, *given: object) -> None:
            raise self.reason

    for reason, said in ((SearchIndexError("The model is damaged."), "The model is damaged."), (KeyError("x"), "")):
        object.__setattr__(live.served, "retriever", Broken(reason))
        answer = client.get("/search?q=a")
        assert answer.status_code == 500 and said in answer.text and "Traceback" not in answer.text


def test_the_description_for_programs_is_complete(client: TestClient) -> None:
    openapi = client.get("/openapi.json").json()
    operations = {
        (method, path): operation for path, methods in openapi["paths"].items() for method, operation in methods.items()
    }
    assert set(operations) == {
        ("get", "/search"),
        ("post", "/search"),
        ("get", "/context"),
        ("get", "/health"),
        ("get", "/ready"),
    }
    for (_, path), operation in operations.items():
        assert operation["summary"] and operation["description"]
        assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        for parameter in operation.get("parameters", ()):
            assert parameter["description"] or parameter["schema"]["description"]
        if path in ("/search", "/context"):
            assert operation["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
    assert "HTTPValidationError" not in openapi["components"]["schemas"]
    limits = {one["name"]: one["schema"] for one in operations["get", "/context"]["parameters"]}
    assert (limits["k"]["maximum"], limits["q"]["maxLength"]) == (MOST_K, MOST_CHARACTERS)
    assert openapi["components"]["schemas"]["Batch"]["examples"]


def test_the_page_of_addresses_takes_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    assert page == client.get("/").text
    assert "<script" not in page and not re.findall(r"https?://|//[a-z]", page)
    for said in ("GET /search", "POST /search", "GET /context", "at most 100", "required", "openapi.json"):
        assert said in page
