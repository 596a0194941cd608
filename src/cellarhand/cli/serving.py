"""Running the server with uvicorn: one process, or several under a supervisor, until it is told to stop."""

import logging
import logging.config
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry, start_http_server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from cellarhand import __version__
from cellarhand.cli.answers import Failure, faults_as_failures
from cellarhand.cli.listening import base_url, listen
from cellarhand.cli.logs import log_config
from cellarhand.cli.options import Running, parse_bind
from cellarhand.config import Settings
from cellarhand.http.app import Server, in_own_process
from cellarhand.http.observe import of_all_processes
from cellarhand.http.protocol import SECONDS_AT_REST, OnePacket

SECONDS_TO_FINISH = 20
_LOG = logging.getLogger("cellarhand")


def serve(
    settings: Settings, running: Running, door: socket.socket, greet: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT. `greet` is told the base URL, instead of a line in the log."""
    logging.config.dictConfig(log_config(settings.access_log))
    greet = greet or _log_greeting
    if running.workers == 1:
        _serve_alone(settings, running, door, greet)
    else:
        _serve_together(settings, running, door, greet)


def _log_greeting(url: str) -> None:
    _LOG.info("Cellarhand %s serves %s/v1", __version__, url)


def _config(app: Any, running: Running, settings: Settings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=OnePacket,
        ws="none",
        lifespan="on",
        log_config=log_config(settings.access_log),
        access_log=False,
        server_header=False,
        proxy_headers=bool(running.forwarded_allow_ips),
        forwarded_allow_ips=running.forwarded_allow_ips or None,
        timeout_keep_alive=SECONDS_AT_REST,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        **more,
    )


class _Server(uvicorn.Server):
    """Says when it has started, and ends with success when it was asked to end."""

    def __init__(self, config: uvicorn.Config, greet: Callable[[], None]) -> None:
        super().__init__(config)
        self._greet = greet

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._greet()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def _serve_alone(
    settings: Settings, running: Running, door: socket.socket, greet: Callable[[str], None]
) -> None:
    url = base_url(door)
    app = faults_as_failures(lambda: in_own_process(Server(settings)))
    with _metrics_beside(settings, app.registry):
        server = _Server(_config(app, running, settings), lambda: greet(url))
        server.run([door])
    if server.force_exit:
        raise SystemExit(128 + signal.SIGINT)


def _serve_together(
    settings: Settings, running: Running, door: socket.socket, greet: Callable[[str], None]
) -> None:
    """Several processes behind one socket; what they count is added up in files that all of them share."""
    settings.to_environment()
    with tempfile.TemporaryDirectory(prefix="cellarhand-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        with _metrics_beside(settings, CollectorRegistry()):
            factory = "cellarhand.http.app:from_environment"
            config = _config(factory, running, settings, factory=True, workers=running.workers)
            supervisor = Multiprocess(config, [door])
            if settings.rate_limit_store == "memory" and settings.rate_limit:
                _LOG.warning(
                    "each worker counts its own requests: --rate-limit-store redis://... counts them together"
                )
            greet(base_url(door))
            supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise Failure("a worker could not start: its own line above says why")


@contextmanager
def _metrics_beside(settings: Settings, registry: CollectorRegistry) -> Generator[None]:
    """Metrics on a port of their own, where that is asked for."""
    bind = parse_bind(settings.metrics)
    if bind is None:
        yield
        return
    # Its own error names neither the port nor the option.
    listen(*bind, "--metrics-bind").close()
    server, thread = start_http_server(bind[1], bind[0], of_all_processes(registry))
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
