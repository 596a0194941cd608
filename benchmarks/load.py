"""Load: wrk for throughput, pgbench for PostgreSQL by itself, a raw socket for latencies and walks."""

from __future__ import annotations

import base64
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from string import Template

import psutil

from benchmarks.cluster import USER
from benchmarks.machine import LOAD_CORE, run, tool
from benchmarks.stock import APP, SECRET

CONNECTIONS = 16
_LUA = Path(__file__).parent / "lua"
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_COUNT = re.compile(r"(\d+) requests in")
_TRANSACTIONS = re.compile(r"tps = ([\d.]+) \(without")
_FAULTS = re.compile(r"(Non-2xx or 3xx responses: \d+|Socket errors: .*)")


@dataclass(frozen=True, slots=True)
class Served:
    """A server process under load."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What all its threads have spent so far."""
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system


def authorization(name: str = APP, secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def script(folder: Path, template: str, name: str, **values: object) -> Path:
    """A wrk script made from a template."""
    path = folder / f"{name}.lua"
    path.write_text(Template((_LUA / f"{template}.lua").read_text()).substitute(values))
    return path


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second, and the microseconds of processor time that the server spent on each."""

    rate: float
    cpu: float = 0.0


def wrk(served: Served, lua: Path, tenant: str, seconds: float, connections: int = CONNECTIONS) -> Rate:
    """Load over some connections; an answer that is no success is an error."""
    command = [tool("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(lua)]
    command += ["-H", f"Authorization: {authorization()}", "-H", f"tenant: {tenant}"]
    command += ["-H", "Content-Type: application/json", f"http://127.0.0.1:{served.port}"]
    before = served.cpu_seconds()
    told = run(command, LOAD_CORE)
    spent = served.cpu_seconds() - before
    fault, rate, count = _FAULTS.search(told), _RATE.search(told), _COUNT.search(told)
    if fault is not None or rate is None or count is None or count[1] == "0":
        raise RuntimeError(f"the load on port {served.port} met errors: {fault[0] if fault else told}")
    return Rate(float(rate[1]), spent / int(count[1]) * 1e6)


def pgbench(host: str, database: str, query: Path, clients: int, seconds: float, core: int) -> Rate:
    """Transactions a second of one prepared query."""
    command = [tool("pgbench", "postgresql-contrib"), "-n", "-M", "prepared", f"-c{clients}", "-j1"]
    command += [f"-T{max(1, round(seconds))}", "-f", str(query), "-h", host, "-U", USER, database]
    told = run(command, core)
    found = _TRANSACTIONS.search(told)
    if found is None:
        raise RuntimeError(f"pgbench told no rate: {told}")
    return Rate(float(found[1]))


@dataclass(slots=True)
class Client:
    """One keep-alive connection that reads whole answers, with no parsing to speak of."""

    port: int
    tenant: str
    socket: socket.socket

    @staticmethod
    def connect(port: int, tenant: str) -> Client:
        opened = socket.create_connection(("127.0.0.1", port), 30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Client(port, tenant, opened)

    def get(self, path: str) -> bytes:
        """The body of a successful GET."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization()}\r\n"
        self.socket.sendall(f"{head}tenant: {self.tenant}\r\n\r\n".encode())
        received = self.socket.recv(262_144)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.socket.recv(262_144)
        if not received.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path} answered {received[:200]!r}")
        at = received.index(b"content-length: ") + 16
        missing = end + 4 + int(received[at : received.index(b"\r", at)]) - len(received)
        parts = [received[end + 4 :]]
        while missing > 0:
            part = self.socket.recv(262_144)
            if not part:
                raise RuntimeError(f"{path}: the server closed the connection")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def seconds(self, path: str) -> float:
        began = time.perf_counter()
        self.get(path)
        return time.perf_counter() - began

    def close(self) -> None:
        self.socket.close()


def cursor_of(page: bytes) -> str | None:
    """The cursor at the end of a page; None on the last one."""
    tail = page[-64:]
    at = tail.rfind(b'"cursor":"')
    return tail[at + 10 : -2].decode() if at >= 0 else None
