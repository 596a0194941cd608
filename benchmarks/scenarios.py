"""The scenarios: each starts what it needs, measures, and returns lines of the table."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks import load, stock
from benchmarks.bench import Bench, Pair, end, free_port, in_turns, latencies, paired, say, wait_for
from benchmarks.imports import bulk_import
from benchmarks.load import Client, Served
from benchmarks.machine import SERVER_CORE, python, start
from benchmarks.orders import create_order, list_orders, month_of_orders, order_writers
from benchmarks.results import Result, at_least, at_most
from benchmarks.site import site
from benchmarks.transfer import fresh_tenants, limited, moving

PAGE = "/v1/customer?limit=50&cursor="
ONE = "/v1/customer/"
_PICKED = 10_000
_CLIENTS = 8
_LATENCIES = 400
# The number of the list's tenant: it is the first that is made.
_FIRST = 1


def _picked(bench: Bench, url: str) -> Path:
    """A file with random ids of the list's tenant."""
    path = bench.scratch / "ids"
    ids = stock.ids(url, stock.LIST_TENANT)
    path.write_text("\n".join(random.Random(1).sample(ids, min(_PICKED, len(ids)))) + "\n")
    return path


def _against_static(
    bench: Bench, engine: str, name: str, title: str, path: str, goals: tuple[float, float]
) -> Result:
    """A GET against the same bytes, lying ready in the same server."""
    url = bench.database(engine, bench.list_sizes)
    lines = _picked(bench, url)
    ours = load.script(bench.scratch, "pick", "ours", lines=lines, path=path)
    static = load.script(bench.scratch, "pick", "static", lines=lines, path="/0?")
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, stock.LIST_TENANT)
        # A page is asked for by its cursor, a record by its id: any line of the file serves for both.
        body = client.get(path + lines.read_text().partition("\n")[0])
        client.close()
        with bench.ceiling(body) as bare:
            pair = in_turns(
                bench.rounds,
                lambda: load.wrk(served, ours, stock.LIST_TENANT, bench.seconds),
                lambda: load.wrk(bare, static, stock.LIST_TENANT, bench.seconds),
            )
    details = _rates(pair, f"static ({len(body):,} bytes)")
    return Result(name, engine, title, pair.ratio, at_least(*goals), details=details)


def _warm(served: Served) -> None:
    """One call alone: checking a secret for the first time is slow on purpose."""
    client = Client.connect(served.port, stock.LIST_TENANT)
    client.get(PAGE + "start")
    client.close()


def _rates(pair: Pair, other: str) -> str:
    return (
        f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s {other};"
        f" CPU {pair.our_cpu:.0f} us of {pair.other_cpu:.0f} us, {pair.other_cpu / pair.our_cpu:.2f}"
    )


def list_by_cursor(bench: Bench, engine: str) -> Sequence[Result]:
    title = "list 50 by cursor"
    if engine == "sqlite":
        return [_against_static(bench, engine, "list", f"{title} / static bytes", PAGE, (0.20, 0.30))]
    return _against_pgbench(bench, title)


def get_one(bench: Bench, engine: str) -> Sequence[Result]:
    return [_against_static(bench, engine, "get", "get one / static bytes", ONE, (0.28, 0.40))]


