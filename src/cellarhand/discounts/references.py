"""What coupons and promotions name by id: products and their classes, clubs, customers, tags (reference B26).

What they name may be deleted later. The ids stay, as those of a product's security do: they then hit nothing
and nobody, and a customer who comes back from the trash is meant again. Tags alone are kept while they are
named (reference B7).
"""

from collections.abc import Mapping
from typing import cast

from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club import CLUB
from cellarhand.customers.customer import CUSTOMER
from cellarhand.discounts.rules import ID_LISTS
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Resource
from cellarhand.store.conditions import Among, Where, equal
from cellarhand.tags.tag import TAG

NAMED: Mapping[str, tuple[Resource, Where]] = {
    "Product": (PRODUCT, ()),
    "Collection": (COLLECTION, ()),
    "Department": (DEPARTMENT, ()),
    "Club": (CLUB, ()),
    "Customer": (CUSTOMER, ()),
    "Tag": (TAG, equal("object_type", "Customer")),
}
"""What the ids beside a word are ids of."""


async def find_named(draft: Draft) -> None:
    """What a body names is there; ids that the record has already may be repeated whatever became of it."""
    for word, member in ID_LISTS:
        ids = cast(list[str] | None, draft.sent.get(member))
        kind = cast(str | None, draft.after(word))
        if ids is None or kind is None or kind not in NAMED:
            continue
        before = draft.stored
        kept: list[str] = (before[member] or []) if before is not None and before[word] == kind else []
        new = [id for id in ids if id not in kept]
        if not new:
            continue
        resource, where = NAMED[kind]
        rows = await draft.unit.rows(resource.table, ("id",), (Among("id", tuple(new)), *where))
        lost = set(new) - {row[0] for row in rows}
        for place, id in enumerate(ids):
            if id in lost:
                draft.faults.add(f"{member}[{place}]", errors.DOES_NOT_EXIST)
