"""The order that a refund is, put together from the one that it refunds (REF-3, reference B10.8). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellarhand.ids import id_of, new_id
from cellarhand.money import split
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.handover import NOT_NEEDED
from cellarhand.orders.import_rules import PLACES
from cellarhand.orders.refund_rules import Amounts, Freight, Left, Line, piece_id, pieces, share
from cellarhand.record.validate import Record

_COPIED = (
    "channel",
    "posProfileId",
    "posProfile",
    "orderDeliveryMethod",
    "taxSaleType",
    "isNonTaxable",
    "isNoDuty",
    "salesAssociate",
    "club",
)

_UNNAMED: Record = {"title": "Shipping", "isPriceOverride": False, "tax": 0}
"""Shipping of an order that tells of its price alone."""


@dataclass(frozen=True, slots=True)
class Back:
    """Some units of a line that are given back, with what they come to."""

    line: Line
    quantity: int
    amounts: Amounts
    to_inventory: bool


@dataclass(frozen=True, slots=True)
class Refund:
    """All that is given back at once; amounts in cents, not below 0."""

    items: Sequence[Back]
    freight: Freight
    tip: int

    @property
    def goods(self) -> int:
        return sum(sum(each.amounts) for each in self.items)

    @property
    def total(self) -> int:
        """What goes back to the customer, tip and all."""
        return self.goods + sum(self.freight) + self.tip


def refund_order(
    order: Record, left: Left, refund: Refund, tenders: Sequence[Record], customer_id: str | None, moment: str
) -> Record:
    """The members of the new order but its number and its `customerType`."""
    id = new_id()
    net, tax, deposit = (
        sum(each) for each in zip(Amounts(), *(back.amounts for back in refund.items), strict=True)
    )
    tax += refund.freight.tax
    total = net + tax + deposit + refund.freight.net
    found: Record = {name: order.get(name) for name in _COPIED}
    for name in PLACES:
        found[name] = order[name] and {**order[name], "id": new_id()}
    return found | {
        "id": id,
        "orderSource": "Internal",
        "orderSubmittedDate": moment,
        "orderPaidDate": moment,
        "orderFulfilledDate": None,
        "purchaseType": "Refund",
        "previousOrderId": order["id"],
        "previousOrderNumber": order["orderNumber"],
        "paymentStatus": "Paid",
        "complianceStatus": "No Compliance Required",
        "fulfillmentStatus": NOT_NEEDED,
        "customerId": customer_id,
        "customer": mark_of(customer_id),
        "subTotal": -net,
        "shipTotal": -refund.freight.net,
        "taxTotal": -tax,
        "dutyTotal": 0,
        "bottleDepositTotal": -deposit,
        "tipTotal": -refund.tip,
        "total": -total,
        "totalAfterTip": -total - refund.tip,
        "shipping": _shipping(order, refund.freight),
        "taxes": _taxes(order, left, tax, net),
        "tenders": _tenders(order, tenders, refund.tip, moment),
        "items": [line for back in refund.items for line in _lines(id, back)],
        "selectedShippingOptions": {},
        "coupons": [],
        "promotions": [],
        "fulfillments": [],
        "createdAt": moment,
        "updatedAt": moment,
    }


def _lines(refund_id: str, back: Back) -> list[Record]:
    item = back.line.item
    lines: list[Record] = []
    for place, piece in enumerate(pieces(back.quantity, back.amounts)):
        id = piece_id(refund_id, item["id"], place)
        lines.append(
            {
                **item,
                "id": id,
                "purchaseType": "Refund",
                "price": piece.price,
                "originalPrice": piece.price,
                "bottleDeposit": piece.deposit,
                "quantity": -piece.quantity,
                "quantityFulfilled": 0,
                "quantitySentToPrep": 0,
                "isPriceOverride": piece.price != item["price"],
                "tax": -piece.tax,
                "bundleItems": item["bundleItems"]
                and [{**each, "id": id_of(id, each["id"])} for each in item["bundleItems"]],
            }
        )
    return lines


def _shipping(order: Record, freight: Freight) -> list[Record]:
    """Shipping as the order names it, with what of it goes back."""
    if not any(freight):
        return []
    named: list[Record] = order["shipping"] or [_UNNAMED | {"price": order["shipTotal"]}]
    prices = split(freight.net, [each["price"] for each in named])
    taxes = split(freight.tax, [each["tax"] or each["price"] for each in named])
    return [
        {**each, "id": new_id(), "price": -price, "originalPrice": -price, "tax": -tax}
        for each, price, tax in zip(named, prices, taxes, strict=True)
        if price or tax
    ]


def _taxes(order: Record, left: Left, tax: int, net: int) -> list[Record]:
    """The order's taxes with what of each goes back; of those inside of prices what the goods hold."""
    added = left.taxes_of(tax)
    whole = sum(line.whole.net for line in left.lines.values())
    taken = sum(line.taken.net for line in left.lines.values())
    found: list[Record] = []
    for place, each in enumerate(order["taxes"]):
        price = share(each["price"], whole, taken, net) if each["isIncludedInPrice"] else added[place]
        if price:
            found.append({**each, "id": new_id(), "price": -price, "originalPrice": -price})
    return found


def _tenders(order: Record, tenders: Sequence[Record], tip: int, moment: str) -> list[Record]:
    """What was given back by which means; the first ones give the tip back (PAY-1)."""
    known: dict[str, Any] = {each["id"]: each for each in order["tenders"]}
    found: list[Record] = []
    for sent in tenders:
        of_tip = min(tip, sent["amountTendered"])
        tip -= of_tip
        original = known.get(sent["originalOrderTenderId"] or "")
        same = original is not None and original["tenderType"] == sent["tenderType"]
        found.append(
            {
                "id": new_id(),
                "originalOrderTenderId": sent["originalOrderTenderId"],
                "tenderType": sent["tenderType"],
                "chargeType": "Refund",
                "chargeStatus": "Success",
                "amountTendered": of_tip - sent["amountTendered"],
                "tip": -of_tip,
                "errorCode": "",
                "paymentDate": moment,
                "otherPaymentMethod": original["otherPaymentMethod"] if same and original else None,
                "createdAt": moment,
                "updatedAt": moment,
            }
        )
    return found
