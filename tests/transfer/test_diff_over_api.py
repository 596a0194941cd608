"""`cellarhand diff` of tenants that are read through their API, neither of them pulled first."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from cellarhand.client import AsyncClient, Client
from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.over_api import ApiSource
from cellarhand.transfer.targets import Target
from tests.cli.programs import environment
from tests.transfer.pulling import people, pulled


def side(tenant: TestTenant) -> str:
    return f"{tenant.slug}@{tenant.base_url}"


def diff(tenant: TestTenant, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command; servers are read as the app of the test."""
    name, secret = tenant.app
    command = [sys.executable, "-m", "cellarhand", "diff", *arguments, "--app-a", name, "--app-b", name]
    env = environment({"CELLARHAND_A_SECRET": secret, "CELLARHAND_B_SECRET": secret})
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {each["list"]: each for each in json.loads(done.stdout)["lists"]}


def test_a_tenant_is_the_same_as_itself_and_as_its_archive(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, tmp_path: Path
) -> None:
    made = people(cellarhand_client, 60)
    here, archive = side(cellarhand_tenant), tmp_path / "a.archive"
    assert diff(cellarhand_tenant, here, here).returncode == 0
    pulled(cellarhand_tenant, archive)
    assert diff(cellarhand_tenant, str(archive), here).returncode == 0
    cellarhand_client.customers.update(made[7]["id"], {"city": "Elsewhere"})
    cellarhand_client.customers.delete(made[8]["id"])
    done = diff(cellarhand_tenant, str(archive), here, "--json", "--only", "customer")
    assert done.returncode == 1
    found = told(done)["customer"]
    assert (found["a"], found["b"], found["differing"], found["onlyInA"]) == (60, 59, 1, 1)
    assert {each["path"] for each in found["members"]} == {"city", "updatedAt"}


def test_two_tenants_are_compared_and_what_takes_a_call_for_each_customer_is_named(
    cellarhand_server: TestServer, cellarhand_tenant: TestTenant, cellarhand_client: Client
) -> None:
    people(cellarhand_client, 3)
    other = cellarhand_server.tenant()
    done = diff(cellarhand_tenant, side(cellarhand_tenant), side(other), "--only", "customer", "--json")
    assert done.returncode == 1
    assert told(done)["customer"]["onlyInA"] == 3
    done = diff(cellarhand_tenant, side(cellarhand_tenant), side(other), "--only", "tag.customer")
    assert done.returncode == 0
    assert "Left out: customer.credit-card" in diff(cellarhand_tenant, side(other), side(other)).stdout


def test_what_may_not_be_read_could_not_be_compared(cellarhand_tenant: TestTenant) -> None:
    cellarhand_tenant.faults.server_error(None, status=401)
    done = diff(cellarhand_tenant, side(cellarhand_tenant), side(cellarhand_tenant))
    assert (done.returncode, done.stdout) == (2, "")
    assert "401" in done.stderr
    assert cellarhand_tenant.app[1] not in done.stderr


def test_a_list_without_cursor_is_read_by_pages_and_put_in_order() -> None:
    rows = [{"id": f"{n:08}-0000-4000-8000-000000000000"} for n in reversed(range(120))]

    def answer(request: httpx.Request) -> httpx.Response:
        page, limit = int(request.url.params.get("page", 1)), int(request.url.params["limit"])
        return httpx.Response(200, json={"vendors": rows[(page - 1) * limit : page * limit], "total": 120})

    async def ids() -> list[str]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with http, AsyncClient("https://stub.example/v1", "t", http=http) as client:
            source = ApiSource(client, "stub", {Target("vendor", "/vendor", "vendors"): 120})
            return [id async for some in source.records("vendor") for id, _ in some]

    assert asyncio.run(ids()) == sorted(row["id"] for row in rows)
