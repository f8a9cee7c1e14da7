"""Health and metrics, for a load balancer and for Prometheus."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from ecgfuse.serve.access.security import current_person, peer_address
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.storage import FREE_BYTES
from ecgfuse.serve.processes.logs import duration_s, get_logger
from ecgfuse.serve.services import Services, services

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable with the folder in which all processes of gunicorn keep their metrics."""

STATUSES = ("queued", "running", "done", "failed", "cancelled")

_EXTENSION = "ecgfuse_metrics"
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Headers by which proxies say that somebody else asks."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

monitoring = Blueprint("monitoring", __name__)


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What this process counts."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram


class ServiceMetrics(Collector):
    """What the database and the disk say when they are asked."""

    def __init__(self, found: Services) -> None:
        self._services = found

    def collect(self) -> Iterator[Metric]:
        """Read it now."""
        with self._services.database.reading() as session:
            counts = dict(
                session.execute(select(AnalysisRow.status, func.count()).group_by("status")).all()
            )
            n_recordings = session.scalar(select(func.count()).select_from(RecordingRow))
        analyses = GaugeMetricFamily(
            "ecgfuse_analyses", "Analyses that are kept.", labels=["status"]
        )
        for status in STATUSES:
            analyses.add_metric([status], counts.get(status, 0))
        yield analyses
        storage = self._services.storage
        for name, text, value in (
            ("recordings", "Recordings that are kept.", n_recordings),
            ("storage_bytes", "Size of all files.", storage.used_bytes()),
            ("storage_quota_bytes", "Largest size of all files.", storage.quota_bytes),
            ("disk_free_bytes", "Free space on the disk.", storage.free_bytes()),
        ):
            yield GaugeMetricFamily(f"ecgfuse_{name}", text, value=value)


def register_monitoring(app: Flask) -> None:
    """Add /health/live, /health/ready and /metrics, and count requests."""
    registry = CollectorRegistry()
    labels = ("method", "route", "status")
    app.extensions[_EXTENSION] = Metrics(
        registry=registry,
        requests=Counter("ecgfuse_requests", "Requests.", labels, registry=registry),
        seconds=Histogram(
            "ecgfuse_request_seconds",
            "Duration of requests.",
            labels[:2],
            registry=registry,
            buckets=_SECONDS,
        ),
    )
    app.register_blueprint(monitoring)
    app.after_request(_count)


@monitoring.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@monitoring.get("/health/ready")
def ready() -> tuple[dict[str, str], int]:
    """Database, disk and queue can be used; otherwise status 503 and which of them cannot."""
    states = {name: _state(name, services()) for name in ("database", "disk", "queue")}
    is_ready = set(states.values()) == {"ok"}
    return {"status": "ok" if is_ready else "failed", **states}, 200 if is_ready else 503


@monitoring.get("/metrics")
def metrics() -> Response:
    """Metrics in the format of Prometheus, for this machine or with a bearer token."""
    if not _is_this_machine():
        person = current_person()
        if person is None or person.way != "bearer":
            abort(403, description="metrics are for this machine, or for a bearer token")
    if os.environ.get(MULTIPROCESS):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    else:
        registry = _metrics().registry
    now = CollectorRegistry()
    now.register(ServiceMetrics(services()))
    body = generate_latest(registry) + generate_latest(now)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def _state(name: str, found: Services) -> str:
    try:
        if name == "database":
            found.database.check()
        elif name == "disk":
            return "ok" if found.storage.free_bytes() > FREE_BYTES else "full"
        elif check := getattr(found.queue, "check", None):
            check()
    except Exception as error:  # whatever the libraries raise
        get_logger(__name__).error(f"{name} not ready", exc_info=error)
        return "failed"
    return "ok"


def _is_this_machine() -> bool:
    """Whether a program on this machine asks, and no proxy for somebody else."""
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        return ip_address(peer_address()).is_loopback
    except ValueError:
        return False


def _count(response: Response) -> Response:
    if "ecgfuse_began" in g:
        route = str(request.url_rule) if request.url_rule else "none"
        _metrics().requests.labels(request.method, route, response.status_code).inc()
        _metrics().seconds.labels(request.method, route).observe(duration_s())
    return response


def _metrics() -> Metrics:
    found: Metrics = current_app.extensions[_EXTENSION]
    return found
