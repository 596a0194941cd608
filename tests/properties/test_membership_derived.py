"""What a customer shows of memberships follows from them alone, whatever happened (GEN-6, CUS-8, CUS-9)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import clock
from tests.callers import Caller, House
from tests.wire.members import EXPIRED_CARD, MISSING_ADDRESS, MISSING_CARD, Member, new_member

SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOUR = 3_600_000
GRID = 100 * HOUR
START = 1_790_000_000_000
"""An instant of September 2026."""
Record = dict[str, Any]


@pytest.fixture(scope="module")
def api(house: House) -> Caller:
    return house.open().app()


@dataclass
class Life:
    """One customer, the instant, and the memberships so far."""

    member: Member
    memberships: list[Record]
    now: int = START

    @property
    def api(self) -> Caller:
        return self.member.api

    def change(self, number: int, sent: Record) -> None:
        """Change one of the memberships; what the rules refuse changes nothing."""
        if self.memberships:
            answer = self.api.put(f"/club-membership/{self._pick(number)['id']}", sent)
            assert answer.status_code in (200, 422), answer.text

    def leave(self, number: int) -> None:
        if self.memberships:
            gone = self._pick(number)
            self.api.gone(f"/club-membership/{gone['id']}")
            self.memberships.remove(gone)

    def join(self, sent: Record) -> None:
        if sent.get("subscription"):
            sent = {**sent, "clubId": self.member.subscription, "onHolds": []}
        answer = self.api.post("/club-membership", self.member.body(**sent))
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            self.memberships.append(answer.json())

    def _pick(self, number: int) -> Record:
        return self.memberships[number % len(self.memberships)]


Step = Callable[[Life], None]
# Instants on a coarse grid, so that many of them meet.
dates = st.integers(-6, 6).map(lambda place: clock.to_wire(START + place * GRID))
past = st.integers(-12, 0).map(lambda place: clock.to_wire(START + place * GRID))
cancellations = st.one_of(
    st.just({"cancelDate": None}), dates.map(lambda date: {"cancelDate": date, "cancellationReason": "Other"})
)


def in_pairs(sent: list[str]) -> Record:
    """Holds one after the other; of an odd number of dates the last begins one without an end."""
    ends = [*sorted(sent), None]
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return {"onHolds": [{"startDate": start, "endDate": end, "holdReason": "Other"} for start, end in pairs]}


holds = st.lists(dates, max_size=4, unique=True).map(in_pairs)
cards = st.sampled_from(["", None]).map(
    lambda card: {} if card == "" else {"customerCreditCardId": None, "billToCustomerAddressId": None}
)
subscriptions = st.sampled_from([{}, {"subscription": {"frequency": 3}}])
numbers = st.integers(0, 5)


def joining(signup: str, *parts: Record) -> Step:
    sent = {"signupDate": signup}
    for part in parts:
        sent |= part
    return lambda life: life.join(sent)


def passing(by: int) -> Step:
    def step(life: Life) -> None:
        life.now += by * GRID // 2

    return step


def renaming(title: str) -> Step:
    return lambda life: life.api.changed(f"/club/{life.member.club}", {"title": title}) and None


def aging(year: int) -> Step:
    def step(life: Life) -> None:
        life.api.changed(f"{life.member.at}/credit-card/{life.member.card}", {"expiryYr": year})

    return step


steps = st.one_of(
    st.builds(joining, past, cancellations, holds, cards, subscriptions),
    st.builds(lambda number, sent: lambda life: life.change(number, sent), numbers, cancellations),
    st.builds(lambda number, sent: lambda life: life.change(number, sent), numbers, holds),
    st.builds(lambda number, sent: lambda life: life.change(number, sent), numbers, cards),
    st.builds(lambda number: lambda life: life.leave(number), numbers),
    st.integers(1, 6).map(passing),
    st.sampled_from(["Reds", "Whites"]).map(renaming),
    st.sampled_from([2025, 2026, 2091]).map(aging),
)


def at(text: str | None) -> float:
    instant = None if text is None else clock.from_wire(text)
    return float("inf") if instant is None else instant


def naive_status(membership: Record, now: int) -> str:
    if at(membership["cancelDate"]) <= now:
        return "Cancelled"
    held = [each for each in membership["onHolds"] if at(each["startDate"]) <= now < at(each["endDate"])]
    return "On Hold" if held else "Active"


def naive_days(memberships: list[Record], now: int) -> int:
    """Every sign-up and cancellation lies on an hour, so that hours can be counted one by one."""
    covered: set[int] = set()
    for each in memberships:
        ends = int(min(at(each["cancelDate"]), now))
        covered.update(range(int(at(each["signupDate"])), ends, HOUR))
    return len(covered) // 24


def naive_notes(membership: Record, card_year: int, now: int) -> list[tuple[str, str]]:
    lacks: list[str] = []
    if naive_status(membership, now) == "Active":
        if membership["billToCustomerAddressId"] is None:
            lacks.append(MISSING_ADDRESS)
        if membership["customerCreditCardId"] is None:
            lacks.append(MISSING_CARD)
        # The card expires in April: in the years tried long before the first step, or long after the last.
        elif now > at(f"{card_year}-05-02"):
            lacks.append(EXPIRED_CARD)
    return [(kind, membership["id"]) for kind in lacks]


def agrees(life: Life) -> None:
    """The customer, compared with what the list of memberships says."""
    now, member = life.now, life.member
    memberships: list[Record] = life.api.seen(f"/club-membership?customerId={member.customer}")[
        "clubMemberships"
    ]
    customer = member.seen()
    assert {each["id"] for each in memberships} == {each["id"] for each in life.memberships}
    memberships.sort(key=lambda each: (-at(each["signupDate"]), each["id"]))
    current = [each for each in memberships if naive_status(each, now) != "Cancelled"]
    information = customer["orderInformation"]
    assert information["isActiveClubMember"] == bool(current)
    assert information["currentClubTitle"] == (current[0]["club"]["title"] if current else None)
    days = int(now - at(current[0]["signupDate"])) // clock.DAY_MS if current else None
    assert information["daysInCurrentClub"] == days
    assert information["daysInClub"] == naive_days(memberships, now)
    assert customer["clubs"] == [
        {
            "clubId": each["clubId"],
            "clubTitle": each["club"]["title"],
            **({"frequency": each["subscription"]["frequency"]} if "subscription" in each else {}),
            "cancelDate": each["cancelDate"],
            "signupDate": each["signupDate"],
            "clubMembershipId": each["id"],
        }
        for each in memberships
    ]
    year = life.api.seen(f"{member.at}/credit-card/{member.card}")["expiryYr"]
    notes = [note for each in memberships for note in naive_notes(each, year, now)]
    assert [(each["type"], each["objectId"]) for each in customer["notifications"]] == notes
    assert customer["lastActivityDate"] == max(
        customer["createdAt"], *(m["signupDate"] for m in memberships), ""
    )
    del customer["products"]
    for each in memberships:
        assert each["status"] == naive_status(each, now)
        assert each["customer"] == customer
    for status in ("Active", "On Hold", "Cancelled"):
        path = f"/club-membership?customerId={member.customer}&status={status}"
        found = {each["id"] for each in life.api.seen(path)["clubMemberships"]}
        assert found == {each["id"] for each in memberships if each["status"] == status}


@SOME
@given(st.lists(steps, min_size=2, max_size=8))
def test_the_customer_follows_from_its_memberships(api: Caller, course: list[Step]) -> None:
    with clock.frozen(START):
        life = Life(new_member(api, f"life{clock.tick()}@example.com", "Jane"), [])
    for step in course:
        with clock.frozen(life.now):
            step(life)
        with clock.frozen(life.now):
            agrees(life)
