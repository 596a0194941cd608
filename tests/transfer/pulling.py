"""The real command, pulling from a tenant of the test, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cellarhand.client import Client
from cellarhand.testing.server import TestTenant
from cellarhand.transfer.archive import Archive
from tests.cli.programs import environment

# Segments of a few records, so that small tenants have many of them.
_PROGRAM = """
import cellarhand.transfer.pull
cellarhand.transfer.pull.SEGMENT_BYTES = 6000
{before}
from cellarhand.cli import main
main()
"""


def command(tenant: TestTenant, archive: Path, *more: str, role: str | None = None, before: str = "") -> Any:
    """The arguments of `subprocess` for a pull as the app, or as the person of a role."""
    name, secret = tenant.app if role is None else tenant.people[role]
    who = ["--app" if role is None else "--user", name]
    place = ["pull", str(archive), "--url", tenant.base_url, "--tenant", tenant.slug]
    arguments = [sys.executable, "-c", _PROGRAM.format(before=before), *place, *who, *more]
    return {"args": arguments, "env": environment({"CELLARHAND_SOURCE_SECRET": secret})}


def pull(tenant: TestTenant, archive: Path, *more: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """One pull from start to end."""
    asked = command(tenant, archive, *more, **options)
    return subprocess.run(**asked, capture_output=True, text=True, timeout=60, check=False)


def pulled(tenant: TestTenant, archive: Path, *more: str, **options: Any) -> dict[str, Any]:
    """What a pull that succeeds says of each list."""
    done = pull(tenant, archive, "--json", *more, **options)
    assert done.returncode == 0, done.stderr
    return {each["list"]: each for each in json.loads(done.stdout)["lists"]}


def people(client: Client, count: int, start: int = 0) -> list[Any]:
    """Customers with an address each."""
    made: list[Any] = []
    for n in range(start, start + count):
        customer = client.customers.create(
            {"firstName": "Zoë", "lastName": f"Nº{n}", "emails": [{"email": f"zoe{n}@mail.example"}]}
        )
        client.customer_addresses(customer["id"]).create(
            {
                "firstName": "Zoë",
                "lastName": "Ng",
                "address": f"{n} Vine St",
                "city": "Napa",
                "stateCode": "CA",
                "zipCode": "94558",
                "countryCode": "US",
            }
        )
        made.append(client.customers.get(customer["id"]))
    return made


def is_complete(client: Client, archive: Path) -> None:
    """The archive holds exactly what the tenant holds, each record byte for byte as it is read by its id."""
    opened = Archive.open(archive)
    assert opened.damages() == []
    for name, listed, place in (
        ("customer", client.customers.list(), "/customer/{id}"),
        ("customer-address", client.customer_addresses.list(), "/customer/{customerId}/address/{id}"),
        ("note", client.notes.list(), "/note/{id}"),
        ("tag.customer", client.tags("customer").list(), "/tag/customer/{id}"),
    ):
        live = {each["id"]: client.request("GET", place.format(**each)).content for each in listed}
        assert list(opened.records(name)) == sorted(live.items()), name
