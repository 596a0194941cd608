"""Clubs: what members join (reference B23, domain CLB-1)."""

from typing import Any, cast

from cellarhand.catalog.product import VARIANT
from cellarhand.catalog.slug import settle_seo, settle_slug, unique_slug
from cellarhand.clubs.shapes import Club, ClubWrite
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Resource, TextSearch
from cellarhand.store.conditions import Among


async def _refer_add_ons(draft: Draft) -> None:
    """What members may add to a shipment exists."""
    add_ons = cast(list[dict[str, Any]], draft.sent.get("addOns") or [])
    if not add_ons or add_ons == (draft.stored or {}).get("addOns"):
        return
    ids = tuple({each["productVariantId"] for each in add_ons})
    known = {row[0] for row in await draft.unit.rows(VARIANT, ("id",), (Among("id", ids),))}
    for place, each in enumerate(add_ons):
        if each["productVariantId"] not in known:
            draft.faults.add(f"addOns[{place}].productVariantId", errors.DOES_NOT_EXIST)


async def _show_in_customers(draft: Draft) -> None:
    # Memberships know their club, and so their module imports this one.
    from cellarhand.clubs.uses import show_club

    await show_club(draft)


async def _refuse_with_members(draft: Draft) -> None:
    from cellarhand.clubs.uses import refuse_club_with_members

    await refuse_club_with_members(draft)


async def _stay_in_memberships(draft: Draft) -> None:
    from cellarhand.clubs.uses import keep_deleted_club

    await keep_deleted_club(draft)


CLUB = Resource(
    name="club",
    thing="Club",
    path="/club",
    key="clubs",
    read=Club,
    write=ClubWrite,
    right="club",
    permission="Club",
    data_role=True,
    event="Club",
    search=TextSearch(lambda club: club["title"]),
    unique=(unique_slug("club"),),
    trash_title=lambda club: club["title"],
    prepare=(_refer_add_ons, settle_slug, settle_seo),
    spreads=True,
    follow=(_show_in_customers,),
    refuse_delete=(_refuse_with_members,),
    follow_delete=(_stay_in_memberships, into_trash),
)
