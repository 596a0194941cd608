"""Products and what classifies them (reference B14, B16 to B18, domain CAT)."""

import json
from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import FIXED, LOST, REQUIRED, UNIQUE, invalid, is_answer, is_invalid, is_lost, refused

pytestmark = pytest.mark.usefixtures("heard")

PRODUCT_ORDER = """
    id title subTitle image type departmentId vendorId teaser content webStatus adminStatus slug
    metaData appData appSync productTemplateId createdAt updatedAt images bundleItems department vendor
    variants collections seo wine security overrideOperatingRegions"""
VARIANT_ORDER = """
    id title sku upcCode volumeInML costOfGood price comparePrice bottleDeposit maxQuantityPerCart
    sortOrder hasInventory inventoryPolicy hasShipping taxType weight inventory"""
COLLECTION_ORDER = """
    id title content webStatus adminStatus slug featureImage productTemplateId type productCount
    appliesToCondition onlyShowProductsWithInventory metaData createdAt updatedAt seo"""


def variant(sku: str, **more: Any) -> dict[str, Any]:
    return {"title": "750ml", "sku": sku, "price": 4500, **more}


def wine(sku: str, title: str = "2019 Pinot Noir", **more: Any) -> dict[str, Any]:
    return {"type": "Wine", "title": title, "variants": [variant(sku)], **more}


def dynamic(title: str, subject: str, value: str) -> dict[str, Any]:
    conditions = [{"appliesTo": subject, "condition": "is equal to", "value": value}]
    return {
        "title": title,
        "type": "Dynamic",
        "appliesToCondition": "All conditions",
        "conditions": conditions,
    }


def writable(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in ("id", "createdAt", "updatedAt")}


def test_a_product_comes_back_in_wire_order_with_its_defaults(api: Caller) -> None:
    product = api.made("/product", wine("PN"))
    assert list(product) == PRODUCT_ORDER.split()
    assert list(product["variants"][0]) == VARIANT_ORDER.split()
    assert product["seo"] == {"title": "2019 Pinot Noir", "description": None}
    assert product["wine"] == dict.fromkeys(
        ("type", "varietal", "countryCode", "region", "appellation", "vintage")
    )
    assert product["security"] == {"availableTo": "Public"}
    assert product["overrideOperatingRegions"] == {
        "isOverride": False,
        "operatingStateCodes": None,
        "operatingCountryCodes": None,
    }
    assert product["variants"][0] | {"id": ""} == {
        "id": "",
        "title": "750ml",
        "sku": "PN",
        "upcCode": None,
        "volumeInML": None,
        "costOfGood": None,
        "price": 4500,
        "comparePrice": None,
        "bottleDeposit": 0,
        "maxQuantityPerCart": None,
        "sortOrder": 1,
        "hasInventory": False,
        "inventoryPolicy": "Back Order",
        "hasShipping": True,
        "taxType": "Wine",
        "weight": 0,
        "inventory": None,
    }
    assert api.seen(f"/product/{product['id']}") == product


def test_only_wine_and_tastings_have_a_wine_block(api: Caller) -> None:
    mug = {"type": "General Merchandise", "title": "Mug", "variants": [variant("MUG")]}
    assert "wine" not in api.made("/product", mug)
    assert "wine" in api.made("/product", {**wine("T"), "type": "Tasting"})
    is_invalid(api.post("/product", {**mug, "wine": {"vintage": 2019}}), ("wine", "not allowed"))


@pytest.mark.parametrize("sku", ["PN", "pn", " Pn "])
def test_a_sku_is_unique_over_all_variants_without_case(api: Caller, sku: str) -> None:
    api.made("/product", wine("PN"))
    taken = b'{"statusCode":422,"type":"validationError","message":"SKU is not unique",'
    taken += b'"errors":[{"field":"variants[0].sku","message":"must be unique"}]}'
    is_answer(api.post("/product", wine(sku, "Other")), 422, taken)
    assert api.seen("/product")["total"] == 1


def test_a_sku_twice_in_one_product_is_refused_at_the_second(api: Caller) -> None:
    answer = api.post("/product", {**wine("A"), "variants": [variant("A"), variant("a")]})
    assert answer.json()["errors"] == [{"field": "variants[1].sku", "message": "must be unique"}]


