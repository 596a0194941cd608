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
from itertools import accumulate
from random import Random
from string import ascii_lowercase
from typing import Any

from cellarhand import clock
from cellarhand.demo import words
from cellarhand.ids import new_id
from cellarhand.record.search import fold

FOUNDED = date(2018, 11, 1)
"""When the demo's wineries were set up; nothing in them is older."""
FIRST_YEAR = 2019
LAST_DAY = date(2025, 12, 30)
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


@cache
def _cultures() -> tuple[list[str], list[int]]:
    """Cultures, each as likely as it has last names."""
    names = _names()
    return list(names), list(accumulate(len(each["last"]) for each in names.values()))


@cache
def _places() -> tuple[list[Place], list[int]]:
    rows = _rows("places.tsv")
    return [Place(*row[:5]) for row in rows], list(accumulate(int(row[5]) for row in rows))


@cache
def _months() -> tuple[list[tuple[int, int]], list[float]]:
    """Every month of the history, each as likely as customers joined in it."""
    months = [(year, month) for year in range(FIRST_YEAR, LAST_DAY.year + 1) for month in range(1, 13)]
    weights = [_SEASONS[month - 1] * _GROWTH ** (year - FIRST_YEAR) for year, month in months]
    return months, list(accumulate(weights))


class People:
    """Draws households from one `Random`; e-mails are never drawn twice."""

    def __init__(self, random: Random, tag_ids: Mapping[str, str], staff: tuple[Staff, ...]) -> None:
        self._random = random
        self._tags = [(tag_ids[title], share) for title, share in words.TAGS if title in tag_ids]
        self._staff = staff
        self._taken: dict[str, int] = {}

    def draw(self, count: int) -> Iterator[Household]:
        for _ in range(count):
            yield self._household()

    def _household(self) -> Household:
        random = self._random
        culture = random.choices(*_weighted(_cultures()))[0]
        first, last = random.choice(_names()[culture]["first"]), random.choice(_names()[culture]["last"])
        place = random.choices(*_weighted(_places()))[0]
        created = self._joined()
        moment = clock.to_wire(created)
        phone = f"+1{place.area_code}55501{random.randrange(100):02d}"
        home: Body = {
            "city": place.city,
            "stateCode": place.state,
            "zipCode": place.zip_code,
            "countryCode": place.country,
        }
        honorific = random.choice(("Dr", "Mr", "Ms")) if random.random() < 0.05 else None
        birth_date = self._birth_date() if random.random() < 0.7 else None
        person: Body = {
            "honorific": honorific,
            "firstName": first,
            "lastName": last,
            "birthDate": birth_date,
        }
        customer: Body = {
            "id": new_id(),
            "createdAt": moment,
            "updatedAt": moment,
            **person,
            **home,
            "emailMarketingStatus": random.choices(("Subscribed", "Unsubscribed", None), (70, 14, 16))[0],
            "emails": self._emails(first, last),
            "phones": [{"id": new_id(), "phone": phone}] if random.random() < 0.75 else [],
            "flags": self._flags(),
            "orderInformation": {"acquisitionChannel": random.choice((*words.CHANNELS, None))},
            "metaData": self._customer_meta_data(),
        }
        found = Household(customer)
        found.tag_ids = [tag_id for tag_id, share in self._tags if random.random() < share]
        self._add_addresses(found, person, home, phone, created)
        self._add_cards(found, created)
        self._add_notes(found, created)
        self._settle_updated(found, created)
        return found

    def _joined(self) -> int:
        """A moment of the years shown, in the hours that the tasting room is open in California."""
        year, month = self._random.choices(*_weighted(_months()))[0]
        day = date(year, month, self._random.randint(1, 28))
        return min(millis(day), millis(LAST_DAY)) + self._open_hours()

    def _open_hours(self) -> int:
        return self._random.randrange(17 * 3_600_000, 24 * 3_600_000)

    def _later(self, moment: int, most_days: int) -> int:
        """Some moment after `moment`, still within the history."""
        last = millis(LAST_DAY) + clock.DAY_MS - 1
        return self._random.randint(moment + 1, max(moment + 1, min(moment + most_days * clock.DAY_MS, last)))

    def _birth_date(self) -> str:
        years = self._random.triangular(1938, 1998, 1974)
        return date(int(years), self._random.randint(1, 12), self._random.randint(1, 28)).isoformat()

    def _emails(self, first: str, last: str) -> list[Body]:
        random = self._random
        count = random.choices((1, 2, 3), (86, 12, 2))[0]
        given, family = _as_word(first), _as_word(last)
        forms = [f"{given}.{family}", f"{given[:1]}{family}", f"{family}.{given}"]
        random.shuffle(forms)
        return [{"id": new_id(), "email": self._free(form)} for form in forms[:count]]

    def _free(self, local: str) -> str:
        """An address that nobody has yet."""
        wanted = f"{local}@{self._random.choice(words.MAIL_DOMAINS)}"
        times = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        if times == 1:
            return wanted
        name, _, domain = wanted.partition("@")
        # A name ends with a letter, so a number after it can not meet another name.
        return f"{name}{times}@{domain}"

    def _flags(self) -> list[Body]:
        if self._random.random() > 0.03:
            return []
        return [{"id": new_id(), "content": self._random.choice(words.FLAGS)}]

    def _customer_meta_data(self) -> Body | None:
        random = self._random
        if random.random() > 0.4:
            return None
        values: Body = {
            "favorite-varietal": random.choice(words.VARIETALS),
            "letter-frequency": random.choice(words.FREQUENCIES),
            "heard-from": random.choice(words.HEARD_FROM),
            "events": random.sample(words.OCCASIONS, random.randint(1, 2)),
            "cellar-size": random.randrange(12, 600, 12),
            "may-be-photographed": random.choice(("Yes", "No")),
        }
        kept = sorted(random.sample(list(values), random.randint(1, 4)), key=list(values).index)
        return {code: values[code] for code in kept}

    def _add_addresses(self, found: Household, person: Body, home: Body, phone: str, created: int) -> None:
        random = self._random
        count = random.choices((0, 1, 2, 3), (14, 66, 16, 4))[0]
        for place in range(count):
            at = created if place == 0 else self._later(created, 900)
            moment = clock.to_wire(at)
            address: Body = {"id": new_id(), "createdAt": moment, "updatedAt": moment}
            address |= person | home if place == 0 else self._recipient(person["lastName"])
            address["phone"] = phone if place == 0 else None
            address["company"] = random.choice(words.COMPANIES) if random.random() < 0.07 else None
            address["address"] = f"{random.randrange(10, 9800)} {random.choice(words.STREETS)}"
            second = random.choice(words.SECOND_LINES).format(random.randrange(1, 60))
            address["address2"] = second if random.random() < 0.2 else None
            hint = {"delivery-hint": random.choice(words.DELIVERY_HINTS)} if random.random() < 0.1 else None
            address["metaData"] = hint
            address["isDefault"] = place == 0
            found.addresses.append(address)

    def _recipient(self, last: str) -> Body:
        """Somebody else, who gets presents: often of the same family."""
        random = self._random
        culture = random.choices(*_weighted(_cultures()))[0]
        place = random.choices(*_weighted(_places()))[0]
        names = _names()[culture]
        return {
            "firstName": random.choice(names["first"]),
            "lastName": last if random.random() < 0.6 else random.choice(names["last"]),
            "city": place.city,
            "stateCode": place.state,
            "zipCode": place.zip_code,
            "countryCode": place.country,
        }

    def _add_cards(self, found: Household, created: int) -> None:
        random = self._random
        holder = f"{found.customer['firstName']} {found.customer['lastName']}"
        at = created
        for place in range(random.choices((0, 1, 2), (62, 33, 5))[0]):
            at = self._later(at, 400)
            moment = clock.to_wire(at)
            brand = random.choices(("Visa", "MasterCard", "American Express", "Discover"), (55, 25, 15, 5))[0]
            hidden = 11 if brand == "American Express" else 12
            card: Body = {
                "id": new_id(),
                "createdAt": moment,
                "updatedAt": moment,
                "cardBrand": brand,
                "gateway": "No Gateway",
                "maskedCardNumber": f"{'*' * hidden}{random.randrange(10_000):04d}",
                "tokenOnFile": f"tok_{''.join(random.choices(ascii_lowercase, k=20))}",
                "expiryMo": random.randint(1, 12),
                "expiryYr": random.randint(LAST_DAY.year - 1, LAST_DAY.year + 5),
                "cardHolderName": holder,
                "isDefault": place == 0,
            }
            found.cards.append(card)

    def _add_notes(self, found: Household, created: int) -> None:
        random = self._random
        for _ in range(random.choices((0, 1, 2), (86, 11, 3))[0]):
            moment = clock.to_wire(self._later(created, 700))
            writer = random.choice(self._staff)
            note: Body = {
                "id": new_id(),
                "createdAt": moment,
                "updatedAt": moment,
                "noteDate": moment,
                "content": random.choice(words.NOTES),
                "customerId": found.customer["id"],
                "accountId": writer.id,
                "accountName": writer.name,
            }
            found.notes.append(note)

    def _settle_updated(self, found: Household, created: int) -> None:
        """A default address or card touches its customer, and some were edited later."""
        touched = [each["createdAt"] for each in (*found.addresses, *found.cards) if each["isDefault"]]
        if self._random.random() < 0.2:
            touched.append(clock.to_wire(self._later(created, 1200)))
        found.customer["updatedAt"] = max((found.customer["createdAt"], *touched))


def _weighted(found: "tuple[list[Any], list[Any]]") -> "tuple[list[Any], None, list[Any]]":
    """The arguments of `choices` for values and their cumulative weights."""
    values, weights = found
    return values, None, weights


def _as_word(name: str) -> str:
    """A name as it stands in an e-mail: plain letters."""
    plain = fold(name).replace("ø", "o").replace("ł", "l").replace("đ", "d")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())