def _against_pgbench(bench: Bench, title: str) -> Sequence[Result]:
    """PostgreSQL's own client asks for the same rows, from the core that our server has in its turn.

    In the same rounds a bare application does so too: what uvicorn and the driver leave of pgbench's rate.
    """
    cluster = bench.cluster
    database = cluster.database(bench.list_sizes, say)
    url = cluster.url(database)
    query = bench.scratch / "list.sql"
    query.write_text(
        "\\set n random(0, 4294967295)\n"
        f"SELECT id, body FROM customer WHERE tenant_id = {_FIRST} AND"
        " id >= (lpad(to_hex(:n::bigint), 8, '0') || '-0000-4000-8000-000000000000')::uuid"
        " ORDER BY id LIMIT 51;\n"
    )
    ours = load.script(bench.scratch, "pick", "ours", lines=_picked(bench, url), path=PAGE)
    rounds: list[tuple[load.Rate, load.Rate, load.Rate]] = []
    with bench.cellarhand(url) as served, bench.bare_driver(url, _FIRST) as bare:
        _warm(served)
        for _ in range(bench.rounds):
            rounds.append(
                (
                    load.pgbench(cluster.host, database, query, _CLIENTS, bench.seconds, SERVER_CORE),
                    load.wrk(bare, ours, stock.LIST_TENANT, bench.seconds),
                    load.wrk(served, ours, stock.LIST_TENANT, bench.seconds),
                )
            )
    mine = paired([(client, own) for client, _, own in rounds])
    driver = paired([(client, least) for client, least, _ in rounds])
    beside = paired([(least, own) for _, least, own in rounds])
    return [
        Result(
            "list",
            "postgres",
            f"{title} / pgbench",
            mine.ratio,
            at_least(0.75, 0.90),
            details=_by_pgbench(mine),
        ),
        Result(
            "list",
            "postgres",
            "bare application with the driver / pgbench",
            driver.ratio,
            None,
            details=_by_pgbench(driver),
        ),
        Result(
            "list",
            "postgres",
            f"{title} / bare application with the driver",
            beside.ratio,
            None,
            details=_rates(beside, "bare"),
        ),
    ]


def _by_pgbench(pair: Pair) -> str:
    return f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s by pgbench; CPU {pair.our_cpu:.0f} us"


def create(bench: Bench, engine: str) -> Sequence[Result]:
    """Customers with every rule, each on disk before it is answered, against an echo of the same body."""
    cached = stock.sqlite_database(bench.cache, bench.list_sizes, say)
    copied = stock.scratch_copy(cached, bench.scratch)
    turn = iter(range(1_000_000))

    def ours() -> load.Rate:
        lead = f"turn{next(turn)}"
        lua = load.script(bench.scratch, "create", "create", path="/v1/customer", lead=lead)
        return load.wrk(served, lua, stock.LIST_TENANT, bench.seconds)

    echo = load.script(bench.scratch, "create", "echo", path="/echo", lead="echo")
    with (
        bench.cellarhand(f"sqlite:///{copied}") as served,
        bench.ceiling() as bare,
    ):
        _warm(served)
        pair = in_turns(bench.rounds, ours, lambda: load.wrk(bare, echo, stock.LIST_TENANT, bench.seconds))
    details = _rates(pair, "echo")
    copied.unlink()
    title = "create customer, 16 connections / echo"
    return [Result("create", engine, title, pair.ratio, at_least(0.10, 0.18), details=details)]


def deepest_page(bench: Bench, engine: str) -> Sequence[Result]:
    """The last page of a walk takes no longer than the first."""
    url = bench.database(engine, bench.deep_sizes)
    last = stock.ids(url, stock.DEEP_TENANT)[-50]
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, stock.DEEP_TENANT)
        pair = latencies(client, PAGE + last, client, PAGE + "start", _LATENCIES)
        client.close()
    title = f"deepest cursor page / first, {bench.deep:,}"
    details = f"{pair.ours * 1e6:,.0f} us / {pair.other * 1e6:,.0f} us"
    return [Result("deep", engine, title, pair.ratio, at_most(1.2, 1.05), details=details)]


def total(bench: Bench, engine: str) -> Sequence[Result]:
    """A page with its `total` takes no longer in a large tenant than in a small one."""
    url = bench.database(engine, bench.deep_sizes)
    path = "/v1/customer?limit=50"
    with bench.cellarhand(url) as served:
        large = Client.connect(served.port, stock.DEEP_TENANT)
        small = Client.connect(served.port, stock.SMALL_TENANT)
        pair = latencies(large, path, small, path, _LATENCIES)
        large.close()
        small.close()
    title = f"page with total, {bench.deep:,} / 1,000"
    details = f"{pair.ours * 1e6:,.0f} us / {pair.other * 1e6:,.0f} us"
    return [Result("total", engine, title, pair.ratio, at_most(1.3, 1.1), details=details)]


