"""Whether a tenant has loyalty, and what goes with it (reference B33, domain LOY)."""

from typing import NamedTuple

from cellarhand.record import errors
from cellarhand.record.text import MARK, decode
from cellarhand.record.validate import Record
from cellarhand.settings.setting import SETTING
from cellarhand.store.unit import ReadUnit

LOYALTY_MARK = f"{MARK}loyalty"
"""Stands in the text of each customer while loyalty is on: reading puts points and tier in its place."""


class LoyaltySetting(NamedTuple):
    """`points_on_create` are given once to each new customer (LOY-3)."""

    is_on: bool = False
    points_on_create: int = 0


_OFF = LoyaltySetting()


async def loyalty_of(unit: ReadUnit) -> LoyaltySetting:
    """The unit's tenant's."""
    rows = await unit.seldom_changed(SETTING.table, ("loyalty",), ())
    return setting_in(rows[0][0] if rows else None)


def setting_in(text: str | None) -> LoyaltySetting:
    """As it is kept. Pure."""
    if not text:
        return _OFF
    kept: Record = decode(text.encode())
    return LoyaltySetting(kept["hasLoyalty"], kept["pointsOnCustomerCreate"])


async def refuse_while_off(unit: ReadUnit) -> None:
    """E6 while the tenant has no loyalty (reference B29)."""
    if not (await loyalty_of(unit)).is_on:
        raise errors.forbidden_by_state("Loyalty is not enabled")
