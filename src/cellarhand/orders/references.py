"""What an import refers to: its customer, the order before, products, places (reference B10.4, A13)."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, TypedDict

import msgspec

from cellarhand import clock
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.catalog.product import PRODUCT, VARIANT, sku_key
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.customer import CUSTOMER, email_key
from cellarhand.orders.import_rules import PLACES, held_lines, lines
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Reference
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, AnyOf, Compare, IsNull, equal
from cellarhand.store.gathering import GatheringUnit
from cellarhand.store.tables import UNIQUE_KEY, Table
from cellarhand.store.unit import ReadUnit, Row
from cellarhand.tags.attached import tags_named

_CHUNK = 1000
_ADDRESS = ("address", "address2", "city", "stateCode", "zipCode", "countryCode", "phone")


def references_of(sent: Record) -> Iterable[Reference]:
    """What a checked import names by id, as it is looked up below."""
    if sent.get("customerId") is not None:
        yield Reference(CUSTOMER.table, ("id",), (sent["customerId"],), locked=True)
    places = [sent[name] for name in PLACES if sent.get(name) is not None]
    held = held_lines(sent)
    for holders, member, table, names in (
        (held, "productId", PRODUCT.table, ("id",)),
        (held, "productVariantId", VARIANT, ("id", "product_id")),
        (held, "departmentId", DEPARTMENT.table, ("id",)),
        ([*held, *places], "inventoryLocationId", LOCATION.table, ("id", "body")),
        (places, "customerAddressId", ADDRESS.table, ("id",)),
    ):
        ids = [id for holder in holders if (id := holder.get(member)) is not None]
        if ids:
            yield Reference(table, names, ids)
    yield from tags_named(sent)


async def find_previous(draft: Draft) -> None:
    """The order that this one refunds, exchanges or converts, kept from other writers."""
    sent = draft.sent
    id: str | None = sent["previousOrderId"]
    sent["previousOrderNumber"] = None
    if id is None:
        return
    if draft.stored is not None and id == draft.stored["id"]:
        draft.faults.add("previousOrderId", errors.NOT_ALLOWED)
        return
    row = await draft.unit.lock(draft.resource.table, ("order_number",), equal("id", id))
    if row is None:
        draft.faults.add("previousOrderId", errors.DOES_NOT_EXIST)
    else:
        sent["previousOrderNumber"] = row[0]


async def find_customer(draft: Draft) -> None:
    """The customer by id, else by e-mail address; without either it is a guest's order (ORD-13)."""
    sent, unit = draft.sent, draft.unit
    email: str | None = sent.pop("email", None)
    if sent["customerId"] is None and email is not None:
        where = (*equal("kind", "customer.email"), *equal("value", email_key(email)))
        row = await unit.row(UNIQUE_KEY, ("object_id",), where)
        sent["customerId"] = row[0] if row else None
    before: str | None = draft.stored["customerId"] if draft.stored is not None else None
    after: str | None = sent["customerId"]
    # Those of an import were looked up beforehand, without their texts: not yet do these show its orders.
    names = ("id",) if isinstance(unit, GatheringUnit) else ("body",)
    row: Row | None = None
    for id in sorted({id for id in (before, after) if id is not None}):
        # Both change with the order, and all lock customers in the order of their ids.
        row = await unit.lock(CUSTOMER.table, names, equal("id", id))
        if row is None and id != before:
            draft.faults.add("customerId", errors.DOES_NOT_EXIST)
    if "customerType" not in sent:
        shown = before is None and row is not None and names == ("body",)
        sent["customerType"] = await _customer_type(draft, row[0] if shown and row else None)


class _Club(TypedDict):
    signupDate: str
    cancelDate: str | None


class _Bought(TypedDict):
    lastOrderDate: str | None


class _Shown(TypedDict):
    """What a customer shows of its memberships, the ended ones too, and of its counted orders."""

    orderInformation: _Bought
    clubs: list[_Club]


_shown = msgspec.json.Decoder(_Shown).decode


async def _customer_type(draft: Draft, text: bytes | None) -> str:
    """What the customer was when the order was submitted (ORD-5).

    `text` is the customer's, where it shows all orders but the one at hand: nearly always that is enough.
    """
    sent, id = draft.sent, draft.sent["customerId"]
    if id is None:
        return "Guest"
    submitted = clock.from_wire(sent["orderSubmittedDate"]) or 0
    if text is None:
        return await _looked_up_type(draft, id, submitted)
    try:
        customer: Any = _shown(text)
    except msgspec.ValidationError:
        # A copy from elsewhere that has other forms.
        return await _looked_up_type(draft, id, submitted)
    if any(_is_member(club, submitted) for club in customer["clubs"]):
        return "Club Member"
    last = customer["orderInformation"]["lastOrderDate"]
    if last is None:
        return "New Customer"
    if (clock.from_wire(last) or 0) < submitted:
        return "Returning Customer"
    return await _looked_up_type(draft, id, submitted)


def _is_member(club: _Club, at: int) -> bool:
    ends = club["cancelDate"]
    return (clock.from_wire(club["signupDate"]) or 0) <= at and (
        ends is None or (clock.from_wire(ends) or 0) > at
    )


