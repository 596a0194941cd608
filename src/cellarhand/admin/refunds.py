"""Giving something of an order back: what is left of it, what a refund comes to, and then the refund."""

from typing import Any

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.marks import said
from cellarhand.admin.show import cents_of, whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.orders.order import ORDER
from cellarhand.orders.refund import BY_HAND, CREATE_REFUND, comes_to, is_refundable, what_is_left
from cellarhand.orders.refund_rules import Left
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record


async def show_form(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200, total: int | None = None) -> Response:
    """The form with what was typed; with `total` what that comes to, to be confirmed."""
    order = await records.read(visit, ORDER, visit.params)
    left = await _left(visit, order)
    return visit.page(
        "refund.html",
        status,
        order=order,
        lines=[line for line in left.lines.values() if line.left],
        left=left,
        is_refundable=is_refundable(order),
        tenders=[(each, each) for each in BY_HAND],
        fault=fault,
        total=total,
    )


async def _left(visit: Visit, order: Record) -> Left:
    return await what_is_left(visit.store.reading(visit.actor.tenant_id), order)


async def give_back(visit: Visit) -> Response:
    """First tell what it comes to; what was told is given back when it is sent once more unchanged."""
    try:
        order = await records.read(visit, ORDER, visit.params)
        body = _body(visit, order["items"])
        total = comes_to(body, await _left(visit, order))
        if visit.sent("total") != str(total):
            return await _page(visit, total=total)
        tender = {"tenderType": visit.sent("tenderType"), "amountTendered": total}
        body |= {"tenders": [tender] if total else [], "notes": visit.sent("notes") or None}
        await records.act(visit, CREATE_REFUND, {}, body)
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/orders/{visit.params['id']}", "refunded")


def _body(visit: Visit, items: list[Record]) -> Record:
    """What was typed; what is no number goes as it is, for the API to say so."""
    wanted: list[dict[str, Any]] = []
    for item in items:
        quantity = whole_number(visit.sent(f"quantity-{item['id']}"))
        if quantity not in ("", 0):
            back = {"isReturnToInventory": visit.sent(f"stock-{item['id']}") == "on"}
            wanted.append({"id": item["id"], "quantity": quantity, **back})
    return {
        "orderId": visit.params["id"],
        "items": wanted,
        **{name: _amount(visit.sent(name)) for name in ("shipAmount", "tipAmount")},
    }


def _amount(text: str) -> int | str:
    cents = cents_of(text) if text else 0
    return text if cents is None else cents


SCREENS = (
    Screen("GET", "/orders/{id}/refund", show_form, "refund", "create"),
    Screen("POST", "/orders/{id}/refund", give_back, "refund", "create"),
)
