"""Monitoring sees how much is asked, how quickly it is answered and what serves, and nothing of what was asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from small_catalog import FILMS

from core.serving.application import make_app
from core.serving.live import LiveModel

Labels = tuple[tuple[str, str], ...]


@pytest.fixture
def client(live: LiveModel) -> Iterator[TestClient]:
    with TestClient(make_app(live), raise_server_exceptions=False) as client:
        yield client


def figures(client: TestClient) -> dict[tuple[str, Labels], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    samples = (sample for family in text_string_to_metric_families(answer.text) for sample in family.samples)
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def requests(found: dict[tuple[str, Labels], float], **labels: str) -> float:
    return found.get(("reelign_requests_total", tuple(sorted(labels.items()))), 0.0)


def test_requests_are_counted_by_path_and_status_and_timed(client: TestClient, live: LiveModel) -> None:
    assert client.get("/search?q=winter").status_code == 503
    live.refresh()
    for _ in range(3):
        assert client.get("/search?q=winter").status_code == 200
    client.get("/search?k=5")
    client.post("/search", json={"queries": ["winter"]})
    client.post("/search", content=b"x" * 3_000_000, headers={"content-type": "application/json"})
    found = figures(client)
    counts = [("GET", "503", 1), ("GET", "200", 3), ("GET", "422", 1), ("POST", "200", 1), ("POST", "413", 1)]
    for method, status, count in counts:
        assert requests(found, method=method, path="/search", status=status) == count, (method, status)
    assert found[("reelign_request_seconds_count", (("path", "/search"),))] == 7
    assert found[("reelign_request_seconds_sum", (("path", "/search"),))] > 0
    assert found[("reelign_request_seconds_bucket", (("le", "+Inf"), ("path", "/search")))] == 7


def test_what_fails_unforeseen_is_counted_as_500(client: TestClient, live: LiveModel) -> None:
    live._served = object()  # type: ignore[assignment]
    assert client.get("/context?q=winter").status_code == 500
    live._served = None
    assert requests(figures(client), method="GET", path="/context", status="500") == 1


def test_what_serves_is_told_and_so_is_what_cannot_be_loaded(client: TestClient, live: LiveModel) -> None:
    before = figures(client)
    assert before[("reelign_ready", ())] == before[("reelign_loads_total", ())] == before[("reelign_problem", ())] == 0
    assert ("reelign_films", ()) not in before
    live.refresh()
    live.problem = "the catalogue is damaged"
    after = figures(client)
    assert (after[("reelign_ready", ())], after[("reelign_loads_total", ())], after[("reelign_problem", ())]) == (
        1,
        1,
        1,
    )
    assert after[("reelign_films", ())] == len(FILMS)
    labels = (("catalog", FILMS.fingerprint), ("index", ""), ("model", "bm25"))
    assert after[("reelign_model_info", labels)] == 1
    assert after[("reelign_serving_since_seconds", ())] == pytest.approx(live.served.since.timestamp())
    assert not live.refresh() and figures(client)[("reelign_loads_total", ())] == 1


def test_nothing_that_a_client_sends_becomes_a_label(client: TestClient, live: LiveModel) -> None:
    live.refresh()
    client.get("/search?q=mysecret")
    client.get("/context?q=mysecret")
    client.get("/mysecret/path")
    client.request("MYSECRET", "/search")
    client.post("/search", json={"queries": ["mysecret"]}, headers={"user-agent": "mysecret"})
    text = client.get("/metrics").text
    assert "mysecret" not in text.lower()
    found = figures(client)
    assert requests(found, method="GET", path="other", status="404") == 1
    assert requests(found, method="other", path="/search", status="405") == 1


def test_figures_are_of_one_application_alone(client: TestClient, live: LiveModel) -> None:
    client.get("/health")
    assert requests(figures(client), method="GET", path="/health", status="200") == 1
    with TestClient(make_app(live)) as other:
        assert requests(figures(other), method="GET", path="/health", status="200") == 0
