"""What is counted for Prometheus, where METRICS_TOKEN is set; without it, nothing imports this.

Each process counts in files of its own in VAR_DIR/metrics; whichever is asked adds them up.
"""

import os

from django.conf import settings

FOLDER = settings.VAR_DIR / "metrics"
FOLDER.mkdir(exist_ok=True)
# The client decides when it is imported whether one process counts, or several.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(FOLDER)

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

requests = Counter("portal_requests", "Requests answered.", ["view", "method", "status"])
request_seconds = Histogram(
    "portal_request_seconds",
    "How long an answer took, without sending it.",
    ["view"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.4, 1, 5, 30),
)
tasks = Counter("portal_tasks", "Tasks done, by how they ended.", ["task", "state"])
task_seconds = Histogram(
    "portal_task_seconds",
    "How long a task took.",
    ["task"],
    buckets=(0.1, 1, 10, 60, 300, 1800),
)


def told(*besides: Collector) -> bytes:
    """All that every process of this host has counted, and what these find, as text."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in besides:
        registry.register(collector)
    return generate_latest(registry)
