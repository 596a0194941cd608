"""`python -m benchmarks`: run scenarios and print the table. Exits with 1 when a goal is missed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.bench import Bench, say
from benchmarks.machine import LOAD_CORE, Missing, notes, pin
from benchmarks.results import Result, Skipped, as_json, table
from benchmarks.scenarios import SCENARIOS


def _arguments() -> argparse.Namespace:
    cache = Path(tempfile.gettempdir()) / f"cellarhand-benchmarks-{os.getuid()}"
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the server against what bounds it, and print ratios.",
    )
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--only", action="append", choices=tuple(SCENARIOS), metavar="NAME", help=", ".join(SCENARIOS)
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each comparison (5)")
    parser.add_argument("--seconds", type=int, default=3, help="seconds of load in each turn of a round (3)")
    parser.add_argument("--quick", action="store_true", help="3 short rounds, 20,000 and 100,000 customers")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--cache", type=Path, default=cache, help=f"where databases are kept ({cache})")
    return parser.parse_args()


def main() -> int:
    wanted = _arguments()
    wanted.cache.mkdir(parents=True, exist_ok=True)
    if wanted.cache.stat().st_uid != os.getuid():
        say(f"{wanted.cache} belongs to somebody else: name another --cache")
        return 2
    told = notes(wanted.cache)
    pin(LOAD_CORE)
    with tempfile.TemporaryDirectory(dir=wanted.cache) as scratch:
        bench = Bench(
            cache=wanted.cache.resolve(),
            scratch=Path(scratch).resolve(),
            rounds=3 if wanted.quick else wanted.rounds,
            seconds=1 if wanted.quick else wanted.seconds,
            listed=20_000 if wanted.quick else 100_000,
            deep=100_000 if wanted.quick else 1_000_000,
        )
        try:
            results, skipped = _run(bench, wanted.only or list(SCENARIOS), _engines(wanted.engine))
        finally:
            bench.close()
    _show(results, skipped, told, json=wanted.json)
    return 1 if skipped or any(result.verdict == "MISSED" for result in results) else 0


def _engines(name: str) -> list[str]:
    return ["sqlite", "postgres"] if name == "both" else [name]


def _run(bench: Bench, names: list[str], engines: list[str]) -> tuple[list[Result], list[Skipped]]:
    results: list[Result] = []
    skipped: list[Skipped] = []
    for name in names:
        for engine in engines:
            if engine not in SCENARIOS[name].engines:
                continue
            say(f"{name} on {engine} ...")
            try:
                results += SCENARIOS[name].measure(bench, engine)
            except Missing as missing:
                skipped.append(Skipped(name, engine, str(missing)))
                say(f"  left out: {missing}")
    return results, skipped


def _show(results: list[Result], skipped: list[Skipped], told: list[str], *, json: bool) -> None:
    if json:
        print(as_json(results, skipped, told))
        return
    if results:
        print(table(results))
    for each in skipped:
        print(f"not measured: {each.scenario} on {each.engine}: {each.reason}")
    for note in told:
        print(f"- {note}")


if __name__ == "__main__":
    sys.exit(main())
