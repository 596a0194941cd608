"""The demo's people: who they are, where they live and what a winery knows of them.

Each customer is drawn as the bodies that a client with role Data would send, so that the API's own rules say
what is right. No number, address or e-mail belongs to anybody: phones are the fictitious 555-01xx, e-mails
lie in domains reserved for examples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Any

from cellarhand import clock
from cellarhand.demo import words
from cellarhand.demo.dice import Dice, Urn
from cellarhand.ids import new_id
from cellarhand.record.search import fold

FOUNDED = date(2018, 11, 1)
"""When the demo's wineries were set up; nothing in them is older."""
FIRST_YEAR = 2019
LAST_DAY = date(2025, 12, 31)
"""Nothing in the demo is newer, whenever it is made: the same seed gives the same bytes."""

# Visitors come with summer, harvest and the holidays; the house grows by a fifth each year.
_SEASONS = (4, 5, 6, 8, 10, 11, 12, 11, 14, 15, 13, 12)
_GROWTH = 1.2
Body = dict[str, Any]


@dataclass(slots=True)
class Household:
    """One customer and what belongs to it, as bodies; `id`, `createdAt` and `updatedAt` are in each."""

    customer: Body
    tag_ids: list[str] = field(default_factory=list[str])
    addresses: list[Body] = field(default_factory=list[Body])
    cards: list[Body] = field(default_factory=list[Body])
    notes: list[Body] = field(default_factory=list[Body])
    memberships: list[Body] = field(default_factory=list[Body])
    # Whole records, oldest first.
    orders: list[Body] = field(default_factory=list[Body])


