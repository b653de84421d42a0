"""What the server counts, in the format of Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        """All are zero."""
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("codeassist_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "codeassist_request_seconds", "Duration of requests.", ("route",), registry=self.registry, buckets=BUCKETS
        )
        self.running = Gauge("codeassist_requests_running", "Requests that are being answered.", registry=self.registry)
        self.refused = Counter("codeassist_refused", "Requests refused for a limit.", ("reason",), registry=self.registry)
        self.jobs = Counter("codeassist_jobs", "Jobs that ended.", ("kind", "state"), registry=self.registry)
        self.tokens = Counter("codeassist_model_tokens", "Tokens of language models.", ("direction",), registry=self.registry)
        self.generation = Gauge(
            "codeassist_index_generation", "Generation of an index.", ("repository",), registry=self.registry
        )

    def text(self) -> bytes:
        """The metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
