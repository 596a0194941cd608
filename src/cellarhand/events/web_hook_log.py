"""The log of web hooks: one row for each attempt to deliver (reference B34), kept for 30 days."""

from typing import Any, NamedTuple, TypedDict

import msgspec

from cellarhand import clock
from cellarhand.events.letter import Delivery, Outcome
from cellarhand.events.web_hook import ACTIONS, OBJECTS, HookAction, HookObject, own_hooks
from cellarhand.ids import new_id
from cellarhand.record.resource import Extract, Filter, Resource
from cellarhand.record.text import decode
from cellarhand.record.types import Instant, Text, Uuid, WebUrl
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record
from cellarhand.store.conditions import By, equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit, WriteUnit

_WITH_BLANKS = {name.replace(" ", ""): name for name in (*OBJECTS, *ACTIONS)}


class DeliveryError(TypedDict):
    data: Any
    status: int | None
    message: Text


class WebHookLog(TypedDict):
    id: Uuid
    url: WebUrl
    object: HookObject
    action: HookAction
    payload: dict[str, Any]
    user: Text | None
    isSuccess: bool
    error: DeliveryError | None
    createdAt: Instant
    updatedAt: Instant


def _with_blanks(sent: str) -> str:
    """Names are filtered with or without blanks: `ClubMembership` (reference B34)."""
    return _WITH_BLANKS.get(sent, sent)


WEB_HOOK_LOG = Resource(
    name="web-hook-log",
    thing="Web Hook Log",
    path="/web-hook-log",
    key="webHookLogs",
    read=WebHookLog,
    operations=("list",),
    right="web-hook",
    permission="WebHook",
    extracts=(
        Extract(Column("object", "text"), lambda row: row["object"]),
        Extract(Column("action", "text"), lambda row: row["action"]),
        Extract(Column("is_success", "int"), lambda row: int(row["isSuccess"])),
    ),
    hidden=(
        Column("web_hook_id", "id"),
        Column("owner", "text"),
        # What the receiver answered with, and how long the attempt took: the site shows both.
        Column("status", "int", null=True),
        Column("milliseconds", "int", null=True),
    ),
    indexes=(Index(("web_hook_id",)), Index(("is_success", "created_at"))),
    filters=(
        Filter("object", "E", "object", choices=OBJECTS, stored=_with_blanks),
        Filter("action", "E", "action", choices=ACTIONS, stored=_with_blanks),
        Filter("isSuccess", "B", "is_success"),
        Filter("webHookId", "I", "web_hook_id"),
    ),
    visible=own_hooks,
)


class Attempt(NamedTuple):
    """A row of the log with what stands beside it: the receiver's status and the attempt's milliseconds."""

    row: Record
    status: int | None
    milliseconds: int | None


async def attempts_of(unit: ReadUnit, hook_id: str, most: int = 50) -> list[Attempt]:
    """The newest attempts to deliver to a hook."""
    names = ("body", "status", "milliseconds")
    newest = (By("created_at", descending=True), By("id", descending=True))
    rows = await unit.rows(WEB_HOOK_LOG.table, names, equal("web_hook_id", hook_id), newest, most)
    return [Attempt(decode(row[0]), row[1], row[2]) for row in rows]


async def log_attempt(unit: WriteUnit, delivery: Delivery, outcome: Outcome, began: int) -> None:
    """Write the row of one attempt that began at that instant."""
    error = None
    if not outcome.delivered:
        error = {"data": _readable(outcome), "status": outcome.status, "message": outcome.message}
    moment = clock.to_wire(began)
    row = {
        "id": new_id(),
        "url": delivery.hook.url,
        "object": delivery.object,
        "action": delivery.action,
        "payload": msgspec.Raw(delivery.payload),
        "user": delivery.user,
        "isSuccess": outcome.delivered,
        "error": error,
        "createdAt": moment,
        "updatedAt": moment,
    }
    hidden = {"web_hook_id": delivery.hook.id, "owner": delivery.hook.owner, "status": outcome.status}
    hidden["milliseconds"] = max(0, clock.now() - began)
    await insert_record(unit, WEB_HOOK_LOG, row, hidden)


def _readable(outcome: Outcome) -> Any:
    """What the receiver answered: JSON where it is JSON, else text; null when it said nothing."""
    if not outcome.answer:
        return None
    if not outcome.cut:
        try:
            return msgspec.json.decode(outcome.answer)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    return outcome.answer.decode("utf-8", "replace")
