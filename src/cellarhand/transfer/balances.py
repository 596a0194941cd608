"""Balances of gift cards: what was paid with them is no member of a new card, and comes as one transaction.

A Cellarhand takes the balance with the card, so there only `--update` has anything to do here.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, cast

import msgspec

from cellarhand.client import Client, Invalid
from cellarhand.record.validate import Record
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.ledger import Ledger, digest_of
from cellarhand.transfer.sending import SINGLE_CALLS, Prepared, Sent, at_once, fault_of_error

CARDS = "gift-card"
BALANCES = "gift-card.balance"
Row = tuple[Prepared, Record]


def balances_pushed(
    client: Client, archive: Archive, ids: Mapping[str, str], done: Ledger, *, update: bool
) -> Iterator[Sequence[Sent]]:
    """Give the cards of the target the balances of the archive; what became of each, some at a time.

    A card that nobody has used in the target gets its balance once. After that it is the target's own, and
    only `update` changes it: whoever has paid there meanwhile must not get the money back by a second push.
    """
    there = {str(row["id"]): cast(Record, row) for row in client.gift_cards.list()}
    rows = _rows(archive, ids, there)
    while some := list(islice(rows, SINGLE_CALLS)):
        judged = [_judged(*each, done, update=update) for each in some]
        sent = iter(posts(client, [each for each in judged if isinstance(each, Prepared)]))
        yield [each if isinstance(each, Sent) else next(sent) for each in judged]


def posts(client: Client, some: Sequence[Prepared]) -> list[Sent]:
    """What became of these calls, in their order."""
    return at_once(client, partial(_post, client), some) if some else []


def _post(client: Client, each: Prepared) -> Sent:
    target = str(each.body["giftCardId"])
    try:
        # Nobody knows whether an unanswered one took effect: the next push looks at the balance again.
        client.request("POST", "/gift-card-transaction", json=each.body, repeatable=False)
    except Invalid as refused:
        return Sent(each, "refused", target, fault_of_error(refused))
    return Sent(each, "updated", target)


def _rows(archive: Archive, ids: Mapping[str, str], there: Mapping[str, Record]) -> Iterator[Row]:
    """The cards of the archive that the target has, each with what brings it to its balance."""
    for id, text in archive.records(CARDS):
        card: Any = msgspec.json.decode(text)
        shown = there.get(ids.get(id, id))
        if shown is not None:
            body = {
                "giftCardId": shown["id"],
                "amount": card["currentBalance"] - shown["currentBalance"],
                "notes": "Balance brought along",
            }
            digest = digest_of(str(card["currentBalance"]).encode())
            yield Prepared(id, digest, msgspec.json.encode(body)), shown


def _judged(prepared: Prepared, shown: Record, done: Ledger, *, update: bool) -> Prepared | Sent:
    """What is to be sent for a card, or what became of it without a call."""
    unused = shown["currentBalance"] == shown["initialAmount"] and not done.knows(prepared.id)
    if not prepared.body["amount"]:
        return Sent(prepared, "unchanged", shown["id"])
    if unused or (update and not done.is_done(prepared.id, prepared.digest)):
        return prepared
    # Written down as nothing that was done, so that an update still does it.
    return Sent(prepared._replace(digest=digest_of(b"")), "matched", shown["id"])
