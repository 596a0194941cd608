"""Settings, Locations: where stock lies, and which channel is served from where (INV-5)."""

from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import moment
from cellarhand.catalog.inventory_location import LOCATION

PATH = "/settings/locations"
_ONE = "Exactly one location does this: claiming it takes it over from the one before."
LIST = ListScreen(
    LOCATION,
    "Locations",
    PATH,
    opens=True,
    adds="Add location",
    intro="Web orders, inbound orders and club shipments are each shipped from exactly one location.",
    columns=(
        Column("title", "Title", "title"),
        Column("city", "City", "city"),
        Column("web", "Ships web orders", "isWebShipLocation"),
        Column("inbound", "Ships inbound orders", "isInboundShipLocation"),
        Column("club", "Ships club orders", "isClubShipLocation"),
        Column("pickup", "Pickup", "isAPickupLocation"),
    ),
)
EDIT = EditScreen(
    LOCATION,
    "location",
    PATH,
    (
        "title",
        "address",
        "address2",
        "city",
        "stateCode",
        "zipCode",
        "countryCode",
        "phone",
        "isWebShipLocation",
        "isInboundShipLocation",
        "isClubShipLocation",
        "isAPickupLocation",
    ),
    back=f"{PATH}/{{id}}",
    sayings={
        "address2": Saying("Address, second line"),
        "stateCode": Saying("State or province"),
        "zipCode": Saying("Postal code"),
        "isWebShipLocation": Saying("Ships web orders", _ONE),
        "isInboundShipLocation": Saying("Ships inbound orders", _ONE),
        "isClubShipLocation": Saying("Ships club orders", _ONE),
        "isAPickupLocation": Saying("Orders can be picked up here", "Any number of locations may do this."),
    },
)
SHOW = RecordScreen(
    LOCATION,
    "location",
    PATH,
    "title",
    (
        *(Column(name, title, name) for name, title in (("address", "Address"), ("address2", "Second line"))),
        *LIST.columns[1:2],
        Column("state", "State or province", "stateCode"),
        Column("zip", "Postal code", "zipCode"),
        Column("country", "Country", "countryCode"),
        Column("phone", "Phone", "phone"),
        *LIST.columns[2:],
        Column("updated", "Updated", "updatedAt", moment),
    ),
    deletes=False,
)
SCREENS = (*EDIT.screens(), *LIST.screens(), *SHOW.screens())
