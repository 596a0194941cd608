"""The demo's orders: two years of them on all channels, with what became of each.

Each is made as the record that importing it would store, in wire order; a test imports some of them again and
compares. Amounts are cents.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cellarhand import clock
from cellarhand.demo import words
from cellarhand.demo.baskets import Baskets, Line, tax_of
from cellarhand.demo.calendar import Calendar
from cellarhand.demo.dice import Dice, Urn
from cellarhand.demo.offers import MEMBERS, TAX_RATES
from cellarhand.demo.order_forms import at_location, blank_order, order_address, tax_entry
from cellarhand.demo.people import Household, Staff
from cellarhand.demo.shop import Shop
from cellarhand.ids import new_id
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.number import FIRST
from cellarhand.record.validate import Record

Body = dict[str, Any]
# How many orders a customer has, besides those of guests.
_ORDERS = Urn([0, 1, 2, 3, 4, 6, 9, 14, 24], (17, 20, 16, 13, 11, 11, 7, 4, 1))
_CHANNELS = Urn(["Web", "POS", "Inbound"], (52, 37, 11))
_OF_MEMBERS = Urn(["Web", "POS", "Inbound", "Club"], (28, 19, 7, 46))
_SHIPS = {"Web": 0.82, "POS": 0.12, "Inbound": 0.85, "Club": 0.78}
_CARRIERS = Urn(["UPS", "FedEx", "GSO"], (55, 25, 20))
_HOUSE_RATE = 775
_TRACKED_DAYS = 10


class Sales:
    """Draws orders; each takes its place in the calendar, and its number from there."""

    def __init__(self, dice: Dice, shop: Shop, calendar: Calendar, tags: list[Record]) -> None:
        self._dice = dice
        self._shop = shop
        self._calendar = calendar
        self._tags = tags
        self._baskets = Baskets(dice, shop)
        self._last = calendar.moments[-1] if calendar.moments else 0

    def of(self, household: Household) -> list[Record]:
        """The orders of a customer, from the day after it joined on; the oldest first."""
        joined = clock.from_wire(household.customer["createdAt"]) or 0
        places = self._places(self._calendar.from_moment(joined), bool(household.memberships))
        orders: list[Record] = []
        for place in places:
            order = self._order(place, household, has_ordered=bool(orders))
            orders.append(order)
            if order["total"] > 0 and self._dice.chance(0.025):
                self._refund(order, place, orders)
        return sorted(orders, key=lambda order: order["orderNumber"])

    def note_on(self, order: Record, staff: tuple[Staff, ...]) -> Body | None:
        """A few orders have a note."""
        if not self._dice.chance(0.02):
            return None
        writer = self._dice.pick(staff)
        return {
            "id": new_id(),
            "createdAt": order["createdAt"],
            "updatedAt": order["createdAt"],
            "type": "Note",
            "noteDate": order["createdAt"],
            "content": self._dice.pick(words.ORDER_NOTES),
            "customerId": order["customerId"],
            "orderId": order["id"],
            "accountId": writer.id,
            "accountName": writer.name,
        }

    def _places(self, first: int, is_member: bool) -> list[int]:
        dice, size = self._dice, len(self._calendar.moments)
        wanted = dice.draw(_ORDERS) + (2 if is_member else 0)
        if first >= size:
            return []
        drawn = (self._calendar.take(dice.between(first, size - 1)) for _ in range(wanted))
        return sorted(place for place in drawn if place is not None)

    def guests(self) -> Iterator[Record]:
        """Orders without a customer: what nobody else has bought."""
        for place in self._calendar.left():
            yield self._order(place, None)

    def _order(self, place: int, household: Household | None, *, has_ordered: bool = False) -> Record:
        dice = self._dice
        at = self._calendar.moments[place]
        is_member = household is not None and _is_member(household, at)
        channel = "POS" if household is None else dice.draw(_OF_MEMBERS if is_member else _CHANNELS)
        address = household.addresses[0] if household and household.addresses else None
        if address is not None and dice.chance(_SHIPS[channel]):
            delivery = "Ship"
        else:
            delivery = "Carry Out" if channel in ("POS", "Inbound") else "Pickup"
        state = address["stateCode"] if address is not None and delivery == "Ship" else "CA"
        rate = TAX_RATES.get(state, 0) if delivery == "Ship" else _HOUSE_RATE
        day = datetime.fromtimestamp(at / 1000, UTC)
        lines = self._baskets.draw(channel, (day.year, day.month), is_member=is_member, rate=rate)
        for line in lines:
            line["id"] = new_id()
        order = blank_order(at, FIRST + place)
        order |= {
            "customerType": _customer_type(household, is_member=is_member, has_ordered=has_ordered),
            "channel": channel,
            "orderDeliveryMethod": delivery,
            "taxSaleType": "Onsite" if delivery == "Carry Out" else "Offsite",
            "items": lines,
        }
        if household is not None:
            order["customerId"] = household.customer["id"]
            order["customer"] = mark_of(household.customer["id"])
        if delivery == "Ship":
            order["shipping"] = [self._shipping(lines, rate)]
            order["shipTo"] = order_address(address or {})
            order["complianceStatus"] = "Compliant"
        elif delivery == "Pickup":
            order["pickupBy"] = at_location(self._shop.tasting_room, household)
        else:
            order["carryOut"] = at_location(self._shop.tasting_room, None)
        if address is not None:
            order["billTo"] = order_address(address)
        self._total(order, rate, state)
        self._pay(order, household, at)
        self._hand_over(order, at)
        self._adorn(order)
        return order

    def _shipping(self, lines: list[Line], rate: int) -> Body:
        bottles = sum(line["quantity"] for line in lines)
        price = 0 if bottles >= 12 else 2500 if bottles >= 6 else 1500
        return {
            "id": new_id(),
            "vendor": "Local",
            "title": "Ground",
            "code": "GROUND",
            "carrier": self._dice.draw(_CARRIERS),
            "service": "Ground",
            "shippingServiceId": None,
            "price": price,
            "originalPrice": 1500 if bottles < 6 else 2500,
            "isPriceOverride": False,
            "processorResponse": None,
            "tax": tax_of(price, rate),
        }

    def _total(self, order: Record, rate: int, state: str) -> None:
        lines, shipping = order["items"], order["shipping"]
        order["subTotal"] = sum(line["price"] * line["quantity"] for line in lines)
        order["shipTotal"] = sum(each["price"] for each in shipping)
        order["taxTotal"] = sum(each["tax"] for each in (*lines, *shipping))
        order["total"] = order["subTotal"] + order["shipTotal"] + order["taxTotal"]
        if order["taxTotal"]:
            order["taxes"] = [tax_entry(order["taxTotal"], rate, state)]
        tasted = any(line["type"] == "Tasting" for line in lines)
        if tasted and self._dice.chance(0.6):
            order["tipTotal"] = order["subTotal"] * self._dice.pick((10, 15, 20)) // 100
        order["totalAfterTip"] = order["total"] + order["tipTotal"]
        saved = sum((line["originalPrice"] - line["price"]) * line["quantity"] for line in lines)
        if saved:
            _put_after(order, "totalAfterTip", "discountTotal", saved)
            order["promotions"] = [
                {
                    "id": new_id(),
                    "promotionId": self._shop.members_promotion,
                    "title": MEMBERS,
                    "inUse": True,
                    "productValue": saved,
                    "shippingValue": 0,
                    "totalValue": saved,
                }
            ]

    def _pay(self, order: Record, household: Household | None, at: int) -> None:
        dice = self._dice
        cash = order["channel"] == "POS" and dice.chance(0.12)
        moment = clock.to_wire(at)
        tender: Body = {
            "id": new_id(),
            "originalOrderTenderId": None,
            "tenderType": "Cash" if cash else "Credit Card",
            "chargeType": "Sale",
            "chargeStatus": "Success",
            "amountTendered": order["total"],
            "tip": order["tipTotal"],
            "errorCode": "",
            "paymentDate": moment,
            "otherPaymentMethod": None,
            "createdAt": moment,
            "updatedAt": moment,
        }
        if not cash:
            tender["creditCard"] = self._card(household)
        order["tenders"] = [tender]

    def _card(self, household: Household | None) -> Body:
        dice = self._dice
        card = household.cards[0] if household and household.cards else None
        return {
            "gateway": "No Gateway",
            "cardBrand": card["cardBrand"] if card else dice.pick(("Visa", "MasterCard")),
            "maskedCardNumber": card["maskedCardNumber"]
            if card
            else f"{'*' * 12}{dice.between(0, 9999):04d}",
            "bin": None,
            "expiryMo": card["expiryMo"] if card else dice.between(1, 12),
            "expiryYr": card["expiryYr"] if card else dice.between(2026, 2030),
            "cardHolderName": card["cardHolderName"] if card else None,
            "oneTimeToken": None,
            "tokenOnFile": None,
            "processorResponse": None,
            "authorizationId": None,
            "customerCreditCardId": None,
        }

    def _hand_over(self, order: Record, at: int) -> None:
        """Carried out at once; shipped within days; picked up within weeks. The last ones still wait."""
        delivery, dice = order["orderDeliveryMethod"], self._dice
        if delivery == "Carry Out":
            handed = at
        elif delivery == "Ship":
            handed = at + dice.between(1, 4) * clock.DAY_MS
        else:
            handed = at + dice.between(1, 45) * clock.DAY_MS
        if handed > self._last:
            order["fulfillmentStatus"] = "Not Fulfilled"
            return
        moment = clock.to_wire(handed)
        handed_over = [line for line in order["items"] if delivery != "Ship" or line["hasShipping"]]
        for line in handed_over:
            line["quantityFulfilled"] = line["quantity"]
        fulfillment: Body = {
            "id": new_id(),
            "inventoryLocationId": None,
            "type": "Shipped" if delivery == "Ship" else "Picked Up",
            "fulfillmentDate": moment,
            "packageCount": 1,
            "items": [{"id": line["id"], "quantityFulfilled": line["quantity"]} for line in handed_over],
        }
        if delivery == "Ship":
            number = f"CH{order['orderNumber']:010d}"
            fulfillment["shipped"] = {
                "trackingNumbers": [number],
                "carrier": order["shipping"][0]["carrier"],
            }
            arrived = handed + _TRACKED_DAYS * clock.DAY_MS <= self._last
            order["shippingStatus"] = "Delivered" if arrived else "In Transit"
        elif delivery == "Carry Out":
            fulfillment["pickedUp"] = {"pickedUpBy": "Carry Out"}
        else:
            fulfillment["pickedUp"] = {"pickedUpBy": None}
        order["fulfillmentStatus"] = "Fulfilled"
        order["orderFulfilledDate"] = order["updatedAt"] = moment
        order["fulfillments"] = [fulfillment]

    def _adorn(self, order: Record) -> None:
        dice = self._dice
        if order["orderDeliveryMethod"] == "Ship" and dice.chance(0.06):
            order["giftMessage"] = dice.pick(words.GIFT_MESSAGES)
        if self._tags and dice.chance(0.04):
            order["tags"] = [dice.pick(self._tags)]

    def _refund(self, order: Record, place: int, orders: list[Record]) -> None:
        """Some days later the first line is given back."""
        later = self._calendar.take(min(place + self._dice.between(20, 600), len(self._calendar.moments) - 1))
        if later is None:
            return
        at = self._calendar.moments[later]
        refund = blank_order(at, FIRST + later)
        line = order["items"][0]
        quantity = -line["quantity"]
        copied = ("customerType", "channel", "customerId", "customer", "orderDeliveryMethod", "taxSaleType")
        refund |= {name: order[name] for name in copied}
        for name in ("shipTo", "billTo", "pickupBy", "carryOut"):
            if order[name]:
                refund[name] = order[name] | {"id": new_id()}
        refund["items"] = [
            line
            | {
                "id": new_id(),
                "purchaseType": "Refund",
                "quantity": quantity,
                "quantityFulfilled": 0,
                "tax": -line["tax"],
                "originalPrice": line["price"],
            }
        ]
        sub_total = line["price"] * quantity
        total = sub_total - line["tax"]
        refund |= {
            "purchaseType": "Refund",
            "previousOrderId": order["id"],
            "previousOrderNumber": order["orderNumber"],
            "fulfillmentStatus": "No Fulfillment Required",
            "orderFulfilledDate": None,
            "subTotal": sub_total,
            "taxTotal": -line["tax"],
            "total": total,
            "totalAfterTip": total,
            "taxes": [
                each | {"id": new_id(), "price": -line["tax"], "originalPrice": -line["tax"]}
                for each in order["taxes"]
                if line["tax"]
            ],
        }
        moment = clock.to_wire(at)
        tender = order["tenders"][0]
        refund["tenders"] = [
            tender
            | {
                "id": new_id(),
                "originalOrderTenderId": tender["id"],
                "chargeType": "Refund",
                "amountTendered": total,
                "tip": 0,
                "paymentDate": moment,
                "createdAt": moment,
                "updatedAt": moment,
            }
        ]
        link = {"orderId": refund["id"], "orderNumber": refund["orderNumber"], "purchaseType": "Refund"}
        order["linkedOrders"] = [link]
        order["updatedAt"] = max(order["updatedAt"], moment)
        orders.append(refund)


def _customer_type(household: Household | None, *, is_member: bool, has_ordered: bool) -> str:
    if household is None:
        return "Guest"
    if is_member:
        return "Club Member"
    return "Returning Customer" if has_ordered else "New Customer"


def _put_after(order: Record, member: str, name: str, value: object) -> None:
    """A member that few orders have, in its place."""
    members = list(order.items())
    place = list(order).index(member) + 1
    order.clear()
    order.update([*members[:place], (name, value), *members[place:]])


def _is_member(household: Household, at: int) -> bool:
    moment = clock.to_wire(at)
    return any(
        each["signupDate"] <= moment and not (each.get("cancelDate") and each["cancelDate"] <= moment)
        for each in household.memberships
    )
