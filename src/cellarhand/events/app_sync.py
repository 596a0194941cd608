"""What apps tell of their own copies of records: one record for each app and object (reference B35).

A record shows the newest of each app in its `appSync` (reference A16). That stands in its text and is written
with each attempt; the record itself has not changed (docs/decisions/0042).
"""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand.ids import id_of, new_id
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Extract, Resource
from cellarhand.record.types import Default, FreeText, HttpsUrl, Instant, Size, Text, Title, Uuid
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Where, equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import WriteUnit

MOST_ATTEMPTS = 50
SHOWN = "appSync"
"""The member of a record that shows how the copies of apps are."""
SyncObjectType = Literal["Customer", "Customer Address", "Club Membership", "Order", "Product", "Reservation"]
SyncStatus = Literal["Error", "Success"]


class SyncActionWrite(TypedDict):
    httpType: Literal["Get"]
    url: HttpsUrl
    label: Title


class AppSyncWrite(TypedDict, total=False):
    objectType: Required[SyncObjectType]
    objectId: Required[Uuid]
    status: Required[SyncStatus]
    issues: Annotated[list[FreeText], Size(0, 50), Default([])]
    actions: Annotated[list[SyncActionWrite], Size(0, 20), Default([])]


class SyncAction(TypedDict):
    id: Uuid
    httpType: Literal["Get"]
    url: HttpsUrl
    label: Text


class SyncIssue(TypedDict):
    id: Uuid
    appSyncAttemptId: Uuid
    issue: Text


class SyncAttempt(TypedDict):
    id: Uuid
    status: SyncStatus
    activityDate: Instant
    issues: list[SyncIssue]


class AppSync(TypedDict):
    id: Uuid
    appId: Text
    objectType: SyncObjectType
    objectId: Uuid
    status: SyncStatus
    lastActivityDate: Instant
    createdAt: Instant
    updatedAt: Instant
    actions: list[SyncAction]
    attempts: list[SyncAttempt]


def own_syncs(actor: Actor) -> Where:
    """An app sees its own; accounts with the right see all."""
    return equal("app_id", actor.app_id) if actor.app_id is not None else ()


APP_SYNC = Resource(
    name="app-sync",
    thing="App Sync",
    path="/app-syncs/:objectId",
    key="appSyncs",
    read=AppSync,
    operations=(),
    right="app-sync",
    extracts=(
        Extract(Column("object_id", "id"), lambda sync: sync["objectId"]),
        Extract(Column("app_id", "text"), lambda sync: sync["appId"]),
    ),
    indexes=(Index(("object_id",)),),
    visible=own_syncs,
)


def sync_id(app_id: str, object_type: str, object_id: str) -> str:
    """Its id follows from what it is of: there can't be a second one."""
    return id_of(APP_SYNC.name, app_id, object_type, object_id)


def attempted(before: Record | None, app_id: str, sent: Record, moment: str) -> Record:
    """The record after one more attempt, told in `sent` at that moment. Only its ids are chance."""
    attempt_id = new_id()
    attempt: Record = {
        "id": attempt_id,
        "status": sent["status"],
        "activityDate": moment,
        "issues": [
            {"id": new_id(), "appSyncAttemptId": attempt_id, "issue": issue} for issue in sent["issues"]
        ],
    }
    attempts: list[Record] = [*(before["attempts"] if before is not None else ()), attempt]
    object_type, object_id = sent["objectType"], sent["objectId"]
    return {
        "id": sync_id(app_id, object_type, object_id),
        "appId": app_id,
        "objectType": object_type,
        "objectId": object_id,
        "status": sent["status"],
        "lastActivityDate": moment,
        "createdAt": before["createdAt"] if before is not None else moment,
        "updatedAt": moment,
        "actions": [{"id": new_id(), **action} for action in sent["actions"]],
        "attempts": attempts[-MOST_ATTEMPTS:],
    }


def shown_of(sync: Record) -> Record:
    """What a record shows of it under the app's id. Pure."""
    return {"status": sync["status"], "lastActivityDate": sync["lastActivityDate"]}


async def forget_syncs(unit: WriteUnit, record: Record) -> None:
    """What was told of a deleted record goes with it. Of one that shows none nothing was told."""
    if record.get(SHOWN):
        gone = await unit.delete(APP_SYNC.table, equal("object_id", record["id"]))
        await unit.count_up(APP_SYNC.name, -gone)
