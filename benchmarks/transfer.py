"""Scenarios of moving tenants as people do it: the demo's large winery, a small one, and one for a test."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks import stock
from benchmarks.bench import Bench, say
from benchmarks.load import Served
from benchmarks.moving import Ended, add_target, diff, mover_of, pull, push, run
from benchmarks.orders import fill, winery
from benchmarks.results import Goal, Result, at_most
from cellarhand.demo import wineries
from cellarhand.testing.server import TestServer

_TARGET = "bench-target"
_CARDS = "customer.credit-card"
_SMALL = 200
_LIMIT, _WINDOW = 100, 5


def moving(bench: Bench, engine: str) -> Sequence[Result]:
    """Pulled, pushed into an empty tenant, and compared; `--quick` with the medium winery.

    The seconds are those of people, so server and command have all cores, as people's have.
    """
    cached = Path(winery(bench, engine).removeprefix("sqlite:///"))
    database, archive = stock.scratch_copy(cached, bench.scratch), bench.scratch / "winery.archive"
    add_target(f"sqlite:///{database}", _TARGET)
    try:
        with bench.cellarhand(f"sqlite:///{database}", core=None) as served:
            url = f"http://127.0.0.1:{served.port}"
            words = pull(url, wineries.SLUG, wineries.DATA, archive)
            pulled, by_pull = _measured(bench, served, words)
            # Cards take a call for each customer: by themselves, but a membership without its card differs.
            cards, _ = _measured(bench, served, (*words, "--only", _CARDS))
            pushed, by_push = _measured(bench, served, push(url, _TARGET, mover_of(_TARGET), archive))
        say("  diff ...")
        compared = run(bench.scratch, *diff(str(archive), _TARGET, database))
        _say_ended("diff", compared)
        if compared.code not in (0, 1):
            raise RuntimeError(f"diff ended with {compared.code}: {compared.stderr or compared.stdout}")
    finally:
        database.unlink()
        shutil.rmtree(archive, ignore_errors=True)
        shutil.rmtree(f"{archive}.push", ignore_errors=True)
    records = sum(each["records"] for each in json.loads(pulled.stdout)["lists"])
    made = {each["list"]: each["created"] for each in json.loads(pushed.stdout)["lists"]}
    size = f"{made['customer']:,} customers, {made['order']:,} orders"
    found = json.loads(compared.stdout)["lists"]
    differing = sum(each["differing"] + each["onlyInA"] + each["onlyInB"] for each in found)
    explained = sum(every["count"] for each in found for every in each["explained"])
    told = f"{records:,} records; their cards besides {cards.seconds:.0f} s"
    return [
        _line("pull", pulled, at_most(60, 40), f"{told}; CPU of the server {by_pull:.0f} s"),
        _line("push into an empty tenant", pushed, at_most(120, 60), f"{size}; server {by_push:.0f} s"),
        _line("diff of the two", compared, at_most(60, 20), size),
        Result("moving", engine, "diff, most memory", compared.memory, at_most(300, 150), " MB"),
        Result(
            "moving",
            engine,
            "records that differ",
            differing,
            at_most(0, 0),
            details=f"{explained} by the clock",
        ),
    ]


def _line(title: str, ended: Ended, goal: Goal, details: str) -> Result:
    spent = f"{details}; CPU of its own {ended.cpu:.0f} s"
    return Result("moving", "sqlite", title, ended.seconds, goal, " s", spent)


def _measured(bench: Bench, served: Served, words: Sequence[str]) -> tuple[Ended, float]:
    """A command that must succeed, and the processor time that the server spent meanwhile."""
    name = " ".join((words[0], *words[words.index("--json") + 1 :]))
    say(f"  {name} ...")
    before = served.cpu_seconds()
    ended = run(bench.scratch, *words)
    _say_ended(name, ended)
    if ended.code:
        raise RuntimeError(f"{words[0]} ended with {ended.code}: {ended.stderr or ended.stdout[:2000]}")
    return ended, served.cpu_seconds() - before


def _say_ended(name: str, ended: Ended) -> None:
    say(f"  {name}: {ended.seconds:.0f} s, CPU {ended.cpu:.0f} s, {ended.memory:.0f} MB")


def limited(bench: Bench, engine: str) -> Sequence[Result]:
    """Against a server with limits: lists by cursor at full speed, calls for customers as allowed."""
    database, archive = bench.scratch / "limited.db", bench.scratch / "limited.archive"
    asyncio.run(fill(f"sqlite:///{database}", wineries.Size.of_customers(_SMALL)))
    options = ("--rate-limit", str(_LIMIT), "--rate-window", str(_WINDOW))
    with bench.cellarhand(f"sqlite:///{database}", *options) as served:
        words = pull(f"http://127.0.0.1:{served.port}", wineries.SLUG, wineries.DATA, archive)
        by_cursor, _ = _measured(bench, served, words)
        nested, _ = _measured(bench, served, (*words, "--only", _CARDS))
        with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/metrics") as answer:
            told = answer.read().decode()
    refused = sum(float(line.rsplit(" ", 1)[1]) for line in told.splitlines() if 'status="429"' in line)
    windows = _SMALL // _LIMIT * _WINDOW
    return [
        Result("limited", engine, "429 of a pull within limits", refused, at_most(1, 0)),
        Result(
            "limited", engine, "pull by cursor within limits", by_cursor.seconds, at_most(_WINDOW, 2), " s"
        ),
        Result(
            "limited",
            engine,
            f"{_SMALL} calls, {_LIMIT} a window",
            nested.seconds,
            at_most(windows + 5, windows),
            " s",
        ),
    ]


def fresh_tenants(bench: Bench, engine: str) -> Sequence[Result]:
    """Tenants of the pytest plugin, after the first."""
    count = 50
    with TestServer(bench.scratch) as server:
        server.tenant()
        began = time.monotonic()
        for _ in range(count):
            server.tenant()
        taken = (time.monotonic() - began) * 1000 / count
    return [Result("fresh", engine, "a fresh tenant of the pytest plugin", taken, at_most(20, 5), " ms")]