def test_a_slug_is_made_from_the_title_and_counted_up_when_it_is_taken(api: Caller) -> None:
    slugs = [api.made("/product", wine(sku, "Château d'Été 2019"))["slug"] for sku in "ABC"]
    assert slugs == ["chateau-d-ete-2019", "chateau-d-ete-2019-2", "chateau-d-ete-2019-3"]
    is_invalid(api.post("/product", wine("D", slug=slugs[0])), ("slug", UNIQUE))
    # Slugs are unique per kind of object.
    assert api.made("/collection", {"title": "Château d'Été 2019"})["slug"] == slugs[0]


def test_lists_go_by_title_without_case(api: Caller) -> None:
    for sku, title in enumerate(("beta", "Alpha", "älpha 2", "gamma", "Beta 2")):
        api.made("/product", wine(str(sku), title))
    titles = [product["title"] for product in api.seen("/product")["products"]]
    assert titles == ["Alpha", "älpha 2", "beta", "Beta 2", "gamma"]


def test_filters_and_search(api: Caller) -> None:
    one = api.made("/product", wine("PN-19", webStatus="Available", subTitle="Estate"))["id"]
    two = api.made("/product", wine("CH", "Chardonnay", adminStatus="Hidden"))["id"]
    for query, wanted in (
        ("webStatus=Available", {one}),
        ("webStatus=in:Available,Not Available", {one, two}),
        ("adminStatus=Hidden", {two}),
        ("q=estate", {one}),
        ("q=pn-1", {one}),
        ("q=char", {two}),
        ("q=noir estate", {one}),
        ("q=pn-1 PINOT est", {one}),
        ("q=noir chardonnay", set[str]()),
        ("q=nothing", set[str]()),
    ):
        assert {row["id"] for row in api.seen(f"/product?{query}")["products"]} == wanted, query


def test_read_modify_write_changes_nothing_whatever_is_tracked(api: Caller) -> None:
    department = api.made("/department", {"title": "Wine", "code": "W"})
    collection = api.made("/collection", {"title": "Reds"})
    product = api.made(
        "/product",
        wine("PN", departmentId=department["id"], collections=[{"id": collection["id"]}])
        | {"variants": [variant("PN", hasInventory=True)], "image": "https://images.example.com/a.png"},
    )
    assert api.changed(f"/product/{product['id']}", writable(product)) == product


def test_computed_members_can_not_be_changed(api: Caller) -> None:
    product = api.made("/product", {**wine("PN"), "variants": [variant("PN", hasInventory=True)]})
    changed = json.loads(json.dumps(writable(product)))
    changed["variants"][0]["inventory"][0]["availableForSaleCount"] = 99
    is_invalid(
        api.put(f"/product/{product['id']}", changed),
        ("variants[0].inventory", FIXED),
    )


def test_a_variant_keeps_its_id_and_one_without_is_new(api: Caller) -> None:
    product = api.made("/product", wine("PN"))
    old = product["variants"][0]["id"]
    both = [{"id": old, **variant("PN", price=5000)}, variant("PN-15", title="1.5L")]
    product = api.changed(f"/product/{product['id']}", {"variants": both})
    assert [v["id"] == old for v in product["variants"]] == [True, False]
    assert [v["price"] for v in product["variants"]] == [5000, 4500]
    product = api.changed(f"/product/{product['id']}", {"variants": [variant("PN")]})
    assert len(product["variants"]) == 1
    assert product["variants"][0]["id"] != old


def test_an_image_alone_replaces_the_first(api: Caller) -> None:
    product = api.made("/product", wine("PN", image="https://images.example.com/a.png"))
    assert [image["src"] for image in product["images"]] == [product["image"]]
    product = api.changed(f"/product/{product['id']}", {"image": "https://images.example.com/b.png"})
    assert product["images"][0] == {
        "id": product["images"][0]["id"],
        "src": "https://images.example.com/b.png",
        "original": None,
        "formats": None,
        "sortOrder": 1,
    }
    assert api.changed(f"/product/{product['id']}", {"image": None})["images"] == []


