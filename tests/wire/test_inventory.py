"""Stock (reference B20 to B22, domain INV)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import LOST, REQUIRED, WRONG_METHOD, is_answer, is_invalid, refused

pytestmark = pytest.mark.usefixtures("heard")

INVENTORY_ORDER = """
    id inventoryLocationTitle inventoryLocationId productVariantId productVariantTitle sku upcCode
    hasInventory availableForSaleCount reserveCount allocatedCount inventoryPolicy productId productTitle"""
TRANSACTION_ORDER = """inventoryLocationId sku productVariantId transactionType transactionDetails notes
    availableForSaleCount reserveCount allocatedCount id transactionDate updatedAt createdAt searchText"""
LOCATION: dict[str, Any] = {
    "title": "Barn",
    "address": "1 Vine Road",
    "city": "Napa",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
}
SHORT = refused("Not enough inventory")


def product(api: Caller, sku: str, *, tracked: bool = True, policy: str = "Dont Sell") -> dict[str, Any]:
    variant = {"title": "750ml", "sku": sku, "price": 100, "hasInventory": tracked}
    variant["inventoryPolicy"] = policy
    return api.made("/product", {"type": "Wine", "title": f"Wine {sku}", "variants": [variant]})


def home(api: Caller) -> str:
    """The location that every tenant begins with."""
    return api.seen("/inventory-location")["inventoryLocations"][-1]["id"]


def transaction(api: Caller, action: str, sku: str, at: str, **counts: Any) -> Any:
    body = {"action": action, "sku": sku, "inventoryLocationId": at, **counts}
    return api.post("/inventory-transaction", body)


def counts(api: Caller, sku: str) -> dict[str, tuple[int, int, int]]:
    """The three counts by location."""
    return {
        row["inventoryLocationId"]: (
            row["availableForSaleCount"],
            row["reserveCount"],
            row["allocatedCount"],
        )
        for row in api.seen(f"/inventory?q={sku}")["inventories"]
    }


def test_a_tenant_begins_with_one_location_for_all_channels(api: Caller) -> None:
    answer = api.seen("/inventory-location")
    assert answer["total"] == 1
    location = answer["inventoryLocations"][0]
    assert location["title"] == "Default Location"
    flags = ("isWebShipLocation", "isInboundShipLocation", "isClubShipLocation", "isAPickupLocation")
    assert all(location[flag] for flag in flags)


def test_a_new_location_takes_the_roles_that_it_claims(api: Caller) -> None:
    old = home(api)
    api.made("/inventory-location", {**LOCATION, "isWebShipLocation": True, "isAPickupLocation": True})
    left = api.seen(f"/inventory-location/{old}")
    assert not left["isWebShipLocation"]
    assert left["isInboundShipLocation"]
    assert left["isAPickupLocation"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_locations_and_rows_are_not_changed_by_hand(api: Caller, method: str) -> None:
    for path in (f"/inventory-location/{home(api)}", f"/inventory/{home(api)}"):
        is_answer(api.request(method, path), 405, WRONG_METHOD)


def test_tracking_begins_with_zeros_at_every_location(api: Caller) -> None:
    api.made("/inventory-location", LOCATION)
    made = product(api, "PN")
    rows = made["variants"][0]["inventory"]
    assert len(rows) == 2
    assert {row["availableForSaleCount"] for row in rows} == {0}
    listed = api.seen("/inventory")["inventories"]
    assert [list(row) for row in listed] == [INVENTORY_ORDER.split()] * 2
    assert api.seen(f"/inventory/{listed[0]['id']}") == listed[0]
    later = api.made("/inventory-location", {**LOCATION, "title": "Cave"})["id"]
    assert counts(api, "PN")[later] == (0, 0, 0)


def test_tracking_can_begin_with_counts(api: Caller) -> None:
    product(api, "PN", tracked=False)
    at = home(api)
    body = {"sku": "pn", "initialInventory": [{"inventoryLocationId": at, "availableForSale": 12}]}
    answer = api.post("/inventory", body)
    assert answer.status_code == 201
    assert [row["availableForSaleCount"] for row in answer.json()["inventories"]] == [12]
    again = refused("Inventory is already tracked for this sku")
    is_answer(api.post("/inventory", body), 422, again)
    is_invalid(api.post("/inventory", {"sku": "nobody"}), ("sku", LOST))


def test_a_transaction_answers_the_changes(api: Caller) -> None:
    product(api, "PN")
    at = home(api)
    assert transaction(api, "Reset", "PN", at, availableForSaleCount=10).status_code == 201
    answer = transaction(api, "Reset", "PN", at, availableForSaleCount=30, notes="counted").json()
    assert list(answer) == TRANSACTION_ORDER.split()
    assert (answer["availableForSaleCount"], answer["reserveCount"]) == (20, 0)
    assert answer["transactionType"] == "Manual"
    assert answer["transactionDetails"] == answer["searchText"] == "Manual Reset of PN"
    adjusted = transaction(api, "Adjust", "PN", at, availableForSaleCount=-5, reserveCount=2).json()
    assert (adjusted["availableForSaleCount"], adjusted["reserveCount"]) == (-5, 2)
    assert counts(api, "PN") == {at: (25, 2, 0)}


def test_a_transfer_moves_between_locations_and_never_more_than_there_is(api: Caller) -> None:
    product(api, "PN", policy="Back Order")
    at, barn = home(api), api.made("/inventory-location", LOCATION)["id"]
    transaction(api, "Reset", "PN", at, availableForSaleCount=10)
    is_invalid(
        transaction(api, "Transfer", "PN", at, availableForSaleCount=1),
        ("toInventoryLocationId", REQUIRED),
    )
    moved = transaction(api, "Transfer", "PN", at, toInventoryLocationId=barn, availableForSaleCount=4)
    assert moved.json()["availableForSaleCount"] == -4
    assert counts(api, "PN") == {at: (6, 0, 0), barn: (4, 0, 0)}
    too_many = transaction(api, "Transfer", "PN", at, toInventoryLocationId=barn, availableForSaleCount=7)
    is_answer(too_many, 422, SHORT)
    assert counts(api, "PN") == {at: (6, 0, 0), barn: (4, 0, 0)}


def test_available_falls_below_zero_on_back_order_alone(api: Caller) -> None:
    at = home(api)
    product(api, "STRICT")
    product(api, "LOOSE", policy="Back Order")
    is_answer(transaction(api, "Adjust", "STRICT", at, availableForSaleCount=-1), 422, SHORT)
    assert transaction(api, "Adjust", "LOOSE", at, availableForSaleCount=-1).status_code == 201
    is_answer(transaction(api, "Adjust", "LOOSE", at, reserveCount=-1), 422, SHORT)
    assert counts(api, "LOOSE") == {at: (-1, 0, 0)}


@pytest.mark.parametrize("action", ["Reset", "Adjust"])
def test_a_count_has_its_bounds(api: Caller, action: str) -> None:
    product(api, "PN", policy="Back Order")
    at, most = home(api), 1_000_000_000
    for name in ("availableForSaleCount", "reserveCount"):
        is_invalid(transaction(api, action, "PN", at, **{name: most + 1}), (name, f"must be <= {most}"))
        is_invalid(transaction(api, action, "PN", at, **{name: -most - 1}), (name, f"must be >= {-most}"))
    assert transaction(api, action, "PN", at, availableForSaleCount=most).status_code == 201
    assert counts(api, "PN")[at] == (most, 0, 0)


def test_what_is_not_tracked_has_no_transactions(api: Caller) -> None:
    product(api, "PN", tracked=False)
    untracked = refused("Inventory is not tracked for this sku")
    is_answer(transaction(api, "Adjust", "PN", home(api), availableForSaleCount=1), 422, untracked)
    is_invalid(transaction(api, "Adjust", "PN", home(api)), ("availableForSaleCount", REQUIRED))
    is_invalid(transaction(api, "Adjust", "XX", home(api), reserveCount=1), ("sku", LOST))


def test_counts_are_hidden_while_tracking_is_off_and_come_back(api: Caller) -> None:
    made = product(api, "PN")
    at, path = home(api), f"/product/{made['id']}"
    transaction(api, "Reset", "PN", at, availableForSaleCount=7)
    own = {"id": made["variants"][0]["id"], "title": "750ml", "sku": "PN", "price": 100}
    assert api.changed(path, {"variants": [own]})["variants"][0]["inventory"] is None
    assert api.seen("/inventory") == {"inventories": [], "total": 0}
    shown = api.changed(path, {"variants": [{**own, "hasInventory": True}]})["variants"][0]["inventory"]
    assert [row["availableForSaleCount"] for row in shown] == [7]


def test_a_product_shows_live_counts_and_is_not_changed_by_them(site: Site) -> None:
    api = site.app()
    made = product(api, "PN")
    transaction(api, "Reset", "PN", home(api), availableForSaleCount=3)
    shown = api.seen(f"/product/{made['id']}")
    assert shown["variants"][0]["inventory"][0]["availableForSaleCount"] == 3
    assert shown["updatedAt"] == made["updatedAt"]
    assert api.seen("/product?cursor=start")["products"] == [shown]
    assert [event.action for event in site.events() if event.object == "Product"] == ["Create"]


def test_titles_in_the_rows_follow_the_product(api: Caller) -> None:
    made = product(api, "PN")
    api.changed(f"/product/{made['id']}", {"title": "Renamed"})
    assert [row["productTitle"] for row in api.seen("/inventory?q=renamed")["inventories"]] == ["Renamed"]


def test_many_hands_at_once_never_take_more_than_there_is(api: Caller) -> None:
    product(api, "PN")
    at = home(api)
    transaction(api, "Reset", "PN", at, availableForSaleCount=20)

    def take(_: int) -> int:
        return transaction(api, "Adjust", "PN", at, availableForSaleCount=-1).status_code

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(take, range(50)))
    assert sorted(set(codes)) == [201, 422]
    assert codes.count(201) == 20
    assert counts(api, "PN") == {at: (0, 0, 0)}


def test_a_row_is_known_by_what_it_counts_and_comes_back_with_its_variant(site: Site) -> None:
    data = site.person("Data")
    made = product(data, "GONE")
    more = {"title": "Magnum", "sku": "MAGNUM", "price": 200, "hasInventory": True}
    variants = data.changed(f"/product/{made['id']}", {"variants": [*made["variants"], more]})["variants"]
    kept = [{name: each[name] for name in ("id", "title", "sku", "price")} for each in variants]
    rows = data.seen("/inventory?q=MAGNUM")["inventories"]
    for _ in range(2):
        data.changed(f"/product/{made['id']}", {"variants": kept[:1]})
        assert data.seen("/inventory?q=MAGNUM")["inventories"] == []
        data.changed(f"/product/{made['id']}", {"variants": [kept[0], {**kept[1], "hasInventory": True}]})
        assert data.seen("/inventory?q=MAGNUM")["inventories"] == rows
