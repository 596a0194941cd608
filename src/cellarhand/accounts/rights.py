"""What roles and apps may do: the table of ACC-9, and the permissions of reference A3."""

from collections.abc import Mapping

from cellarhand.record.actor import Actor

ROLES = (
    "Admin Owner",
    "Admin User",
    "POS Standard",
    "POS Basic",
    "Reservation Standard",
    "Reservation Basic",
    "Standard",
    "Basic",
    "Data",
    "Partner",
)

# Columns of ACC-9: owners (AO, DA, PA), AU, PS, ST, PB and BA, RS and RB. `R` read; `C` read, create, change;
# `W` everything, deleting too; `-` nothing. Where the table gives API / site, this is the API's side,
# and `_ON_THE_SITE` has the other.
_COLUMNS = {
    "Admin Owner": 0,
    "Data": 0,
    "Partner": 0,
    "Admin User": 1,
    "POS Standard": 2,
    "Standard": 3,
    "POS Basic": 4,
    "Basic": 4,
    "Reservation Standard": 5,
    "Reservation Basic": 5,
}
_TABLE = {
    "customer": "WWCCCC",
    "customer-address": "WWCCCC",
    "note": "WWCCCC",
    "customer-credit-card": "WWCC--",
    "tag-x-object": "WWCC--",
    "tag": "WWRR--",
    "wine-list": "WWRRRR",
    "meta-data-config": "WRRR--",
    "setting": "W-----",
    "web-hook": "W-----",
    "trash": "RR----",
    "activity": "RR----",
    # Apps write their own.
    "app-sync": "RR----",
    "product": "WWRRRR",
    "collection": "WWRRRR",
    "department": "WWRRRR",
    "vendor": "WWRRRR",
    "inventory": "WWRR--",
    "inventory-location": "WRRR--",
    "shipping": "WRRR--",
    "tax": "W-----",
    "club": "WWRR--",
    "club-membership": "WWRR--",
    "coupon": "WWRR--",
    "promotion": "WWRR--",
    "promotion-set": "WWRR--",
    "order": "WWCCRR",
    "refund": "WWCC--",
    "gift-card": "WWRR--",
    "loyalty-tier": "WWRR--",
    "loyalty-transaction": "WWRR--",
    "report": "RRRR--",
}
# Reports of tills alone, where the table says so.
_REPORTED = {"POS Standard": ("POS",), "Standard": ("POS",)}
_ON_THE_SITE = {
    "customer-credit-card": "WWCCC-",
    "tag-x-object": "WWCCC-",
    "club-membership": "WWCC--",
    "gift-card": "WWCC--",
    "loyalty-transaction": "WWCC--",
}
# Rows of the table that are no column's but the owners' alone.
_OWNERS_ONLY = frozenset(("account", "app"))
_NEEDED = {"list": "R", "read": "R", "create": "C", "update": "C", "delete": "W"}
_COVERS = {"-": "", "R": "R", "C": "RC", "W": "RCW"}

PERMISSIONS = (
    "Cart",
    "Club",
    "Club Membership",
    "Club Package",
    "Club Signup",
    "Collection",
    "Coupon",
    "Customer",
    "Customer Address",
    "Customer Credit Card",
    "Department",
    "Email",
    "Gift Card",
    "Inventory",
    "MetaData Config",
    "Note",
    "Order",
    "POS Profile",
    "Product",
    "Promotion",
    "Promotion Set",
    "Query",
    "Refund",
    "Reservation",
    "Setting",
    "Shipping",
    "Tag",
    "Vendor",
    "WebHook",
)
# The object of a trash row that each permission lets an app see, where it is not the permission's own name.
_OBJECTS = {
    "MetaData Config": ("Meta Data Config",),
    "WebHook": ("Web Hook",),
    "Tag": ("Tag", "Group"),
    "Customer": ("Customer", "Loyalty Tier"),
    "Reservation": ("Reservation", "Reservation Type"),
    "Setting": ("Tax",),
}


def may(actor: Actor, right: str, permission: str | None, operation: str) -> bool:
    """Whether the actor's role covers `right`, or its grants `permission`, for `operation`.

    `permission` None needs no grant, and an empty `right` is every role's. An operation beyond the five, such
    as `export`, needs W.
    """
    if actor.kind == "app":
        if permission is None:
            return True
        granted = actor.permissions.get(permission)
        return granted == "Full" or (granted == "Read" and _NEEDED.get(operation) == "R")
    if actor.kind == "account":
        if not right:
            return True
        if right in _OWNERS_ONLY:
            return actor.role == "Admin Owner" and actor.face == "site"
        column = _COLUMNS.get(actor.role or "")
        row = _ON_THE_SITE.get(right, _TABLE[right]) if actor.face == "site" else _TABLE[right]
        cell = "-" if column is None else row[column]
        return _NEEDED.get(operation, "W") in _COVERS[cell]
    return actor.kind == "system"


def reported_channels(actor: Actor) -> tuple[str, ...] | None:
    """The channels whose sales reports show to the actor, who has the right to read them; None for all."""
    return _REPORTED.get(actor.role or "")


def objects_of(permissions: Mapping[str, str]) -> list[str]:
    """The object types whose deletions an app with these permissions may see."""
    found: list[str] = []
    for permission in permissions:
        found += _OBJECTS.get(permission, (permission,))
    return found
