"""Several worker processes behind one port, and metrics on a port of their own."""

import re
import signal
import time

import httpx
import psutil

from tests.cli.conftest import Starter
from tests.cli.programs import free_port

DEMO_APP = ("demo-app", "demo-app-secret")
TENANT = {"tenant": "spectrawinery"}


def _counted(text: str) -> float:
    found = re.search(r'cellarhand_requests_total\{method="GET",route="/customer",status="200"\} (\S+)', text)
    return float(found[1]) if found else 0


def test_workers_count_together_and_end_together(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled, "--workers", "2", "--access-log", "text")
    for _ in range(12):
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as fresh:
            assert fresh.get("/v1/customer?limit=1", auth=DEMO_APP, headers=TENANT).status_code == 200
    for _ in range(4):
        with httpx.Client(base_url=server.url, trust_env=False) as fresh:
            assert _counted(fresh.get("/metrics").text) == 12
    assert "each worker counts its own requests" in server.stderr
    assert server.end(signal.SIGTERM) == 0
    assert server.stdout.count("200 GET") == 12
    assert "Traceback" not in server.stderr


def test_a_worker_that_dies_is_replaced(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled, "--workers", "2", "--rate-limit", "0")
    server.client.get("/readyz")
    first = _workers(server.process.pid)
    assert len(first) == 2
    psutil.Process(min(first)).kill()
    ends = time.monotonic() + 20
    while not _workers(server.process.pid) - first and time.monotonic() < ends:
        time.sleep(0.05)
    assert len(_workers(server.process.pid) - first) == 1
    assert server.end() == 0


def _workers(parent: int) -> set[int]:
    """The worker processes that run."""
    children = psutil.Process(parent).children()
    return {
        child.pid
        for child in children
        if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline())
    }


def test_metrics_have_a_port_of_their_own_where_asked(start: Starter, filled: str) -> None:
    port = free_port()
    server = start("serve", "--database", filled, "--metrics-bind", f"127.0.0.1:{port}")
    server.client.get("/v1/customer", auth=DEMO_APP, headers=TENANT)
    assert server.client.get("/metrics").status_code == 404
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
    assert _counted(answer.text) == 1


def test_a_server_stays_small(start: Starter, filled: str) -> None:
    """What only a migration needs is not in its memory."""
    server = start("serve", "--database", filled)
    server.client.get("/readyz")
    assert psutil.Process(server.process.pid).memory_info().rss < 70 * 1024 * 1024
