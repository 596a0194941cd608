"""Inputs for a record's meta data, as the tenant's own definitions have it (reference A16, B32)."""

from collections.abc import Mapping

from cellarhand.admin.forms import Input, Kind
from cellarhand.admin.visit import Visit
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data import CARRIED_AS, configs_of

_KINDS: Mapping[str, Kind] = {
    "Number": "decimal",
    "Integer": "whole",
    "Date Picker": "date",
    "Yes / No": "choice",
    "True / False": "choice",
    "Radio": "choice",
    "Select": "choice",
    "Checkbox": "many",
    "HTML": "long",
    "TextArea": "long",
}
_WORDS = {"Yes / No": ("Yes", "No"), "True / False": ("true", "false")}


async def meta_data_inputs(visit: Visit, resource: Resource) -> tuple[Input, ...]:
    """An input for each definition of the resource's object type, in the order that the tenant gave them."""
    unit = visit.store.reading(visit.actor.tenant_id)
    configs = await configs_of(unit, CARRIED_AS[resource.name])
    return tuple(
        map(_input, sorted(configs.values(), key=lambda config: (config["sortOrder"], config["code"])))
    )


def _input(config: Record) -> Input:
    words = _WORDS.get(config["dataType"]) or config["options"]
    return Input(
        config["code"],
        config["title"],
        _KINDS.get(config["dataType"], "text"),
        nullable=True,
        choices=tuple((word, word) for word in words),
        instant=config["dataType"] == "Date Picker",
    )
