"""`cellarhand web-hook`: what waits to be sent, and sending it now."""

import click

from cellarhand.cli.answers import Failure, answer, as_json, table, with_store
from cellarhand.cli.database import database_option


@click.group("web-hook")
def web_hook() -> None:
    """Web hooks: see what waits for them, send it again now."""


@web_hook.command()
@click.argument("slug")
@database_option
@as_json
def pending(slug: str, database: str, as_json: bool) -> None:
    """Show the hooks of a tenant for which something waits, and since when they fail.

    \b
    Example:  cellarhand web-hook pending my-winery
    """
    from cellarhand import clock
    from cellarhand.events.backlog import waiting

    found = with_store(database, lambda store: waiting(store, slug))
    value = [
        {
            "webHookId": each.hook_id,
            "object": each.object,
            "action": each.action,
            "waiting": each.count,
            "nextAttemptAt": clock.to_wire(each.next_at),
            "failingSince": clock.to_wire(each.failing_since) if each.failing_since else None,
        }
        for each in found
    ]
    rows = [[str(cell or "-") for cell in row.values()] for row in value]
    head = ("WEB HOOK", "OBJECT", "ACTION", "WAITING", "NEXT ATTEMPT", "FAILING SINCE")
    text = table(head, rows) if rows else f"nothing waits in '{slug}'"
    answer({"webHooks": value}, text, as_json=as_json)


@web_hook.command()
@click.argument("slug")
@click.argument("web_hook_id", type=click.UUID)
@database_option
@as_json
def resend(slug: str, web_hook_id: object, database: str, as_json: bool) -> None:
    """Send again now what failed at a hook, instead of when its time comes. A running server does it.

    \b
    Example:  cellarhand web-hook resend my-winery 961ef2b6-8b8f-45de-b356-088dcd005622
    """
    from cellarhand.events.backlog import send_now

    count = with_store(database, lambda store: send_now(store, slug, str(web_hook_id)))
    if not count and not as_json:
        raise Failure(f"nothing that failed waits for web hook '{web_hook_id}'")
    answer({"resent": count}, f"{count} deliveries are sent again within a minute", as_json=as_json)
