"""Keeps a mailing list in step with the customers of a winery.

Run it now and then: `python newsletter.py list.json`. Who can be reached and wants news is on the list,
anybody else is not, and the winery sees who is by a tag.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cellarhand.client import Client, NotFound, gte

TAG = "On the newsletter"


@dataclass
class Subscribers:
    """The mailing list: address by customer, and the day up to which it is in step."""

    addresses: dict[str, str] = field(default_factory=dict[str, str])
    until: str = ""

    @staticmethod
    def read(path: Path) -> "Subscribers":
        return Subscribers(**json.loads(path.read_text("utf-8"))) if path.exists() else Subscribers()

    def write(self, path: Path) -> None:
        """Whole or not at all."""
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self), indent=1), "utf-8")
        part.replace(path)


def sync(client: Client, subscribers: Subscribers) -> None:
    """Bring the list and the winery's tags in step with what has changed. Safe to repeat."""
    today = datetime.now(UTC).date()
    # The day before is read again: clocks differ, and what comes twice does no harm.
    since = date.fromisoformat(subscribers.until) - timedelta(days=1) if subscribers.until else None
    changed = client.customers.list(updated_at=gte(since)) if since else client.customers.list()
    tag = tag_id(client)
    for customer in list(changed):
        address = address_of(customer)
        if address is not None:
            subscribers.addresses[customer["id"]] = address
        else:
            subscribers.addresses.pop(customer["id"], None)
        mark(client, tag, customer, subscribed=address is not None)
    for gone in client.trashes.list(**({"updated_at": gte(since)} if since else {})):
        subscribers.addresses.pop(gone["objectId"], None)
    subscribers.until = today.isoformat()


def address_of(customer: Any) -> str | None:
    """Where to send the news; None for who does not want any, or can't be reached."""
    if customer["emailMarketingStatus"] != "Subscribed":
        return None
    return next((each["email"] for each in customer["emails"] if each["status"] == "Ok"), None)


def mark(client: Client, tag: str, customer: Any, *, subscribed: bool) -> None:
    """Put the tag on or take it off; a record that is right is not written, which would change it again."""
    carried = any(each["id"] == tag for each in customer["tags"])
    if subscribed and not carried:
        client.actions.attach_tag("customer", {"objectId": customer["id"], "tagId": tag})
    elif carried and not subscribed:
        # Somebody may have been faster.
        with suppress(NotFound):
            client.actions.detach_tag("customer", tag, customer["id"])


def tag_id(client: Client) -> str:
    """The tag's id, made when it is missing."""
    for tag in client.tags("customer").list():
        if tag["title"] == TAG:
            return tag["id"]
    return client.tags("customer").create({"title": TAG, "type": "Manual"})["id"]


def main() -> None:
    path = Path(sys.argv[1])
    subscribers = Subscribers.read(path)
    app = os.environ["WINERY_APP"], os.environ["WINERY_SECRET"]
    with Client(os.environ["WINERY_URL"], os.environ["WINERY_TENANT"], app=app) as client:
        sync(client, subscribers)
    subscribers.write(path)
    print(f"{len(subscribers.addresses)} subscribers")


if __name__ == "__main__":
    main()
