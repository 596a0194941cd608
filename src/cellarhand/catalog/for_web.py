"""Products for a shop's own pages: public calls, with a tenant and no credentials (reference B15)."""

from dataclasses import replace

from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.collection_shapes import Collection
from cellarhand.catalog.on_web import ProductForWeb, for_web, is_open, is_readable, without_parts
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION
from cellarhand.catalog.sellable import sold_out
from cellarhand.catalog.slug import id_of_slug
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.paging import checked
from cellarhand.record.query import ListQuery, only, parse
from cellarhand.record.reading import list_records, present, read_some
from cellarhand.record.resource import Filter
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import BY_ID, Linked, Where, equal
from cellarhand.store.unit import ReadUnit

_BY_COLLECTION = "collectionSlug"
LISTED = replace(
    PRODUCT,
    name="product-for-web",
    path="/product/for-web",
    table_name=PRODUCT.table.name,
    read=ProductForWeb,
    write=None,
    operations=(),
    # Looked up before the list is: the answer shows the collection.
    filters=(Filter(_BY_COLLECTION, "S", where=lambda _: ()),),
)
"""What can be asked of the list on the web."""


async def list_for_web(call: Call) -> bytes:
    """What is listed on the web; of one collection, with the collection before it."""
    wanted = parse(LISTED, call.query)
    slug = dict(call.query).get(_BY_COLLECTION, "").strip()
    unit = call.store.reading(call.actor.tenant_id)
    collection = await _collection(unit, slug) if slug else None
    wanted = wanted._replace(where=(*_within(collection), *wanted.where))
    if collection is not None and collection["onlyShowProductsWithInventory"]:
        page = await _page_of_sellable(unit, wanted, collection["id"])
    else:
        page = decode(await list_records(PRODUCT, unit, call.actor, {}, wanted))
    page[PRODUCT.key] = await _shown(unit, page[PRODUCT.key])
    return encode(page if collection is None else {"collection": collection, **page})


def _within(collection: Record | None) -> Where:
    """What is on the web, of all products or of a collection.

    A collection's products are found by its links: PostgreSQL would rather go through all that is on the web,
    for each of them anew, as long as it does not know how much that is.
    """
    listed = equal("is_on_web", 1)
    if collection is None:
        return listed
    linked = equal("collection_id", collection["id"])
    return (*checked(listed), Linked("id", PRODUCT_X_COLLECTION, "product_id", linked))


async def _collection(unit: ReadUnit, slug: str) -> Record:
    """The collection with that slug, as its page on the web shows it; E15 without one."""
    id = await id_of_slug(unit, COLLECTION, slug)
    body = await unit.body(COLLECTION.table, id) if id is not None else None
    collection = decode(body) if body is not None else None
    if collection is None or not is_open(collection):
        raise errors.not_found(COLLECTION.thing)
    return collection


async def _page_of_sellable(unit: ReadUnit, wanted: ListQuery, collection_id: str) -> Record:
    """A page of those products of a collection that could be sold now (CAT-7).

    All are found by id and stock first: what can be sold changes with each movement, and no column tells it.
    """
    order = PRODUCT.order if wanted.cursor is None else BY_ID
    rows = await unit.rows(PRODUCT.table, ("id",), wanted.where, order, wide=True)
    gone = await sold_out(unit, collection_id)
    ids = [row[0] for row in rows if row[0] not in gone]
    if wanted.cursor is None:
        first = (wanted.page - 1) * wanted.limit
        some, tail = ids[first : first + wanted.limit], {"total": len(ids)}
    else:
        ids = [id for id in ids if wanted.cursor in ("start", id) or id > wanted.cursor]
        some, more = ids[: wanted.limit], ids[wanted.limit :]
        tail = {"cursor": more[0]} if more else {}
    return {PRODUCT.key: await read_some(PRODUCT, unit, some), **tail}


async def read_for_web(call: Call) -> bytes:
    """The page of one product, by its slug."""
    only(call.query, ())
    unit = call.store.reading(call.actor.tenant_id)
    id = await id_of_slug(unit, PRODUCT, call.params["slug"])
    body = await unit.body(PRODUCT.table, id) if id is not None else None
    if body is None or not is_readable(decode(body)):
        raise errors.not_found(PRODUCT.thing)
    (text,) = await present(PRODUCT, unit, [body])
    (shown,) = await _shown(unit, [decode(text)])
    return encode(shown)


async def _shown(unit: ReadUnit, products: list[Record]) -> list[Record]:
    """Products as anybody may see them, their components too; one look-up for those of all."""
    ids = tuple({part["productId"] for product in products for part in product["bundleItems"]})
    texts = await unit.texts(PRODUCT.table, ids) if ids else {}
    hidden = {id for id in ids if id not in texts or not is_readable(decode(texts[id]))}
    return [for_web(without_parts(each, hidden)) for each in products]


FOR_WEB_ACTIONS = (
    Action(
        "list-products-for-web",
        "GET",
        LISTED.path,
        list_for_web,
        "List the products that a shop's pages show",
        operation="list",
        public=True,
        answers=ProductForWeb,
        key=PRODUCT.key,
        before=("collection", Collection),
        missing=COLLECTION.thing,
        lists=LISTED,
        paged=True,
    ),
    Action(
        "read-product-for-web",
        "GET",
        "/product/slug/:slug/for-web",
        read_for_web,
        "Read a product as a shop's pages show it",
        public=True,
        answers=ProductForWeb,
    ),
    Action(
        "read-product-for-web-by-old-path",
        "GET",
        "/product-for-web/:slug",
        read_for_web,
        "The same by an older path",
        public=True,
        answers=ProductForWeb,
        about=PRODUCT.thing,
    ),
)
