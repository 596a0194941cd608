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
    Entry("", "Clubs", "/clubs", "club"),
    Entry("", "Memberships", "/memberships", "club-membership"),
    Entry("", "Activity", "/activity", "activity"),
    Entry("", "Trash", "/trash/customers", "trash"),
    Entry("Settings", "Accounts", "/settings/accounts", "account"),
    Entry("Developer", "Outbox", "/developer/outbox", "account"),
)


def entries(visit: "Visit") -> list[tuple[str, list[Entry]]]:
    """The menu of one person, by group."""
    found: dict[str, list[Entry]] = {}
    for entry in MENU:
        if visit.may(entry.right, "list"):
            found.setdefault(entry.group, []).append(entry)
    return list(found.items())
