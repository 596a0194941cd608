"""Running numbers: one sequence a kind, first 1001; used ones are skipped (ORD-3, GFT-2, reference B10.7)."""

from cellarhand.ids import id_of
from cellarhand.orders.import_shapes import OrderNumber
from cellarhand.orders.words import MOST_NUMBER
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.activity import Happening, write_down
from cellarhand.record.errors import Faults
from cellarhand.record.query import only
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import encode
from cellarhand.record.validate import Turn, check_body
from cellarhand.store.conditions import Among, equal
from cellarhand.store.tables import UNIQUE_KEY, Column, Table
from cellarhand.store.unit import WriteUnit

KIND = "order.number"
FIRST = 1001
_CHUNK = 500

SEQUENCE = Table("sequence", (Column("name", "text"), Column("value", "int")), key=("name",))
"""The next number of each sequence. Numbers are taken apart from the units that use them."""


async def take_number(draft: Draft, kind: str = KIND, member: str = "orderNumber") -> int:
    """The next number that no record has under the unique `kind`, for a member. E6 when none is left."""
    at_least = 0
    while at_least <= MOST_NUMBER:
        number = await draft.unit.take_next(SEQUENCE, kind, FIRST, at_least, MOST_NUMBER)
        if number is None:
            break
        at_least = await _first_free(draft.unit, kind, number)
        if at_least == number:
            draft.derived.add(member)
            return number
    name = kind.partition(".")[0].replace("-", " ")
    raise errors.forbidden_by_state(f"There is no free {name} number left")


async def _first_free(unit: WriteUnit, kind: str, number: int) -> int:
    """The first number from there on that nothing has; one beyond the most when there is none."""
    chunk = 1
    while number <= MOST_NUMBER:
        sought = range(number, min(number + chunk, MOST_NUMBER + 1))
        where = (*equal("kind", kind), Among("value", tuple(map(str, sought))))
        used = {row[0] for row in await unit.rows(UNIQUE_KEY, ("value",), where)}
        free = next((each for each in sought if str(each) not in used), None)
        if free is not None:
            return free
        number, chunk = sought.stop, _CHUNK
    return number


async def set_next_number(call: Call) -> bytes:
    """The number that the next order gets."""
    only(call.query, ())
    faults = Faults(Shape.of(OrderNumber).members)
    sent = check_body(Shape.of(OrderNumber), call.body, Turn(faults))
    faults.raise_any()

    async def job(unit: WriteUnit) -> bytes:
        row = await unit.lock(SEQUENCE, ("value",), equal("name", KIND))
        if row is None:
            await unit.insert(SEQUENCE, {"name": KIND, "value": sent["orderNumber"]})
        else:
            await unit.update(SEQUENCE, equal("name", KIND), {"value": sent["orderNumber"]})
        told = ((("orderNumber",), row[0] if row else FIRST, sent["orderNumber"]),)
        happening = Happening("setting", id_of(KIND), "Next order number", "Updated", told)
        await write_down(unit, call.actor, happening)
        return encode(sent)

    return await call.store.write(call.actor.tenant_id, job)


SET_NEXT_NUMBER = Action(
    "set-order-number",
    "PUT",
    "/order-number",
    set_next_number,
    "Set the number of the next order; used ones are skipped",
    operation="update",
    right="order",
    permission="Order",
    takes=OrderNumber,
    answers=OrderNumber,
)
