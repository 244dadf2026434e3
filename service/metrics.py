"""Metrics for Prometheus: what was asked, how long it took, what was found and refused, how old the lists are.

One `Metrics` a process. Worker processes that share a folder count into files in it, and whichever is asked answers
for all of them. No label holds anything that a caller chose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.notes import Notes
from service.runtime import RuntimeHolder

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
NAMES = (0, 1, 2, 5, 10, 20, 30)
BANDS = ("0.00-0.50", "0.50-0.70", "0.70-0.90", "0.90-1.00")
EDGES = (0.5, 0.7, 0.9)
REFUSALS = {
    401: "no key",
    403: "scope",
    408: "slow body",
    413: "too large",
    429: "too often",
    503: "overload",
}
"""Statuses that mean that a question was refused, and why."""


def band_of(confidence: float) -> str:
    """Return the band of a confidence.

    >>> band_of(0.7)
    '0.70-0.90'
    """
    return BANDS[bisect_right(EDGES, confidence)]


class Metrics:
    """Counts requests; `exposition()` is what Prometheus reads."""

    def __init__(self, holder: RuntimeHolder, *, shared: bool = False) -> None:
        own = CollectorRegistry()
        requests = Counter("xref_requests", "Requests.", ("method", "route", "status"), registry=own)
        seconds = Histogram(
            "xref_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ("route",),
            registry=own,
            buckets=SECONDS,
        )
        stages = Histogram(
            "xref_stage_seconds",
            "Time of the stages of an answer: waiting for a turn, computing; of that, mentions and candidates.",
            ("stage",),
            registry=own,
            buckets=SECONDS,
        )
        self._candidates = Histogram(
            "xref_candidates",
            "Listed names that were compared with each name that was looked up.",
            registry=own,
            buckets=NAMES,
        )
        items = Counter("xref_items", "Queries, pairs and articles answered.", ("kind",), registry=own)
        matches = Counter("xref_matches", "Matches returned.", ("confidence",), registry=own)
        self._recalled = Counter(
            "xref_recalled", "Queries answered with matches that had been found before.", registry=own
        )
        self._refused = Counter("xref_refused", "Requests refused.", ("reason",), registry=own)
        self._failures = Counter("xref_failures", "Errors that nobody foresaw.", registry=own)
        self._requests, self._seconds = cache(requests.labels), cache(seconds.labels)
        self._stages, self._items, self._matches = (
            cache(stages.labels),
            cache(items.labels),
            cache(matches.labels),
        )
        self._shown = own
        if shared:
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]  # prometheus_client has no annotation here
        self._shown.register(ListAges(holder))

    def answered(self, method: str, route: str, status: int, seconds: float, notes: Notes) -> None:
        """Count an answered request."""
        self._requests(method, route, status).inc()
        self._seconds(route).observe(seconds)
        for stage, spent in notes.stages.items():
            self._stages(stage).observe(spent)
        for number in notes.candidates:
            self._candidates.observe(number)
        for kind, number in notes.items.items():
            self._items(kind).inc(number)
        for confidence in notes.confidences:
            self._matches(band_of(confidence)).inc()
        if notes.recalled:
            self._recalled.inc(notes.recalled)
        if status in REFUSALS:
            self._refused.labels(REFUSALS[status]).inc()

    def failed(self) -> None:
        """Count an error that nobody foresaw."""
        self._failures.inc()

    def exposition(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._shown)


class ListAges(Collector):
    """The lists that answer, looked at when asked: the same in every process."""

    def __init__(self, holder: RuntimeHolder) -> None:
        self._holder = holder

    def collect(self) -> Iterable[Metric]:
        """Yield age, size and staleness of every list that answers, and whether newer versions were refused."""
        age = GaugeMetricFamily("xref_list_age_seconds", "Since its files were retrieved.", labels=["list"])
        entries = GaugeMetricFamily("xref_list_entries", "Listed parties.", labels=["list"])
        stale = GaugeMetricFamily(
            "xref_list_stale", "1 where older than its publisher's rhythm.", labels=["list"]
        )
        now = datetime.now(UTC)
        runtime = self._holder.current
        shown = runtime.snapshots_out(now.date()) if runtime else ()
        for version in shown:
            age.add_metric([version.list_id], (now - version.retrieved).total_seconds())
            stale.add_metric([version.list_id], float(version.stale))
        for snapshot in runtime.snapshots if runtime else ():
            entries.add_metric([snapshot.list_id], snapshot.counts.get("entries", 0))
        problem = GaugeMetricFamily("xref_lists_problem", "1 where newer versions could not be taken over.")
        problem.add_metric([], float(bool(self._holder.problem)))
        return (age, entries, stale, problem)
