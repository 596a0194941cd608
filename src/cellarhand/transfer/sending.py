"""Bringing bodies into a target: many at once where it is a Cellarhand, else one by one.

Both are safe to repeat. A record with an id of its own is found by it; one whose id the target chooses is
matched with what is there before anything is sent (`transfer.push`).
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

import msgspec

from cellarhand.client import Answer, ApiError, Client, Invalid, NotFound, ServerFailed, Unreadable
from cellarhand.client.conditions import Value, in_
from cellarhand.client.exchange import request_of
from cellarhand.client.walk import Walk, read_listing
from cellarhand.record.repeats import shows
from cellarhand.record.validate import Record
from cellarhand.transfer.ledger import State
from cellarhand.transfer.moved import Moved

NDJSON = "application/x-ndjson"
_IDENTITY = ("id", "createdAt", "updatedAt")
AT_ONCE = 4
SINGLE_CALLS = 20
"""So many single calls are made before what became of them is written down: 12 s at the platform's limit."""
MOST_FAILURES = 5
"""So many records that the target fails on (5xx) one after the other, and it is taken to be down."""
ASKED_FOR = 100
"""So many ids one call can ask for (reference A10)."""
DIFFERS = "is in the target with other values: --update changes it"
STAYS_SO = "is in the target with other values, and no call changes it"
DELETED = "was deleted in the target"


class Fault(NamedTuple):
    """Why a record was refused: as the target says it."""

    status: int
    message: str
    errors: tuple[tuple[str, str], ...] = ()


class Prepared(NamedTuple):
    """One record on its way: its id in the archive, the digest of its body there, and the body as JSON.

    `place` is where it stands among those of its list, for lists that have an order.
    """

    id: str
    digest: str
    content: bytes
    place: str = ""

    @property
    def body(self) -> Record:
        return cast(Record, msgspec.json.decode(self.content))


class Sent(NamedTuple):
    """What became of it; `target` is its id there."""

    prepared: Prepared
    state: State
    target: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to one target. `bulk` where it takes many lines in one call, `update` changes what differs."""

    client: Client
    bulk: bool
    update: bool

    def send(self, moved: Moved, some: Sequence[Prepared]) -> list[Sent]:
        """What became of these, in their order. Raises ClientError when the target can't go on."""
        if self.bulk:
            return self._lines(moved, some)
        failing = _Failing()
        return at_once(self.client, partial(self._single, moved, failing=failing), some)

    def _lines(self, moved: Moved, some: Sequence[Prepared]) -> list[Sent]:
        # PUT belongs to what takes ids; what was matched by its key is not sent again.
        upsert = self.update and moved.keeps_ids and not moved.is_finished
        answers = self._answers(moved, [each.content for each in some], upsert=upsert)
        found = [self._of_line(moved, *each) for each in zip(some, answers, strict=True)]
        if self.update and moved.is_finished:
            return self._differing(moved, found)
        return found

    def _answers(self, moved: Moved, lines: Sequence[bytes], *, upsert: bool) -> list[Record]:
        # All of a call is stored at once: the more lines, the fewer pages are written for each.
        query = {**self._flags(moved), "dates": "keep", "chunk": str(max(1, len(lines)))}
        if upsert:
            query["mode"] = "upsert"
        return list(lines_of(self.client, moved.bulk_path, query, lines))

    def _of_line(self, moved: Moved, each: Prepared, answer: Record) -> Sent:
        if answer["result"] != "refused":
            return Sent(each, answer["result"], answer["id"])
        fault = _fault_of(answer["error"])
        if _is_id_taken(fault):
            if self.update and not moved.keeps_ids and "read" in moved.resource.operations:
                return self._there(moved, each, fault)
            # What is there is changed by an update; so an id that is taken all the same is used up.
            told = DELETED if self.update and not moved.is_finished else DIFFERS
            fault = Fault(fault.status, told, fault.errors)
        return Sent(each, "refused", each.id, fault)

    def _differing(self, moved: Moved, found: Sequence[Sent]) -> list[Sent]:
        """What became of finished records when those that are there with other values were changed."""
        differing = [sent.prepared for sent in found if sent.fault is not None and sent.fault[1] == DIFFERS]
        shown: dict[str, Record] = {}
        for at in range(0, len(differing), ASKED_FOR):
            ids = in_(*(each.id for each in differing[at : at + ASKED_FOR]))
            shown |= {str(row["id"]): row for row in rows_of(self.client, moved, {"id": ids})}
        there = [each for each in differing if each.id in shown]
        bodies = [{"id": each.id, **_other(moved, each, shown[each.id])} for each in there]
        answers = self._answers(moved, list(map(msgspec.json.encode, bodies)), upsert=True)
        changed = {
            each.id: self._of_line(moved, each, told) for each, told in zip(there, answers, strict=True)
        }
        return [changed.get(sent.prepared.id, sent) for sent in found]

    def _single(self, moved: Moved, each: Prepared, *, failing: "_Failing") -> Sent:
        whole = each.body
        path, body = path_of(moved, whole), _without(whole, moved)
        try:
            made = self._ask("POST", path, moved, body, repeatable=moved.keeps_ids)
        except Invalid as refused:
            fault = fault_of_error(refused)
            if not _is_id_taken(fault):
                return Sent(each, "refused", each.id, fault)
            return self._there(moved, each, fault)
        except ServerFailed as failed:
            failing.again(failed)
            return Sent(each, "refused", each.id, fault_of_error(failed))
        failing.none()
        return Sent(each, "created", str(made.get("id", each.id)))

    def _there(self, moved: Moved, each: Prepared, fault: Fault) -> Sent:
        """An id that is taken: by this record, as it is or otherwise."""
        try:
            shown = self._ask("GET", f"{path_of(moved, each.body)}/{each.id}", moved, None)
        except NotFound:
            return Sent(each, "refused", each.id, Fault(fault.status, DELETED, fault.errors))
        body = _without(each.body, moved)
        if shows(shown, {name: value for name, value in body.items() if name != "updatedAt"}):
            return Sent(each, "unchanged", each.id)
        if self.update and "update" in moved.resource.operations:
            return self._change(moved, each, shown)
        told = DIFFERS if "update" in moved.resource.operations else STAYS_SO
        return Sent(each, "refused", each.id, Fault(fault.status, told, fault.errors))

    def match(self, moved: Moved, each: Prepared, shown: Record) -> Sent:
        """A record that the target knows by its key: what is there stands for it."""
        target = str(shown["id"])
        body = _without(each.body, moved)
        same = shows(shown, {name: value for name, value in body.items() if name not in _IDENTITY})
        if same or not self.update or "update" not in moved.resource.operations:
            return Sent(each, "unchanged" if same else "matched", target)
        return self._change(moved, each, shown)

    def _change(self, moved: Moved, each: Prepared, shown: Record) -> Sent:
        """Have the target's record, which is `shown`, say what this one does."""
        target, imported = str(shown["id"]), moved.resource.write_shape.of_imports
        body = {name: v for name, v in _other(moved, each, shown).items() if name not in imported}
        try:
            self._ask("PUT", f"{path_of(moved, each.body)}/{target}", moved, body)
        except Invalid as refused:
            return Sent(each, "refused", target, fault_of_error(refused))
        return Sent(each, "updated", target)

    def _ask(
        self, method: str, path: str, moved: Moved, body: object, *, repeatable: bool | None = None
    ) -> Record:
        query = {} if method == "GET" else self._flags(moved)
        answer = self.client.request(method, path, query, json=body, repeatable=repeatable)
        return cast(Record, answer.json())

    def _flags(self, moved: Moved) -> dict[str, Value | None]:
        """No e-mail to anybody (reference A14)."""
        return dict.fromkeys(moved.resource.write_flags, "false")


