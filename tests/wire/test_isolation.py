"""Two tenants on one server: the credentials of one and the ids of the other, over every route there is."""

from collections.abc import Iterator
from typing import Any

import pytest

from cellarhand.http.routes import Endpoint
from tests.callers import Caller, House
from tests.wire.discounts import KINDS, discount, sets
from tests.wire.loyal import switch_loyalty
from tests.wire.samples import NAMES, Made, all_of
from tests.wire.shop import handover, line, location, order, product
from tests.wire.test_shipping import zone

WINE = {"type": "Wine", "title": "Wine", "variants": [{"title": "750ml", "sku": "X", "price": 1}]}
JOIN = {"customerId": "customer", "orderDeliveryMethod": "Ship", "shipToCustomerAddressId": "address"}
CLUB_TIER = {"title": "Members", "qualificationType": "Club"}
GIFT = {"title": "Gift", "type": "Virtual", "initialAmount": 5000}
# A body that each creating or changing call would take.
_CHANGES: dict[str, dict[str, Any]] = {
    "customer": {"firstName": "Stolen"},
    "customer-address": {"city": "Stolen"},
    "customer-credit-card": {"cardHolderName": "Stolen"},
    "note": {"content": "Stolen"},
    "tag": {"title": "Stolen"},
    "update-group": {"title": "Stolen"},
    "meta-data-config": {"title": "Stolen"},
    "web-hook": {"url": "https://stolen.example/hook"},
    "order": {"flags": [{"content": "Stolen"}]},
    "create-fulfillment": handover(items=[{"sku": "CAB", "quantityFulfilled": 1}]),
    "fulfill-order": handover(),
    "product": {"title": "Stolen"},
    "collection": {"title": "Stolen"},
    "department": {"title": "Stolen"},
    "vendor": {"title": "Stolen"},
    "shipping": {"title": "Stolen"},
    "tax": {"title": "Stolen"},
    "club": {"title": "Stolen"},
    "club-membership": {"giftMessage": "Stolen"},
    "coupon": {"title": "Stolen"},
    "promotion": {"title": "Stolen"},
    "promotion-set": {"title": "Stolen"},
    "gift-card": {"title": "Stolen"},
    "loyalty-tier": {"title": "Stolen"},
}
_KINDS = {
    "customer": "customer",
    "customer-address": "address",
    "customer-credit-card": "card",
    "note": "note",
    "tag": "manual tag",
    "read-group": "manual tag",
    "update-group": "manual tag",
    "delete-group": "manual tag",
    "meta-data-config": "definition",
    "web-hook": "web hook",
    "order": "order",
    "create-fulfillment": "order",
    "fulfill-order": "order",
    "delete-fulfillment": "order",
    "read-refund": "order",
    "product": "product",
    "collection": "collection",
    "department": "department",
    "vendor": "vendor",
    "inventory": "inventory",
    "inventory-location": "location",
    "shipping": "shipping",
    "tax": "tax",
    "club": "club",
    "club-membership": "membership",
    "coupon": "coupon",
    "promotion": "promotion",
    "promotion-set": "promotion set",
    "gift-card": "gift card",
    "loyalty-tier": "tier",
}
"""Whose id stands for `:id` in the calls of each resource and of each action with one."""


@pytest.fixture(scope="module")
def theirs(house: House) -> tuple[Caller, dict[str, Made]]:
    """Another tenant with one record of every resource, and a caller who may see them."""
    site = house.open()
    switch_loyalty(site)
    api = site.app()
    made = {made.name: made for made in all_of(api)}
    sent = order(line(quantity=2, quantityFulfilled=1), customerId=made["customer"].record["id"])
    made["order"] = Made("order", "/order", sent, api.made("/order", sent))
    for each in _shop(api, made["customer"].record["id"]):
        made[each.name] = each
    return api, made


def _mine(house: House) -> Caller:
    """A tenant that has everything switched on, and nothing in it."""
    site = house.open()
    switch_loyalty(site)
    return site.app()


