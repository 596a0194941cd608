"""B15, CAT-1 to CAT-3, CAT-7: products on the public web."""

from typing import Any

import pytest

from tests.callers import NIL, Caller, House, Site
from tests.catalogue import (
    NO_TENANT,
    PAGE_AND_CURSOR,
    UNAUTHORIZED,
    WRONG_METHOD,
    is_answer,
    is_invalid,
    is_lost,
    query_param,
)
from tests.verifying import differences
from tests.wire.shop import location

Record = dict[str, Any]
NOT_SHOWN = "appSync"
NOT_OF_VARIANTS = "costOfGood"


@pytest.fixture
def web(site: Site) -> Caller:
    return site.stranger()


def on_web(title: str, **more: Any) -> Record:
    """A product that the web lists."""
    variant = {"title": "750ml", "sku": title, "price": 1250, "costOfGood": 700}
    return {"type": "Wine", "title": title, "webStatus": "Available", "variants": [variant], **more}


def titles(web: Caller, query: str = "") -> list[str]:
    return [each["title"] for each in web.seen(f"/product/for-web{query}")["products"]]


def as_shown(product: Record) -> Record:
    """What of a product as GET returns it the web shows, member by member."""
    shown = {name: value for name, value in product.items() if name != NOT_SHOWN}
    shown["variants"] = [
        {name: value for name, value in each.items() if name != NOT_OF_VARIANTS}
        for each in product["variants"]
    ]
    for each in shown["variants"]:
        for place in each["inventory"] or ():
            for name in ("productVariantId", "reserveCount", "allocatedCount"):
                del place[name]
    return shown


def tracked(api: Caller, product: Record, count: int, policy: str = "Dont Sell", at: str = "") -> None:
    """Track the product's one variant, with so many at the first location or another one."""
    body = {
        "sku": product["variants"][0]["sku"],
        "inventoryPolicy": policy,
        "initialInventory": [{"inventoryLocationId": at or location(api), "availableForSale": count}],
    }
    api.made("/inventory", body)


def test_a_product_is_shown_in_wire_order_without_what_is_the_winerys_own(api: Caller, web: Caller) -> None:
    made = api.made("/product", on_web("Pinot", content="<p>Dark</p>", seo={"title": "Best Pinot"}))
    tracked(api, made, 5)
    made = api.seen(f"/product/{made['id']}")
    shown = web.seen("/product/slug/pinot/for-web")
    assert shown == as_shown(made)
    assert list(shown) == [name for name in made if name != NOT_SHOWN]
    assert list(shown["variants"][0]) == [name for name in made["variants"][0] if name != NOT_OF_VARIANTS]
    assert shown["variants"][0]["inventory"] == [
        {"inventoryLocationId": location(api), "availableForSaleCount": 5}
    ]
    assert list(shown["variants"][0]["inventory"][0]) == ["inventoryLocationId", "availableForSaleCount"]
    assert shown["seo"] == {"title": "Best Pinot", "description": None}
    assert web.get("/product-for-web/pinot").content == web.get("/product/slug/pinot/for-web").content
    assert web.seen("/product/for-web") == {"products": [shown], "total": 1}


def test_a_variant_that_is_not_tracked_has_no_inventory(api: Caller, web: Caller) -> None:
    api.made("/product", on_web("Pinot"))
    assert web.seen("/product/slug/pinot/for-web")["variants"][0]["inventory"] is None


CLUB_ONLY = {"availableTo": "Club", "availableToObjectIds": [NIL]}


@pytest.mark.parametrize(
    ("more", "listed", "readable"),
    [
        ({}, True, True),
        ({"adminStatus": "Hidden"}, True, True),
        ({"adminStatus": "Not Available"}, False, False),
        ({"webStatus": "Not Available"}, False, False),
        ({"webStatus": "Retired"}, False, True),
        ({"webStatus": "Retired", "adminStatus": "Not Available"}, False, False),
        ({"type": "Collateral"}, False, False),
        ({"security": CLUB_ONLY}, True, True),
        ({"security": {**CLUB_ONLY, "displayOption": "Display Product / Show Login"}}, True, True),
        ({"security": {**CLUB_ONLY, "displayOption": "Dont Display Product"}}, False, False),
    ],
)
def test_statuses_and_security_say_what_the_web_sees(
    site: Site, api: Caller, web: Caller, more: Record, listed: bool, readable: bool
) -> None:
    made = api.made("/product", on_web("Pinot"))
    if "type" in more:
        api.gone(f"/product/{made['id']}")
        api.made("/product", on_web("Pinot", **more))
    else:
        api.changed(f"/product/{made['id']}", more)
    assert titles(web) == (["Pinot"] if listed else [])
    for path in ("/product/slug/pinot/for-web", "/product-for-web/pinot"):
        if readable:
            assert web.seen(path)["title"] == "Pinot"
        else:
            is_lost(web.get(path), "Product")
    assert differences(site) == []


