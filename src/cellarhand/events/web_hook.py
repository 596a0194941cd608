"""Registrations of web hooks (reference B34, A19). What they are sent is in `deliveries` and `courier`."""

from dataclasses import replace
from typing import Annotated, Literal, NotRequired, Required, TypedDict, cast, get_args

from cellarhand import clock
from cellarhand.events.trash import into_trash
from cellarhand.record import errors, formats
from cellarhand.record.activity import Happening, title_of, write_down
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource, TextSearch
from cellarhand.record.types import Default, Email, Format, Hint, HttpsUrl, Instant, Size, Text, Uuid, WebUrl
from cellarhand.record.validate import Record
from cellarhand.record.writing import lock_stored, replace_record
from cellarhand.store.conditions import Compare, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit, WriteUnit

HookObject = Literal[
    "Allocation",
    "Cart",
    "Club",
    "Club Package",
    "Club Membership",
    "Collection",
    "Customer",
    "Customer Address",
    "Customer Credit Card",
    "Coupon",
    "Group",
    "Product",
    "Promotion",
    "Order",
    "Order Fulfillment",
    "Reservation",
    "Tag",
    "Transaction Email",
]
HookAction = Literal["Create", "Update", "Bulk Update", "Delete", "Send"]
_BULK = ("Customer", "Order", "Club Membership", "Reservation")
OBJECTS: tuple[str, ...] = get_args(HookObject)
ACTIONS: tuple[str, ...] = get_args(HookAction)
Secret = Annotated[str, Format("password", formats.secret), Size(1, 255)]


class WebHookWrite(TypedDict, total=False):
    object: Required[HookObject]
    action: Required[Annotated[HookAction, Hint("one that the object knows")]]
    url: Required[Annotated[HttpsUrl, Hint("one hook per object, action and url")]]
    username: Annotated[Text | None, Default(None)]
    password: Annotated[Secret | None, Default(None), Hint("never returned")]
    notes: Annotated[Annotated[Text, Size(0, 5000)] | None, Default(None)]
    notificationEmail: Annotated[Email | None, Default(None)]
    signingSecret: Annotated[Secret | None, Default(None), Hint("never returned")]


class OpenWebHookWrite(WebHookWrite, total=False):
    """Where a server may call its own machine or network, hooks may go by plain http."""

    url: Required[Annotated[WebUrl, Hint("one hook per object, action and url")]]


class WebHook(TypedDict):
    id: Uuid
    object: HookObject
    action: HookAction
    url: HttpsUrl
    username: NotRequired[Text]
    notes: NotRequired[Text]
    notificationEmail: NotRequired[Email]
    disabledAt: NotRequired[Instant]
    createdAt: Instant
    updatedAt: Instant


_SECRETS = {"password": "password", "signingSecret": "signing_secret"}
_ONLY_WHEN_SET = ("username", "notes", "notificationEmail")


def _check(draft: Draft) -> None:
    """The action is one that the object knows (reference A19)."""
    if draft.faults.on("object") or draft.faults.on("action"):
        return
    if not is_known(cast(str, draft.after("object")), cast(str, draft.after("action"))):
        draft.faults.add("action", errors.NOT_ONE_OF)


def is_known(hook_object: str, action: str) -> bool:
    """Whether the object knows that action."""
    match action:
        case "Send":
            return hook_object == "Transaction Email"
        case "Bulk Update":
            return hook_object in _BULK
        case _:
            return True


async def _put_secrets_aside(draft: Draft) -> None:
    """Passwords and signing secrets stand beside the record and never in any answer."""
    sent = {column: draft.sent.pop(member) for member, column in _SECRETS.items() if member in draft.sent}
    if draft.creating:
        draft.hidden |= {**sent, "owner": draft.actor.app_id or "account"}
    elif sent:
        row = await draft.unit.row(WEB_HOOK.table, tuple(sent), equal("id", draft.id))
        if row is not None and tuple(row) != tuple(sent.values()):
            draft.hidden |= sent
            draft.touched = True


async def _leave_out_unset(draft: Draft) -> None:
    for member in _ONLY_WHEN_SET:
        if draft.record.get(member) in (None, ""):
            draft.record.pop(member, None)


