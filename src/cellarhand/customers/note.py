"""Notes: plain remarks with an author (reference B6, domain NOT)."""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events.trash import into_trash
from cellarhand.orders.order import ORDER
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource, TextSearch
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    IMPORTED,
    Default,
    FreeText,
    Hint,
    Instant,
    Text,
    Uuid,
)
from cellarhand.store.conditions import equal
from cellarhand.store.tables import Column, Index

# NOT-1: a note is changed by its author, and by those who run the shop.
_EDITORS = frozenset(("Admin Owner", "Admin User", "Data", "Partner"))


class NoteWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    type: Annotated[Literal["Note"], Default("Note")]
    noteDate: Annotated[Instant, Hint("now unless sent")]
    content: Required[FreeText]
    customerId: Annotated[
        Uuid | None, CREATE_ONLY, Default(None), Hint("needed without `orderId`", shown=True)
    ]
    orderId: Annotated[Uuid | None, CREATE_ONLY, Default(None), Hint("needed without `customerId`")]
    accountId: Annotated[Uuid | None, IMPORTED, CREATE_ONLY, Hint("who writes it unless sent")]
    accountName: Annotated[Text | None, IMPORTED, CREATE_ONLY]


class Note(TypedDict):
    id: Uuid
    type: Literal["Note"]
    noteDate: Instant
    content: Text
    customerId: Uuid | None
    orderId: Uuid | None
    dueDate: Annotated[Instant | None, Default(None)]
    accountId: Uuid | None
    accountName: Text | None
    isComplete: Annotated[bool | None, Default(None)]
    createdAt: Instant
    updatedAt: Instant


def _check(draft: Draft) -> None:
    """A note belongs to a customer, an order or both."""
    lone = draft.sent.get("customerId") is None and draft.sent.get("orderId") is None
    if draft.creating and lone and not draft.faults.on("orderId"):
        draft.faults.require("customerId")


async def _check_owner(draft: Draft) -> None:
    if not draft.creating:
        mine = draft.actor.account_id is not None and draft.before["accountId"] == draft.actor.account_id
        if draft.actor.kind == "account" and draft.actor.role not in _EDITORS and not mine:
            raise errors.unauthorized_for_route()
        return
    customer_id = draft.sent.get("customerId")
    if customer_id is not None:
        where = equal("id", customer_id)
        if await draft.unit.lock(CUSTOMER.table, ("id",), where) is None:
            draft.faults.add("customerId", errors.DOES_NOT_EXIST)
    order_id = draft.sent.get("orderId")
    if order_id is not None and await draft.unit.row(ORDER.table, ("id",), equal("id", order_id)) is None:
        draft.faults.add("orderId", errors.DOES_NOT_EXIST)
    if "accountId" not in draft.sent and "accountName" not in draft.sent:
        draft.sent["accountId"] = draft.actor.account_id
        draft.sent["accountName"] = draft.actor.name
    for member in ("accountId", "accountName"):
        draft.sent.setdefault(member, None)
    draft.sent.setdefault("noteDate", draft.sent.get("createdAt") or clock.to_wire(draft.now))


NOTE = Resource(
    name="note",
    thing="Note",
    path="/note",
    key="notes",
    read=Note,
    write=NoteWrite,
    right="note",
    permission="Note",
    data_role=True,
    extracts=(
        Extract(Column("customer_id", "id", null=True), lambda note: note["customerId"]),
        Extract(Column("order_id", "id", null=True), lambda note: note["orderId"]),
    ),
    indexes=(Index(("customer_id", "-created_at", "id")), Index(("order_id", "-created_at", "id"))),
    filters=(Filter("customerId", "I", "customer_id"), Filter("orderId", "I", "order_id")),
    search=TextSearch(lambda note: note["content"]),
    log=Log(lambda note: note["content"][:80], owner=lambda note: note["orderId"] or note["customerId"]),
    check=_check,
    prepare=(_check_owner,),
    follow_delete=(into_trash,),
)
