"""What scenarios share: options, databases made when first asked for, servers started and ended."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median

from benchmarks import stock
from benchmarks.cluster import Cluster
from benchmarks.load import Client, Rate, Served
from benchmarks.machine import SERVER_CORE, python, start

SMALL = 1_000
WALK = 79_318


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Bench:
    """One run of the harness."""

    cache: Path
    scratch: Path
    rounds: int
    seconds: float
    listed: int
    deep: int
    _cluster: Cluster | None = field(default=None, init=False)

    @property
    def list_sizes(self) -> stock.Sizes:
        return {stock.LIST_TENANT: self.listed, stock.WALK_TENANT: WALK}

    @property
    def deep_sizes(self) -> stock.Sizes:
        return {stock.DEEP_TENANT: self.deep, stock.SMALL_TENANT: SMALL}

    @cached_property
    def cluster(self) -> Cluster:
        self._cluster = Cluster(self.cache)
        self._cluster.start()
        return self._cluster

    def database(self, engine: str, sizes: stock.Sizes) -> str:
        """The URL of the engine's database with these tenants."""
        if engine == "sqlite":
            return f"sqlite:///{stock.sqlite_database(self.cache, sizes, say)}"
        return self.cluster.url(self.cluster.database(sizes, say))

    @contextmanager
    def cellarhand(self, url: str, *limits: str, core: int | None = SERVER_CORE) -> Generator[Served]:
        """The whole server with every check at work; unless told else, its limits are never reached.

        With `core` None it has all cores, beside whatever else runs on them.
        """
        most = "100000000"
        options = ["--database", url, *(limits or ("--rate-limit", most, "--deep-page-limit", most))]
        port = free_port()
        command = python("-m", "cellarhand", "serve", "--port", str(port), *options)
        with self._running(command, port, core) as served:
            yield served

    @contextmanager
    def ceiling(self, *answers: bytes) -> Generator[Served]:
        """The same uvicorn, answering bytes that lie ready (`/0` the first), or what is posted to it."""
        folder = self.scratch / "answers"
        folder.mkdir(exist_ok=True)
        for place, answer in enumerate(answers):
            (folder / str(place)).write_bytes(answer)
        port = free_port()
        with self._running(python("-m", "benchmarks.ceiling", str(port), str(folder)), port) as served:
            yield served

    @contextmanager
    def bare_driver(self, url: str, tenant_id: int) -> Generator[Served]:
        """The same uvicorn with nothing but PostgreSQL's driver: see `benchmarks.driver`."""
        port = free_port()
        with self._running(python("-m", "benchmarks.driver", str(port), url, str(tenant_id)), port) as served:
            yield served

    @contextmanager
    def _running(
        self, command: Sequence[str], port: int, core: int | None = SERVER_CORE
    ) -> Generator[Served]:
        """A server process, from the moment it takes connections to its end."""
        log = self.scratch / f"{port}.log"
        process = start(command, core, log)
        try:
            wait_for(port, process, log)
            yield Served(port, process.pid)
        finally:
            end(process)

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path, pause: float = 0.05) -> None:
    """Return when the port takes connections."""
    ends = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}") from None
            time.sleep(pause)
        else:
            return


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Pair:
    """Ours and what it is held against, measured in turns; the ratio is the median of the rounds' ratios."""

    ours: float
    other: float
    ratio: float
    # Microseconds of processor time for one request, where that was measured.
    our_cpu: float = 0.0
    other_cpu: float = 0.0


def in_turns(rounds: int, ours: Callable[[], Rate], other: Callable[[], Rate]) -> Pair:
    return paired([(other(), ours()) for _ in range(rounds)])


def paired(pairs: Sequence[tuple[Rate, Rate]]) -> Pair:
    """The other's rate and ours of each round."""
    return Pair(
        median(mine.rate for _, mine in pairs),
        median(others.rate for others, _ in pairs),
        median(mine.rate / others.rate for others, mine in pairs),
        median(mine.cpu for _, mine in pairs),
        median(others.cpu for others, _ in pairs),
    )


def latencies(client: Client, ours: str, other_client: Client, other: str, times: int) -> Pair:
    """Seconds that two requests take, asked for one after the other."""
    for _ in range(20):
        client.get(ours)
        other_client.get(other)
    pairs = [(other_client.seconds(other), client.seconds(ours)) for _ in range(times)]
    mine, others = median(pair[1] for pair in pairs), median(pair[0] for pair in pairs)
    return Pair(mine, others, mine / others)
