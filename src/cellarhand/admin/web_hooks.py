"""Developer, Web hooks: who is told what, what became of it, and sending it again (HOK-1 to HOK-3)."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import said
from cellarhand.admin.show import moment
from cellarhand.admin.visit import Screen, Visit
from cellarhand.events.deliveries import send_again
from cellarhand.events.web_hook import OPEN_WEB_HOOK, WEB_HOOK, enable_again, failing_hooks
from cellarhand.events.web_hook_log import attempts_of
from cellarhand.record.errors import HouseError
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.unit import ReadUnit

PATH = "/developer/web-hooks"
SHOWN_ATTEMPTS = 50


def _unit(visit: Visit) -> ReadUnit:
    return visit.store.reading(visit.actor.tenant_id)


async def _warnings(visit: Visit) -> list[str]:
    count = len(await failing_hooks(_unit(visit)))
    if not count:
        return []
    many = "Web hooks that have" if count > 1 else "A web hook that has"
    return [f"{count} × {many} failed for more than an hour. After 48 hours without success it is disabled."]


LIST = ListScreen(
    WEB_HOOK,
    "Web hooks",
    PATH,
    opens=True,
    adds="Add web hook",
    intro="Each tells one address of one kind of change, at the moment it happens.",
    warnings=_warnings,
    columns=(
        Column("object", "Object", "object"),
        Column("action", "Action", "action"),
        Column("url", "Address", "url"),
        Column("notificationEmail", "Told when disabled", "notificationEmail", usual=False),
        Column("disabledAt", "Disabled", "disabledAt", moment),
        Column("created", "Created", "createdAt", moment),
    ),
)
EDIT = EditScreen(
    WEB_HOOK,
    "web hook",
    PATH,
    ("object", "action", "url", "username", "password", "signingSecret", "notificationEmail", "notes"),
    back=f"{PATH}/{{id}}",
    sayings={
        "action": Saying("Action", "Bulk Update is for customers, orders, memberships and reservations."),
        "url": Saying("Address", "Where it is posted to, as JSON"),
        "username": Saying("User name", "For Basic authentication at the receiver, if it asks for it"),
        "password": Saying("Password", "Never shown. Left empty, the one that is set stays."),
        "signingSecret": Saying(
            "Signing secret",
            "Signs every delivery (header webhook-signature). Never shown; left empty, it stays.",
        ),
        "notificationEmail": Saying("E-mail", "Who is told when the web hook is disabled"),
        "notes": Saying("Notes", long=True),
    },
)
_OPEN_EDIT = replace(EDIT, resource=OPEN_WEB_HOOK)


def _either(public: Screen, opened: Screen) -> Screen:
    """The form that fits where this server may send to: plain http only within the house."""

    async def answer(visit: Visit) -> Response:
        closed = visit.grounds.settings.web_hook_reach == "public"
        return await (public if closed else opened).handler(visit)

    return replace(public, handler=answer)


async def _course(visit: Visit, hook: Record) -> dict[str, Any]:
    """What became of the newest deliveries, and whether the hook fails."""
    attempts = await attempts_of(_unit(visit), hook["id"], SHOWN_ATTEMPTS)
    bodies = {each.row["id"]: encode(each.row["payload"]).decode() for each in attempts}
    since = (await failing_hooks(_unit(visit))).get(hook["id"])
    return {"attempts": attempts, "bodies": bodies, "failing_since": since, "most": SHOWN_ATTEMPTS}


SHOW = RecordScreen(
    WEB_HOOK,
    "web hook",
    PATH,
    "url",
    (
        *LIST.columns[:2],
        Column("username", "User name", "username"),
        *LIST.columns[3:],
        Column("notes", "Notes", "notes"),
    ),
    template="web_hook.html",
    more=_course,
    warning="What waits for it is forgotten.",
)


async def resend(visit: Visit) -> Response:
    hook_id = visit.params["id"]
    try:
        await send_again(visit.store, visit.actor.tenant_id, hook_id, visit.params["logId"])
    except HouseError as error:
        if error.status != 422:
            raise
        return await SHOW.page(visit, said(error), error.status)
    return visit.go(f"{PATH}/{hook_id}", "sent-again")


async def enable(visit: Visit) -> Response:
    try:
        await enable_again(visit.store, visit.actor, visit.params["id"])
    except HouseError as error:
        if error.status != 422:
            raise
        return await SHOW.page(visit, said(error), error.status)
    return visit.go(f"{PATH}/{visit.params['id']}", "enabled")


SCREENS = (
    *map(_either, EDIT.screens(), _OPEN_EDIT.screens()),
    *LIST.screens(),
    *SHOW.screens(),
    Screen("POST", f"{PATH}/{{id}}/log/{{logId}}/resend", resend, "web-hook", "update"),
    Screen("POST", f"{PATH}/{{id}}/enable", enable, "web-hook", "update"),
)