def walk(bench: Bench, engine: str) -> Sequence[Result]:
    """One client follows the cursors through a whole tenant."""
    url = bench.database(engine, bench.list_sizes)
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, stock.WALK_TENANT)
        walks = [_walk(client) for _ in range(bench.rounds)]
        client.close()
    pages = walks[0][1]
    title = "walk of 79,318 by cursor"
    details = f"{pages:,} pages, one client"
    seconds = median(each[0] for each in walks)
    return [Result("walk", engine, title, seconds, at_most(1.2, 0.7), " s", details)]


def _walk(client: Client) -> tuple[float, int]:
    began, pages, cursor = time.perf_counter(), 0, "start"
    while cursor:
        cursor = load.cursor_of(client.get(PAGE + cursor))
        pages += 1
    return time.perf_counter() - began, pages


def memory(bench: Bench, engine: str) -> Sequence[Result]:
    """What `cellarhand serve` holds before its first request and under load."""
    url = bench.database("sqlite", bench.list_sizes)
    lines = _picked(bench, url)
    scripts = [
        load.script(bench.scratch, "pick", name, lines=lines, path=path)
        for name, path in (("list", PAGE), ("get", ONE))
    ]
    with bench.cellarhand(url) as served:
        time.sleep(1)
        idle = _resident(served.pid)
        serving = idle
        for lua in scripts:
            load.wrk(served, lua, stock.LIST_TENANT, bench.seconds * 2)
            serving = max(serving, _resident(served.pid))
    return [
        Result("memory", engine, "resident, idle", idle, at_most(70, 50), " MB"),
        Result("memory", engine, "resident, serving", serving, at_most(150, 100), " MB"),
    ]


def _resident(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 1e6


def demo(bench: Bench, engine: str) -> Sequence[Result]:
    """From the command to the first answer, with everything already installed."""
    taken: list[float] = []
    log = bench.scratch / "demo.log"
    for turn in range(bench.rounds + 1):
        port = free_port()
        began = time.monotonic()
        process = start(python("-m", "cellarhand", "demo", "--port", str(port)), SERVER_CORE, log)
        try:
            wait_for(port, process, log, pause=0.005)
            Client.connect(port, "").get("/healthz")
            seconds = time.monotonic() - began
        finally:
            end(process)
        if turn:
            # The first run warms the file system's cache.
            taken.append(seconds)
    return [Result("demo", engine, "`cellarhand demo` to first answer", median(taken), at_most(3, 1.5), " s")]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What measures, and on which engines that is asked."""

    measure: Callable[[Bench, str], Sequence[Result]]
    engines: tuple[str, ...] = ("sqlite",)


_BOTH = ("sqlite", "postgres")
SCENARIOS = {
    "list": Scenario(list_by_cursor, _BOTH),
    "get": Scenario(get_one),
    "create": Scenario(create),
    "deep": Scenario(deepest_page, _BOTH),
    "total": Scenario(total, _BOTH),
    "walk": Scenario(walk, _BOTH),
    "orders": Scenario(list_orders, _BOTH),
    "month": Scenario(month_of_orders, _BOTH),
    "order": Scenario(create_order),
    "writers": Scenario(order_writers, ("postgres",)),
    "site": Scenario(site, _BOTH),
    "memory": Scenario(memory),
    "demo": Scenario(demo),
    "bulk": Scenario(bulk_import),
    "moving": Scenario(moving),
    "limited": Scenario(limited),
    "fresh": Scenario(fresh_tenants),
}
