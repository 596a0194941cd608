"""What the demo's winery sells: wines of several vintages, sets of them, tastings and the shop's shelf.

All bodies here are what a client with role Data would send. The wines are made up; grapes and appellations
are real. Prices are cents of US dollars.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from cellarhand import clock

Body = dict[str, Any]
IMAGES = "https://images.spectrawinery.example"
"""A host that nobody has; the demo's server shows the same files below `/images`."""


@dataclass(frozen=True, slots=True)
class Wine:
    """One wine of the house, made every year. `ages` is how many years after its harvest it is sold."""

    name: str
    code: str
    colour: str
    varietal: str
    appellation: str
    price: int
    cost: int
    ages: int
    # How often it is bought, compared with the others.
    liking: int
    magnums: bool
    milliliters: int
    alcohol: float


def _wines() -> tuple[Wine, ...]:
    lines = files("cellarhand.demo").joinpath("wines.tsv").read_text("utf-8").splitlines()
    found: list[Wine] = []
    for line in lines[1:]:
        name, code, colour, varietal, appellation, *figures, alcohol = line.split("\t")
        price, cost, ages, liking, magnums, milliliters = map(int, figures)
        found.append(
            Wine(
                name,
                code,
                colour,
                varietal,
                appellation,
                price,
                cost,
                ages,
                liking,
                bool(magnums),
                milliliters,
                float(alcohol),
            )
        )
    return tuple(found)


WINES = _wines()
VINTAGES = range(2019, 2025)
YEARS_ON_SALE = 2

GOODS = (
    # title, sub-title, code, price, cost, weight in pounds, kinds
    ("Waiter's Corkscrew", "Two steps, walnut handle", "CORK", 2400, 900, 0.4, ("",)),
    ("Pair of Wine Glasses", "Hand-blown, for Pinot Noir", "GLAS", 4800, 2100, 2.2, ("",)),
    ("Estate Olive Oil", "Cold pressed, 500 ml", "OLIV", 2800, 1200, 2.4, ("",)),
    ("Winery T-Shirt", "Organic cotton", "TEE", 3200, 1100, 0.5, ("S", "M", "L", "XL")),
    ("Canvas Cap", "One size", "CAP", 2600, 850, 0.3, ("",)),
    ("Cellar Notebook", "For 200 wines", "BOOK", 1800, 600, 0.6, ("",)),
    ("Gift Box for Two Bottles", "Oak-grain cardboard", "GBOX", 900, 300, 1.1, ("",)),
)
TASTINGS = (
    ("Estate Tasting", "Five wines in the garden", "T-EST", 3500),
    ("Reserve Tasting", "Six wines and a walk through the cellar", "T-RES", 6500),
    ("Seated Pairing", "Four wines, four small plates", "T-PAIR", 9500),
)
SETS = (
    # title, code, price, what is in it: code of the wine and vintage, how many
    ("Cabernet Vertical", "SET-VERT", 23500, (("ECS", 2019, 1), ("ECS", 2020, 1), ("ECS", 2021, 1))),
    ("Summer Six", "SET-SUM6", 14400, (("ROS", 2024, 3), ("SBL", 2024, 3))),
    ("Discovery Trio", "SET-TRIO", 11900, (("PNO", 2022, 1), ("CHA", 2022, 1), ("OVZ", 2022, 1))),
)
SETS_BEGIN = date(2025, 3, 15)
DEPARTMENTS = (("Wine", "wine"), ("Shop", "shop"), ("Tasting Room", "tasting-room"), ("Gifts", "gifts"))
VENDORS = ("Spectra Winery", "Valley Glassworks", "Two Rows Olive Farm", "Oxbow Print & Thread")
_MADE_BY = {"GLAS": 1, "OLIV": 2, "TEE": 3, "CAP": 3, "BOOK": 3}
COLLECTIONS = (
    # title, kind, what it says
    ("Red Wines", "Manual", "<p>From our own rows, and from neighbours we trust.</p>"),
    ("White and Rosé", "Manual", "<p>Bright, dry and ready.</p>"),
    ("Sparkling and Dessert", "Manual", "<p>Before and after.</p>"),
    ("Library Wines", "Manual", "<p>Older vintages, kept in our cellar.</p>"),
    ("Gifts and Shop", "Manual", "<p>For the table and the shelf.</p>"),
    ("All Wines", "Dynamic", "<p>Everything that we bottle.</p>"),
)
_COLLECTION_OF = {
    "Red": "Red Wines",
    "White": "White and Rosé",
    "Rose": "White and Rosé",
    "Sparkling": "Sparkling and Dessert",
    "Dessert": "Sparkling and Dessert",
}
LOCATIONS = (
    {
        "title": "Tasting Room",
        "address": "480 Vine Hill Road",
        "city": "Napa",
        "stateCode": "CA",
        "zipCode": "94558",
        "countryCode": "US",
        "phone": "+17075550101",
        "isAPickupLocation": True,
    },
    {
        "title": "Warehouse",
        "address": "12 Railroad Avenue",
        "city": "American Canyon",
        "stateCode": "CA",
        "zipCode": "94503",
        "countryCode": "US",
        "phone": "+17075550102",
        "isWebShipLocation": True,
        "isInboundShipLocation": True,
        "isClubShipLocation": True,
    },
)
CLUBS = (
    # title, type, what it says, how many of the customers are members
    ("Vineyard Club", "Traditional", "<p>Six bottles in spring and in autumn.</p>", 0.07),
    ("Red Collectors", "Traditional", "<p>Twelve bottles of our reserve reds each November.</p>", 0.03),
    ("Cellar Subscription", "Subscription", "<p>Three bottles, as often as you like.</p>", 0.02),
)


