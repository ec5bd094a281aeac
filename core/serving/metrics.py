"""The service's figures for monitoring, in Prometheus' text format. No label holds what somebody asked or sent."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serving.live import LiveModel

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
METHODS = ("GET", "POST", "HEAD", "OPTIONS")
OTHER = "other"  # for whatever a client made up: labels come from a short list, or memory would fill


class Metrics:
    """The figures of one application."""

    def __init__(self, live: LiveModel) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "reelign_requests", "Requests answered.", ("method", "path", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "reelign_request_seconds", "Seconds to answer.", ("path",), buckets=BUCKETS, registry=self._registry
        )
        self._registry.register(Serving(live))
        ProcessCollector(registry=self._registry)

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        """Note one request that was answered."""
        self._requests.labels(method if method in METHODS else OTHER, path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as they are now."""
        return generate_latest(self._registry)


class Serving(Collector):
    """What serves, read when it is asked for."""

    def __init__(self, live: LiveModel) -> None:
        self._live = live

    def collect(self) -> Iterator[Metric]:
        live = self._live
        yield GaugeMetricFamily("reelign_ready", "1 once a model is loaded.", value=live.ready)
        yield GaugeMetricFamily(
            "reelign_problem",
            "1 while a newer model or catalogue cannot be loaded; /ready says why.",
            bool(live.problem),
        )
        yield CounterMetricFamily("reelign_loads", "Times that something new has begun to serve.", value=live.loads)
        if not live.ready:
            return
        served = live.served
        yield GaugeMetricFamily("reelign_films", "Films of the catalogue that serves.", value=len(served.catalog))
        yield GaugeMetricFamily(
            "reelign_serving_since_seconds", "When it began to serve (Unix time).", value=served.since.timestamp()
        )
        about = GaugeMetricFamily(
            "reelign_model_info", "1; the labels say what serves.", labels=("model", "index", "catalog")
        )
        about.add_metric((served.model, served.index, served.catalog.fingerprint), 1)
        yield about


class Measured:
    """ASGI middleware: counts and times every request to ``paths``, and all others under one name."""

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: set[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # unless the application answers

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, note_status)
        finally:
            path = scope["path"] if scope["path"] in self._paths else OTHER
            self._metrics.count(scope["method"], path, status, time.perf_counter() - started)
