"""A difference of every kind is found, shown, and repaired by what recomputing says."""

from collections.abc import Callable
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.inventory import INVENTORY
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION, VARIANT
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.course import SPAN
from cellarhand.customers.customer import CUSTOMER
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.discounts.promotion_set import PROMOTION_SET_X_PROMOTION
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.gift_cards.transaction import GIFT_CARD_TRANSACTION
from cellarhand.ids import new_id
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.orders.links import ORDER_ALLOCATION, ORDER_PRODUCT
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.tables import SEARCH_TERM, UNIQUE_KEY
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.back_population import populate_tenant
from cellarhand.verify.checks import CHECKS
from tests.callers import Caller, House, Site
from tests.verifying import differences
from tests.wire.discounts import discount, sets
from tests.wire.dynamic import rule
from tests.wire.loyal import switch_loyalty
from tests.wire.members import new_member
from tests.wire.orders import line, order, put

Record = dict[str, Any]
Plant = Callable[[WriteUnit], Any]
PAID = 1_772_000_000_000


@pytest.fixture(scope="module")
def winery(house: House) -> Site:
    """A winery with some of everything."""
    site = house.open()
    site.listen()
    api = site.app()
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    api.made("/tag/customer", rule(("Order Count", "is greater than", "0"), title="Buyers"))
    site.server.run(populate_tenant(site.server.store, site.tenant_id, ""))
    collection = api.made("/collection", {"title": "Reds", "type": "Manual", "webStatus": "Available"})["id"]
    department = api.made("/department", {"title": "Wine", "code": "W"})["id"]
    product = api.made(
        "/product",
        {
            "title": "Estate Syrah",
            "type": "Wine",
            "webStatus": "Available",
            "adminStatus": "Available",
            "departmentId": department,
            "collections": [{"id": collection}],
            "variants": [{"title": "750 ml", "sku": "SYRAH", "price": 2500}],
        },
    )
    location = api.seen("/inventory-location")["inventoryLocations"][0]["id"]
    stock = [{"inventoryLocationId": location, "availableForSale": 12}]
    api.made("/inventory", {"sku": "SYRAH", "initialInventory": stock})
    member = new_member(api, "jane@example.com", "Jane Example")
    api.changed(member.at, {"tags": [{"id": tag}]})
    api.changed(f"{member.at}/address/{member.address}", {"company": "Acme Cellars"})
    hold = {"startDate": clock.to_wire(clock.now()), "endDate": None, "holdReason": "Other"}
    member.joins(onHolds=[hold])
    api.made("/customer", {"emails": [{"email": "jo@example.com"}], "firstName": "Jo"})
    gift = {"title": "Gift", "type": "Virtual", "initialAmount": 5000, "customerId": member.customer}
    given = api.made("/gift-card", gift)["id"]
    switch_loyalty(site)
    for title in ("Base", "Gold"):
        gold = {"title": title, "qualificationType": "Lifetime Value", "lifetimeValueToQualify": 0}
        api.made("/loyalty-tier", gold)
    api.made("/loyalty-transaction", {"customerId": member.customer, "amount": 5})
    api.made("/gift-card-transaction", {"giftCardId": given, "amount": -1200})
    bought = order(member.customer, PAID, [line(productId=product["id"], allocationId=new_id())])
    api.made("/app-sync", {"objectType": "Product", "objectId": product["id"], "status": "Success"})
    refund = order(None, PAID + 1, purchaseType="Refund", previousOrderId=bought["id"])
    entry = {"orderId": refund["id"], "orderNumber": refund["orderNumber"], "purchaseType": "Refund"}
    put(site, {**bought, "linkedOrders": [entry]})
    put(site, refund)
    bundle = api.made("/promotion-set", {"title": "Bundle"})["id"]
    api.made("/coupon", discount("coupon", promotionSets=sets(bundle)))
    api.made("/promotion", discount("promotion", promotionSets=sets(bundle)))
    assert differences(site) == []
    return site


