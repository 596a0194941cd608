"""The stored texts: whether each is a record at all, so that the rules can be asked about it."""

from functools import lru_cache

import msgspec

from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record


class Unreadable(Exception):
    """The text is no record of its resource; says why."""


@lru_cache
def _needed(resource: Resource) -> frozenset[str]:
    members = resource.read_shape.members.items()
    return frozenset(name for name, member in members if member.required)


def read(resource: Resource, body: bytes) -> Record:
    """The record that a text holds. Raises Unreadable."""
    try:
        record = decode(body)
    except msgspec.DecodeError as error:
        raise Unreadable(str(error)) from error
    lost = _needed(resource) - record.keys()
    if lost:
        raise Unreadable(f"without {', '.join(sorted(lost))}")
    return record


def readable(resource: Resource, body: bytes) -> Record | None:
    """The same; None where there is none."""
    try:
        return read(resource, body)
    except Unreadable:
        return None
