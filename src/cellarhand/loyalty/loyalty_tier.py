"""Loyalty tiers: what makes a customer earn points at which rate (reference B29, LOY-4)."""

from collections.abc import Sequence
from typing import Any, cast

from cellarhand.clubs.club import CLUB
from cellarhand.clubs.copies import copies
from cellarhand.events.trash import into_trash
from cellarhand.loyalty.shapes import LoyaltyTier, LoyaltyTierWrite
from cellarhand.loyalty.tier_rules import CLUBS_MARK, MEMBER_OF, club_ids, clubs_mark, place_of
from cellarhand.record import errors
from cellarhand.record.parts import apart, part, value_of
from cellarhand.record.resource import Draft, Log, Resource, TextSearch
from cellarhand.record.text import decode, encode, marked
from cellarhand.record.validate import Record
from cellarhand.record.writing import replace_record
from cellarhand.settings.loyalty import refuse_while_off
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit


def _check(draft: Draft) -> None:
    """Exactly the member that belongs to the type."""
    kind = draft.after("qualificationType")
    same = draft.stored is not None and draft.stored["qualificationType"] == kind
    for each, member in MEMBER_OF.items():
        if each != kind and member in draft.sent and isinstance(kind, str):
            draft.faults.add(member, errors.NOT_ALLOWED)
        elif each == kind and member not in draft.sent and not same:
            draft.faults.require(member)


async def _find_clubs(draft: Draft) -> None:
    """The clubs exist; in their place stands a mark, which reading fills."""
    if "clubsToQualify" not in draft.sent:
        return
    ids = [club["id"] for club in cast(list[dict[str, Any]], draft.sent["clubsToQualify"])]
    known = {row[0] for row in await draft.unit.rows(CLUB.table, ("id",), (Among("id", tuple(ids)),))}
    for place, id in enumerate(ids):
        if id not in known:
            draft.faults.add(f"clubsToQualify[{place}].id", errors.DOES_NOT_EXIST)
    draft.sent["clubsToQualify"] = clubs_mark(ids)


async def _come_last(draft: Draft) -> None:
    if draft.creating and "sortOrder" not in draft.sent:
        places = [tier["sortOrder"] for tier in await tiers_of(draft.unit)]
        draft.sent["sortOrder"] = max(places, default=-1) + 1


async def _settle(draft: Draft) -> None:
    """What belongs to another type goes; and whether this is the base tier now."""
    record = draft.record
    for each, member in MEMBER_OF.items():
        if each != record["qualificationType"]:
            record.pop(member, None)
    if not draft.faults:
        others = [tier for tier in await tiers_of(draft.unit) if tier["id"] != record["id"]]
        record["isBaseTier"] = all(place_of(record) < place_of(other) for other in others)


async def _settle_others(draft: Draft) -> None:
    """Exactly one tier is the base; the others have not changed themselves."""
    tiers = await tiers_of(draft.unit)
    for tier, is_base in base_of(tiers):
        if tier["isBaseTier"] is not is_base:
            await replace_record(draft.unit, LOYALTY_TIER, tier, {**tier, "isBaseTier": is_base})


def base_of(tiers: Sequence[Record]) -> list[tuple[Record, bool]]:
    """Each tier, and whether it is the base. Pure."""
    base = min(tiers, key=place_of, default=None)
    return [(tier, tier is base) for tier in tiers]


async def _refuse_base(draft: Draft) -> None:
    if draft.before["isBaseTier"]:
        raise errors.forbidden_by_state("Can not delete the base tier")


def _deed(draft: Draft) -> str | None:
    """A mark is no member that could be told; that it is another one can."""
    return "Clubs changed" if club_ids(draft.before) != club_ids(draft.record) else None


async def show_clubs(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of tiers with their clubs as they are; those that were deleted are left out."""
    tiers = [apart(body) if marked(body) else None for body in bodies]
    clubs = {index: club_ids(decode(bodies[index])) for index, tier in enumerate(tiers) if tier is not None}
    texts = await copies(unit, CLUB, {id for ids in clubs.values() for id in ids}, "addOns")
    shown = list(bodies)
    for index, ids in clubs.items():
        tier = tiers[index]
        if tier is not None and str(value_of(tier["clubsToQualify"])).startswith(CLUBS_MARK):
            tier["clubsToQualify"] = part([texts[id] for id in ids if id in texts])
            shown[index] = encode(tier)
    return shown


async def tiers_of(unit: ReadUnit) -> list[Record]:
    """All tiers of the tenant, as they are stored."""
    rows = await unit.seldom_changed(LOYALTY_TIER.table, ("body",), ())
    return [decode(row[0]) for row in rows]


async def shown_tiers(unit: ReadUnit) -> list[Record]:
    """All tiers as GET shows them, the lowest first."""
    stored = sorted(await tiers_of(unit), key=place_of)
    return [decode(text) for text in await show_clubs(unit, [encode(tier) for tier in stored])]


LOYALTY_TIER = Resource(
    name="loyalty-tier",
    thing="Loyalty Tier",
    path="/loyalty-tier",
    key="loyaltyTiers",
    read=LoyaltyTier,
    write=LoyaltyTierWrite,
    right="loyalty-tier",
    permission="Customer",
    search=TextSearch(lambda tier: tier["title"]),
    trash_title=lambda tier: tier["title"],
    log=Log(deed=_deed),
    check=_check,
    gate=refuse_while_off,
    present=show_clubs,
    prepare=(_find_clubs, _come_last),
    settle=(_settle,),
    follow=(_settle_others,),
    # Every customer shows its tier.
    spreads=True,
    refuse_delete=(_refuse_base,),
    follow_delete=(into_trash,),
)