def test_a_bundle_shows_its_components_and_keeps_them(api: Caller) -> None:
    part = api.made("/product", wine("PN", image="https://images.example.com/a.png"))
    item = {"productId": part["id"], "productVariantId": part["variants"][0]["id"], "quantity": 2}
    bundle = {"type": "Bundle", "title": "Two bottles", "variants": [variant("SET")]}
    is_invalid(api.post("/product", bundle), ("bundleItems", REQUIRED))
    is_invalid(
        api.post("/product", {**bundle, "bundleItems": [{**item, "productVariantId": part["id"]}]}),
        ("bundleItems[0].productVariantId", LOST),
    )
    made = api.made("/product", {**bundle, "bundleItems": [item]})
    assert made["bundleItems"][0] | {"id": ""} == {
        "id": "",
        **item,
        "productTitle": "2019 Pinot Noir",
        "productVariantTitle": "750ml",
        "sku": "PN",
        "image": "https://images.example.com/a.png",
        "price": 4500,
    }
    in_bundle = refused("Can not delete a product that is part of a bundle")
    is_answer(api.delete(f"/product/{part['id']}"), 422, in_bundle)
    api.gone(f"/product/{made['id']}")
    api.gone(f"/product/{part['id']}")


def test_security_is_replaced_whole_and_public_has_nothing_beside_it(api: Caller) -> None:
    ids = [api.made("/tag/customer", {"title": title, "type": "Manual"})["id"] for title in ("A", "B")]
    hidden = {"availableTo": "Tag", "displayOption": "Dont Display Product", "availableToObjectIds": ids}
    at = f"/product/{api.made('/product', wine('PN', security=hidden))['id']}"
    shown = hidden | {"displayOption": "Display Product / Show Login", "availableToObjectIds": ids[:1]}
    sent = {name: shown[name] for name in ("availableTo", "availableToObjectIds")}
    assert api.changed(at, {"security": sent})["security"] == shown
    assert api.changed(at, {"security": {"availableTo": "Public"}})["security"] == {"availableTo": "Public"}
    assert api.seen(at)["security"] == {"availableTo": "Public"}


def test_security_other_than_public_needs_somebody(api: Caller) -> None:
    is_invalid(
        api.post("/product", wine("PN", security={"availableTo": "Tag"})),
        ("security.availableToObjectIds", REQUIRED),
    )
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    security = {"availableTo": "Tag", "availableToObjectIds": [tag]}
    assert api.made("/product", wine("PN", security=security))["security"] == {
        "availableTo": "Tag",
        "displayOption": "Display Product / Show Login",
        "availableToObjectIds": [tag],
    }


def test_department_and_vendor_show_inside_the_product_as_they_are(api: Caller) -> None:
    department = api.made("/department", {"title": "Wine", "code": "W"})
    vendor = api.made("/vendor", {"title": "Example Estate"})
    product = api.made("/product", wine("PN", departmentId=department["id"], vendorId=vendor["id"]))
    assert (product["department"], product["vendor"]) == (department, vendor)
    department = api.changed(f"/department/{department['id']}", {"title": "Still wine"})
    shown = api.seen(f"/product/{product['id']}")
    assert shown["department"] == department
    assert shown["updatedAt"] == product["updatedAt"]
    api.gone(f"/department/{department['id']}")
    api.gone(f"/vendor/{vendor['id']}")
    left = api.seen(f"/product/{product['id']}")
    assert [left[name] for name in ("departmentId", "department", "vendorId", "vendor")] == [None] * 4
    is_invalid(api.post("/product", wine("X", departmentId=vendor["id"])), ("departmentId", LOST))


def test_codes_of_departments_are_unique_without_case(api: Caller) -> None:
    api.made("/department", {"title": "Wine", "code": "Wine"})
    is_invalid(api.post("/department", {"title": "Other", "code": "WINE"}), ("code", UNIQUE))


def test_collections_hold_products_and_count_them(api: Caller) -> None:
    reds = api.made("/collection", {"title": "Reds", "content": "<p>All &amp; red</p>"})
    assert list(reds) == COLLECTION_ORDER.split()
    assert reds["seo"] == {"title": "Reds", "description": "All & red"}
    product = api.made("/product", wine("PN", collections=[{"id": reds["id"]}]))
    shown = product["collections"][0]
    assert shown["productCount"] is None
    assert "featureImage" not in shown
    assert api.seen(f"/collection/{reds['id']}")["productCount"] == 1
    assert [p["id"] for p in api.seen(f"/product?collectionId={reds['id']}")["products"]] == [product["id"]]
    api.changed(f"/collection/{reds['id']}", {"title": "Rosso"})
    assert api.seen(f"/product/{product['id']}")["collections"][0]["title"] == "Rosso"
    api.changed(f"/product/{product['id']}", {"collections": []})
    assert api.seen(f"/collection/{reds['id']}")["productCount"] == 0


