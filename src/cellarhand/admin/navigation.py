"""The menu: what a person may see, in groups."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cellarhand.admin.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu, shown to who may list what it leads to."""

    group: str
    title: str
    path: str
    right: str

    def leads_to(self, path: str) -> bool:
        """Whether a page is this one or stands below it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


MENU = (
    Entry("", "Dashboard", "/", ""),
    Entry("", "Customers", "/customers", "customer"),
    Entry("", "Orders", "/orders", "order"),
    Entry("", "Products", "/products", "product"),
    Entry("", "Inventory", "/inventory", "inventory"),
    Entry("", "Collections", "/collections", "collection"),
    Entry("", "Departments", "/departments", "department"),
    Entry("", "Vendors", "/vendors", "vendor"),
    Entry("", "Clubs", "/clubs", "club"),
    Entry("", "Memberships", "/memberships", "club-membership"),
    Entry("", "Gift cards", "/gift-cards", "gift-card"),
    Entry("", "Loyalty tiers", "/loyalty-tiers", "loyalty-tier"),
    Entry("", "Tags", "/tags", "tag"),
    Entry("", "Bulk jobs", "/jobs", "tag-x-object"),
    Entry("", "Activity", "/activity", "activity"),
    Entry("", "Trash", "/trash/customers", "trash"),
    Entry("Discounts", "Coupons", "/coupons", "coupon"),
    Entry("Discounts", "Promotions", "/promotions", "promotion"),
    Entry("Discounts", "Promotion sets", "/promotion-sets", "promotion-set"),
    Entry("Settings", "Company", "/settings/company", "setting"),
    Entry("Settings", "Accounts", "/settings/accounts", "account"),
    Entry("Settings", "Locations", "/settings/locations", "inventory-location"),
    Entry("Settings", "Shipping", "/settings/shipping", "shipping"),
    Entry("Settings", "Taxes", "/settings/taxes", "tax"),
    Entry("Settings", "Meta data", "/settings/meta-data", "meta-data-config"),
    Entry("Settings", "Apps", "/settings/apps", "app"),
    Entry("Settings", "API access", "/settings/api", "setting"),
    Entry("Developer", "Web hooks", "/developer/web-hooks", "web-hook"),
    Entry("Developer", "Requests", "/developer/requests", "web-hook"),
    Entry("Developer", "API docs", "/developer/docs", "web-hook"),
    Entry("Developer", "Outbox", "/developer/outbox", "account"),
)


def entries(visit: "Visit") -> list[tuple[str, list[Entry]]]:
    """The menu of one person, by group."""
    found: dict[str, list[Entry]] = {}
    for entry in MENU:
        if visit.may(entry.right, "list"):
            found.setdefault(entry.group, []).append(entry)
    return list(found.items())
