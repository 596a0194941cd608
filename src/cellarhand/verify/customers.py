"""Customers: what they show of memberships and orders, and the company they are found by."""

from collections.abc import Iterable, Sequence
from typing import Any

from cellarhand import clock
from cellarhand.customers.address import ADDRESS, COMPANY_PART
from cellarhand.customers.club_information import at_moment
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import derived_members, refresh_customer
from cellarhand.record.search import terms
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, equal
from cellarhand.store.tables import SEARCH_TERM
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Row, RowsCheck, Stored


def _other_members(customer: Record, wanted: Record, now: int) -> dict[str, tuple[Any, Any]]:
    """The derived members that don't say the same from now on, each as it is and as it has to be."""
    found: dict[str, tuple[Any, Any]] = {}
    stored = at_moment({name: customer[name] for name in ("clubs", *wanted)}, now)
    computed = at_moment({"clubs": customer["clubs"], **wanted}, now)
    for name, value in computed.items():
        if name == "orderInformation":
            before = stored[name]
            others = {f"{name}.{each}": (before.get(each), value[each]) for each in value}
            found |= {path: pair for path, pair in others.items() if pair[0] != pair[1]}
        elif stored[name] != value:
            found[name] = (stored[name], value)
    return found


async def _with_other_members(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    now = clock.now()
    wanted = await derived_members(unit, [stored.record for stored in page], {})
    return [each.id for each in page if _other_members(each.record, wanted[each.id], now)]


async def _judge_members(judging: Judging, id: str) -> list[Difference]:
    customer = await judging.locked(CUSTOMER, id)
    if customer is None:
        return []
    wanted = (await derived_members(judging.unit, [customer], {}))[id]
    found = _other_members(customer, wanted, clock.now())
    if found and judging.repair:
        # A customer that shows something else has changed, for everybody who keeps a copy.
        await refresh_customer(judging.unit, judging.actor, id, anew=True)
    return [
        judging.found("derived-members", CUSTOMER.name, id, name, stored, computed)
        for name, (stored, computed) in found.items()
    ]


async def _companies(unit: ReadUnit, ids: Sequence[str]) -> dict[str, str | None]:
    """The companies of the default addresses, by customer."""
    where = (Among("customer_id", tuple(ids)), *equal("is_default", 1))
    rows = await unit.rows(ADDRESS.table, ("customer_id", "body"), where)
    found: dict[str, str | None] = dict.fromkeys(ids)
    return found | {row[0]: decode(row[1])["company"] for row in rows}


async def _with_other_company(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    companies = await _companies(unit, [stored.id for stored in page])
    return [stored.id for stored in page if stored.columns["company"] != companies[stored.id]]


async def _judge_company(judging: Judging, id: str) -> list[Difference]:
    row = await judging.unit.lock(CUSTOMER.table, ("company",), equal("id", id))
    company = (await _companies(judging.unit, [id]))[id]
    if row is None or row[0] == company:
        return []
    if judging.repair:
        await judging.unit.update(CUSTOMER.table, equal("id", id), {"company": company})
    return [judging.found("company", CUSTOMER.name, id, "company", row[0], company)]


def _company_terms(address: Record) -> Iterable[Row]:
    if not address["isDefault"]:
        return []
    return [(term, address["customerId"]) for term in terms([address["company"]])]


CUSTOMER_CHECKS: tuple[Check, ...] = (
    RowsCheck(
        "company-terms",
        "a customer is found by the company of its default address",
        SEARCH_TERM,
        ("term", "object_id"),
        "object_id",
        {ADDRESS: _company_terms},
        (*equal("kind", CUSTOMER.name), *equal("part", COMPANY_PART)),
        through=(CUSTOMER, "customer_id"),
    ),
    RecordCheck(
        "derived-members",
        "a customer shows what its memberships and orders come to",
        CUSTOMER,
        _with_other_members,
        _judge_members,
    ),
    RecordCheck(
        "company",
        "the company beside a customer is that of its default address",
        CUSTOMER,
        _with_other_company,
        _judge_company,
    ),
)
