"""Products: what a winery sells, each with its variants (reference B14, domain CAT)."""

from typing import Any, cast

from cellarhand.accounts.app_data import set_app_data
from cellarhand.catalog.collection import COLLECTION, collection_ref, matches
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.inventory import drop_rows, follow_variant, mark_of, rows_of, show_counts
from cellarhand.catalog.inventory_location import locations
from cellarhand.catalog.on_web import is_listed
from cellarhand.catalog.product_shapes import Product, ProductWrite
from cellarhand.catalog.slug import settle_seo, settle_slug, unique_slug
from cellarhand.catalog.vendor import VENDOR
from cellarhand.events.trash import into_trash
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.errors import Fault, HouseError
from cellarhand.record.resource import BY_CREATION, Draft, Extract, Filter, Link, Log, Resource, TextSearch
from cellarhand.record.search import fold
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data import HIDDEN_META_DATA, merge_meta_data
from cellarhand.store.conditions import Among, By, equal
from cellarhand.store.tables import Column, Index, Table

WITH_WINE = ("Wine", "Tasting")
WEB_STATUSES = ("Available", "Not Available", "Retired")
ADMIN_STATUSES = ("Available", "Not Available", "Hidden")
_SHOWN_OPTION = "Display Product / Show Login"

VARIANT = Table(
    "product_variant",
    (
        Column("id", "id"),
        Column("product_id", "id"),
        Column("sku", "text"),
        Column("sku_key", "text"),
        Column("is_tracked", "int"),
    ),
    key=("id",),
    indexes=(Index(("sku_key",)), Index(("product_id",))),
)
"""Each variant by id and by SKU; the rest of it stands in its product."""

BY_TITLE = Index(("title", "id"))
PRODUCT_X_COLLECTION = Table(
    "product_x_collection",
    (Column("collection_id", "id"), Column("product_id", "id")),
    key=("collection_id", "product_id"),
    indexes=(Index(("product_id",)),),
)


def sku_key(sku: str) -> str:
    """A SKU as it is compared: without case."""
    return sku.casefold()


def _check(draft: Draft) -> None:
    """Parts that belong to some types only (reference B14)."""
    kind = draft.after("type")
    if kind is None:
        return
    if kind == "Bundle":
        if not draft.after("bundleItems"):
            draft.faults.require("bundleItems")
    elif draft.sent.get("bundleItems"):
        draft.faults.add("bundleItems", errors.NOT_ALLOWED)
    if kind not in WITH_WINE and "wine" in draft.sent:
        draft.faults.add("wine", errors.NOT_ALLOWED)
    _check_security(draft)


def _check_security(draft: Draft) -> None:
    security = cast(dict[str, Any] | None, draft.sent.get("security"))
    if not security or "availableTo" not in security:
        return
    if security["availableTo"] == "Public":
        for member in ("displayOption", "availableToObjectIds"):
            if member in security:
                draft.faults.add(f"security.{member}", errors.NOT_ALLOWED)
    else:
        if not security.get("availableToObjectIds"):
            draft.faults.require("security.availableToObjectIds")
        security.setdefault("displayOption", _SHOWN_OPTION)


async def _fill_in(draft: Draft) -> None:
    """Defaults that depend on other members."""
    kind = draft.after("type")
    for place, variant in enumerate(cast(list[dict[str, Any]], draft.sent.get("variants") or [])):
        variant.setdefault("id", new_id())
        variant.setdefault("sortOrder", place + 1)
        variant.setdefault("taxType", "Wine" if kind == "Wine" else "General Merchandise")
    if draft.creating and kind in WITH_WINE:
        draft.sent.setdefault("wine", {})
    _fill_images(draft)


def _fill_images(draft: Draft) -> None:
    """`image` is the first of `images`: either one sent alone changes the other (reference B14)."""
    sent = draft.sent
    if "images" in sent:
        for place, image in enumerate(sent["images"]):
            image.setdefault("sortOrder", place + 1)
        sent["image"] = sent["images"][0]["src"] if sent["images"] else None
    elif "image" in sent and sent["image"] != (draft.stored or {}).get("image"):
        rest = (draft.stored or {}).get("images", [])[1:]
        first = [{"src": sent["image"], "sortOrder": 1}] if sent["image"] else []
        sent["images"] = [*first, *rest]


async def _refer(draft: Draft) -> None:
    """Department and vendor exist, and are shown inside the product."""
    for member, shown, resource in (
        ("departmentId", "department", DEPARTMENT),
        ("vendorId", "vendor", VENDOR),
    ):
        if member in draft.sent:
            id = draft.sent[member]
            body = await draft.unit.body(resource.table, id) if id else None
            if id and body is None:
                draft.faults.add(member, errors.DOES_NOT_EXIST)
            draft.sent[shown] = decode(body) if body else None


