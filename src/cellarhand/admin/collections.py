"""Collections: products shown together, chosen by hand or by rule (reference B16)."""

from typing import Any

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import said
from cellarhand.admin.show import moment
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.product import PRODUCT
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record

PATH = "/collections"
_FORM = (
    "title",
    "type",
    "content",
    "webStatus",
    "adminStatus",
    "appliesToCondition",
    "conditions",
    "onlyShowProductsWithInventory",
    "featureImage",
    "seo",
    "slug",
    "metaData",
)
LIST = ListScreen(
    COLLECTION,
    "Collections",
    PATH,
    opens=True,
    adds="Add collection",
    columns=(
        Column("title", "Title", "title"),
        Column("type", "Type", "type"),
        Column("products", "Products", "productCount"),
        Column("webStatus", "On the web", "webStatus"),
        Column("adminStatus", "In the shop", "adminStatus"),
        Column("slug", "Slug", "slug", usual=False),
        Column("updated", "Updated", "updatedAt", moment),
    ),
)
EDIT = EditScreen(
    COLLECTION,
    "collection",
    PATH,
    _FORM,
    back=f"{PATH}/{{id}}",
    sayings={
        "type": Saying("Type", "Manual: products are put in by hand. Dynamic: by the conditions. It stays."),
        "content": Saying("Description", "May hold HTML"),
        "webStatus": Saying("On the web"),
        "adminStatus": Saying("In the shop"),
        "appliesToCondition": Saying("Products meet", "For a dynamic collection"),
        "conditions": Saying("Conditions", "For a dynamic collection"),
        "conditions.appliesTo": Saying("Subject"),
        "conditions.condition": Saying("Compared"),
        "onlyShowProductsWithInventory": Saying("Show only products in stock"),
        "featureImage": Saying("Picture", "Its address, with https"),
        "seo": Saying("For search engines", "Made from the collection when it is left empty", rare=True),
        "slug": Saying(
            "Slug", "The end of its address on the web; made from the title when it is left empty"
        ),
    },
)


async def _products(visit: Visit, collection: Record) -> dict[str, Any]:
    """What is in it; of a manual one also what could be put in, for who may change products."""
    inside = await records.every(visit, PRODUCT, {}, filters={"collectionId": collection["id"]})
    manual = collection["type"] == "Manual" and visit.may_with(PRODUCT, "update")
    others: list[Choice] = []
    if manual:
        ids = {each["id"] for each in inside}
        everything = await records.every(visit, PRODUCT, {}, 2000)
        others = sorted(
            ((each["id"], each["title"]) for each in everything if each["id"] not in ids),
            key=lambda choice: choice[1].casefold(),
        )
    return {
        "products": sorted(inside, key=lambda each: each["title"].casefold()),
        "others": others,
        "may_choose": manual,
    }


SHOW = RecordScreen(
    COLLECTION,
    "collection",
    PATH,
    "title",
    (*LIST.columns[1:], Column("content", "Description", "content")),
    template="collection.html",
    more=_products,
    warning="Its products stay; they are no longer in it.",
)


async def _place(visit: Visit, product_id: str, *, inside: bool) -> Response:
    """Put a product in or take it out: which collections it is in is a member of the product."""
    collection = await records.read(visit, COLLECTION, visit.params)
    product = await records.read(visit, PRODUCT, {"id": product_id})
    kept = [{"id": each["id"]} for each in product["collections"] if each["id"] != collection["id"]]
    body = {"collections": [*kept, {"id": collection["id"]}] if inside else kept}
    params = {"id": product["id"]}
    try:
        await writing.update_record(PRODUCT, visit.store, visit.actor, params, body)
    except HouseError as error:
        return await SHOW.page(visit, said(error), error.status)
    return visit.go(f"{PATH}/{collection['id']}", "saved")


async def put_in(visit: Visit) -> Response:
    return await _place(visit, visit.sent("productId"), inside=True)


async def take_out(visit: Visit) -> Response:
    return await _place(visit, visit.params["productId"], inside=False)


SCREENS = (
    *EDIT.screens(),
    *LIST.screens(),
    *SHOW.screens(),
    Screen("POST", f"{PATH}/{{id}}/products", put_in, "product", "update"),
    Screen("POST", f"{PATH}/{{id}}/products/{{productId}}/remove", take_out, "product", "update"),
)
