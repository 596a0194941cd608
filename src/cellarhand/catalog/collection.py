"""Collections: products shown together, chosen by hand or by rule (reference B16, domain CAT-7)."""

from typing import cast

from cellarhand.catalog.collection_shapes import Collection, CollectionRef, CollectionWrite
from cellarhand.catalog.slug import settle_seo, settle_slug, unique_slug
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource, TextSearch
from cellarhand.record.search import fold
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data import HIDDEN_META_DATA, merge_meta_data
from cellarhand.store.conditions import By
from cellarhand.store.tables import Column, Index

WEB_STATUSES = ("Available", "Not Available", "Retired")


def collection_ref(collection: Record) -> Record:
    """The collection as products show it."""
    ref = {name: collection[name] for name in CollectionRef.__annotations__}
    ref["productCount"] = None
    return ref


# Where the subject of a condition stands: a block of the product (or the product itself), and a member.
_SUBJECTS = {
    "Type": ("", "type"),
    "Department": ("department", "title"),
    "Vendor": ("vendor", "title"),
    "Varietal": ("wine", "varietal"),
    "Appellation": ("wine", "appellation"),
    "Region": ("wine", "region"),
    "Country": ("wine", "countryCode"),
    "Vintage": ("wine", "vintage"),
}


def matches(collection: Record, product: Record) -> bool:
    """Whether a product meets a dynamic collection's conditions; text compares without case. Pure."""
    met = [_meets(condition, product) for condition in collection.get("conditions", [])]
    if not met:
        return False
    return all(met) if collection["appliesToCondition"] == "All conditions" else any(met)


def _meets(condition: Record, product: Record) -> bool:
    block, member = _SUBJECTS[condition["appliesTo"]]
    within: Record = (product.get(block) or {}) if block else product
    found = within.get(member)
    return found is not None and fold(str(found)) == fold(condition["value"])


def _check(draft: Draft) -> None:
    """Conditions belong to dynamic collections, and only to them (reference B16)."""
    kind = draft.after("type")
    members = ("appliesToCondition", "conditions")
    if kind == "Dynamic":
        for member in members:
            if not draft.after(member):
                draft.faults.require(member)
    elif kind == "Manual":
        for member in members:
            if draft.sent.get(member):
                draft.faults.add(member, errors.NOT_ALLOWED)
        draft.sent.pop("conditions", None)


async def _show_in_products(draft: Draft) -> None:
    # Products show their collections, and so their module imports this one.
    from cellarhand.catalog.classes import show_collection

    await show_collection(draft)


async def _leave_products(draft: Draft) -> None:
    from cellarhand.catalog.classes import forget_collection

    await forget_collection(draft)


def _is_published(value: str) -> str:
    """The old filter's `Yes` means Available, `No` anything else."""
    return "1" if value.casefold() == "yes" else "0"


COLLECTION = Resource(
    name="collection",
    thing="Collection",
    path="/collection",
    key="collections",
    read=Collection,
    write=CollectionWrite,
    right="collection",
    permission="Collection",
    event="Collection",
    extracts=(
        Extract(Column("title", "text"), lambda collection: fold(collection["title"])),
        Extract(Column("type", "text"), lambda collection: collection["type"]),
        Extract(Column("web_status", "text"), lambda collection: collection["webStatus"]),
        Extract(
            Column("is_published", "text"),
            lambda collection: str(int(collection["webStatus"] == "Available")),
        ),
    ),
    hidden=(HIDDEN_META_DATA,),
    indexes=(Index(("title", "id")),),
    filters=(
        Filter("webStatus", "E", "web_status", choices=WEB_STATUSES),
        Filter("type", "E", "type", choices=("Manual", "Dynamic")),
        Filter("isPublished", "S", "is_published", stored=_is_published),
    ),
    order=(By("title"), By("id")),
    search=TextSearch(lambda collection: collection["title"]),
    unique=(unique_slug("collection"),),
    trash_title=lambda collection: cast(str, collection["title"]),
    log=Log(never=frozenset(("productCount",))),
    check=_check,
    prepare=(settle_slug, settle_seo, merge_meta_data),
    spreads=True,
    follow=(_show_in_products,),
    follow_delete=(_leave_products, into_trash),
)