async def _refer_bundle_items(draft: Draft) -> None:
    """Components exist, and show their names and prices as they are now (CAT-6)."""
    for place, item in enumerate(cast(list[dict[str, Any]], draft.sent.get("bundleItems") or [])):
        body = await draft.unit.body(PRODUCT.table, item["productId"])
        product: Record | None = decode(body) if body else None
        variants: list[Record] = product["variants"] if product else []
        variant = next((each for each in variants if each["id"] == item["productVariantId"]), None)
        if product is None or product["type"] in ("Bundle", "Gift Card", "Event Ticket"):
            draft.faults.add(f"bundleItems[{place}].productId", errors.DOES_NOT_EXIST)
        elif variant is None:
            draft.faults.add(f"bundleItems[{place}].productVariantId", errors.DOES_NOT_EXIST)
        else:
            item |= {
                "productTitle": product["title"],
                "productVariantTitle": variant["title"],
                "sku": variant["sku"],
                "image": product["image"],
                "price": variant["price"],
            }


async def _choose_collections(draft: Draft) -> None:
    """`collections` replaces the manual ones; whether a dynamic one holds the product its rule says."""
    if "collections" not in draft.sent:
        return
    ids = [element["id"] for element in cast(list[dict[str, Any]], draft.sent["collections"])]
    rows = await draft.unit.rows(COLLECTION.table, ("id", "body"), (Among("id", tuple(ids)),)) if ids else ()
    known = {row[0]: decode(row[1]) for row in rows}
    for place, collection_id in enumerate(ids):
        if collection_id not in known:
            draft.faults.add(f"collections[{place}].id", errors.DOES_NOT_EXIST)
    draft.sent["collections"] = [
        collection_ref(known[i]) for i in dict.fromkeys(ids) if i in known and known[i]["type"] == "Manual"
    ]


async def _join_dynamic_collections(draft: Draft) -> None:
    rows = await draft.unit.rows(COLLECTION.table, ("body",), equal("type", "Dynamic"))
    dynamic = [decode(row[0]) for row in rows]
    held = [collection_ref(each) for each in dynamic if matches(each, draft.record)]
    manual = [each for each in draft.record["collections"] if each["type"] == "Manual"]
    draft.record["collections"] = [*manual, *held]


async def _mark_inventory(draft: Draft) -> None:
    """Live counts do not stand in the product's text: a mark does (see `catalog.inventory`)."""
    for variant in draft.record["variants"]:
        variant["inventory"] = mark_of(variant)


async def _keep_inventory(draft: Draft) -> None:
    """Tracking on and off, titles and policies in the rows of stock; allocated stock keeps its variant."""
    before = {each["id"]: each for each in (draft.stored or {}).get("variants", [])}
    after = {each["id"]: each for each in draft.record["variants"]}
    gone = before.keys() - after.keys()
    await drop_rows(draft.unit, sorted(gone))
    if not any(v["hasInventory"] for v in [*before.values(), *after.values()]):
        return
    places = await locations(draft.unit)
    rows: dict[str, list[tuple[Record, int]]] = {}
    for row, place in await rows_of(draft.unit, after):
        rows.setdefault(row["productVariantId"], []).append((row, place))
    for variant_id, variant in sorted(after.items()):
        found = rows.get(variant_id, [])
        await follow_variant(draft.unit, draft.record, variant, found, places)


async def _refuse_taken_skus(draft: Draft) -> None:
    """A SKU is unique in the tenant, over all variants and without case: E13."""
    if "variants" not in draft.sent:
        return
    variants = draft.record["variants"]
    keys = tuple({sku_key(variant["sku"]) for variant in variants})
    rows = await draft.unit.rows(VARIANT, ("sku_key", "product_id"), (Among("sku_key", keys),))
    taken = {row[0] for row in rows if row[1] != draft.id}
    seen: set[str] = set()
    faults: list[Fault] = []
    for place, variant in enumerate(variants):
        key = sku_key(variant["sku"])
        if key in taken or key in seen:
            faults.append(Fault(f"variants[{place}].sku", errors.UNIQUE))
        seen.add(key)
    if faults and not draft.faults:
        raise HouseError(422, "validationError", "SKU is not unique", faults)


def variant_row(product_id: str, variant: Record) -> dict[str, str | int]:
    """The row of VARIANT for a variant of that product, without its id."""
    return {
        "product_id": product_id,
        "sku": variant["sku"],
        "sku_key": sku_key(variant["sku"]),
        "is_tracked": int(variant["hasInventory"]),
    }


async def _keep_variants(draft: Draft) -> None:
    """Bring the variants' own rows in step with the product."""
    before = {each["id"]: each for each in (draft.stored or {}).get("variants", [])}
    after = {each["id"]: each for each in draft.record["variants"]}
    for variant_id in before.keys() - after.keys():
        await draft.unit.delete(VARIANT, equal("id", variant_id))
    for variant_id, variant in after.items():
        row = variant_row(draft.id, variant)
        if variant_id not in before:
            await draft.unit.insert(VARIANT, {"id": variant_id, **row})
        elif before[variant_id] != variant:
            await draft.unit.update(VARIANT, equal("id", variant_id), row)


