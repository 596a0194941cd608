"""Points that a customer got or gave: written down and never changed (reference B29, LOY-3).

A balance is the sum of its transactions; nothing else keeps it.
"""

from collections.abc import Sequence

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.gift_cards.transaction import entered_by
from cellarhand.ids import new_id
from cellarhand.loyalty.shapes import LoyaltyTransaction, LoyaltyTransactionWrite
from cellarhand.orders.customer_copy import mark_of, show_whole_customers
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.settings.loyalty import LoyaltySetting, refuse_while_off
from cellarhand.store.conditions import Among, Checked, Linked, Sums, equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit, WriteUnit

_EVER = ((-(2**62), 2**62),)


def _check(draft: Draft) -> None:
    if draft.sent.get("amount") == 0:
        draft.faults.add("amount", errors.NOT_ALLOWED)


async def _take(draft: Draft) -> None:
    """The customer exists and has so many points; it is kept from others who would take them too.

    What an import brings with its date is history, in whatever order it comes.
    """
    unit, sent = draft.unit, draft.sent
    customer_id, amount = sent["customerId"], sent["amount"]
    if await unit.lock(CUSTOMER.table, ("id",), equal("id", customer_id)) is None:
        draft.faults.add("customerId", errors.DOES_NOT_EXIST)
    elif amount < 0 and "transactionDate" not in sent and await _points(unit, customer_id) + amount < 0:
        raise errors.forbidden_by_state("Not enough loyalty points")
    sent.setdefault("transactionDate", sent.get("createdAt") or clock.to_wire(draft.now))
    sent.setdefault("transactionDetails", entered_by(draft.actor))


async def _points(unit: ReadUnit, customer_id: str) -> int:
    return (await points_of(unit, (customer_id,))).get(customer_id, 0)


async def _show_customer(draft: Draft) -> None:
    draft.record["customer"] = mark_of(draft.record["customerId"])


async def _show_in_customer(draft: Draft) -> None:
    # What a customer shows of others is put together from all of them.
    from cellarhand.customers.derived import refresh_customer

    await refresh_customer(draft.unit, draft.actor, draft.record["customerId"], touched=True)


LOYALTY_TRANSACTION = Resource(
    name="loyalty-transaction",
    thing="Loyalty Transaction",
    path="/loyalty-transaction",
    key="loyaltyTransactions",
    read=LoyaltyTransaction,
    write=LoyaltyTransactionWrite,
    operations=("list", "create"),
    right="loyalty-transaction",
    permission="Customer",
    extracts=(
        Extract(Column("customer_id", "id"), lambda row: row["customerId"]),
        Extract(Column("transacted_at", "int"), lambda row: clock.from_wire(row["transactionDate"])),
        Extract(Column("amount", "int"), lambda row: row["amount"]),
    ),
    indexes=(
        Index(("customer_id", "-created_at", "id")),
        Index(("customer_id", "amount")),
        Index(("transacted_at",)),
    ),
    filters=(
        Filter("customerId", "I", "customer_id"),
        Filter("transactionDate", "D", "transacted_at"),
    ),
    log=Log(lambda row: f"{row['amount']:+,} points", owner=lambda row: row["customerId"]),
    # Those of a deleted customer wait for it to come back. Most have theirs: a list walks along its dates.
    visible=lambda _: (Checked(Linked("customer_id", CUSTOMER.table, "id", ())),),
    gate=refuse_while_off,
    check=_check,
    present=show_whole_customers,
    present_joined=True,
    prepare=(_take,),
    settle=(_show_customer,),
    follow=(_show_in_customer,),
)


async def points_of(unit: ReadUnit, customer_ids: Sequence[str]) -> dict[str, int]:
    """The points of these customers; who never had any is left out."""
    sums = Sums("amount", ("customer_id",), ("amount",))
    where = (Among("customer_id", tuple(customer_ids)),)
    rows = await unit.sums(LOYALTY_TRANSACTION.table, sums, _EVER, where)
    return {row[1]: row[3] for row in rows}


async def welcome(draft: Draft, setting: LoyaltySetting) -> None:
    """What a new customer is given (LOY-3)."""
    moment = draft.record["createdAt"]
    record: Record = {
        "id": new_id(),
        "customerId": draft.id,
        "transactionDate": moment,
        "transactionType": "Manual",
        "orderId": None,
        "orderNumber": None,
        "transactionDetails": "Points of a new customer",
        "notes": None,
        "amount": setting.points_on_create,
        "amountRedeemed": None,
        "createdAt": moment,
        "updatedAt": moment,
        "customer": mark_of(draft.id),
    }
    await insert_record(draft.unit, LOYALTY_TRANSACTION, record)


async def move_points(unit: WriteUnit, from_id: str, to_id: str) -> None:
    """The points of a merged customer are the master's (CUS-13)."""
    moment = clock.to_wire(clock.now())
    moved = {"customerId": to_id, "customer": mark_of(to_id), "updatedAt": moment}
    where = equal("customer_id", from_id)
    for row in await unit.lock_rows(LOYALTY_TRANSACTION.table, ("body",), where):
        stored = decode(row[0])
        await replace_record(unit, LOYALTY_TRANSACTION, stored, {**stored, **moved})
