"""The forms of clubs and memberships: what a member takes is the member's own (CLB-2)."""

from cellarhand.admin import records
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.product_form import variant_choices
from cellarhand.admin.visit import Visit
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.record.validate import Record

EDIT_CLUB = EditScreen(
    CLUB,
    "club",
    "/clubs",
    (
        "title",
        "type",
        "webStatus",
        "adminStatus",
        "allowCustomersToCancel",
        "content",
        "emailInstructions",
        "image",
        "addOns",
        "seo",
        "slug",
    ),
    back="/clubs/{id}",
    sayings={
        "type": Saying(
            "Type", "Traditional: shipments when the winery sends them. Subscription: by the month."
        ),
        "webStatus": Saying("On the web"),
        "adminStatus": Saying("In the shop"),
        "allowCustomersToCancel": Saying("Members may cancel by themselves"),
        "content": Saying("Description", "May hold HTML"),
        "emailInstructions": Saying("Text for mails", "May hold HTML"),
        "image": Saying("Picture", "Its address, with https"),
        "addOns": Saying("Add-ons", "What members may add to a shipment"),
        "addOns.productVariantId": Saying("Variant"),
        "addOns.price": Saying("Price", "As 24.50", money=True),
        "seo": Saying("For search engines", "Made from the club when it is left empty", rare=True),
        "slug": Saying(
            "Slug", "The end of its address on the web; made from the title when it is left empty"
        ),
    },
    choices={"addOns.productVariantId": variant_choices},
)


async def _customer(visit: Visit) -> str:
    """Whose membership it is: of a new one the address says it."""
    if "customerId" in visit.params:
        return visit.params["customerId"]
    return (await records.read(visit, CLUB_MEMBERSHIP, visit.params))["customerId"]


def _place(address: Record) -> str:
    words = [address["address"], address["city"], address["zipCode"], address["countryCode"]]
    return ", ".join(word for word in words if word) + (" (default)" if address["isDefault"] else "")


def _card(card: Record) -> str:
    ends = f"{card['expiryMo']:02}/{card['expiryYr']}"
    return f"{card['cardBrand']} {card['maskedCardNumber']}, {ends}" + (
        " (default)" if card["isDefault"] else ""
    )


async def _addresses(visit: Visit) -> list[Choice]:
    inside = {"customerId": await _customer(visit)}
    return [(each["id"], _place(each)) for each in await records.every(visit, ADDRESS, inside)]


async def _cards(visit: Visit) -> list[Choice]:
    inside = {"customerId": await _customer(visit)}
    return [(each["id"], _card(each)) for each in await records.every(visit, CREDIT_CARD, inside)]


async def _clubs(visit: Visit) -> list[Choice]:
    return [
        (each["id"], f"{each['title']} ({each['type']})") for each in await records.every(visit, CLUB, {})
    ]


async def _pickups(visit: Visit) -> list[Choice]:
    found = await records.every(visit, LOCATION, {})
    return [(each["id"], each["title"]) for each in found if each["isAPickupLocation"]]


async def _defaults(visit: Visit) -> dict[str, str]:
    """The customer's default address and card, chosen until somebody chooses otherwise."""
    inside = {"customerId": visit.params["customerId"]}
    found: dict[str, str] = {"orderDeliveryMethod": "Ship"}
    for resource, members in (
        (ADDRESS, ("shipToCustomerAddressId", "billToCustomerAddressId")),
        (CREDIT_CARD, ("customerCreditCardId",)),
    ):
        default = next(
            (each for each in await records.every(visit, resource, inside) if each["isDefault"]), None
        )
        if default is not None:
            found |= dict.fromkeys(members, str(default["id"]))
    return found


_MEMBERS = (
    "clubId",
    "orderDeliveryMethod",
    "shipToCustomerAddressId",
    "pickupInventoryLocationId",
    "billToCustomerAddressId",
    "customerCreditCardId",
    "subscription",
    "giftMessage",
    "shippingInstructions",
    "metaData",
)
_SAYINGS = {
    "clubId": Saying("Club"),
    "orderDeliveryMethod": Saying("Delivery"),
    "shipToCustomerAddressId": Saying("Ship to", "For Ship; one of the customer's addresses"),
    "pickupInventoryLocationId": Saying("Pick up at", "For Pickup"),
    "billToCustomerAddressId": Saying("Bill to"),
    "customerCreditCardId": Saying("Card", "One of the customer's cards on file"),
    "subscription": Saying("Subscription", "For clubs by subscription", rare=True),
    "subscription.frequency": Saying("Every so many months", "1 to 12"),
    "subscription.nextProcessDate": Saying("Next order", "As 2026-03-01T08:00:00.000Z"),
    "giftMessage": Saying("Gift message"),
    "shippingInstructions": Saying("Shipping instructions"),
}
_CHOICES = {
    "clubId": _clubs,
    "shipToCustomerAddressId": _addresses,
    "billToCustomerAddressId": _addresses,
    "customerCreditCardId": _cards,
    "pickupInventoryLocationId": _pickups,
}
JOIN = EditScreen(
    CLUB_MEMBERSHIP,
    "membership",
    "/customers/{customerId}/memberships",
    _MEMBERS,
    back="/memberships/{id}",
    leave="/customers/{customerId}",
    sayings=_SAYINGS,
    choices=_CHOICES,
    given=("customerId",),
    first=_defaults,
    changes=False,
)
EDIT_MEMBERSHIP = EditScreen(
    CLUB_MEMBERSHIP,
    "membership",
    "/memberships",
    _MEMBERS[1:],
    back="/memberships/{id}",
    sayings=_SAYINGS,
    choices=_CHOICES,
    creates=False,
)