async def _keep_collections(draft: Draft) -> None:
    """Bring the links to collections, and their counts, in step with the product."""
    from cellarhand.catalog.classes import recount

    before = {each["id"] for each in (draft.stored or {}).get("collections", [])}
    after = {each["id"] for each in draft.record["collections"]}
    for collection_id in sorted(before - after):
        where = (*equal("collection_id", collection_id), *equal("product_id", draft.id))
        await draft.unit.delete(PRODUCT_X_COLLECTION, where)
    for collection_id in sorted(after - before):
        row = {"collection_id": collection_id, "product_id": draft.id}
        await draft.unit.insert(PRODUCT_X_COLLECTION, row)
    for collection_id in sorted(before ^ after):
        await recount(draft.unit, collection_id)


async def _refuse_while_in_bundle(draft: Draft) -> None:
    where = (*equal("type", "Bundle"),)
    for row in await draft.unit.rows(PRODUCT.table, ("body",), where):
        if any(item["productId"] == draft.id for item in decode(row[0])["bundleItems"]):
            raise errors.forbidden_by_state("Can not delete a product that is part of a bundle")


async def _drop_parts(draft: Draft) -> None:
    from cellarhand.catalog.classes import recount

    await drop_rows(draft.unit, sorted(variant["id"] for variant in draft.before["variants"]))
    await draft.unit.delete(VARIANT, equal("product_id", draft.id))
    await draft.unit.delete(PRODUCT_X_COLLECTION, equal("product_id", draft.id))
    for collection in draft.before["collections"]:
        await recount(draft.unit, collection["id"])


async def _leave_orders(draft: Draft) -> None:
    # Lines of orders know their product, and so their module imports this one. The last step: until then it
    # can be told which orders name the product.
    from cellarhand.orders.uses import forget_product

    await forget_product(draft)


async def _show_in_customers(draft: Draft) -> None:
    # What customers bought knows products, and so that module imports this one.
    from cellarhand.customers.purchases import show_wine

    await show_wine(draft)


async def _leave_customers(draft: Draft) -> None:
    from cellarhand.customers.purchases import forget_product

    await forget_product(draft)


def _search_text(product: Record) -> str:
    codes = [code for v in product["variants"] for code in (v["sku"], v["upcCode"]) if code]
    return "\n".join([product["title"], product["subTitle"] or "", *codes])


PRODUCT = Resource(
    name="product",
    thing="Product",
    path="/product",
    key="products",
    read=Product,
    write=ProductWrite,
    right="product",
    permission="Product",
    data_role=True,
    event="Product",
    extracts=(
        Extract(Column("title", "text"), lambda product: fold(product["title"])),
        Extract(Column("type", "text"), lambda product: product["type"]),
        Extract(Column("web_status", "text"), lambda product: product["webStatus"]),
        Extract(Column("admin_status", "text"), lambda product: product["adminStatus"]),
        Extract(Column("department_id", "id", null=True), lambda product: product["departmentId"]),
        Extract(Column("vendor_id", "id", null=True), lambda product: product["vendorId"]),
        Extract(Column("is_on_web", "int"), lambda product: int(is_listed(product))),
    ),
    hidden=(HIDDEN_META_DATA,),
    indexes=(
        BY_TITLE,
        Index(("department_id",)),
        Index(("vendor_id",)),
        Index(("type",)),
        Index(("is_on_web", "title", "id")),
    ),
    filters=(
        Filter("webStatus", "E", "web_status", choices=WEB_STATUSES),
        Filter("adminStatus", "E", "admin_status", choices=ADMIN_STATUSES),
        Filter("collectionId", "I", link=Link(PRODUCT_X_COLLECTION, "product_id", "collection_id")),
    ),
    order=(By("title"), By("id")),
    sorts={"title": BY_TITLE, "createdAt": BY_CREATION},
    search=TextSearch(_search_text, by_word=True),
    unique=(unique_slug("product"),),
    trash_title=lambda product: cast(str, product["title"]),
    # The department and the vendor are told by name.
    log=Log(never=frozenset(("departmentId", "vendorId"))),
    check=_check,
    prepare=(
        _fill_in,
        _refer,
        _refer_bundle_items,
        _choose_collections,
        settle_slug,
        settle_seo,
        merge_meta_data,
        set_app_data,
    ),
    present=show_counts,
    settle=(_mark_inventory, _join_dynamic_collections, _refuse_taken_skus),
    spreads=True,
    follow=(_keep_variants, _keep_inventory, _keep_collections, _show_in_customers),
    refuse_delete=(_refuse_while_in_bundle,),
    # Customers before orders: they are found by the links of their orders.
    follow_delete=(_leave_customers, _drop_parts, into_trash, _leave_orders),
)