@dataclass(frozen=True, slots=True)
class Staff:
    """Who writes notes."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    state: str
    city: str
    zip_code: str
    area_code: str


def millis(day: date) -> int:
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * clock.DAY_MS


LAST_MOMENT = millis(LAST_DAY) + clock.DAY_MS - 1


def _rows(name: str) -> list[list[str]]:
    lines = files("cellarhand.demo").joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    """First and last names by culture."""
    found: dict[str, dict[str, list[str]]] = {}
    for culture, part, name in _rows("names.tsv"):
        found.setdefault(culture, {"first": [], "last": []})[part].append(name)
    return found


_MARKETING = Urn(["Subscribed", "Unsubscribed", None], (70, 14, 16))
_BRANDS = Urn(["Visa", "MasterCard", "American Express", "Discover"], (55, 25, 15, 5))
# How many a customer has.
_EMAILS = Urn([1, 2, 3], (86, 12, 2))
_ADDRESSES = Urn([0, 1, 2, 3], (14, 66, 16, 4))
_CARDS = Urn([0, 1, 2], (62, 33, 5))
_NOTES = Urn([0, 1, 2], (86, 11, 3))


@cache
def _cultures() -> Urn[str]:
    """Each as likely as it has last names."""
    names = _names()
    return Urn(list(names), (len(each["last"]) for each in names.values()))


@cache
def _places() -> Urn[Place]:
    rows = _rows("places.tsv")
    return Urn([Place(*row[:5]) for row in rows], (int(row[5]) for row in rows))


@cache
def _months() -> Urn[tuple[int, int]]:
    """Every month of the history, each as likely as customers joined in it."""
    months = [(year, month) for year in range(FIRST_YEAR, LAST_DAY.year + 1) for month in range(1, 13)]
    weights = [_SEASONS[month - 1] * _GROWTH ** (year - FIRST_YEAR) for year, month in months]
    return Urn(months, weights)


class People:
    """Draws households; e-mails are never drawn twice."""

    def __init__(
        self,
        dice: Dice,
        tag_ids: Mapping[str, str],
        staff: tuple[Staff, ...],
        *,
        meta_data: bool = True,
    ) -> None:
        self._dice = dice
        self._meta_data = meta_data
        self._tags = [(tag_ids[title], share) for title, share in words.TAGS if title in tag_ids]
        self._staff = staff
        self._taken: dict[str, int] = {}
        self._id_from, self._id_width = 0.0, 1.0

    def draw(self, count: int) -> Iterator[Household]:
        """Customers in the order of their ids, so that each goes into the database behind the one before."""
        for place in range(count):
            self._id_from, self._id_width = place / count, 1 / count
            yield self._household()

    def _id(self) -> str:
        """A new id that sorts where this household stands among all of them."""
        lead = int((self._id_from + self._id_width * self._dice.fraction()) * 2**32)
        return f"{lead:08x}{new_id()[8:]}"

    def _household(self) -> Household:
        dice = self._dice
        culture = dice.draw(_cultures())
        first, last = dice.pick(_names()[culture]["first"]), dice.pick(_names()[culture]["last"])
        place = dice.draw(_places())
        created = self._joined()
        moment = clock.to_wire(created)
        phone = f"+1{place.area_code}55501{dice.between(0, 99):02d}"
        home: Body = {
            "city": place.city,
            "stateCode": place.state,
            "zipCode": place.zip_code,
            "countryCode": place.country,
        }
        honorific = "Dr" if dice.chance(0.04) else None
        birth_date = self._birth_date() if dice.chance(0.7) else None
        person: Body = {
            "honorific": honorific,
            "firstName": first,
            "lastName": last,
            "birthDate": birth_date,
        }
        customer: Body = {
            "id": self._id(),
            "createdAt": moment,
            "updatedAt": moment,
            **person,
            **home,
            "emailMarketingStatus": dice.draw(_MARKETING),
            "emails": self._emails(first, last),
            "phones": [{"id": self._id(), "phone": phone}] if dice.chance(0.75) else [],
            "flags": self._flags(),
            "orderInformation": {"acquisitionChannel": dice.pick((*words.CHANNELS, None))},
            "metaData": self._customer_meta_data(),
        }
        found = Household(customer)
        found.tag_ids = [tag_id for tag_id, share in self._tags if dice.chance(share)]
        self._add_addresses(found, person, home, phone, created)
        self._add_cards(found, created)
        self._add_notes(found, created)
        self._settle_updated(found, created)
        return found

    def _joined(self) -> int:
        """A moment of the years shown, in the hours that the tasting room is open in California."""
        year, month = self._dice.draw(_months())
        day = millis(date(year, month, self._dice.between(1, 28)))
        return day + self._dice.between(17 * 3_600_000, 24 * 3_600_000 - 1)

    def _later(self, moment: int, most_days: int) -> int:
        """Some moment after `moment`, still within the history."""
        latest = min(moment + most_days * clock.DAY_MS, LAST_MOMENT)
        return self._dice.between(moment + 1, max(moment + 1, latest))

    def _birth_date(self) -> str:
        # Two throws make the middle likelier than the ends.
        year = self._dice.between(1938, 1968) + self._dice.between(0, 30)
        return date(year, self._dice.between(1, 12), self._dice.between(1, 28)).isoformat()

    def _emails(self, first: str, last: str) -> list[Body]:
        dice = self._dice
        count = dice.draw(_EMAILS)
        given, family = _as_word(first), _as_word(last)
        forms = (f"{given}.{family}", f"{given[:1]}{family}", f"{family}.{given}")
        first_form = dice.between(0, 2)
        chosen = [forms[(first_form + place) % 3] for place in range(count)]
        return [{"id": self._id(), "email": self._free(form)} for form in chosen]

    def _free(self, local: str) -> str:
        """An address that nobody has yet."""
        wanted = f"{local}@{self._dice.pick(words.MAIL_DOMAINS)}"
        times = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        if times == 1:
            return wanted
        name, _, domain = wanted.partition("@")
        # A name ends with a letter, so a number after it can not meet another name.
        return f"{name}{times}@{domain}"

    def _flags(self) -> list[Body]:
        if not self._dice.chance(0.03):
            return []
        return [{"id": self._id(), "content": self._dice.pick(words.FLAGS)}]

    def _customer_meta_data(self) -> Body | None:
        dice = self._dice
        if not self._meta_data or not dice.chance(0.4):
            return None
        values: Body = {
            "favorite-varietal": dice.pick(words.VARIETALS),
            "letter-frequency": dice.pick(words.FREQUENCIES),
            "heard-from": dice.pick(words.HEARD_FROM),
            "events": dice.some(words.OCCASIONS, 1, 2),
            "cellar-size": 12 * dice.between(1, 50),
            "may-be-photographed": dice.pick(("Yes", "No")),
        }
        return {code: values[code] for code in dice.some(tuple(values), 1, 4)}

    def _add_addresses(self, found: Household, person: Body, home: Body, phone: str, created: int) -> None:
        dice = self._dice
        count = dice.draw(_ADDRESSES)
        for place in range(count):
            at = created if place == 0 else self._later(created, 900)
            moment = clock.to_wire(at)
            address: Body = {"id": self._id(), "createdAt": moment, "updatedAt": moment}
            address |= person | home if place == 0 else self._recipient(person["lastName"])
            address["phone"] = phone if place == 0 else None
            address["company"] = dice.pick(words.COMPANIES) if dice.chance(0.07) else None
            address["address"] = f"{dice.between(10, 9799)} {dice.pick(words.STREETS)}"
            second = dice.pick(words.SECOND_LINES).format(dice.between(1, 59))
            address["address2"] = second if dice.chance(0.2) else None
            hint = {"delivery-hint": dice.pick(words.DELIVERY_HINTS)} if dice.chance(0.1) else None
            address["metaData"] = hint if self._meta_data else None
            address["isDefault"] = place == 0
            found.addresses.append(address)

    def _recipient(self, last: str) -> Body:
        """Somebody else, who gets presents: often of the same family."""
        dice = self._dice
        culture = dice.draw(_cultures())
        place = dice.draw(_places())
        names = _names()[culture]
        return {
            "firstName": dice.pick(names["first"]),
            "lastName": last if dice.chance(0.6) else dice.pick(names["last"]),
            "city": place.city,
            "stateCode": place.state,
            "zipCode": place.zip_code,
            "countryCode": place.country,
        }

    def _add_cards(self, found: Household, created: int) -> None:
        dice = self._dice
        holder = f"{found.customer['firstName']} {found.customer['lastName']}"
        at = created
        for place in range(dice.draw(_CARDS)):
            at = self._later(at, 400)
            moment = clock.to_wire(at)
            brand = dice.draw(_BRANDS)
            hidden = 11 if brand == "American Express" else 12
            card: Body = {
                "id": self._id(),
                "createdAt": moment,
                "updatedAt": moment,
                "cardBrand": brand,
                "gateway": "No Gateway",
                "maskedCardNumber": f"{'*' * hidden}{dice.between(0, 9999):04d}",
                "tokenOnFile": f"tok_{self._token()}",
                "expiryMo": dice.between(1, 12),
                "expiryYr": dice.between(LAST_DAY.year - 1, LAST_DAY.year + 5),
                "cardHolderName": holder,
                "isDefault": place == 0,
            }
            found.cards.append(card)

    def _token(self) -> str:
        """Letters alone: nothing in it can read as a card number."""
        return "".join([self._dice.pick(ascii_lowercase) for _ in range(16)])

    def _add_notes(self, found: Household, created: int) -> None:
        dice = self._dice
        for _ in range(dice.draw(_NOTES)):
            moment = clock.to_wire(self._later(created, 700))
            writer = dice.pick(self._staff)
            note: Body = {
                "id": self._id(),
                "createdAt": moment,
                "updatedAt": moment,
                "type": "Note",
                "noteDate": moment,
                "content": dice.pick(words.NOTES),
                "customerId": found.customer["id"],
                "accountId": writer.id,
                "accountName": writer.name,
            }
            found.notes.append(note)

    def _settle_updated(self, found: Household, created: int) -> None:
        """A default address or card touches its customer, and some were edited later."""
        touched = [each["createdAt"] for each in (*found.addresses, *found.cards) if each["isDefault"]]
        if self._dice.chance(0.2):
            touched.append(clock.to_wire(self._later(created, 1200)))
        found.customer["updatedAt"] = max((found.customer["createdAt"], *touched))


def _as_word(name: str) -> str:
    """A name as it stands in an e-mail: plain letters."""
    plain = fold(name).replace("ø", "o").replace("ł", "l").replace("đ", "d")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())