def at_once(client: Client, work: Callable[[Prepared], Sent], some: Sequence[Prepared]) -> list[Sent]:
    """What became of these, in their order, with a few calls under way at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return list(pool.map(work, some))
        except KeyboardInterrupt:
            client.stop()
            raise


class _Failing:
    """Counts failures of the target in a row."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def again(self, failed: ServerFailed) -> None:
        with self._lock:
            self._count += 1
            if self._count >= MOST_FAILURES:
                raise failed

    def none(self) -> None:
        with self._lock:
            self._count = 0


def takes_lines(client: Client) -> bool:
    """Whether the target is a Cellarhand, which takes many lines in one call."""
    try:
        list(lines_of(client, "/bulk/customer", {}, []))
    except ApiError as refused:
        if refused.status in (404, 405):
            return False
        raise
    return True


def lines_of(
    client: Client, path: str, query: Mapping[str, Value | None], bodies: Sequence[bytes]
) -> Iterator[Record]:
    """The answer to each line. Raises Unreadable when the call ended before its end."""
    content = b"\n".join(bodies)
    request = request_of("POST", path, query, content=content, content_type=NDJSON, repeatable=True)

    def read(answer: Answer) -> list[Record]:
        try:
            found = [msgspec.json.decode(line) for line in answer.content.splitlines() if line]
        except msgspec.MsgspecError as fault:
            raise Unreadable(f"{path}: the answer is no list of lines: {fault}") from None
        if not found or "summary" not in found[-1]:
            raise Unreadable(f"{path}: the answer was cut off")
        ended = found[-1]["summary"].get("error")
        if ended is not None:
            raise Unreadable(f"{path}: the target stopped: {ended.get('message')}")
        return found[:-1]

    yield from client.run(client.call(request, read))


def rows_of(
    client: Client, moved: Moved, query: Mapping[str, Value | None] | None = None
) -> Iterator[Record]:
    """All records of a list in the target, or those that a query finds."""
    return client.walk(Walk(moved.path, query or {}), partial(read_listing, key=moved.resource.key))


def path_of(moved: Moved, body: Record) -> str:
    """Where a single call creates it."""
    return moved.path.replace(":customerId", str(body.get("customerId")))


def _without(body: Record, moved: Moved) -> Record:
    """A single call's body: without what its path says."""
    apart = {moved.resource.parent.param} if moved.resource.parent else set[str]()
    apart |= {moved.resource.scope.member} if moved.resource.scope else set()
    return {name: value for name, value in body.items() if name not in apart}


def _other(moved: Moved, each: Prepared, shown: Record) -> Record:
    """The body of a change: what is not shown yet, for a change may not even repeat some of the rest."""
    body, beside = _without(each.body, moved), _IDENTITY[1:] if moved.keeps_ids else ()
    found = {
        name: value
        for name, value in body.items()
        if name not in _IDENTITY and not (name in shown and shows(shown[name], value))
    }
    return found | {name: body[name] for name in beside if name in body}


def _fault_of(error: Record) -> Fault:
    named = [(str(e.get("field", "")), str(e.get("message", ""))) for e in error.get("errors") or ()]
    return Fault(int(error.get("statusCode", 0)), str(error.get("message", "")), tuple(named))


def fault_of_error(error: ApiError) -> Fault:
    """What an answer that is an error says."""
    return Fault(error.status, error.message, tuple((each.field, each.message) for each in error.errors))


def _is_id_taken(fault: Fault) -> bool:
    """Whether a record of that id is there, or was (reference A17)."""
    return "unique constraint" in fault.message or any(
        field == "id" and "unique" in message.lower() for field, message in fault.errors
    )
