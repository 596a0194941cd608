"""Loyalty: shown in customers while it is on, one tier as the base, transactions with their customers.

Points need no check: they are summed up when they are read.
"""

from collections.abc import Iterable, Sequence

from cellarhand.customers.customer import CUSTOMER
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER, base_of, tiers_of
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.orders.customer_copy import mark_of
from cellarhand.settings.loyalty import LOYALTY_MARK, loyalty_of
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Stored, WholeCheck


async def _mark(unit: ReadUnit) -> str | None:
    return LOYALTY_MARK if (await loyalty_of(unit)).is_on else None


async def _with_other_mark(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    mark = await _mark(unit)
    return [stored.id for stored in page if stored.record["loyalty"] != mark]


async def _judge_mark(judging: Judging, id: str) -> list[Difference]:
    customer, mark = await judging.locked(CUSTOMER, id), await _mark(judging.unit)
    if customer is None or customer["loyalty"] == mark:
        return []
    await judging.rewrite(CUSTOMER, {**customer, "loyalty": mark})
    return [judging.found("loyalty", CUSTOMER.name, id, "loyalty", customer["loyalty"], mark)]


async def _with_other_base(unit: ReadUnit) -> Iterable[str]:
    return [t["id"] for t, is_base in base_of(await tiers_of(unit)) if t["isBaseTier"] is not is_base]


async def _judge_base(judging: Judging, id: str) -> list[Difference]:
    for tier, is_base in base_of(await tiers_of(judging.unit)):
        if tier["id"] == id and tier["isBaseTier"] is not is_base:
            await judging.rewrite(LOYALTY_TIER, {**tier, "isBaseTier": is_base})
            member = "isBaseTier"
            return [judging.found("base-tier", LOYALTY_TIER.name, id, member, tier[member], is_base)]
    return []


async def _with_other_customer(_: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    records = [stored.record for stored in page]
    return [each["id"] for each in records if each["customer"] != mark_of(each["customerId"])]


async def _judge_customer(judging: Judging, id: str) -> list[Difference]:
    row = await judging.locked(LOYALTY_TRANSACTION, id)
    mark = mark_of(row["customerId"]) if row else None
    if row is None or row["customer"] == mark:
        return []
    await judging.rewrite(LOYALTY_TRANSACTION, {**row, "customer": mark})
    name = LOYALTY_TRANSACTION.name
    return [judging.found("loyalty-copies", name, id, "customer", row["customer"], mark)]


LOYALTY_CHECKS: tuple[Check, ...] = (
    RecordCheck(
        "loyalty",
        "customers show points and tier while their winery has loyalty",
        CUSTOMER,
        _with_other_mark,
        _judge_mark,
    ),
    RecordCheck(
        "loyalty-copies",
        "a loyalty transaction shows its customer",
        LOYALTY_TRANSACTION,
        _with_other_customer,
        _judge_customer,
    ),
    WholeCheck(
        "base-tier", "the lowest loyalty tier is the base, and no other", _with_other_base, _judge_base
    ),
)
