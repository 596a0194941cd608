"""`cellarhand db verify` and `cellarhand tenant rank`: what they say, their exit codes, and JSON."""

import asyncio
import json
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellarhand.customers.customer import CUSTOMER
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store, open_store
from cellarhand.store.unit import WriteUnit
from tests.cli.conftest import fill
from tests.cli.programs import command, environment, run
from tests.servers import migrated, sqlite_url

Record = dict[str, Any]


def with_store(url: str, work: Callable[[Store], Any]) -> Any:
    async def opened() -> Any:
        store = open_store(url)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


@pytest.fixture(scope="module")
def demo(empty: str) -> str:
    fill(empty, 12)
    return empty


def plant(url: str) -> tuple[str, int]:
    """A wrong total in the sample winery, and a wrong column of one customer: its id, and what is right."""

    async def work(store: Store) -> tuple[str, int]:
        from cellarhand.accounts.tenants import known_tenant

        tenant = await known_tenant(store.reading(None), "spectrawinery")
        [row] = await store.reading(tenant.tenant_id).rows(CUSTOMER.table, ("id", "order_count"), limit=1)

        async def job(unit: WriteUnit) -> None:
            await unit.update(CUSTOMER.table, equal("id", row[0]), {"order_count": 99})
            await unit.count_up("customer", 2)

        await store.write(tenant.tenant_id, job)
        return row[0], row[1]

    return with_store(url, work)


def test_without_a_difference_it_says_so(demo: str) -> None:
    found = run("db", "verify", "--database", demo)
    assert (found.returncode, found.stdout) == (0, "no difference in 2 tenants\n")
    assert "read customer: 12" in found.stderr


def test_differences_are_lines_and_exit_code_1(demo: str) -> None:
    id, count = plant(demo)
    found = run("db", "verify", "--tenant", "spectrawinery", "--database", demo)
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        f"spectrawinery: columns: customer {id} order_count: 99 should be {count}",
        "spectrawinery: counters: customer total: 14 should be 12",
        "2 differences in 1 tenant",
        "Next: cellarhand db verify --repair",
    ]
    assert run("db", "verify", "--tenant", "otherwinery", "--database", demo).returncode == 0
    repaired = run("db", "verify", "--repair", "--database", demo)
    assert repaired.returncode == 1
    assert f"order_count: 99 should be {count} - repaired" in repaired.stdout
    assert repaired.stdout.endswith("2 differences in 2 tenants\nall repaired\n")
    assert run("db", "verify", "--database", demo).returncode == 0


def test_json_is_one_document(demo: str) -> None:
    id, count = plant(demo)
    found = run("db", "verify", "--json", "--database", demo)
    answer = json.loads(found.stdout)
    assert (found.returncode, found.stderr) == (1, "")
    assert answer["differences"][0] == {
        "tenant": "spectrawinery",
        "check": "columns",
        "object": "customer",
        "id": id,
        "member": "order_count",
        "stored": 99,
        "computed": count,
    }
    assert {name: answer[name] for name in ("tenants", "count", "left")} == {
        "tenants": 2,
        "count": 2,
        "left": 2,
    }
    repaired = json.loads(run("db", "verify", "--repair", "--json", "--database", demo).stdout)
    assert all(each["repaired"] for each in repaired["differences"])
    assert (repaired["count"], repaired["left"]) == (2, 0)
    clean = run("db", "verify", "--json", "--database", demo)
    assert (clean.returncode, json.loads(clean.stdout)["differences"]) == (0, [])


def test_what_can_not_be_done_is_exit_code_2(demo: str) -> None:
    found = run("db", "verify", "--tenant", "nobody", "--database", demo)
    assert found.returncode == 2
    assert "there is no tenant 'nobody'" in found.stderr


def test_it_can_be_interrupted_at_any_time(tmp_path: Path) -> None:
    url = migrated(sqlite_url(tmp_path))
    fill(url, 3)
    plant(url)
    # Somebody else is writing, so that the verification has to wait.
    writer = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    arguments = command("db", "verify", "--repair", "--database", url)
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, env=environment(), text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("read ")
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith("Interrupted.\n")
    assert process.returncode == 130
    writer.execute("ROLLBACK")
    writer.close()
    assert run("db", "verify", "--database", url).returncode == 1, "nothing was half done"


def test_customers_are_ranked_on_demand(demo: str) -> None:
    # The demo's customers are ranked as of the last day of its history.
    found = run("tenant", "rank", "spectrawinery", "--json", "--database", demo)
    assert found.returncode == 0
    told = json.loads(found.stdout)
    assert (told["tenant"], told["changed"] > 0) == ("spectrawinery", True)
    again = run("tenant", "rank", "spectrawinery", "--database", demo)
    assert again.stdout == "0 customers show another rank\n"
