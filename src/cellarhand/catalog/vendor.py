"""Vendors: who makes what is sold (reference B18)."""

from typing import TypedDict

from cellarhand.events.trash import into_trash
from cellarhand.record.resource import Draft, Resource, TextSearch
from cellarhand.record.types import Instant, Text, Title, Uuid


class VendorWrite(TypedDict):
    title: Title


class Vendor(TypedDict):
    id: Uuid
    title: Text
    createdAt: Instant
    updatedAt: Instant


async def _show_in_products(draft: Draft) -> None:
    # Products show their vendor, and so their module imports this one.
    from cellarhand.catalog.classes import show_vendor

    await show_vendor(draft)


async def _leave_products(draft: Draft) -> None:
    from cellarhand.catalog.classes import forget_vendor

    await forget_vendor(draft)


VENDOR = Resource(
    name="vendor",
    thing="Vendor",
    path="/vendor",
    key="vendors",
    read=Vendor,
    write=VendorWrite,
    right="vendor",
    permission="Vendor",
    search=TextSearch(lambda vendor: vendor["title"]),
    trash_title=lambda vendor: vendor["title"],
    spreads=True,
    follow=(_show_in_products,),
    follow_delete=(_leave_products, into_trash),
)
