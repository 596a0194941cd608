"""What deletions of customers and products mean for the orders that show them."""

from cellarhand.orders.customer_copy import copy_of, mark_of
from cellarhand.orders.links import ORDER_PRODUCT
from cellarhand.orders.order import ORDER
from cellarhand.record.reading import shown
from cellarhand.record.resource import Draft
from cellarhand.record.text import encode
from cellarhand.store.conditions import Linked, equal


async def keep_last_copy(draft: Draft) -> None:
    """The orders of a deleted customer keep `customerId`, and show the customer as it was last (CUS-14)."""
    copy = copy_of(await shown(draft.resource, draft.unit, draft.before)).decode()
    mark = encode(mark_of(draft.id)).decode()
    where = equal("customer_id", draft.id)
    await draft.unit.replace_text(ORDER.table, "body", mark, copy, where)


async def forget_product(draft: Draft) -> None:
    """Lines of a deleted product stay without its ids (CAT-8, reference B10.3)."""
    unit = draft.unit
    lines = (Linked("id", ORDER_PRODUCT, "order_id", equal("product_id", draft.id)),)
    if await unit.row(ORDER_PRODUCT, ("order_id",), equal("product_id", draft.id)) is None:
        return
    await unit.replace_text(
        ORDER.table, "body", *_forgotten("productId", draft.id, "productVariantTitle"), lines
    )
    for variant in draft.before["variants"]:
        texts = _forgotten("productVariantId", variant["id"], "image")
        await unit.replace_text(ORDER.table, "body", *texts, lines)
    await unit.delete(ORDER_PRODUCT, equal("product_id", draft.id))


def _forgotten(member: str, id: str, following: str) -> tuple[str, str]:
    """The text of a line's member and without its id; the member after it tells that no other is meant."""
    before, after = (encode({member: value})[1:-1].decode() for value in (id, None))
    return f'{before},"{following}":', f'{after},"{following}":'