async def _refuse_second(draft: Draft) -> None:
    """One hook per owner, object, action and url (reference B34); disabled ones are out of the way."""
    record = draft.record
    if "disabledAt" in record:
        return
    owner = draft.hidden.get("owner")
    if owner is None:
        row = await draft.unit.row(WEB_HOOK.table, ("owner",), equal("id", draft.id))
        owner = row[0] if row else "account"
    where = (*equal("url", record["url"]), *equal("owner", cast(str, owner)))
    for row in await draft.unit.rows(WEB_HOOK.table, ("id", "object", "action", "disabled_at"), where):
        same = row[0] != draft.id and (row[1], row[2]) == (record["object"], record["action"])
        if same and row[3] is None:
            draft.faults.add("url", errors.UNIQUE)
            return


async def enable_again(store: Store, actor: Actor, hook_id: str) -> None:
    """Send to a disabled hook again, from the next event on, with the secrets that it had.

    Only the site does this; through the API a disabled hook is registered anew (reference A19).
    """

    async def job(unit: WriteUnit) -> None:
        stored = await lock_stored(WEB_HOOK, unit, actor, {"id": hook_id})
        if stored is None:
            raise errors.not_found(WEB_HOOK.thing)
        if "disabledAt" not in stored:
            return
        now = clock.now()
        record = {name: value for name, value in stored.items() if name != "disabledAt"}
        record["updatedAt"] = clock.to_wire(now)
        draft = Draft(WEB_HOOK, unit, actor, now, {}, Faults(), stored, record)
        await _refuse_second(draft)
        draft.faults.raise_any()
        await replace_record(unit, WEB_HOOK, stored, record, {"disabled_at": None, "failing_since": None})
        title = title_of(WEB_HOOK, record)
        await write_down(unit, actor, Happening(WEB_HOOK.name, hook_id, title, "Enabled again"))

    await store.write(actor.tenant_id, job, alone=WEB_HOOK.spreads)


FAILING_LONG_MS = 60 * 60_000
"""From then on staff are warned (HOK-3)."""


async def failing_hooks(unit: ReadUnit) -> dict[str, int]:
    """Hooks that fail for so long that staff are warned, and since when; disabled ones are not among them."""
    long_ago = Compare("failing_since", "<=", clock.now() - FAILING_LONG_MS)
    rows = await unit.rows(WEB_HOOK.table, ("id", "failing_since", "disabled_at"), (long_ago,))
    return {row[0]: row[1] for row in rows if row[2] is None}


def own_hooks(actor: Actor) -> Where:
    """An app sees and changes its own hooks and their log only; accounts with the right see all."""
    return equal("owner", actor.app_id) if actor.app_id is not None else ()


def _member(name: str) -> Extract:
    return Extract(Column(name, "text"), lambda hook: hook[name])


def _title(hook: Record) -> str:
    return f"{hook['object']} {hook['action']}"


WEB_HOOK = Resource(
    name="web-hook",
    thing="Web Hook",
    path="/web-hook",
    key="webHooks",
    read=WebHook,
    write=WebHookWrite,
    right="web-hook",
    permission="WebHook",
    # Who registers one and then reads everything misses no change: those under way come before it, and are
    # seen by whoever reads afterwards; of two registrations at once the second sees the first.
    spreads=True,
    extracts=(_member("object"), _member("action"), _member("url")),
    hidden=(
        Column("owner", "text"),
        Column("password", "text", null=True),
        Column("signing_secret", "text", null=True),
        # When its attempts began to fail; null from the first success on.
        Column("failing_since", "int", null=True),
        Column("disabled_at", "int", null=True),
    ),
    indexes=(Index(("object", "action")), Index(("url",))),
    filters=(
        Filter("object", "E", "object", choices=OBJECTS),
        Filter("action", "E", "action", choices=ACTIONS),
    ),
    search=TextSearch(lambda hook: hook["url"]),
    visible=own_hooks,
    trash_title=_title,
    log=Log(_title),
    check=_check,
    prepare=(_put_secrets_aside,),
    settle=(_leave_out_unset, _refuse_second),
    follow_delete=(into_trash,),
)
OPEN_WEB_HOOK = replace(WEB_HOOK, write=OpenWebHookWrite)
"""The same resource for servers whose hooks may stay within the house."""