async def _change_text(unit: WriteUnit, resource: Resource, change: Callable[[Record], object]) -> None:
    """Change the oldest record's text, and nothing beside it."""
    first = (By("id"),)
    if resource.dated:
        first = (By("created_at"), By("id"))
    [row] = await unit.rows(resource.table, ("body",), order=first, limit=1)
    record = decode(row[0])
    change(record)
    await unit.update(resource.table, equal("id", record["id"]), {"body": encode(record).decode()})


def text(resource: Resource, change: Callable[[Record], object]) -> Plant:
    return lambda unit: _change_text(unit, resource, change)


def information(**members: Any) -> Plant:
    return text(CUSTOMER, lambda customer: customer["orderInformation"].update(members))


def _reprice(membership: Record) -> None:
    membership["club"] = {"id": membership["clubId"], "title": "Long gone"}


def _leave_vip(customer: Record) -> None:
    customer["tags"] = customer["groups"] = [tag for tag in customer["tags"] if tag["title"] == "VIP"]


PLANTS: dict[str, tuple[str, Plant]] = {
    "a column": ("columns", lambda unit: unit.update(CUSTOMER.table, (), {"last_name": "nobody"})),
    "a date's column": ("columns", lambda unit: unit.update(ORDER.table, (), {"paid_at": 5})),
    "a search text": ("columns", lambda unit: unit.update(PRODUCT.table, (), {"search_text": "gone"})),
    "a lost unique value": (
        "unique-values",
        lambda unit: unit.delete(UNIQUE_KEY, equal("value", "jane@example.com")),
    ),
    "a unique value of nobody": (
        "unique-values",
        lambda unit: unit.insert(
            UNIQUE_KEY, {"kind": "customer.email", "value": "nobody@example.com", "object_id": new_id()}
        ),
    ),
    "a lost search term": ("search-terms", lambda unit: unit.delete(SEARCH_TERM, equal("term", "jo"))),
    "a search term too many": (
        "search-terms",
        lambda unit: unit.insert(
            SEARCH_TERM, {"kind": "customer", "term": "zorro", "object_id": new_id(), "part": 0}
        ),
    ),
    "a lost company": ("company-terms", lambda unit: unit.delete(SEARCH_TERM, equal("part", 1))),
    "a company's column": ("company", lambda unit: unit.update(CUSTOMER.table, (), {"company": "Other"})),
    "a total": ("counters", lambda unit: unit.count_up("customer", 3)),
    "a total too low": ("counters", lambda unit: unit.count_up("order", -1)),
    "a lost tag link": ("tag-links", lambda unit: unit.delete(TAG_X_OBJECT, ())),
    "a tag link too many": (
        "tag-links",
        lambda unit: unit.insert(
            TAG_X_OBJECT, {"id": new_id(), "tag_id": new_id(), "object_id": new_id(), "created_at": 1}
        ),
    ),
    "a tag's title": (
        "tag-copies",
        lambda unit: unit.replace_text(CUSTOMER.table, "body", '"VIP"', '"Rabble"', ()),
    ),
    "a tag that was not put on": ("dynamic-tags", text(CUSTOMER, _leave_vip)),
    "a department's title": (
        "product-copies",
        text(PRODUCT, lambda product: product["department"].update(title="Beer")),
    ),
    "a mark of live counts": (
        "product-copies",
        text(PRODUCT, lambda product: product["variants"][0].update(inventory=None)),
    ),
    "a lost variant": ("variants", lambda unit: unit.delete(VARIANT, ())),
    "a variant's SKU": ("variants", lambda unit: unit.update(VARIANT, (), {"sku_key": "merlot"})),
    "a lost collection link": ("collection-links", lambda unit: unit.delete(PRODUCT_X_COLLECTION, ())),
    "a collection's count": (
        "collection-counts",
        text(COLLECTION, lambda collection: collection.update(productCount=7)),
    ),
    "a count of stock": (
        "inventory-counts",
        text(INVENTORY, lambda row: row.update(availableForSaleCount=99, allocatedCount=1)),
    ),
    "a name of stock": ("inventory-rows", text(INVENTORY, lambda row: row.update(productTitle="Other"))),
    "a lost row of stock": ("inventory-rows", lambda unit: unit.delete(INVENTORY.table, ())),
    "a lost span": ("membership-statuses", lambda unit: unit.delete(SPAN, equal("status", "On Hold"))),
    "a frozen status": (
        "membership-copies",
        text(CLUB_MEMBERSHIP, lambda membership: membership.update(status="Active")),
    ),
    "a frozen club": ("membership-copies", text(CLUB_MEMBERSHIP, _reprice)),
    "a set's title": (
        "discount-copies",
        text(COUPON, lambda coupon: coupon["promotionSets"][0].update(title="Other")),
    ),
    "a set that is gone": (
        "discount-copies",
        text(PROMOTION, lambda promotion: promotion["promotionSets"].append({"id": new_id(), "title": "X"})),
    ),
    "an old member": ("discount-copies", text(COUPON, lambda coupon: coupon.update(productDiscount=1))),
    "a lost link to a set": ("discount-links", lambda unit: unit.delete(PROMOTION_SET_X_PROMOTION, ())),
    "a lost link to a product": ("order-products", lambda unit: unit.delete(ORDER_PRODUCT, ())),
    "a lost link to an allocation": ("order-allocations", lambda unit: unit.delete(ORDER_ALLOCATION, ())),
    "a frozen customer": ("order-copies", text(ORDER, lambda found: found.update(customer=None))),
    "a lost refund": ("linked-orders", text(ORDER, lambda found: found.update(linkedOrders=[]))),
    "a refund's number": (
        "linked-orders",
        text(ORDER, lambda found: found["linkedOrders"][0].update(orderNumber=5)),
    ),
    "a refund of nothing": (
        "linked-orders",
        text(
            ORDER,
            lambda found: found["linkedOrders"].append(
                {"orderId": new_id(), "orderNumber": 3, "purchaseType": "Refund"}
            ),
        ),
    ),
    "a balance": ("gift-cards", text(GIFT_CARD, lambda card: card.update(currentBalance=5000))),
    "a lost transaction": ("gift-cards", lambda unit: unit.delete(GIFT_CARD_TRANSACTION.table, ())),
    "a frozen owner": ("gift-cards", text(GIFT_CARD, lambda card: card.update(customer=None))),
    "a base tier": ("base-tier", text(LOYALTY_TIER, lambda tier: tier.update(isBaseTier=False))),
    "a customer without loyalty": ("loyalty", text(CUSTOMER, lambda c: c.update(loyalty=None))),
    "frozen points": ("loyalty", text(CUSTOMER, lambda c: c.update(loyalty={"points": 5}))),
    "a frozen member": ("loyalty-copies", text(LOYALTY_TRANSACTION, lambda row: row.update(customer=None))),
    "a lifetime value": ("derived-members", information(lifetimeValue=1, yearlyValue={"2020": 1})),
    "an order count": ("derived-members", information(orderCount=9)),
    "a last order": ("derived-members", information(lastOrderId=None, lastOrderDate=None)),
    "a gross profit": ("derived-members", information(grossProfit=-5)),
    "days that stand still": (
        "derived-members",
        information(currentClubTitle="Long gone", isActiveClubMember=True),
    ),
    "lost purchases": ("derived-members", text(CUSTOMER, lambda customer: customer.update(products=[]))),
    "a wine's vintage": (
        "derived-members",
        text(
            CUSTOMER,
            lambda c: c["products"][0]["product"]["wineProperties"].update(vintage=1855),
        ),
    ),
    "lost clubs": ("derived-members", text(CUSTOMER, lambda customer: customer.update(clubs=[]))),
    "a notification of nothing": (
        "derived-members",
        text(CUSTOMER, lambda c: c["notifications"].append({**dict.fromkeys(("id", "type")), "data": None})),
    ),
    "a lost report of an app": ("app-syncs", text(PRODUCT, lambda found: found.update(appSync=None))),
    "a status of an app's copy": (
        "app-syncs",
        text(PRODUCT, lambda found: next(iter(found["appSync"].values())).update(status="Error")),
    ),
    "a date of activity": (
        "derived-members",
        text(CUSTOMER, lambda c: c.update(lastActivityDate="2011-01-01T00:00:00.000Z")),
    ),
}


