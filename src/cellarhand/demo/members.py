"""The demo's memberships: who joined which club, and what became of it."""

from typing import Any

from cellarhand import clock
from cellarhand.demo import cellar, words
from cellarhand.demo.dice import Dice, Urn
from cellarhand.demo.people import LAST_MOMENT, Household
from cellarhand.demo.shop import Shop
from cellarhand.ids import new_id

Body = dict[str, Any]
_FATES = Urn(["Active", "On Hold", "Cancelled"], (64, 7, 29))
_FREQUENCIES = Urn([1, 2, 3, 6], (20, 35, 35, 10))


class Members:
    """Draws memberships as the bodies that a client with role Data would send."""

    def __init__(self, dice: Dice, shop: Shop) -> None:
        self._dice = dice
        self._clubs = [(club, share) for club, (*_, share) in zip(shop.clubs, cellar.CLUBS, strict=True)]
        self._pickup_id = shop.tasting_room["id"]
        self._last = LAST_MOMENT

    def draw(self, household: Household) -> list[Body]:
        return [self._body(club, household) for club, share in self._clubs if self._dice.chance(share)]

    def _body(self, club: Body, household: Household) -> Body:
        dice = self._dice
        joined = clock.from_wire(household.customer["createdAt"]) or 0
        signup = self._later(joined, 300)
        address = household.addresses[0] if household.addresses else None
        card = household.cards[0] if household.cards and dice.chance(0.97) else None
        ships = address is not None and dice.chance(0.75)
        moment = clock.to_wire(signup)
        subscription = club["type"] == "Subscription"
        body: Body = {
            "id": new_id(),
            "createdAt": moment,
            "updatedAt": moment,
            "customerId": household.customer["id"],
            "clubId": club["id"],
            "onHolds": [],
            "billToCustomerAddressId": address["id"] if address else None,
            "orderDeliveryMethod": "Ship" if ships else "Pickup",
            "shipToCustomerAddressId": address["id"] if ships and address else None,
            "pickupInventoryLocationId": None if ships else self._pickup_id,
            "customerCreditCardId": card["id"] if card else None,
            "signupDate": moment,
            "salesAssociate": None,
            "acquisitionChannel": dice.pick(words.CHANNELS),
            "shippingInstructions": dice.pick(words.DELIVERY_HINTS) if dice.chance(0.05) else None,
        }
        if subscription:
            process_date = clock.to_wire(self._last + dice.between(400, 500) * clock.DAY_MS)
            body["subscription"] = {"frequency": dice.draw(_FREQUENCIES), "nextProcessDate": process_date}
        fate = dice.draw(_FATES)
        at = self._later(signup, 900)
        if fate == "Cancelled":
            body |= self._cancellation(at)
        elif fate == "On Hold" and not subscription:
            body["onHolds"] = [self._hold(at)]
            body["updatedAt"] = clock.to_wire(at)
        return body

    def _cancellation(self, at: int) -> Body:
        reason = self._dice.pick(
            ("Too much wine", "Financial reasons", "Moving", "Switching to another club")
        )
        moment = clock.to_wire(at)
        return {"cancelDate": moment, "cancellationReason": reason, "updatedAt": moment}

    def _hold(self, at: int) -> Body:
        """A hold that lasts, so that it does so whenever the demo is looked at."""
        reason = self._dice.pick(("Too much wine", "Away from home", "Other"))
        return {"id": new_id(), "startDate": clock.to_wire(at), "endDate": None, "holdReason": reason}

    def _later(self, moment: int, most_days: int) -> int:
        return self._dice.between(moment, max(moment, min(moment + most_days * clock.DAY_MS, self._last)))