def test_a_dynamic_collection_gathers_what_meets_its_rule(api: Caller) -> None:
    early = api.made("/product", wine("A", wine={"varietal": "Pinot Noir", "vintage": 2019}))
    pinots = api.made("/collection", dynamic("Pinots", "Varietal", "pinot noir"))
    late = api.made("/product", wine("B", wine={"varietal": "Pinot Noir"}))
    other = api.made("/product", wine("C", wine={"varietal": "Merlot"}))
    held = api.seen(f"/product?collectionId={pinots['id']}")["products"]
    assert {product["id"] for product in held} == {early["id"], late["id"]}
    assert other["collections"] == []
    api.changed(f"/product/{late['id']}", {"wine": {"varietal": "Syrah"}})
    assert api.seen(f"/collection/{pinots['id']}")["productCount"] == 1
    # Clients send back what they read: a dynamic collection in the list is ignored.
    api.changed(f"/product/{late['id']}", {"collections": [{"id": pinots["id"]}]})
    assert api.seen(f"/product/{late['id']}")["collections"] == []


def test_a_deleted_collection_leaves_its_products(api: Caller) -> None:
    ids = [api.made("/collection", {"title": title})["id"] for title in ("One", "Two", "Three")]
    product = api.made("/product", wine("PN", collections=[{"id": i} for i in ids]))
    for gone in (ids[1], ids[0], ids[2]):
        api.gone(f"/collection/{gone}")
        left = [each["id"] for each in api.seen(f"/product/{product['id']}")["collections"]]
        assert gone not in left
    assert left == []


def test_what_an_app_keeps_of_a_class_stays_as_the_app_wrote_it(api: Caller) -> None:
    reds = api.made("/collection", {"title": "Reds"})["id"]
    of = {"departmentId": api.made("/department", {"title": "Wine", "code": "W"})["id"]}
    at = f"/product/{api.made('/product', wine('PN', collections=[{'id': reds}], **of))['id']}"
    for call in (
        lambda: api.changed(f"/collection/{reds}", {"title": "Rosso"}),
        lambda: api.changed(f"/department/{of['departmentId']}", {"title": "Vino"}),
        lambda: api.gone(f"/collection/{reds}"),
    ):
        made = api.seen(at)
        kept = {"collections": made["collections"], "department": made["department"], "n": 1}
        api.changed(at, {"appData": kept})
        call()
        assert list(api.seen(at)["appData"].values()) == [kept]
    made = api.seen(at)
    assert (made["collections"], made["department"]["title"]) == ([], "Vino")


def test_the_data_role_brings_products_with_their_variants_ids(site: Site) -> None:
    ids = {"id": "3f0c7d8a-52a4-4a53-9a2b-0d6a3b0c1a11", "createdAt": "2019-05-01T10:00:00.000Z"}
    body = {
        **wine("PN"),
        **ids,
        "variants": [{"id": "9b1f0f6e-9b8c-4a0f-8f39-6f1f8a5f2b22", **variant("PN")}],
    }
    product = site.person("Data").made("/product", body)
    assert (product["id"], product["createdAt"]) == (ids["id"], ids["createdAt"])
    assert product["variants"][0]["id"] == body["variants"][0]["id"]
    api = site.app()
    assert api.post("/product", body | {"slug": "x"}).content == invalid(
        ("id", "invalid additional property"),
        ("createdAt", "invalid additional property"),
        ("variants[0].id", LOST),
    )


def test_a_deleted_product_is_gone_and_its_sku_free(api: Caller) -> None:
    product = api.made("/product", wine("PN"))
    api.gone(f"/product/{product['id']}")
    is_lost(api.get(f"/product/{product['id']}"), "Product")
    api.made("/product", wine("PN"))
    assert [row["title"] for row in api.seen("/trash?objectType=Product")["trashes"]] == ["2019 Pinot Noir"]


def test_a_change_of_a_product_fires_one_update(site: Site) -> None:
    api = site.app()
    product = api.made("/product", {**wine("PN"), "variants": [variant("PN", hasInventory=True)]})
    api.changed(f"/product/{product['id']}", {"title": "New"})
    events = [event for event in site.events() if event.object == "Product"]
    assert [event.action for event in events] == ["Create", "Update"]
    assert events[-1].payload == api.seen(f"/product/{product['id']}")
