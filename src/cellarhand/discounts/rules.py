"""What the members of a coupon or promotion have to do with each other (reference B26). Pure."""

from collections.abc import Mapping
from typing import NamedTuple, cast

from cellarhand import clock
from cellarhand.discounts.shapes import MOST_BASIS_POINTS, cut_to_minute
from cellarhand.record import errors
from cellarhand.record.resource import Draft


class Ids(NamedTuple):
    """A list of ids, and the member whose word tells what they are ids of."""

    word: str
    member: str


ID_LISTS = (
    Ids("appliesTo", "appliesToObjectIds"),
    Ids("excludes", "excludeObjectIds"),
    Ids("cartContainsType", "cartContainsObjectIds"),
    Ids("availableTo", "availableToObjectIds"),
)
OPEN_WORDS: Mapping[str, tuple[str | None, ...]] = {
    "appliesTo": ("Store", "None"),
    "excludes": (None,),
    "cartRequirementType": ("None",),
    "cartContainsType": (None, "Anything"),
    "usageLimitType": ("Unlimited",),
    "availableTo": ("Everyone",),
}
"""By member the words that go without a list of ids or a number beside them."""
_NUMBERS = (
    ("cartRequirementType", "cartRequirement", True),
    ("cartRequirementType", "cartRequirementMaximum", False),
    ("usageLimitType", "usageLimit", True),
)
_ALL = "All"


def check_discount(draft: Draft) -> None:
    """What stands beside a word is there when it is needed, and only then; amounts, channels and dates."""
    for word, member in ID_LISTS:
        _settle_ids(draft, word, member)
    for word, member, needed in _NUMBERS:
        _fit(draft, word, member, draft.after(member), needed=needed)
    _check_amount(draft)
    _check_channels(draft)
    _check_dates(draft)


def _settle_ids(draft: Draft, word: str, member: str) -> None:
    """A list names each once, and an empty one is none. Ids of one kind are none of another."""
    ids = cast(list[str] | None, draft.sent.get(member))
    if ids is not None:
        draft.sent[member] = list(dict.fromkeys(ids)) or None
    before = draft.stored
    same = before is not None and draft.after(word) == before[word]
    _fit(draft, word, member, draft.after(member) if same else draft.sent.get(member), needed=True)


def _fit(draft: Draft, word: str, member: str, value: object, *, needed: bool) -> None:
    if draft.faults.on(word) or draft.faults.on(member):
        return
    if draft.after(word) not in OPEN_WORDS[word]:
        if needed and value is None:
            draft.faults.require(member)
    elif draft.sent.get(member) is not None:
        draft.faults.add(member, errors.NOT_ALLOWED)
    elif draft.after(member) is not None:
        # What belonged to the word before.
        draft.sent[member] = None


def _check_amount(draft: Draft) -> None:
    """Nothing is more than 100 % off."""
    discount = draft.after("discount")
    if draft.faults.on("discount") or draft.after("discountType") != "Percentage Off":
        return
    if isinstance(discount, int) and discount > MOST_BASIS_POINTS:
        draft.faults.add("discount", f"must be <= {MOST_BASIS_POINTS}")


def _check_channels(draft: Draft) -> None:
    """All channels, or some by name."""
    if "channels" not in draft.sent or draft.faults.on("channels"):
        return
    channels = list(dict.fromkeys(cast(list[str], draft.sent["channels"])))
    if _ALL in channels and len(channels) > 1:
        draft.faults.add(f"channels[{draft.sent['channels'].index(_ALL)}]", errors.NOT_ALLOWED)
    draft.sent["channels"] = channels


def _check_dates(draft: Draft) -> None:
    """It ends after it began; both are minutes by now."""
    if draft.faults.on("startDate") or draft.faults.on("endDate"):
        return
    ends = cast(str | None, draft.after("endDate"))
    begins = cast(str | None, draft.after("startDate")) or clock.to_wire(cut_to_minute(draft.now))
    if ends is not None and ends <= begins:
        draft.faults.add("endDate" if "endDate" in draft.sent else "startDate", errors.NOT_ALLOWED)
