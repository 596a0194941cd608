"""What a customer's memberships come to (reference B3, domain CUS-8, CUS-9). Pure.

Part of it moves with the clock alone. Such members stand in the customer's text with a mark, and reading
fills them by what stands beside them: `orderInformation` by `clubs`, a notification by its spans of time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from cellarhand import clock, ids
from cellarhand.clubs.course import NEVER, course
from cellarhand.record.parts import apart, part, value_of
from cellarhand.record.text import MARK, encode, marked
from cellarhand.record.validate import Record
from cellarhand.store.unit import ReadUnit

MISSING_ADDRESS = "Active Club Membership Missing Address"
MISSING_CARD = "Active Club Membership Missing Credit Card"
EXPIRED_CARD = "Active Club Membership With Expired Card"
_SAYS = {
    MISSING_ADDRESS: "An active club membership is missing an address.",
    MISSING_CARD: "An active club membership is missing a credit card.",
    EXPIRED_CARD: "The credit card of an active club membership has expired.",
}


def clubs_of(memberships: Sequence[Record], titles: Mapping[str, str]) -> list[Record]:
    """`clubs`: every membership, cancelled ones too, newest sign-up first."""
    by_signup = sorted(memberships, key=lambda each: (-_instant(each["signupDate"]), each["id"]))
    return [_club(each, titles[each["clubId"]]) for each in by_signup]


def _club(membership: Record, title: str) -> Record:
    subscription = membership.get("subscription")
    return {
        "clubId": membership["clubId"],
        "clubTitle": title,
        **({"frequency": subscription["frequency"]} if subscription else {}),
        "cancelDate": membership["cancelDate"],
        "signupDate": membership["signupDate"],
        "clubMembershipId": membership["id"],
    }


def standing(clubs: Sequence[Record], now: int) -> Record:
    """The members of `orderInformation` that follow from `clubs` at a moment; days are whole ones."""
    current = [each for each in clubs if _ends(each) > now]
    newest = current[0] if current else None
    return {
        "currentClubTitle": newest["clubTitle"] if newest else None,
        "daysInCurrentClub": _days(now - _instant(newest["signupDate"])) if newest else None,
        "daysInClub": _days(_covered(clubs, now)),
        "isActiveClubMember": bool(current),
    }


def _days(millis: int) -> int:
    return max(0, millis) // clock.DAY_MS


def _covered(clubs: Sequence[Record], now: int) -> int:
    """How long at least one membership lasted until now, in milliseconds."""
    covered, until = 0, -NEVER
    for begins, ends in sorted((_instant(each["signupDate"]), min(_ends(each), now)) for each in clubs):
        covered += max(0, ends - max(begins, until))
        until = max(until, ends)
    return covered


def _ends(club: Record) -> int:
    return NEVER if club["cancelDate"] is None else _instant(club["cancelDate"])


def _instant(text: str) -> int:
    return cast(int, clock.from_wire(text))


def marked_standing(clubs: Sequence[Record], now: int) -> Record:
    """The same for storing: marked while any of it can still move."""
    found = standing(clubs, now)
    if not found["isActiveClubMember"]:
        return found
    return {**found, "currentClubTitle": MARK, "daysInCurrentClub": None, "daysInClub": 0}


def notifications_of(memberships: Sequence[Record], expiries: Mapping[str, int], now: int) -> list[Record]:
    """What Active memberships lack, for storing: each with the spans in which it is true.

    `expiries` tells from when on each card is past its expiry month.
    """
    found: list[Record] = []
    for membership in sorted(memberships, key=lambda each: (-_instant(each["signupDate"]), each["id"])):
        active = [span for span in course(membership) if span.status == "Active"]
        for kind, since in _lacks(membership, expiries).items():
            spans = [(max(span.begins, since), span.ends) for span in active]
            spans = [(begins, ends) for begins, ends in spans if begins < ends and ends > now]
            if spans:
                found.append(_notification(kind, membership["id"], spans))
    return found


def _lacks(membership: Record, expiries: Mapping[str, int]) -> dict[str, int]:
    """What a membership lacks while it is Active, and since when."""
    found: dict[str, int] = {}
    ships = membership["orderDeliveryMethod"] == "Ship"
    if membership["billToCustomerAddressId"] is None or (
        ships and membership["shipToCustomerAddressId"] is None
    ):
        found[MISSING_ADDRESS] = -NEVER
    card = membership["customerCreditCardId"]
    if card is None:
        found[MISSING_CARD] = -NEVER
    elif card in expiries:
        found[EXPIRED_CARD] = expiries[card]
    return found


def _notification(kind: str, membership_id: str, spans: list[tuple[int, int]]) -> Record:
    return {
        "id": ids.id_of(kind, membership_id),
        "data": MARK + " ".join(f"{begins}:{ends}" for begins, ends in spans),
        "type": kind,
        "content": _SAYS[kind],
        "objectId": membership_id,
    }


def moves(customer: Record) -> bool:
    """Whether a stored customer has a mark: what it shows changes with the clock."""
    if customer["orderInformation"]["currentClubTitle"] == MARK:
        return True
    return any(isinstance(each["data"], str) for each in customer["notifications"])


def at_hour(body: bytes, now: int) -> bytes:
    """The text of a customer with what the clock decides."""
    parts = apart(body)
    information: Record = value_of(parts["orderInformation"])
    if information["currentClubTitle"] == MARK:
        information |= standing(value_of(parts["clubs"]), now)
        parts["orderInformation"] = part(information)
    notes: list[Record] = value_of(parts["notifications"])
    parts["notifications"] = part([_plain(each) for each in notes if _is_true(each["data"], now)])
    return encode(parts)


def at_moment(members: Record, now: int) -> Record:
    """Derived members in the one form in which two that say the same, now and ever after, are equal.

    What depends on the clock is filled in, and beside it stands whether and until when it moves.
    """
    found = dict(members)
    information: Record = members["orderInformation"]
    if information["currentClubTitle"] == MARK:
        found["orderInformation"] = {**information, **standing(members["clubs"], now)}
    # Nothing moves once the last membership has ended: then a mark says no more than the figures.
    moves = information["currentClubTitle"] == MARK and found["orderInformation"]["isActiveClubMember"]
    found["orderInformation"] = {**found["orderInformation"], "moves with the clock": moves}
    notes = [{**each, "data": _spans_ahead(each["data"], now)} for each in members["notifications"]]
    found["notifications"] = [each for each in notes if each["data"] != MARK]
    return found


def _spans_ahead(data: Any, now: int) -> Any:
    """The spans of a notification that have not ended."""
    if not isinstance(data, str) or not data.startswith(MARK):
        return data
    return MARK + " ".join(span for span in data[1:].split(" ") if int(span.partition(":")[2]) > now)


def _is_true(data: Any, now: int) -> bool:
    """Whether a notification holds at a moment; one without a mark always does."""
    if not isinstance(data, str) or not data.startswith(MARK):
        return True
    spans = (span.split(":") for span in data[1:].split(" "))
    return any(int(begins) <= now < int(ends) for begins, ends in spans)


def _plain(notification: Record) -> Record:
    data = notification["data"]
    return {**notification, "data": None} if isinstance(data, str) else notification


async def show_this_hour(_: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of customers as they are at this moment."""
    now = clock.now()
    return [at_hour(body, now) if marked(body) else body for body in bodies]
