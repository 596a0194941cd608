"""Orders: the list, one order as a person reads it, handing over, tags and notes, and pages to print."""

from typing import Any

from starlette.responses import Response

from cellarhand import clock
from cellarhand.admin import activity, records
from cellarhand.admin.bulk import HAND_OVER, RECEIPTS, SLIPS, TAGS, Bulk, csv_of
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import Marks, said, tag_choices
from cellarhand.admin.show import moment, money, named, whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.orders.fulfillment import FULFILLMENT_ACTIONS
from cellarhand.orders.handover import NOTHING, PART
from cellarhand.orders.order import ORDER
from cellarhand.orders.refund import REFUND, is_refundable
from cellarhand.record.errors import HouseError

_, _FULFILL_ALL, _TAKE_BACK = FULFILLMENT_ACTIONS


async def _tags(visit: Visit) -> list[Choice]:
    return await tag_choices(visit, "Order")


LIST = ListScreen(
    ORDER,
    "Orders",
    "/orders",
    opens=True,
    choices={"tagId": _tags},
    bulk=(*TAGS, HAND_OVER, SLIPS, RECEIPTS, csv_of("order")),
    columns=(
        Column("number", "Number", "orderNumber", named),
        Column("submitted", "Date", "orderSubmittedDate", moment),
        Column("lastName", "Last name", "customer.lastName"),
        Column("firstName", "First name", "customer.firstName"),
        Column("channel", "Channel", "channel"),
        Column("delivery", "Delivery", "orderDeliveryMethod"),
        Column("total", "Total", "total", money),
        Column("payment", "Payment", "paymentStatus"),
        Column("fulfillment", "Fulfillment", "fulfillmentStatus"),
        Column("purchaseType", "Purchase type", "purchaseType", usual=False),
        Column("paid", "Paid", "orderPaidDate", moment, usual=False),
        Column("fulfilled", "Fulfilled", "orderFulfilledDate", moment, usual=False),
        Column("compliance", "Compliance", "complianceStatus", usual=False),
        Column("subTotal", "Subtotal", "subTotal", money, usual=False),
        Column("shipping", "Shipping", "shipTotal", money, usual=False),
        Column("tax", "Tax", "taxTotal", money, usual=False),
        Column("tip", "Tip", "tipTotal", money, usual=False),
        Column("externalNumber", "External number", "externalOrderNumber", usual=False),
    ),
)


async def show_order(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    """All about one order, with what was typed into the form that hands it over."""
    order = await records.read(visit, ORDER, visit.params)
    is_open = order["fulfillmentStatus"] in (NOTHING, PART) and order["paymentStatus"] != "Cancelled"
    places = await records.first_page(visit, LOCATION, {})
    return visit.page(
        "order.html",
        status,
        order=order,
        fault=fault,
        may_fulfill=is_open and visit.may_with(ORDER, "create"),
        may_refund=visit.may_with(REFUND, "create") and is_refundable(order),
        may_take_back=visit.may_with(ORDER, "delete"),
        locations=[(place["id"], place["title"]) for place in places],
        **await MARKS.shown(visit, order),
        **await activity.card(visit, order["id"]),
    )


MARKS = Marks("Order", "/orders", _page, "orderId")


async def show_packing_slip(visit: Visit) -> Response:
    return await _print(visit, "Packing slip", prices=False)


async def show_receipt(visit: Visit) -> Response:
    return await _print(visit, "Receipt", prices=True)


async def _print(visit: Visit, title: str, *, prices: bool) -> Response:
    order = await records.read(visit, ORDER, visit.params)
    return visit.page("order_print.html", order=order, title=title, prices=prices)


async def fulfill(visit: Visit) -> Response:
    """Hand all that is left over, today."""
    body: dict[str, Any] = {
        "type": visit.sent("type"),
        "fulfillmentDate": clock.to_wire(clock.now()),
        "packageCount": whole_number(visit.sent("packageCount")),
        "inventoryLocationId": visit.sent("inventoryLocationId") or None,
    }
    if body["type"] == "Shipped":
        numbers = visit.sent("trackingNumbers").replace(",", " ").split()
        body["shipped"] = {"trackingNumbers": numbers, "carrier": visit.sent("carrier") or None}
    try:
        await records.act(visit, _FULFILL_ALL, visit.params, body)
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/orders/{visit.params['id']}", "fulfilled")


async def take_back(visit: Visit) -> Response:
    try:
        await records.act(visit, _TAKE_BACK, visit.params)
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/orders/{visit.params['id']}", "taken-back")


SCREENS = (
    *LIST.screens(),
    Screen("GET", "/orders/{id}", show_order, "order", "read"),
    Screen("GET", "/orders/{id}/packing-slip", show_packing_slip, "order", "read"),
    Screen("GET", "/orders/{id}/receipt", show_receipt, "order", "read"),
    Screen("POST", "/orders/{id}/fulfill", fulfill, "order", "create"),
    Screen("POST", "/orders/{id}/fulfillments/{fulfillmentId}/remove", take_back, "order", "delete"),
    *MARKS.screens(),
    *Bulk(LIST, "Order", "orders").screens(),
)