def released(wine: Wine, vintage: int) -> date:
    """When a vintage goes on sale: whites and rosés in spring, reds in autumn."""
    return date(vintage + wine.ages, 9 if wine.colour == "Red" else 3, 1)


def retired(wine: Wine, vintage: int) -> date:
    """When the last bottle leaves the shop; magnums and library bottles stay with the staff."""
    begins = released(wine, vintage)
    return begins.replace(year=begins.year + YEARS_ON_SALE)


def wine_bodies(today: date, place: "Places") -> Iterator[Body]:
    """Every vintage that was ever sold by `today`, oldest first."""
    for vintage in VINTAGES:
        for wine in WINES:
            if released(wine, vintage) <= today:
                yield _wine(wine, vintage, today, place)


def _wine(wine: Wine, vintage: int, today: date, place: "Places") -> Body:
    begins = released(wine, vintage)
    on_sale = today < retired(wine, vintage)
    collections = [_COLLECTION_OF[wine.colour]] + ([] if on_sale else ["Library Wines"])
    return {
        **_dated(begins),
        "type": "Wine",
        "title": f"{vintage} {wine.name}",
        "subTitle": wine.appellation,
        "image": f"{IMAGES}/{wine.colour.lower()}.svg",
        "departmentId": place.departments["wine"],
        "vendorId": place.vendors[0],
        "teaser": f"<p>{wine.varietal} from {wine.appellation}.</p>",
        "content": f"<p>Harvested by hand in {vintage}, released in {begins.year}.</p>",
        "webStatus": "Available" if on_sale else "Retired",
        "adminStatus": "Available",
        "collections": [{"id": place.collections[title]} for title in collections],
        "variants": [_bottle(wine, vintage, size) for size in _sizes(wine)],
        "wine": {
            "type": wine.colour,
            "varietal": wine.varietal,
            "countryCode": "US",
            "region": "California",
            "appellation": wine.appellation,
            "vintage": vintage,
        },
    }


def _sizes(wine: Wine) -> tuple[int, ...]:
    return (wine.milliliters, 1500) if wine.magnums else (wine.milliliters,)


def price_of(wine: Wine, vintage: int, milliliters: int = 0) -> int:
    """Cents, in whole dollars: two percent more each vintage; a magnum is a little over two bottles."""
    price = round(wine.price * 1.02 ** (vintage - VINTAGES[0]) / 100) * 100
    return price * 2 + 1000 if milliliters == 1500 else price


def sku_of(wine: Wine, vintage: int, milliliters: int = 0) -> str:
    return f"{wine.code}-{vintage}-{milliliters or wine.milliliters}"


def _bottle(wine: Wine, vintage: int, milliliters: int) -> Body:
    return {
        "title": f"{milliliters} ml",
        "sku": sku_of(wine, vintage, milliliters),
        "volumeInML": milliliters,
        "costOfGood": wine.cost * 2 if milliliters == 1500 else wine.cost,
        "price": price_of(wine, vintage, milliliters),
        "hasInventory": True,
        "inventoryPolicy": "Dont Sell" if milliliters == 1500 else "Back Order",
        "taxType": "Wine",
        "weight": round(3 * milliliters / 750, 2),
    }


@dataclass(frozen=True, slots=True)
class Places:
    """Ids of what products belong to."""

    departments: dict[str, str]
    vendors: list[str]
    collections: dict[str, str]


def other_bodies(place: Places) -> Iterator[Body]:
    """Goods, tastings and a gift card; sets come later, when their bottles are there."""
    opened = _dated(date(2019, 3, 1))
    for title, sub_title, code, price, cost, weight, kinds in GOODS:
        yield {
            **opened,
            "type": "General Merchandise",
            "title": title,
            "subTitle": sub_title,
            "image": f"{IMAGES}/{code.lower()}.svg",
            "departmentId": place.departments["gifts" if code == "GBOX" else "shop"],
            "vendorId": place.vendors[_MADE_BY.get(code, 0)],
            "webStatus": "Available",
            "collections": [{"id": place.collections["Gifts and Shop"]}],
            "variants": [
                {
                    "title": kind or "Each",
                    "sku": f"{code}-{kind}" if kind else code,
                    "costOfGood": cost,
                    "price": price,
                    "hasInventory": True,
                    "inventoryPolicy": "Dont Sell",
                    "weight": weight,
                }
                for kind in kinds
            ],
        }
    for title, sub_title, code, price in TASTINGS:
        yield {
            **opened,
            "type": "Tasting",
            "title": title,
            "subTitle": sub_title,
            "image": f"{IMAGES}/tasting.svg",
            "departmentId": place.departments["tasting-room"],
            "vendorId": place.vendors[0],
            "webStatus": "Not Available",
            "variants": [
                {
                    "title": "Per person",
                    "sku": code,
                    "price": price,
                    "costOfGood": price // 4,
                    "hasShipping": False,
                }
            ],
        }


def set_body(place: Places, title: str, code: str, price: int, items: list[Body], cost: int) -> Body:
    """A bundle of bottles, at one price."""
    return {
        **_dated(SETS_BEGIN),
        "type": "Bundle",
        "title": title,
        "image": f"{IMAGES}/set.svg",
        "departmentId": place.departments["gifts"],
        "vendorId": place.vendors[0],
        "webStatus": "Available",
        "collections": [{"id": place.collections["Gifts and Shop"]}],
        "bundleItems": items,
        "variants": [
            {"title": "Set", "sku": code, "price": price, "costOfGood": cost, "taxType": "Wine", "weight": 9}
        ],
    }


def _dated(day: date) -> Body:
    moment = clock.to_wire((day.toordinal() - date(1970, 1, 1).toordinal()) * clock.DAY_MS)
    return {"createdAt": moment, "updatedAt": moment}
