"""A new order adds to what its customer shows just what computing all of its orders anew would give."""

import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.added_orders import Shown, with_orders
from cellarhand.customers.derived import Part, orders_part, put_together
from cellarhand.customers.order_information import OrderFacts, counted_newest_first, purchases
from cellarhand.record.parts import opened
from cellarhand.record.text import decode, encode
from cellarhand.settings.time_zone import ZoneInfo, year_of
from tests.unit.orders import bought

Record = dict[str, Any]
History = dict[OrderFacts, Record]
ZONE = ZoneInfo("Pacific/Auckland")
WINES = {"a wine": {"varietal": "Syrah"}}
NEW_YEAR = clock.from_wire("2024-01-01T00:00:00.000Z") or 0
MEMBERSHIP = Part(
    members={"clubs": ["a club"]},
    order_information={"currentClubTitle": "Club"},
    notifications=[{"type": "Active Club Membership Missing Address"}],
    activity=["2023-06-01T00:00:00.000Z"],
)
NEW: Record = {
    "createdAt": "2022-01-01T00:00:00.000Z",
    "lastActivityDate": "2022-01-01T00:00:00.000Z",
    "loginActivity": {"lastLoginAt": None},
    "orderInformation": {
        "lifetimeValueSeedAmount": 700,
        "lifetimeValue": 700,
        "yearlyValue": {},
        "acquisitionChannel": None,
        "rank": 3,
    },
    "notifications": [],
    "products": [],
}
# Few moments, so that orders share them; around the end of a year and far away.
moments = st.one_of(
    st.integers(-2, 2).map(lambda day: NEW_YEAR + day * clock.DAY_MS),
    st.integers(-20, 20).map(lambda hour: NEW_YEAR + hour * 3_600_000),
    st.integers(-3_000, 3_000).map(lambda day: NEW_YEAR + day * clock.DAY_MS),
)
titles = itertools.count()


def item(kind: str) -> Record:
    of_product = {"productId": "a wine" if kind == "Wine" else None, "type": kind}
    return {
        "sku": "S",
        "image": None,
        "price": 1,
        "productTitle": str(next(titles)),
        "quantity": 1,
    } | of_product


@st.composite
def histories(draw: st.DrawFn, least: int = 0, most: int = 8) -> History:
    found: History = {}
    for number in draw(st.lists(st.integers(1, 99), min_size=least, max_size=most, unique=True)):
        status = draw(st.sampled_from(["Paid", "Paid", "Paid", "Authorized"]))
        facts = bought(
            id=f"order {number}",
            order_number=number,
            submitted_at=draw(moments),
            paid_at=draw(moments) if status == "Paid" else draw(st.none() | moments),
            payment_status=status,
            purchase_type=draw(st.sampled_from(["Regular", "Regular", "Refund"])),
            delivery_method=draw(st.sampled_from(["Ship", "Ship", "Pickup"])),
            fulfillment_status=draw(st.sampled_from(["Fulfilled", "Not Fulfilled"])),
            channel=draw(st.sampled_from(["Web", "POS"])),
            total=draw(st.integers(-500, 500)),
            gross_profit=draw(st.integers(-500, 500)),
        )
        kinds = draw(st.lists(st.sampled_from(["Wine", "Tasting", "Collateral"]), max_size=3))
        times = draw(st.sampled_from([1, 1, 1, 12]))
        paid = clock.to_wire(facts.paid_at) if facts.paid_at is not None else None
        found[facts] = {"orderPaidDate": paid, "items": [item(kind) for kind in kinds * times]}
    return found


def year(at: int) -> int:
    return year_of(at, ZONE)


def computed(customer: Record, history: History, parts: Sequence[Part] = (MEMBERSHIP,)) -> Record:
    """The customer as its orders and memberships make it."""
    counted = counted_newest_first(history)
    lines = purchases([history[order] for order in counted], WINES)
    of_orders = orders_part(customer, list(history), counted, lines, ZONE)
    return {**customer, **put_together(customer, [of_orders, *parts])}


def adding(customer: Record, added: History) -> Record | None:
    """What adding tells of a customer as it is stored, with the members that are not looked at as text."""
    stored = opened(encode(customer), ("orderInformation", "notifications", "lastActivityDate"))
    shown = Shown.of(stored["products"])
    members = with_orders(stored, shown, added, WINES, year) if shown is not None else None
    return decode(encode(members)) if members is not None else None


def split(history: History, number: int) -> tuple[History, History]:
    orders = list(history.items())
    return dict(orders[:number]), dict(orders[number:])


@given(histories(least=1), st.integers(0, 8), st.sampled_from([None, "", "Inbound"]))
def test_adding_gives_what_computing_anew_gives(history: History, number: int, channel: str | None) -> None:
    there, added = split(history, number)
    information = {**NEW["orderInformation"], "acquisitionChannel": channel}
    before = computed({**NEW, "orderInformation": information}, there)
    members = adding(before, added)
    if members is not None:
        after = {**before, **members}
        assert after == computed(before, history)
        assert list(after["orderInformation"]) == list(computed(before, history)["orderInformation"])
        assert list(after["orderInformation"]["yearlyValue"].items()) == list(
            computed(before, history)["orderInformation"]["yearlyValue"].items()
        )


@given(histories(least=1, most=4))
def test_one_after_the_other_shows_each_time_what_all_together_come_to(history: History) -> None:
    shown = whole = computed(NEW, {})
    there: History = {}
    for facts, order in history.items():
        there[facts] = order
        whole = computed(whole, there)
        members = adding(shown, {facts: order})
        shown = {**shown, **members} if members is not None else whole
        assert shown == whole


def paid(at: int, **members: Any) -> History:
    order = {"orderPaidDate": clock.to_wire(at), "items": [item("Wine")]}
    return {bought(paid_at=at, submitted_at=at, **members): order}


def test_an_order_of_a_moment_of_its_own_is_added_whatever_there_is() -> None:
    there = {key: each for day in range(70) for key, each in paid(day, order_number=day).items()}
    before = computed(NEW, there)
    for at in (NEW_YEAR, -clock.DAY_MS):
        assert adding(before, paid(at, order_number=99)) is not None


def test_of_two_paid_at_one_moment_all_orders_tell_which_comes_first() -> None:
    before = computed(NEW, paid(NEW_YEAR, order_number=7))
    assert adding(before, paid(NEW_YEAR, order_number=8)) is None


def test_of_two_pickups_all_orders_tell_which_comes_first() -> None:
    waits = {"delivery_method": "Pickup", "fulfillment_status": "Not Fulfilled"}
    before = computed(NEW, paid(NEW_YEAR, **waits))
    assert adding(before, paid(NEW_YEAR + 1, order_number=8, **waits)) is None
    assert adding(before, paid(NEW_YEAR + 1, order_number=8)) is not None