@pytest.mark.parametrize("slug", ["no-such-slug", "%00", "a%20b", "x" * 101, "..", NIL])
def test_a_slug_that_nobody_has_is_not_there(api: Caller, web: Caller, slug: str) -> None:
    api.made("/product", on_web("Pinot"))
    for path in (f"/product/slug/{slug}/for-web", f"/product-for-web/{slug}"):
        if slug != "..":
            is_lost(web.get(path), "Product")
    if slug != "%00":
        is_lost(web.get(f"/product/for-web?collectionSlug={slug}"), "Collection")


def test_slugs_are_found_in_any_case(api: Caller, web: Caller) -> None:
    api.made("/product", on_web("Pinot"))
    api.made("/collection", {"title": "Reds", "webStatus": "Available"})
    assert web.seen("/product/slug/PINOT/for-web")["title"] == "Pinot"
    assert web.seen("/product/for-web?collectionSlug=REDS")["collection"]["title"] == "Reds"


def test_a_collection_comes_before_its_products_which_are_ordered_by_title(api: Caller, web: Caller) -> None:
    reds = api.made("/collection", {"title": "Reds", "webStatus": "Available", "seo": {"title": "Our reds"}})
    for title, held in (("Syrah", True), ("barbera", True), ("Riesling", False)):
        api.made("/product", on_web(title, collections=[{"id": reds["id"]}] if held else []))
    api.made("/product", on_web("Secret", webStatus="Not Available", collections=[{"id": reds["id"]}]))
    seen = web.seen("/product/for-web?&collectionSlug=reds")
    assert list(seen) == ["collection", "products", "total"]
    assert seen["collection"] == api.seen(f"/collection/{reds['id']}")
    assert seen["collection"]["seo"] == {"title": "Our reds", "description": None}
    assert [each["title"] for each in seen["products"]] == ["barbera", "Syrah"]
    assert seen["total"] == 2
    assert titles(web, "?&collectionSlug=") == ["barbera", "Riesling", "Syrah"]


@pytest.mark.parametrize(
    ("status", "shown"), [("Available", True), ("Retired", True), ("Not Available", False)]
)
def test_a_collection_is_shown_by_its_own_status(api: Caller, web: Caller, status: str, shown: bool) -> None:
    api.made("/collection", {"title": "Reds", "webStatus": status})
    answer = web.get("/product/for-web?collectionSlug=reds")
    if shown:
        assert answer.json()["products"] == []
    else:
        is_lost(answer, "Collection")


@pytest.mark.parametrize("only_stocked", [False, True])
def test_lists_come_in_pages_and_by_cursor_and_are_searched(
    api: Caller, web: Caller, only_stocked: bool
) -> None:
    reds = api.made(
        "/collection",
        {"title": "Reds", "webStatus": "Available", "onlyShowProductsWithInventory": only_stocked},
    )
    made = [
        api.made("/product", on_web(f"Wine {letter}", collections=[{"id": reds["id"]}])) for letter in "CABD"
    ]
    at = "/product/for-web?collectionSlug=reds"
    pages = [web.seen(f"{at}&limit=3&page={page}") for page in (1, 2, 3)]
    assert [[each["title"][-1] for each in page["products"]] for page in pages] == [
        ["A", "B", "C"],
        ["D"],
        [],
    ]
    assert {page["total"] for page in pages} == {4}
    first = web.seen(f"{at}&limit=3&cursor=start")
    assert list(first) == ["collection", "products", "cursor"]
    rest = web.seen(f"{at}&limit=3&cursor={first['cursor']}")
    assert list(rest) == ["collection", "products"]
    walked = [each["id"] for each in (*first["products"], *rest["products"])]
    assert walked == sorted(each["id"] for each in made)
    assert titles(web, "?q=wine%20b&collectionSlug=reds") == ["Wine B"]
    assert titles(web, "?q=nothing&collectionSlug=reds") == []
    assert titles(web, "?collectionSlug=reds&createdAt=lt:2000-01-01") == []


def test_a_collection_of_what_is_there_hides_what_the_web_could_not_sell_now(
    api: Caller, web: Caller
) -> None:
    """CAT-7, INV-4: the web ships from its own location and hands over where pickup is served."""
    reds = api.made(
        "/collection",
        {"title": "Reds", "webStatus": "Available", "onlyShowProductsWithInventory": True},
    )
    place = {"title": "Barn", "address": "1 Vine St", "city": "Napa", "countryCode": "US"}
    place |= {"stateCode": "CA", "zipCode": "94558"}
    barn = api.made("/inventory-location", place)["id"]
    held = {"collections": [{"id": reds["id"]}]}
    made = {
        title: api.made("/product", on_web(title, **held))
        for title in ("Untracked", "Stocked", "Empty", "Owed", "In the barn", "One of two")
    }
    tracked(api, made["Stocked"], 1)
    tracked(api, made["Empty"], 0)
    tracked(api, made["Owed"], 0, "Back Order")
    tracked(api, made["In the barn"], 9, at=barn)
    second = {"title": "Magnum", "sku": "Magnum", "price": 2500}
    one = api.seen(f"/product/{made['One of two']['id']}")["variants"]
    api.changed(f"/product/{made['One of two']['id']}", {"variants": [*one, second]})
    tracked(api, made["One of two"], 0)
    assert titles(web, "?collectionSlug=reds") == ["One of two", "Owed", "Stocked", "Untracked"]
    assert web.seen("/product/for-web?collectionSlug=reds")["total"] == 4
    assert len(titles(web)) == 6
    moved = {"action": "Adjust", "inventoryLocationId": location(api), "availableForSaleCount": 1}
    api.made("/inventory-transaction", {**moved, "sku": "Empty"})
    api.made("/inventory-transaction", {**moved, "sku": "Stocked", "availableForSaleCount": -1})
    assert titles(web, "?collectionSlug=reds") == ["Empty", "One of two", "Owed", "Untracked"]


