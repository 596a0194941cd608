"""Handing many orders over (ORD-14)."""

from collections.abc import Sequence

from cellarhand.accounts.rights import may
from cellarhand.events.bulk_job import Job, Outcome, Refusal, Work, said
from cellarhand.orders.fulfillment import fulfill_many
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.store.unit import WriteUnit

FULFILL = "fulfill"
CHUNK = 50
"""Each order moves stock, and has events and a customer of its own: more would keep other writers waiting."""


async def _run(unit: WriteUnit, actor: Actor, job: Job, ids: Sequence[str]) -> Outcome:
    refused = await fulfill_many(unit, actor, job.options["body"], ids)
    return Outcome(len(ids) - len(refused), [Refusal(id, said(error)) for id, error in refused])


async def _finish(_unit: WriteUnit, _job: Job, _api_url: str) -> None:
    """Nothing: each order told of itself."""


ORDER_WORKS = {
    FULFILL: Work(lambda _: ORDER, lambda actor: may(actor, "order", None, "create"), _run, _finish, CHUNK)
}