def everything(site: Site, api: Caller) -> list[Record]:
    """What the lists show and find, but for when a record was changed last."""
    paths = ("/customer", "/customer?q=jo", "/customer?q=acme", "/product", "/collection", "/inventory")
    paths += ("/club-membership", "/club-membership?status=On Hold", "/order", "/product?q=syrah")
    paths += ("/coupon", "/promotion", "/promotion-set")
    return [_undated(api.seen(path)) for path in paths]


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _undated(each) for name, each in value.items() if name not in ("updatedAt", "id")}
    return [_undated(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", PLANTS)
def test_a_difference_is_found_and_repaired(winery: Site, name: str) -> None:
    check, plant = PLANTS[name]
    api = winery.app()
    before = everything(winery, api)
    winery.server.write(winery.tenant_id, plant)
    found = differences(winery)
    assert check in {each.check for each in found}
    assert all(each.repaired is None for each in found)
    # Looking has changed nothing: it is there to be repaired, and what follows from it with it.
    repaired = differences(winery, repair=True)
    assert check in {each.check for each in repaired}
    assert all(each.repaired for each in repaired)
    assert differences(winery) == []
    assert everything(winery, api) == before


def test_every_check_has_been_tried() -> None:
    assert {check for check, _ in PLANTS.values()} == {check.name for check in CHECKS}


def test_a_customer_that_is_repaired_has_changed_for_those_who_keep_a_copy(winery: Site) -> None:
    before = len(winery.events())
    winery.server.write(winery.tenant_id, PLANTS["a lifetime value"][1])
    differences(winery, repair=True)
    new = winery.events()[before:]
    assert [(each.object, each.action) for each in new] == [("Customer", "Update")]
    assert new[0].payload["orderInformation"]["lifetimeValue"] == 5000


def test_a_unique_value_that_another_record_holds_is_left_and_told(house: House) -> None:
    site = house.open()
    api = site.app()
    made = [api.made("/customer", {"emails": [{"email": f"{n}@example.com"}]})["id"] for n in "ab"]

    async def steal(unit: WriteUnit) -> None:
        await unit.delete(UNIQUE_KEY, equal("value", "a@example.com"))
        row = await unit.row(CUSTOMER.table, ("body",), equal("id", made[1]))
        assert row is not None
        thief = decode(row[0])
        thief["emails"][0]["email"] = "a@example.com"
        changed = {"body": encode(thief).decode()}
        await unit.update(CUSTOMER.table, equal("id", made[1]), changed)

    site.server.write(site.tenant_id, steal)
    left = [each for each in differences(site, repair=True) if not each.repaired]
    assert {each.check for each in left} <= {"unique-values"}
    assert all("taken" in each.note for each in left)
    assert len(left) == 1


def test_a_text_that_is_no_record_is_told_and_the_rest_is_looked_at(house: House) -> None:
    site = house.open()
    api = site.app()
    lost = api.made("/customer", {"emails": [{"email": "lost@example.com"}]})["id"]
    api.made("/customer", {"emails": [{"email": "kept@example.com"}]})

    async def ruin(unit: WriteUnit) -> None:
        await unit.update(CUSTOMER.table, equal("id", lost), {"body": '{"id":'})
        await unit.update(CUSTOMER.table, (Compare("id", "<>", lost),), {"order_count": 4})

    site.server.write(site.tenant_id, ruin)
    found = {(each.check, each.id == lost): each for each in differences(site, repair=True)}
    assert found["texts", True].repaired is False
    assert found["columns", False].repaired is True
