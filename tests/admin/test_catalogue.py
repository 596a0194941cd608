"""Products with their variants, collections, departments and vendors, made and changed on the site."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller
from tests.wire.shop import available, location, product

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _id(page: Any) -> str:
    """The id of the record whose page it is."""
    return page.path.rpartition("/")[2]


def _new_wine(winery: Winery, owner: Visitor, **more: str) -> Any:
    """The page after a wine was added."""
    form = owner.see(winery.slug, "/products/new")
    sent = {
        "title": "Pinot",
        "type": "Wine",
        "variants__0__title": "750 ml",
        "variants__0__sku": "PIN",
        "variants__0__price": "24.50",
    }
    return form.send("", **{**sent, **more})


def test_a_product_is_added_with_its_variants(winery: Winery, owner: Visitor, api: Caller) -> None:
    vendor = api.made("/vendor", {"title": "Grower"})
    collection = api.made("/collection", {"title": "Whites", "type": "Manual"})
    shown = _new_wine(
        winery,
        owner,
        variants__0__comparePrice="1,030",
        variants__0__volumeInML="750",
        variants__0__weight="1.36",
        wine__vintage="2021",
        wine__type="Red",
        vendorId=vendor["id"],
        images__0__src="https://pictures.example/a.png",
        **{f"collections.{collection['id']}": "true"},
    )
    assert "Created." in shown.text
    made = api.seen(f"/product/{_id(shown)}")
    variant = made["variants"][0]
    assert (variant["price"], variant["comparePrice"], variant["weight"]) == (2450, 103000, 1.36)
    assert (variant["hasShipping"], variant["taxType"], variant["inventoryPolicy"]) == (
        True,
        "Wine",
        "Back Order",
    )
    assert (made["wine"]["vintage"], made["vendor"]["title"]) == (2021, "Grower")
    assert [each["title"] for each in made["collections"]] == ["Whites"]
    assert [each["src"] for each in made["images"]] == ["https://pictures.example/a.png"]


def test_variants_are_added_changed_and_taken_out(winery: Winery, owner: Visitor, api: Caller) -> None:
    made = _id(_new_wine(winery, owner))
    before = api.seen(f"/product/{made}")["variants"][0]
    edit = owner.see(winery.slug, f"/products/{made}/edit")
    edit.send("", variants__1__title="Magnum", variants__1__sku="PIN-M", variants__1__price="50")
    both = api.seen(f"/product/{made}")["variants"]
    assert [(each["sku"], each["price"]) for each in both] == [("PIN", 2450), ("PIN-M", 5000)]
    assert both[0] == before, "the one that nobody touched is as it was"
    edit = owner.see(winery.slug, f"/products/{made}/edit")
    edit.send("", variants__0__gone="true", variants__1__price="45")
    assert [(each["sku"], each["price"]) for each in api.seen(f"/product/{made}")["variants"]] == [
        ("PIN-M", 4500)
    ]


@pytest.mark.parametrize(
    ("values", "name", "told"),
    [
        ({"variants__0__price": "a lot"}, "variants.0.price", "must be an amount, such as 12.50"),
        ({"variants__0__sku": ""}, "variants.0.sku", "required"),
        ({"title": ""}, "title", "required"),
        ({"wine__vintage": "old"}, "wine.vintage", "must be a integer"),
        ({"variants__1__title": "Half", "variants__1__price": "9"}, "variants.1.sku", "required"),
        ({"slug": "Not A Slug"}, "slug", "must match pattern"),
    ],
)
def test_what_is_wrong_is_told_beside_its_input(
    winery: Winery, owner: Visitor, values: dict[str, str], name: str, told: str
) -> None:
    refused = _new_wine(winery, owner, subTitle=SCRIPT, **values)
    assert refused.status == 422
    assert f'id="{name}-says" class="wrong">{told}' in refused.answer.text
    assert "<script>alert" not in refused.answer.text
    assert dict(refused.form().fields)["subTitle"] == SCRIPT, "nothing typed is lost"


def test_saving_a_form_as_it_is_changes_nothing(winery: Winery, owner: Visitor, api: Caller) -> None:
    """Whatever a record holds: a form that leaves something out would wipe it."""
    api.made("/meta-data-config/product", {"title": "Notes", "code": "notes", "dataType": "TextArea"})
    department = api.made("/department", {"title": "Wine", "code": "W"})
    rule = {"appliesTo": "Vintage", "condition": "is equal to", "value": "2020"}
    dynamic = {
        "title": "Old",
        "type": "Dynamic",
        "appliesToCondition": "All conditions",
        "conditions": [rule],
    }
    collection = api.made("/collection", {**dynamic, "content": "<p>a</p>\n\n<p>b</p>"})
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    wine = api.made(
        "/product",
        {
            "type": "Wine",
            "title": "Everything",
            "departmentId": department["id"],
            "metaData": {"notes": "\nplum"},
            "wine": {"vintage": 2020, "countryCode": "FR"},
            "content": "<p>Long</p>",
            "variants": [
                {"title": "A", "sku": "A", "price": 1, "costOfGood": 0, "taxType": "Food", "sortOrder": 9},
                {"title": "B", "sku": "B", "price": 100, "hasShipping": False, "upcCode": "123"},
            ],
            "security": {"availableTo": "Tag", "availableToObjectIds": [tag["id"]]},
            "overrideOperatingRegions": {"isOverride": True, "operatingStateCodes": ["CA", "OR"]},
            "seo": {"title": "For engines", "description": None},
        },
    )
    plain = product(api, "CAB", stock=3)
    shirt = {"title": "S", "sku": "S", "price": 2500, "weight": 0.3}
    goods = api.made("/product", {"type": "General Merchandise", "title": "Shirt", "variants": [shirt]})
    item = {"productId": wine["id"], "productVariantId": wine["variants"][0]["id"], "quantity": 6}
    case = {"title": "Case", "sku": "CASE", "price": 9000}
    bundle = api.made(
        "/product", {"type": "Bundle", "title": "Six", "variants": [case], "bundleItems": [item]}
    )
    assert wine["collections"][0]["id"] == collection["id"]
    paths = [f"/products/{each['id']}" for each in (wine, plain, goods, bundle)]
    paths += [f"/collections/{collection['id']}", f"/departments/{department['id']}"]
    for path in paths:
        saved = owner.see(winery.slug, f"{path}/edit").send("")
        assert "Nothing was changed." in saved.text, (path, saved.text)


def test_a_manual_collection_is_filled_by_hand(winery: Winery, owner: Visitor, api: Caller) -> None:
    wine = product(api, "CAB")
    shown = owner.see(winery.slug, "/collections/new").send("", title="Reds", type="Manual")
    page = shown.send("/products", productId=wine["id"])
    assert "Wine CAB" in page.text
    assert api.seen(f"/collection/{_id(shown)}")["productCount"] == 1
    assert "No products yet" in page.send("/remove").text
    assert api.seen(f"/product/{wine['id']}")["collections"] == []


def test_a_dynamic_collection_is_shown_as_it_fills_itself(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    vendor = api.made("/vendor", {"title": "Grower"})
    wine = product(api, "CAB")
    api.changed(f"/product/{wine['id']}", {"vendorId": vendor["id"]})
    new = owner.see(winery.slug, "/collections/new")
    refused = new.send("", title="Growers", type="Dynamic")
    assert "required" in refused.text
    shown = refused.send(
        "",
        appliesToCondition="All conditions",
        conditions__0__appliesTo="Vendor",
        conditions__0__condition="is equal to",
        conditions__0__value="Grower",
    )
    assert "Vendor is equal to Grower" in shown.text
    assert "Wine CAB" in shown.text
    assert not [form for form in shown.forms if form.action.endswith("/products")]
    assert "Dynamic" in owner.see(winery.slug, f"/collections/{_id(shown)}/edit").text


@pytest.mark.parametrize("kind", ["department", "vendor"])
def test_departments_and_vendors_leave_their_products(
    winery: Winery, owner: Visitor, api: Caller, kind: str
) -> None:
    code = {"code": "W"} if kind == "department" else {}
    shown = owner.see(winery.slug, f"/{kind}s/new").send("", title="Wine & more", **code)
    assert "Wine & more" in shown.text
    wine = product(api, "CAB")
    api.changed(f"/product/{wine['id']}", {f"{kind}Id": _id(shown)})
    owner.see(winery.slug, f"/{kind}s/{_id(shown)}/edit").send("", title="Wines")
    assert api.seen(f"/product/{wine['id']}")[kind]["title"] == "Wines"
    assert "Deleted." in shown.send("/delete").text
    assert api.seen(f"/product/{wine['id']}")[kind] is None
    if kind == "department":
        first = owner.see(winery.slug, "/departments/new")
        first.send("", title="A", code="x")
        assert "must be unique" in first.send("", title="B", code="X").text


def test_a_product_in_a_bundle_stays_and_the_page_says_why(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    wine = product(api, "CAB")
    item = {"productId": wine["id"], "productVariantId": wine["variants"][0]["id"], "quantity": 6}
    case = {"title": "Case", "sku": "CASE", "price": 9000}
    bundle = {"type": "Bundle", "title": "Six", "variants": [case], "bundleItems": [item]}
    api.made("/product", bundle)
    refused = owner.see(winery.slug, f"/products/{wine['id']}").send("/delete")
    assert refused.status == 422
    assert "Can not delete a product that is part of a bundle" in refused.text
    assert "Wine CAB" in refused.text


def test_stock_is_tracked_and_carried_from_place_to_place(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    barn = {"title": "Barn", "address": "2 Road", "city": "Wien", "countryCode": "AT"}
    to, wine = api.made("/inventory-location", barn)["id"], product(api, "CAB")
    home = location(api)
    page = owner.see(winery.slug, f"/products/{wine['id']}")
    tracked = page.send("/track", sku="CAB", **{f"count.{home}": "12"})
    assert "The stock is tracked from now on." in tracked.text
    assert available(api, wine) == 12
    assert "already tracked" in page.send("/track", sku="CAB").text
    row = next(r["id"] for r in api.seen("/inventory")["inventories"] if r["inventoryLocationId"] == home)
    moved = tracked.send("/stock", row=row, action="Transfer", to=to, count="5", notes="For the tasting")
    assert "The stock is changed." in moved.text
    counts = {
        r["inventoryLocationTitle"]: r["availableForSaleCount"] for r in api.seen("/inventory")["inventories"]
    }
    assert counts == {"Default Location": 7, "Barn": 5}
    refused = tracked.send("/stock", row=row, action="Transfer", to=to, count="50", notes="Too many")
    assert "Not enough inventory" in refused.text
