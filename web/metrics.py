"""What does a server count? Requests by route and how long they took, questions that found nothing, repairs, errors;
and of the index how large it is, which generation, and how old. In the words of Prometheus.

prometheus-client does the counting, also over several processes (each counts in files of its own in
PROMETHEUS_MULTIPROC_DIR, whoever is asked adds them up). It is asked at a listener of its own (`molva serve
--metrics-port`), never at the public address: how much is asked, and how often in vain, is not for whoever can reach
the page, and a proxy on the same machine would make every reader look like a local one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from search.results import Page
from search.sizes import LiveState, live_state

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
# Seconds. The goal is 4 ms for a page of hits, and 15 ms for 99 of 100.
BUCKETS: Final = (0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1.0, 2.5, 5.0)
OTHER: Final = "other"  # the route of what has none


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        of: dict[str, Any] = {"registry": self.registry}
        self._seconds = Histogram(
            "molva_request_seconds", "How long requests took, by route", ["route"], buckets=BUCKETS, **of
        )
        self._answers = Counter("molva_answers", "Answers, by route and status", ["route", "status"], **of)
        self._errors = Counter("molva_errors", "Answers with a status of 500 and more, by status", ["status"], **of)
        self._searches = Counter("molva_searches", "Searches, by type", ["type"], **of)
        self._in_vain = Counter("molva_searches_without_hits", "Searches that found nothing, by type", ["type"], **of)
        self._rewrites = Counter("molva_rewrites", "Searches that were repaired, by kind of repair", ["kind"], **of)

    def answered(self, route: str | None, status: int, seconds: float) -> None:
        """A request was answered."""
        route = route or OTHER
        self._seconds.labels(route).observe(seconds)
        self._answers.labels(route, str(status)).inc()
        if status >= 500:
            self._errors.labels(str(status)).inc()

    def searched(self, page: Page) -> None:
        """A search was answered."""
        self._searches.labels(page.type).inc()
        if page.total.value == 0:
            self._in_vain.labels(page.type).inc()
        for rewrite in page.rewrites:
            self._rewrites.labels(rewrite.kind).inc()


class IndexMetrics(Collector):
    """What is read of the index when somebody asks: it holds for all processes, and before the first question, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> Iterator[Metric]:
        """See the class; without an index only that there is none."""
        state = live_state(self.folder)
        yield GaugeMetricFamily("molva_index_open", "Whether there is an index", value=int(state is not None))
        if state is not None:
            yield from _gauges(state)


def _gauges(state: LiveState) -> Iterator[Metric]:
    created = datetime.fromisoformat(state.created).timestamp()
    for name, says, value in (
        ("articles", "Articles in the index", state.articles),
        ("quotes", "Quotes in the index", state.quotes),
        ("bytes", "Size of the live generation on disk", state.bytes),
        ("segments", "Segments of the live generation", state.segments),
        ("generation", "Number of the live generation", int(state.generation.partition(".")[0])),
        ("created_timestamp_seconds", "When the live generation was published", created),
        ("age_seconds", "How long ago that was", max(0.0, time.time() - created)),
    ):
        yield GaugeMetricFamily(f"molva_index_{name}", says, value=value)


def serve_metrics(metrics: Metrics | None, folder: Path, at: tuple[str, int]) -> Any:
    """Answer at `/metrics` of a listener of its own, at this host and port, in a thread; `metrics`: of this process, or
    None where processes share theirs in PROMETHEUS_MULTIPROC_DIR. Gives (server, thread). Raises OSError where nobody
    can listen.
    """
    registry = CollectorRegistry() if metrics is None else metrics.registry
    if metrics is None:
        multiprocess.MultiProcessCollector(registry, path=os.environ[SHARED])  # type: ignore[no-untyped-call]
    registry.register(IndexMetrics(folder))
    return start_http_server(at[1], addr=at[0], registry=registry)
