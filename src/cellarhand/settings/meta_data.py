"""`metaData` on a record: merged per key, each value checked against its definition (reference A16)."""

import math
import re
from typing import Any, cast

from cellarhand import clock
from cellarhand.record import errors, formats
from cellarhand.record.errors import Faults
from cellarhand.record.formats import Refused
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data_config import META_DATA_CONFIG
from cellarhand.store.conditions import equal
from cellarhand.store.tables import Column
from cellarhand.store.unit import ReadUnit

HIDDEN_META_DATA = Column("hidden_meta_data", "text", null=True)
"""Values whose definition was deleted, as JSON; they come back with a definition of the same code."""

CARRIED_AS = {
    "customer": "Customer",
    "customer-address": "CustomerAddress",
    "product": "Product",
    "collection": "Collection",
    "club-membership": "ClubMembership",
    "order": "Order",
}
"""The object type of definitions that each resource's meta data follows."""

_LONGEST = 100_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


async def configs_of(unit: ReadUnit, object_type: str) -> dict[str, Record]:
    """The definitions of an object type by code."""
    where = equal("object_type", object_type)
    rows = await unit.rows(META_DATA_CONFIG.table, ("body",), where)
    return {config["code"]: config for config in (decode(row[0]) for row in rows)}


async def keep_hidden(draft: Draft) -> None:
    """Before a record is deleted: values whose definition is gone go along into the trash."""
    names = (HIDDEN_META_DATA.name,)
    row = await draft.unit.row(draft.resource.table, names, equal("id", draft.before["id"]))
    if row is not None and row[0] is not None:
        draft.hidden[HIDDEN_META_DATA.name] = row[0]


async def merge_meta_data(draft: Draft) -> None:
    """Keys that are not sent stay, a null key stores null, and null for the whole removes all values."""
    if "metaData" not in draft.sent:
        return
    sent = cast(dict[str, Any] | None, draft.sent["metaData"])
    stored = cast(dict[str, Any] | None, (draft.stored or {}).get("metaData"))
    if not sent:
        if sent is not None:
            draft.sent["metaData"] = stored
        return
    configs = await configs_of(draft.unit, CARRIED_AS[draft.resource.name])
    for code, value in sent.items():
        field = f"metaData.{code}"
        if code not in configs:
            # What a record brought from elsewhere and a client writes back unchanged is no fault.
            if not stored or code not in stored or stored[code] != value:
                draft.faults.add(field, errors.UNKNOWN_MEMBER)
        elif value is not None:
            _check_value(configs[code], value, field, draft.faults)
    draft.sent["metaData"] = {**(stored or {}), **sent}


def _check_value(config: Record, value: object, field: str, faults: Faults) -> None:
    """One value against its definition; it is stored exactly as sent."""
    match config["dataType"]:
        case "Integer" | "Number":
            _check_number(config["dataType"], value, field, faults)
        case "Yes / No" | "True / False":
            if not isinstance(value, bool) and value not in ("true", "false", "Yes", "No"):
                faults.add(field, errors.NOT_ONE_OF)
        case "Checkbox":
            chosen = cast(list[object], value) if isinstance(value, list) else [value]
            if not all(each in config["options"] for each in chosen):
                faults.add(field, errors.NOT_ONE_OF)
        case "Radio" | "Select":
            if value not in config["options"]:
                faults.add(field, errors.NOT_ONE_OF)
        case data_type:
            _check_text(data_type, value, field, faults)


def _check_number(data_type: str, value: object, field: str, faults: Faults) -> None:
    name = "integer" if data_type == "Integer" else "number"
    number = _number(value)
    if number is None or (name == "integer" and not number.is_integer()):
        faults.add(field, f"must be a {name}")


def _number(value: object) -> float | None:
    """A number, or a string that reads as one; None when it is none that can be counted with."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _check_text(data_type: str, value: object, field: str, faults: Faults) -> None:
    if not isinstance(value, str):
        faults.add(field, "must be a string,null")
        return
    if len(value) > _LONGEST:
        faults.add(field, f"must NOT have more than {_LONGEST} characters")
        return
    try:
        formats.html(value) if data_type == "HTML" else formats.text(value)
    except Refused as refused:
        faults.add(field, str(refused))
    if data_type == "Date Picker" and value and clock.from_wire(value) is None:
        faults.add(field, 'must match format "date-time"')
