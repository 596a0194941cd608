"""Search over everything, from the head of every page: people, orders, products and clubs that fit a text.

What was typed exactly, an order's number or an e-mail address, leads straight to its record.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from cellarhand.admin import records
from cellarhand.admin.show import moment, money
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club import CLUB
from cellarhand.customers.customer import CUSTOMER, email_key
from cellarhand.orders.order import ORDER
from cellarhand.record.query import MOST_SEARCH
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

MOST_OF_A_KIND = 6
LEAST_LETTERS = 2
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,}", re.ASCII)
_NO_DIGIT = re.compile(r"\D+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """One group of what is found: where its records are, and what is said of one."""

    resource: Resource
    title: str
    path: str
    told: Callable[[Record, Visit], tuple[str, str]]
    # Whether a record is what was typed, to the letter.
    exact: Callable[[Record, str], bool] = lambda _record, _text: False
    # How the list is asked for a text.
    asked: Callable[[str], str] = lambda text: text
    # Whether a text can be about records of this kind at all.
    fits: Callable[[str], bool] = lambda _text: True


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    title: str
    about: str
    link: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more` leads to the list of all when there are more than these."""

    title: str
    hits: list[Hit]
    more: str


def _name(person: Record) -> str:
    return " ".join(filter(None, (person["firstName"], person["lastName"])))


def _customer(customer: Record, _: Visit) -> tuple[str, str]:
    email = customer["emails"][0]["email"] if customer["emails"] else ""
    phone = customer["phones"][0]["phone"] if customer["phones"] else ""
    return _name(customer) or email or "(no name)", email or phone


def _order(order: Record, visit: Visit) -> tuple[str, str]:
    customer = order["customer"]
    outside = f" ({order['externalOrderNumber']})" if order.get("externalOrderNumber") else ""
    parts = (
        _name(customer) if customer else "",
        moment(order["orderSubmittedDate"], visit.locale),
        money(order["total"], visit.locale),
    )
    return f"Order {order['orderNumber']}{outside}", ", ".join(filter(None, parts))


def _product(product: Record, _: Visit) -> tuple[str, str]:
    return product["title"], ", ".join(each["sku"] for each in product["variants"][:3])


def _club(club: Record, _: Visit) -> tuple[str, str]:
    return club["title"], club["type"]


KINDS = (
    Kind(
        CUSTOMER,
        "Customers",
        "/customers",
        _customer,
        lambda customer, text: email_key(text) in [email_key(each["email"]) for each in customer["emails"]],
        asked=lambda text: _NO_DIGIT.sub("", text) if _PHONE.fullmatch(text) else text,
    ),
    Kind(
        ORDER,
        "Orders",
        "/orders",
        _order,
        lambda order, text: text in (str(order["orderNumber"]), order.get("externalOrderNumber")),
        # Names lead to the customer, and from there to the orders.
        fits=lambda text: any(letter.isdigit() for letter in text) and "@" not in text,
    ),
    Kind(PRODUCT, "Products", "/products", _product),
    Kind(CLUB, "Clubs", "/clubs", _club),
)


async def search(visit: Visit) -> Response:
    """The groups of what was found; while somebody types only these, without a page around them."""
    text = visit.request.query_params.get("find", "").strip().removeprefix("#")[:MOST_SEARCH]
    groups = await _found(visit, text) if len(text) >= LEAST_LETTERS else []
    if visit.is_fragment:
        if len(text) < LEAST_LETTERS:
            # The box below the field is shown as long as anything is in it.
            return HTMLResponse("")
        return visit.page("search_hits.html", groups=groups, text=text)
    exact = [hit for group in groups for hit in group.hits if hit.exact]
    if len(exact) == 1:
        return visit.go(exact[0].link)
    return visit.page("search.html", groups=groups, text=text, least=LEAST_LETTERS)


async def _found(visit: Visit, text: str) -> list[Group]:
    groups = [await _of_kind(visit, kind, text) for kind in KINDS if kind.fits(text)]
    return [group for group in groups if group.hits]


async def _of_kind(visit: Visit, kind: Kind, text: str) -> Group:
    """The first few of a kind; none for who may not list them."""
    sought: dict[str, Any] = {"q": kind.asked(text), "cursor": "start", "limit": str(MOST_OF_A_KIND + 1)}
    found = await records.first_page(visit, kind.resource, {}, sought)
    hits = [
        Hit(*kind.told(record, visit), f"{kind.path}/{record['id']}", kind.exact(record, text))
        for record in found
    ]
    hits.sort(key=lambda hit: (not hit.exact, hit.title.casefold()))
    more = f"{kind.path}?{urlencode({'q': kind.asked(text)})}" if len(found) > MOST_OF_A_KIND else ""
    return Group(kind.title, hits[:MOST_OF_A_KIND], more)


SCREENS = (Screen("GET", "/search", search),)