def _shop(api: Caller, customer_id: str) -> Iterator[Made]:
    """One of everything that is sold, where it lies, and who gets it regularly."""
    for name, body in (
        ("department", {"title": "Wine", "code": "W"}),
        ("vendor", {"title": "Estate"}),
        ("collection", {"title": "Reds"}),
        ("club", {"title": "Club"}),
        ("shipping", zone("CA")),
        ("tax", {"title": "GST", "countryCode": "CA", "taxCalculation": "Added"}),
    ):
        yield Made(name, f"/{name}", body, api.made(f"/{name}", body))
    yield Made("product", "/product", {}, product(api, "CAB", stock=5))
    (counted,) = api.seen("/inventory")["inventories"]
    yield Made("inventory", "/inventory", {}, counted)
    place = api.seen(f"/inventory-location/{location(api)}")
    yield Made("location", "/inventory-location", {}, place)
    join = {
        "customerId": customer_id,
        "clubId": api.seen("/club")["clubs"][0]["id"],
        "orderDeliveryMethod": "Pickup",
        "pickupInventoryLocationId": place["id"],
    }
    yield Made("membership", "/club-membership", join, api.made("/club-membership", join))
    bundle = api.made("/promotion-set", {"title": "Bundle"})
    for kind in KINDS:
        sent = discount(kind, promotionSets=sets(bundle["id"]))
        yield Made(kind, f"/{kind}", sent, api.made(f"/{kind}", sent))
    yield Made("promotion set", "/promotion-set", {}, api.seen(f"/promotion-set/{bundle['id']}"))
    gold = {"title": "Gold", "qualificationType": "Lifetime Value", "lifetimeValueToQualify": 0}
    yield Made("tier", "/loyalty-tier", gold, api.made("/loyalty-tier", gold))
    api.made("/loyalty-transaction", {"customerId": customer_id, "amount": 5})
    card = {**GIFT, "customerId": customer_id}
    yield Made("gift card", "/gift-card", card, api.made("/gift-card", card))


def _all_ids(value: object) -> set[str]:
    found = set[str]()
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "id" and isinstance(each, str):
                found.add(each)
            found |= _all_ids(each)
    elif isinstance(value, list):
        for each in value:
            found |= _all_ids(each)
    return found


def _paths(endpoint: Endpoint, their: dict[str, Made]) -> list[str]:
    """The path of an endpoint with ids of the other tenant."""
    name = endpoint.resource.name if endpoint.resource else endpoint.name
    record = their[_KINDS[name]].record["id"] if "/:id" in endpoint.template else ""
    ids = {
        "fulfillmentId": their["order"].record["fulfillments"][0]["id"],
        "id": record,
        "customerId": their["customer"].record["id"],
        "tagId": their["manual tag"].record["id"],
        "objectId": their["customer"].record["id"],
        "objectType": "customer",
    }
    path = endpoint.template
    for name, value in ids.items():
        path = path.replace(f":{name}", value)
    return [] if ":" in path else [path]


def test_every_route_with_ids_of_another_tenant_reveals_and_changes_nothing(
    house: House, theirs: tuple[Caller, dict[str, Made]]
) -> None:
    owner, their = theirs
    before = {made.at: owner.get(made.at).content for made in their.values()}
    mine = _mine(house)
    foreign = {id for made in their.values() for id in _all_ids(made.record)}
    asked = 0
    for endpoint in house.server.app.routes.endpoints:
        for path in _paths(endpoint, their):
            name = endpoint.resource.name if endpoint.resource else endpoint.name
            body = _CHANGES.get(name, {}) if endpoint.takes_body else None
            answer = mine.request(endpoint.method, path, json=body)
            told = {id for id in foreign if id in answer.text}
            assert not told, (endpoint.name, answer.text)
            if ":id" in endpoint.template or ":customerId" in endpoint.template:
                expected = (404, 422) if endpoint.takes_body else (404,)
                assert answer.status_code in expected, (endpoint.name, answer.text)
                asked += 1
    assert asked >= 50
    assert {at: owner.get(at).content for at in before} == before