def test_nothing_that_is_hidden_is_told_by_what_is_shown(api: Caller, web: Caller) -> None:
    open_, hidden = (
        api.made("/collection", {"title": title, "webStatus": status, "content": "<p>Soon</p>"})
        for title, status in (("Reds", "Retired"), ("Next year", "Not Available"))
    )
    parts = [
        api.made("/product", on_web("Part")),
        api.made("/product", on_web("Secret", webStatus="Not Available")),
    ]
    items = [
        {"productId": each["id"], "productVariantId": each["variants"][0]["id"], "quantity": 1}
        for each in parts
    ]
    both = [{"id": open_["id"]}, {"id": hidden["id"]}]
    made = api.made("/product", on_web("Pair", type="Bundle", bundleItems=items, collections=both))
    [listed] = [each for each in web.seen("/product/for-web")["products"] if each["title"] == "Pair"]
    assert listed == web.seen(f"/product-for-web/{made['slug']}")
    assert [each["title"] for each in listed["collections"]] == ["Reds"]
    told = [(each["productTitle"], each["sku"], each["price"]) for each in listed["bundleItems"]]
    assert told == [("Part", "Part", 1250), (None, None, None)]


def test_a_bundle_is_there_as_long_as_all_its_parts_are(api: Caller, web: Caller) -> None:
    """CAT-6."""
    reds = api.made(
        "/collection",
        {"title": "Reds", "webStatus": "Available", "onlyShowProductsWithInventory": True},
    )
    part, other = (api.made("/product", on_web(title)) for title in ("Part", "Other"))
    items = [
        {"productId": each["id"], "productVariantId": each["variants"][0]["id"], "quantity": quantity}
        for each, quantity in ((part, 2), (other, 1))
    ]
    bundle = on_web("Pair", type="Bundle", bundleItems=items, collections=[{"id": reds["id"]}])
    api.made("/product", bundle)
    assert titles(web, "?collectionSlug=reds") == ["Pair"]
    tracked(api, part, 1)
    assert titles(web, "?collectionSlug=reds") == []
    more = {"action": "Adjust", "inventoryLocationId": location(api), "availableForSaleCount": 1}
    api.made("/inventory-transaction", {**more, "sku": "Part"})
    assert titles(web, "?collectionSlug=reds") == ["Pair"]


def test_credentials_are_ignored_and_the_tenant_is_needed(site: Site, api: Caller, web: Caller) -> None:
    api.made("/product", on_web("Pinot"))
    for path in ("/product/for-web", "/product/slug/pinot/for-web", "/product-for-web/pinot"):
        answer = web.but(authorization="Basic !!!").get(path)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "cache-control" not in answer.headers
        is_answer(web.but(tenant="no-such-tenant").get(path), 401, UNAUTHORIZED)
        is_answer(web.but(tenant=None).get(path), 422, NO_TENANT)
        is_answer(site.app().post(path, {}), 405, WRONG_METHOD)


def test_another_tenants_slugs_are_not_there(house: House, api: Caller) -> None:
    api.made("/product", on_web("Pinot"))
    api.made("/collection", {"title": "Reds", "webStatus": "Available"})
    web = house.open().stranger()
    is_lost(web.get("/product-for-web/pinot"), "Product")
    is_lost(web.get("/product/for-web?collectionSlug=reds"), "Collection")
    assert titles(web) == []


def test_faulty_parameters_are_named(web: Caller) -> None:
    is_answer(web.get("/product/for-web?webStatus=Retired"), 422, query_param("webStatus"))
    twice = "/product/for-web?collectionSlug=a&collectionSlug=b"
    is_answer(web.get(twice), 422, query_param("collectionSlug"))
    is_answer(web.get("/product/for-web?page=1&cursor=start"), 422, PAGE_AND_CURSOR)
    is_invalid(web.get("/product/for-web?limit=51"), ("limit", "must be <= 50"))
    is_answer(web.get("/product-for-web/x?q=1"), 422, query_param("q"))
