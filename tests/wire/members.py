"""A customer who can join clubs: with an address, a card and the clubs."""

from dataclasses import dataclass
from typing import Any

from tests.callers import Caller

Record = dict[str, Any]
ADDRESS = {
    "firstName": "Jane",
    "lastName": "Example",
    "address": "1 Vineyard Road",
    "city": "Blenheim",
    "countryCode": "NZ",
}
CARD = {
    "cardBrand": "Visa",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "tok_example",
    "expiryMo": 4,
    "expiryYr": 2091,
}
MISSING_ADDRESS = "Active Club Membership Missing Address"
MISSING_CARD = "Active Club Membership Missing Credit Card"
EXPIRED_CARD = "Active Club Membership With Expired Card"


@dataclass
class Member:
    """A customer with an address and a card, and the clubs of a winery."""

    api: Caller
    customer: str
    address: str
    card: str
    club: str
    subscription: str

    @property
    def at(self) -> str:
        return f"/customer/{self.customer}"

    def body(self, **more: Any) -> Record:
        sent = {
            "customerId": self.customer,
            "clubId": self.club,
            "orderDeliveryMethod": "Ship",
            "shipToCustomerAddressId": self.address,
            "customerCreditCardId": self.card,
        }
        return {name: value for name, value in {**sent, **more}.items() if value != "absent"}

    def joins(self, **more: Any) -> Record:
        return self.api.made("/club-membership", self.body(**more))

    def seen(self) -> Record:
        return self.api.seen(self.at)

    def notes(self) -> list[str]:
        return [each["type"] for each in self.seen()["notifications"]]


def new_member(api: Caller, email: str, name: str) -> Member:
    at = f"/customer/{api.made('/customer', {'firstName': name, 'emails': [{'email': email}]})['id']}"
    clubs = [
        api.made("/club", {"title": f"{kind} of {name}", "type": kind})["id"]
        for kind in ("Traditional", "Subscription")
    ]
    address, card = (
        api.made(f"{at}/{path}", body)["id"] for path, body in (("address", ADDRESS), ("credit-card", CARD))
    )
    return Member(api, at.rpartition("/")[2], address, card, *clubs)
