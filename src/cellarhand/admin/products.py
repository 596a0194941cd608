"""Products: the list, one product with its variants and their counts, and stock moved by hand."""

from typing import Any

from starlette.responses import Response

from cellarhand.admin import activity, records
from cellarhand.admin.details import Deletion
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import said
from cellarhand.admin.product_form import EDIT
from cellarhand.admin.show import moment, money, named, whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.inventory import INVENTORY
from cellarhand.catalog.inventory_actions import INVENTORY_ACTIONS
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.catalog.product import PRODUCT
from cellarhand.record.errors import HouseError

_START_TRACKING, _ADD_TRANSACTION = INVENTORY_ACTIONS


async def _collections(visit: Visit) -> list[Choice]:
    return [(each["id"], each["title"]) for each in await records.first_page(visit, COLLECTION, {})]


async def _locations(visit: Visit) -> list[Choice]:
    return [(each["id"], each["title"]) for each in await records.first_page(visit, LOCATION, {})]


LIST = ListScreen(
    PRODUCT,
    "Products",
    "/products",
    opens=True,
    adds="Add product",
    choices={"collectionId": _collections},
    columns=(
        Column("title", "Title", "title"),
        Column("type", "Type", "type"),
        Column("sku", "SKU", "variants.0.sku"),
        Column("price", "Price", "variants.0.price", money),
        Column("vintage", "Vintage", "wine.vintage", named),
        Column("webStatus", "On the web", "webStatus"),
        Column("adminStatus", "In the shop", "adminStatus"),
        Column("department", "Department", "department.title", usual=False),
        Column("vendor", "Vendor", "vendor.title", usual=False),
        Column("created", "Created", "createdAt", moment, usual=False),
        Column("updated", "Updated", "updatedAt", moment),
    ),
)

STOCK = ListScreen(
    INVENTORY,
    "Inventory",
    "/inventory",
    opens=True,
    leads="/products/{productId}",
    choices={"inventoryLocationId": _locations},
    columns=(
        Column("product", "Product", "productTitle"),
        Column("variant", "Variant", "productVariantTitle"),
        Column("sku", "SKU", "sku"),
        Column("location", "Location", "inventoryLocationTitle"),
        Column("available", "Available", "availableForSaleCount", number=True),
        Column("reserve", "Reserve", "reserveCount", number=True),
        Column("allocated", "Allocated", "allocatedCount", number=True),
        Column("policy", "When it runs out", "inventoryPolicy", usual=False),
        Column("upc", "UPC", "upcCode", usual=False),
    ),
)


async def show_product(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    """A product; its counts, and the form that moves them, are for who may see and change stock."""
    product = await records.read(visit, PRODUCT, visit.params)
    counts = await records.first_page(visit, INVENTORY, {}, {"productId": product["id"]})
    return visit.page(
        "product.html",
        status,
        product=product,
        counts=counts,
        may_see_stock=visit.may_with(INVENTORY, "list"),
        may_move=bool(counts) and visit.may_with(INVENTORY, "create"),
        may_track=visit.may_with(INVENTORY, "create"),
        untracked=[each for each in product["variants"] if not each["hasInventory"]],
        places=await _places(visit),
        fault=fault,
        **await activity.card(visit, product["id"]),
    )


async def _places(visit: Visit) -> list[Choice]:
    return [(each["id"], each["title"]) for each in await records.every(visit, LOCATION, {})]


async def track_stock(visit: Visit) -> Response:
    """Begin to count a variant, with what lies at each location now."""
    product = await records.read(visit, PRODUCT, visit.params)
    sku = visit.sent("sku")
    if sku not in {each["sku"] for each in product["variants"]}:
        return await _page(visit, "Choose one of the product's variants.", 422)
    counted = [(id, visit.sent(f"count.{id}")) for id, _ in await _places(visit)]
    initial = [
        {"inventoryLocationId": id, "availableForSale": whole_number(count)} for id, count in counted if count
    ]
    try:
        await records.act(visit, _START_TRACKING, {}, {"sku": sku, "initialInventory": initial})
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/products/{product['id']}", "tracked")


async def move_stock(visit: Visit) -> Response:
    """Add to a count, take from it, set it, or carry stock elsewhere; the reason is kept with the movement.

    The form names a row of the counts by its id; a row of another product changes nothing here.
    """
    product = await records.read(visit, PRODUCT, visit.params)
    counts = await records.first_page(visit, INVENTORY, {}, {"productId": product["id"]})
    row = next((each for each in counts if each["id"] == visit.sent("row")), None)
    if row is None:
        return await _page(visit, "Choose where the stock lies.", 422)
    if not visit.sent("notes"):
        return await _page(visit, "Say why: a reason is needed.", 422)
    body: dict[str, Any] = {
        "action": visit.sent("action"),
        "sku": row["sku"],
        "inventoryLocationId": row["inventoryLocationId"],
        "availableForSaleCount": whole_number(visit.sent("count")),
        "notes": visit.sent("notes"),
    }
    if body["action"] == "Transfer":
        body["toInventoryLocationId"] = visit.sent("to")
    try:
        await records.act(visit, _ADD_TRANSACTION, {}, body)
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/products/{product['id']}", "moved")


SCREENS = (
    *EDIT.screens(),
    *LIST.screens(),
    *STOCK.screens(),
    Screen("GET", "/products/{id}", show_product, "product", "read"),
    *Deletion(PRODUCT, "/products", _page).screens(),
    Screen("POST", "/products/{id}/track", track_stock, "inventory", "create"),
    Screen("POST", "/products/{id}/stock", move_stock, "inventory", "create"),
)
