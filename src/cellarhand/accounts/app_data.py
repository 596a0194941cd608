"""`appData`: what an app keeps on a record, under its own id (reference A16)."""

from typing import Any

from cellarhand.record import errors
from cellarhand.record.resource import Draft
from cellarhand.record.text import encode

MOST_BYTES = 16 * 1024


async def set_app_data(draft: Draft) -> None:
    """Every reader sees the data of every app; only the app itself changes its own."""
    if "appData" not in draft.sent:
        return
    stored: dict[str, Any] | None = (draft.stored or {}).get("appData")
    sent = draft.sent.pop("appData")
    if draft.stored is not None and sent == stored:
        # A client that reads a record and writes it back.
        return
    app_id = draft.actor.app_id
    if app_id is None:
        draft.faults.add("appData", errors.UNKNOWN_MEMBER)
        return
    if len(encode(sent)) > MOST_BYTES:
        draft.faults.add("appData", f"must NOT have more than {MOST_BYTES} characters")
        return
    data = {app: kept for app, kept in (stored or {}).items() if app != app_id or sent is not None}
    if sent is not None:
        data[app_id] = sent
    draft.sent["appData"] = data or None