def test_a_tenants_key_opens_no_other_tenant(house: House, theirs: tuple[Caller, dict[str, Made]]) -> None:
    """A person of one tenant who names the other in the header is refused on every private route."""
    _, their = theirs
    owner, _ = theirs
    site = house.open()
    person = site.person("Admin Owner", f"only-here-{site.slug}@people.example")
    stranger = person.but(tenant=owner.headers["tenant"])
    token = stranger.but(authorization=site.token_of(f"only-here-{site.slug}@people.example"))
    for endpoint in house.server.app.routes.endpoints:
        if endpoint.public:
            continue
        for path in _paths(endpoint, their):
            for caller in (stranger, token):
                answer = caller.request(endpoint.method, path)
                assert (answer.status_code, answer.json()["message"]) == (401, "Unauthorized user"), (
                    endpoint.name
                )


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/customer", {"emails": [{"email": "x@y.co"}], "tags": [{"id": "manual tag"}]}, "tags[0].id"),
        ("/note", {"content": "x", "customerId": "customer"}, "customerId"),
        ("/tag-x-object/customer", {"objectId": "customer", "tagId": "manual tag"}, "objectId"),
        ("/order", order(customerId="customer"), "customerId"),
        ("/order", order(purchaseType="Refund", previousOrderId="order"), "previousOrderId"),
        (
            "/refund",
            {"orderId": "order", "shipAmount": 1, "tenders": [{"tenderType": "Cash", "amountTendered": 1}]},
            "orderId",
        ),
        ("/order", order(line(productId="product")), "items[0].productId"),
        ("/product", {**WINE, "departmentId": "department"}, "departmentId"),
        ("/product", {**WINE, "collections": [{"id": "collection"}]}, "collections[0].id"),
        ("/club-membership", {**JOIN, "clubId": "club"}, "customerId"),
        ("/coupon", discount("coupon", promotionSets=sets("promotion set")), "promotionSets[0].id"),
        (
            "/promotion",
            discount("promotion", availableTo="Club", availableToObjectIds=["club"]),
            "availableToObjectIds[0]",
        ),
        (
            "/promotion-set-x-promotion",
            {"promotionId": "promotion", "promotionSetId": "promotion set"},
            "promotionId",
        ),
        ("/gift-card", {**GIFT, "customerId": "customer"}, "customerId"),
        ("/gift-card-transaction", {"giftCardId": "gift card", "amount": -1}, "giftCardId"),
        ("/loyalty-transaction", {"customerId": "customer", "amount": 1}, "customerId"),
        ("/loyalty-tier", {**CLUB_TIER, "clubsToQualify": [{"id": "club"}]}, "clubsToQualify[0].id"),
        ("/app-sync", {"objectType": "Customer", "objectId": "customer", "status": "Error"}, "objectId"),
    ],
)
def test_ids_of_another_tenant_in_a_body_do_not_exist(
    house: House, theirs: tuple[Caller, dict[str, Made]], path: str, body: dict[str, Any], field: str
) -> None:
    _, their = theirs

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        return their[value].record["id"] if isinstance(value, str) and value in their else value

    answer = _mine(house).post(path, filled(body))
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {"field": field, "message": "does not exist"}


def test_filters_with_ids_of_another_tenant_find_nothing(
    house: House, theirs: tuple[Caller, dict[str, Made]]
) -> None:
    _, their = theirs
    mine = _mine(house)
    customer, tag = their["customer"].record["id"], their["manual tag"].record["id"]
    for path in (
        f"/customer?tagId={tag}",
        f"/note?customerId={customer}",
        f"/customer-address?customerId={customer}",
        f"/trash?objectId={customer}",
        f"/order?customerId={customer}",
        f"/order?id={their['order'].record['id']}",
        f"/refund?customerId={customer}",
        f"/refund?previousOrderId={their['order'].record['id']}",
        f"/product?collectionId={their['collection'].record['id']}",
        f"/inventory?productId={their['product'].record['id']}",
        f"/club-membership?customerId={customer}",
        f"/club-membership?clubId={their['club'].record['id']}",
        f"/gift-card?customerId={customer}",
        f"/loyalty-transaction?customerId={customer}",
        f"/gift-card?q={their['gift card'].record['code']}",
        "/order?q=jane",
        f"/customer?cursor={customer}",
        "/customer?q=jane",
    ):
        rows = next(iter(mine.seen(path).values()))
        assert rows == []


def test_unique_values_of_one_tenant_are_free_in_another(
    house: House, theirs: tuple[Caller, dict[str, Made]]
) -> None:
    assert len(list(all_of(house.open().app()))) == len(NAMES)