async def _looked_up_type(draft: Draft, id: str, submitted: int) -> str:
    unit = draft.unit
    current = (
        *equal("customer_id", id),
        Compare("signup_at", "<=", submitted),
        AnyOf((IsNull("cancel_at"), Compare("cancel_at", ">", submitted))),
    )
    if await unit.row(CLUB_MEMBERSHIP.table, ("id",), current) is not None:
        return "Club Member"
    earlier = (
        *equal("customer_id", id),
        Compare("paid_at", "<", submitted),
        *equal("payment_status", "Paid"),
        Compare("purchase_type", "<>", "Refund"),
        *((Compare("id", "<>", draft.stored["id"]),) if draft.stored is not None else ()),
    )
    found = await unit.row(draft.resource.table, ("id",), earlier)
    return "New Customer" if found is None else "Returning Customer"


async def find_products(draft: Draft) -> None:
    """Products and variants of the lines; without ids the SKU tells, and may be unknown."""
    sent, unit = draft.sent, draft.unit
    held = held_lines(sent)
    for line in held:
        line.setdefault("productId", None)
    keys = {sku_key(line["sku"]) for line in held if line["productVariantId"] is None}
    rows = await _rows(unit, VARIANT, ("sku_key", "id", "product_id"), "sku_key", keys)
    by_sku = {row[0]: (row[1], row[2]) for row in rows}
    rows = await _by_id(unit, VARIANT, ("id", "product_id"), _named(held, "productVariantId"))
    variants = {row[0]: row[1] for row in rows}
    # A product is there as long as any of its variants.
    lost = _named(held, "productId").difference(variants.values())
    lost.difference_update([row[0] for row in await _by_id(unit, PRODUCT.table, ("id",), lost)])
    for line in held:
        product_id, variant_id = line["productId"], line["productVariantId"]
        if product_id in lost:
            draft.faults.add(f"{_path_of(sent, line)}.productId", errors.DOES_NOT_EXIST)
        elif variant_id is None:
            found, of_product = by_sku.get(sku_key(line["sku"]), (None, None))
            if product_id in (None, of_product):
                line["productVariantId"], line["productId"] = found, of_product
        elif product_id not in (None, variants.get(variant_id)) or variant_id not in variants:
            draft.faults.add(f"{_path_of(sent, line)}.productVariantId", errors.DOES_NOT_EXIST)
        else:
            line["productId"] = variants[variant_id]


async def find_places(draft: Draft) -> None:
    """Locations, departments and the customers' addresses that the order names."""
    sent = draft.sent
    places = [sent[name] for name in PLACES if sent[name] is not None]
    held = held_lines(sent)
    located = [sent[name] for name in ("pickupBy", "carryOut") if sent[name] is not None]
    known = await _known(draft, LOCATION.table, "inventoryLocationId", [*held, *located], ("id", "body"))
    for place in places:
        row = known.get(place.get("inventoryLocationId", ""))
        # A place of which only the location was sent has the location's address (reference A21).
        if row is not None and not any(place[member] for member in _ADDRESS):
            location = decode(row[1])
            place |= {member: location[member] for member in _ADDRESS}
    await _known(draft, DEPARTMENT.table, "departmentId", held, ("id",))
    await _known(draft, ADDRESS.table, "customerAddressId", places, ("id",))


async def _known(
    draft: Draft, table: Table, member: str, holders: Sequence[Record], names: tuple[str, ...]
) -> dict[str, Row]:
    """The rows that `member` of the holders names, by id; a fault for each that is not there."""
    ids = _named(holders, member)
    if not ids:
        return {}
    known: dict[str, Row] = {row[0]: row for row in await _by_id(draft.unit, table, names, ids)}
    if len(known) < len(ids):
        for each in holders:
            if each[member] is not None and each[member] not in known:
                draft.faults.add(f"{_path_of(draft.sent, each)}.{member}", errors.DOES_NOT_EXIST)
    return known


def _named(holders: Sequence[Record], member: str) -> set[str]:
    """The ids in a member."""
    return {each[member] for each in holders if each[member] is not None}


def _path_of(sent: Record, holder: Record) -> str:
    """Where in the body a line or a place stands; few are at fault, and so it is found afterwards."""
    places = ((name, sent[name]) for name in PLACES)
    return next(path for path, each in chain(lines(sent), places) if each is holder)


async def _by_id(unit: ReadUnit, table: Table, names: tuple[str, ...], ids: Collection[str]) -> Sequence[Row]:
    """The rows with these ids; those of an import were looked up beforehand, by `references_of`."""
    if not ids:
        return ()
    if isinstance(unit, GatheringUnit):
        found = unit.having(table, names, [(id,) for id in ids])
        if found is not None:
            return found
    return await _rows(unit, table, names, "id", ids)


async def _rows(
    unit: ReadUnit, table: Table, names: tuple[str, ...], column: str, values: Collection[str]
) -> Sequence[Row]:
    """The rows whose column has one of many values, some at a time."""
    if len(values) < 2:
        return await unit.rows(table, names, equal(column, *values)) if values else ()
    sought = sorted(values)
    if len(sought) <= _CHUNK:
        return await unit.rows(table, names, (Among(column, tuple(sought)),))
    found: list[Row] = []
    for start in range(0, len(sought), _CHUNK):
        where = (Among(column, tuple(sought[start : start + _CHUNK])),)
        found += await unit.rows(table, names, where)
    return found
