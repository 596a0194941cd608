"""Zones and taxes move whole; one by one, they get ids of the target."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.server import TestServer, TestTenant
from tests.transfer.pulling import pulled
from tests.transfer.pushing import differences, push, pushed
from tests.wire.test_shipping import ids, service, zone
from tests.wire.test_taxes import tax

Told = dict[str, Any]
LISTS = ("shipping", "tax")


@pytest.fixture
def archive(server: TestServer, tmp_path: Path) -> Path:
    source, folder = server.tenant(), tmp_path / "source.archive"
    wrapped = service(title="Air", topRate={"isWrapShipping": True}, carrier="FedEx")
    free = service(title="Free", topRate={"isWrapShipping": False, "forEveryXWeight": 2.5, "price": None})
    zones: Any = [zone("CA", None, services=[service(), wrapped, free]), zone("OR"), zone(services=[])]
    taxes: Any = [
        tax(wine=7.75),
        tax(title="PST", stateCode="AB"),
        tax(title="PST", stateCode="BC", food=5.0),
    ]
    with source.client() as client:
        for each in zones:
            client.shippings.create(each)
        for each in taxes:
            client.taxes.create(each)
    pulled(source, folder, role="Data")
    return folder


def _counted(told: dict[str, Told], what: str) -> dict[str, int]:
    return {name: told[name][what] for name in LISTS}


def _values(value: Any) -> Any:
    """What of records is not the target's to choose."""
    if isinstance(value, list):
        return [_values(each) for each in value]
    if isinstance(value, dict):
        chosen = ("id", "createdAt", "updatedAt")
        return {name: _values(each) for name, each in value.items() if name not in chosen}
    return value


def _all(tenant: TestTenant) -> list[Any]:
    with tenant.client() as client:
        return [*client.shippings.list(), *client.taxes.list()]


def test_in_bulk_they_come_with_all_ids(server: TestServer, archive: Path, tmp_path: Path) -> None:
    target = server.tenant(empty=True)
    assert _counted(pushed(target, archive, "--dry-run"), "refused") == {"shipping": 0, "tax": 0}
    told = pushed(target, archive)
    assert _counted(told, "created") == {"shipping": 3, "tax": 3}
    assert [told[name]["notCarried"] for name in LISTS] == [[], []]
    again = tmp_path / "again.archive"
    pulled(target, again, role="Data")
    assert differences(archive, again) == []
    assert _counted(pushed(target, archive), "skipped") == {"shipping": 3, "tax": 3}


def test_one_by_one_they_come_with_all_values_and_once(server: TestServer, archive: Path) -> None:
    whole, target = server.tenant(empty=True), server.tenant(empty=True)
    pushed(whole, archive)
    told = pushed(target, archive, "--one-by-one")
    assert _counted(told, "created") == {"shipping": 3, "tax": 3}
    assert [told[name]["notCarried"] for name in LISTS] == [["createdAt", "updatedAt"]] * 2
    theirs, mine = _all(whole), _all(target)
    assert sorted(map(str, _values(mine))) == sorted(map(str, _values(theirs)))
    assert not ids(mine) & ids(theirs)
    # A tax is known by its place as well as by its name.
    for path in archive.parent.glob(f"{archive.name}.push/{target.slug}-*/*"):
        path.unlink()
    told = pushed(target, archive, "--one-by-one")
    assert _counted(told, "created") == {"shipping": 0, "tax": 0}
    assert _all(target) == mine


def test_a_region_of_another_zone_in_the_target_is_foretold(server: TestServer, archive: Path) -> None:
    target = server.tenant(empty=True)
    other: Any = zone("OR", title="Other")
    with target.client() as client:
        client.shippings.create(other)
    done = push(target, archive, "--json", "--dry-run")
    told = {each["list"]: each for each in json.loads(done.stdout)["lists"]}
    assert _counted(told, "refused") == {"shipping": 1, "tax": 0}
