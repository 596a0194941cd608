"""Pushing an archive into a tenant through the public API, as the Data role (docs/moving.md).

List by list, what is referred to first. What happened is in the ledger as soon as it is known, and sending
again is safe, so a push can end at any moment and be started again.
"""

import contextlib
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypedDict, cast

import msgspec

from cellarhand.client import Client, ClientError, Invalid
from cellarhand.record.validate import Record
from cellarhand.transfer.archive import Archive, count_of
from cellarhand.transfer.balances import BALANCES, balances_pushed, posts
from cellarhand.transfer.balances import CARDS as GIFT_CARDS
from cellarhand.transfer.gone import HISTORY, Gone
from cellarhand.transfer.in_order import Placed, Sorting, Turns, bundles_last, place_of
from cellarhand.transfer.ledger import Entry, Ledger, digest_of, folder_of, only_one
from cellarhand.transfer.moved import CARDS, Moved, moved_lists
from cellarhand.transfer.outcome import Outcome, Progress
from cellarhand.transfer.requests import body_of, with_ids, without_card
from cellarhand.transfer.sending import SINGLE_CALLS, Prepared, Sender, Sent, rows_of
from cellarhand.transfer.stock import STOCK, resets, stock_pushed
from cellarhand.transfer.there import There, key_of

LINES = 2000
BYTES = 14 * 1024 * 1024
"""So much goes out in one call, and is one chunk of the target's (docs/bulk-import.md)."""
AHEAD = 2
"""So many calls are under way: the target has the next one when it is done with one."""
MOST_WAITING = 10_000
"""So many refused records are sent once more, in case what they refer to came after them."""
ERRORS = "errors.ndjson"


class Mended(msgspec.Struct, rename={"of_list": "list"}):
    """A line of the file of errors: what was refused, why, and the body that may be mended."""

    of_list: str
    id: str
    digest: str
    status: int
    message: str
    errors: list[dict[str, str]]
    body: dict[str, Any]


class _Sortable(TypedDict, total=False):
    """What decides where an order stands among the others, whatever the source has put there."""

    id: Any
    customerId: Any
    orderSubmittedDate: Any
    linkedOrders: Any
    previousOrderId: Any


_sortable = msgspec.json.Decoder(_Sortable).decode


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Orders that are being sorted, aside, with what was found of them."""

    outcome: Outcome
    ledger: Ledger
    sorting: Sorting
    filled: Future[None]

    def wait(self, progress: Progress) -> None:
        """Return when all are sorted; tell now and then how many were looked at."""
        while not self.filled.done():
            wait((self.filled,), timeout=0.2)
            progress(self.outcome)
        self.filled.result()


@dataclass
class Push:
    """One push of an archive into the target of a client."""

    sender: Sender
    archive: Archive
    progress: Progress
    only: tuple[str, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    _ids: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def client(self) -> Client:
        return self.sender.client

    @property
    def folder(self) -> Path:
        return folder_of(self.archive.folder, self.client.base_url, self.client.tenant)

    def run(self) -> list[Outcome]:
        """Push every list of the archive that can be."""
        with only_one(self.folder), errors_in(self.folder) as errors:
            wanted = [each for each in moved_lists() if self.is_wanted(each.name)]
            for moved in wanted:
                with self.ledger(moved.name) as ledger:
                    self._learn_ids(ledger)
            with self._sorting(wanted) as sorted_orders:
                for moved in wanted:
                    self._list(moved, errors, sorted_orders if moved.name == "order" else None)
            if self.is_wanted(GIFT_CARDS) and not (self.sender.bulk and not self.sender.update):
                self._balances(errors)
            if self.is_wanted(STOCK):
                self._stock(errors)
        return self.outcomes

    @contextlib.contextmanager
    def _sorting(self, wanted: Sequence[Moved]) -> "Generator[_Sorted | None]":
        """Orders are sorted while the target is at work on what comes before them."""
        orders = next((each for each in wanted if each.name == "order"), None)
        if orders is None:
            yield None
            return
        outcome, turns = Outcome(orders.name, count_of(self.archive, orders.name)), Turns()
        with (
            self.ledger(orders.name) as ledger,
            Sorting(self.folder, turns, bulk=self.sender.bulk) as sorting,
            ThreadPoolExecutor(1) as aside,
        ):
            filled = aside.submit(sorting.fill, self._placed(orders, outcome, ledger, turns))
            try:
                yield _Sorted(outcome, ledger, sorting, filled)
            except KeyboardInterrupt:
                self.client.stop()
                raise
            finally:
                sorting.stop()

    def run_mended(self, lines: Sequence[Mended]) -> list[Outcome]:
        """Push records of a file of errors, as they stand there."""
        with only_one(self.folder), errors_in(self.folder) as errors:
            for moved in moved_lists():
                some = _of_list(lines, moved.name)
                if some:
                    outcome = self._begin(Outcome(moved.name, len(some)))
                    with self.ledger(moved.name) as ledger:
                        for part in _parts(some, self._at_once):
                            self._note(outcome, ledger, self.sender.send(moved, part), errors)
            for name, send in ((BALANCES, posts), (STOCK, resets)):
                some = _of_list(lines, name)
                if some:
                    outcome = self._begin(Outcome(name, len(some)))
                    for part in _parts(some, SINGLE_CALLS):
                        self._note(outcome, None, send(self.client, part), errors)
        return self.outcomes

    @property
    def _at_once(self) -> int:
        """How many records are sent before what became of them is known."""
        return LINES if self.sender.bulk else SINGLE_CALLS

    def is_wanted(self, name: str) -> bool:
        """Whether a list is in the archive and was asked for."""
        return name in self.archive.manifest.resources and (not self.only or name in self.only)

    @contextlib.contextmanager
    def ledger(self, name: str) -> Generator[Ledger]:
        """What earlier pushes wrote down of a list, and where this one does."""
        ledger = Ledger(self.folder / name)
        try:
            yield ledger
        finally:
            ledger.close()

    def _learn_ids(self, ledger: Ledger) -> None:
        self._ids |= ledger.elsewhere

    def _begin(self, outcome: Outcome) -> Outcome:
        self.outcomes.append(outcome)
        self.progress(outcome)
        return outcome

    def _list(self, moved: Moved, errors: Any, sorted_orders: "_Sorted | None") -> None:
        began = time.monotonic()
        if sorted_orders is not None:
            outcome = self._begin(sorted_orders.outcome)
            sorted_orders.wait(self.progress)
            ledger = sorted_orders.ledger
            turns = (
                self._prepared(moved, ((each.id, each.text) for each in some), outcome, ledger)
                for some in sorted_orders.sorting.in_turns()
            )
            self._send_turns(moved, outcome, ledger, turns, errors)
        else:
            outcome = self._begin(Outcome(moved.name, count_of(self.archive, moved.name)))
            with self.ledger(moved.name) as ledger:
                bodies = self._prepared(moved, self._read(moved, outcome), outcome, ledger)
                some = bundles_last(bodies) if moved.name == "product" else bodies
                self._send_turns(moved, outcome, ledger, (some,), errors)
        if outcome.refused and (unknown := self.unknown(moved)):
            outcome.note = unknown
        outcome.seconds = time.monotonic() - began
        self.progress(outcome)

    def _send_again(
        self, moved: Moved, waiting: list[Prepared], outcome: Outcome, ledger: Ledger, errors: IO[bytes]
    ) -> None:
        """What was refused for a record of its own list may come after that one."""
        while waiting:
            found = [each for at in _parts(waiting, self._at_once) for each in self.sender.send(moved, at)]
            refused = [each for each in found if each.state == "refused"]
            if len(refused) == len(waiting):
                self._note(outcome, ledger, found, errors)
                return
            self._note(outcome, ledger, [each for each in found if each not in refused], errors)
            waiting = [each.prepared for each in refused]

    def _send_turns(
        self,
        moved: Moved,
        outcome: Outcome,
        ledger: Ledger,
        turns: Iterable[Iterable[Prepared]],
        errors: IO[bytes],
    ) -> None:
        for some in turns:
            waiting = self._send_all(moved, map(self._with_ids, some), outcome, ledger, errors)
            self._send_again(moved, waiting, outcome, ledger, errors)
        self._learn_ids(ledger)

    def _with_ids(self, each: Prepared) -> Prepared:
        """The same with the ids that the target has for what it knows under others."""
        if not any(id.encode() in each.content for id in self._ids):
            return each
        return each._replace(content=msgspec.json.encode(with_ids(each.body, self._ids)))

    def _read(self, moved: Moved, outcome: Outcome) -> Iterator[tuple[str, bytes]]:
        for id, text in self.archive.records(moved.name):
            outcome.read += 1
            yield id, text

    def _placed(self, moved: Moved, outcome: Outcome, ledger: Ledger, turns: Turns) -> Iterator[Placed]:
        """The orders that are to be sent. They are prepared then: the target has more to do with each."""
        for id, text in self._read(moved, outcome):
            order = cast(Record, _sortable(text))
            turns.note(order)
            if not ledger.knows(id) or any(self._prepared(moved, ((id, text),), outcome, ledger)):
                yield Placed(id, place_of(moved, order, bulk=self.sender.bulk), text)

    def _prepared(
        self, moved: Moved, some: Iterable[tuple[str, bytes]], outcome: Outcome, ledger: Ledger
    ) -> Iterator[Prepared]:
        """What is sent of these records of the archive; without those that are done."""
        for id, text in some:
            body = self.body(moved, cast(Record, msgspec.json.decode(text)), outcome.left)
            content = msgspec.json.encode(body)
            digest = digest_of(content)
            if ledger.is_done(id, digest):
                outcome.skipped += 1
                continue
            yield Prepared(id, digest, content, place_of(moved, body, bulk=self.sender.bulk))

    def body(self, moved: Moved, record: Record, left: set[str]) -> Record:
        """What makes this record in the target; paths of what it can't carry go into `left`."""
        body = body_of(moved, record, left, bulk=self.sender.bulk)
        if CARDS not in self.archive.manifest.resources:
            body = without_card(body, left)
        return self._gone.let_go(moved, body, left)

    @cached_property
    def there(self) -> There:
        """The target, as far as it has to be looked at."""
        return There(self.client)

    @cached_property
    def _gone(self) -> Gone:
        return Gone(self.archive, self.there)

    def unknown(self, moved: Moved) -> str:
        """Why records may have been refused that a whole archive would bring."""
        names = self._gone.unknown if moved.name in HISTORY or moved.by_word else []
        return f"not all of {', '.join(names)} was pulled: pull, then push again" if names else ""

    def _send_all(
        self, moved: Moved, bodies: Iterable[Prepared], outcome: Outcome, ledger: Ledger, errors: IO[bytes]
    ) -> list[Prepared]:
        """Send them, a call ahead of what is known. Those refused come back, as long as they are few."""
        refused: list[Prepared] = []
        under_way = set[Future[list[Sent]]]()

        def take() -> None:
            # Whichever is answered first: which of two the target takes up first is chance.
            ended, _ = wait(under_way, return_when=FIRST_COMPLETED)
            done = ended.pop()
            under_way.remove(done)
            found = done.result()
            again = [each.prepared for each in found if each.state == "refused"]
            if len(refused) + len(again) <= MOST_WAITING:
                refused.extend(again)
                found = [each for each in found if each.state != "refused"]
            self._note(outcome, ledger, found, errors)

        bodies = self._matched(moved, bodies, outcome, ledger) if moved.key else bodies
        with ThreadPoolExecutor(AHEAD) as pool:
            try:
                for some in _chunks(bodies, self._at_once):
                    if len(under_way) == AHEAD:
                        take()
                    under_way.add(pool.submit(self.sender.send, moved, some))
                while under_way:
                    take()
            except BaseException as ended:
                if isinstance(ended, KeyboardInterrupt):
                    self.client.stop()
                # What was under way has happened, and is written down too.
                while under_way:
                    with contextlib.suppress(ClientError):
                        take()
                raise
        return refused

    def _matched(
        self, moved: Moved, bodies: Iterable[Prepared], outcome: Outcome, ledger: Ledger
    ) -> Iterator[Prepared]:
        """Without those that the target has already under an id of its own: known by their key."""
        taken = ledger.targets()
        there: dict[str, list[Record]] = {}
        own: set[str] = set()
        for shown in self._shown(moved):
            own.add(str(shown["id"]))
            if shown["id"] not in taken:
                there.setdefault(key_of(moved, shown), []).append(shown)
        for each in bodies:
            same = there.get(key_of(moved, each.body), [])
            if each.id in own or not same:
                yield each
                continue
            found = self.sender.match(moved, each, same.pop(0))
            self._note(outcome, ledger, [found], None)

    def _shown(self, moved: Moved) -> Iterator[Record]:
        """What the target has of a list; nothing of one that it has switched off, and will refuse."""
        with contextlib.suppress(Invalid):
            yield from rows_of(self.client, moved)

    def _note(self, outcome: Outcome, ledger: Ledger | None, found: Sequence[Sent], errors: Any) -> None:
        """Write down what became of these."""
        if ledger is not None:
            ledger.add([Entry(e.prepared.id, e.prepared.digest, e.state, e.target) for e in found])
        for each in found:
            setattr(outcome, each.state, getattr(outcome, each.state) + 1)
            if each.fault is not None:
                outcome.refuse(each.fault.message, each.fault.errors)
            if each.fault is not None and errors is not None:
                faults = [{"field": name, "message": text} for name, text in each.fault.errors]
                said = each.fault.status, each.fault.message, faults
                line = Mended(outcome.name, each.prepared.id, each.prepared.digest, *said, each.prepared.body)
                errors.write(msgspec.json.encode(line) + b"\n")
        if errors is not None:
            errors.flush()
        if outcome.name in (STOCK, BALANCES) or not self.sender.bulk:
            outcome.most = self.client.rate
        self.progress(outcome)

    def _stock(self, errors: IO[bytes]) -> None:
        outcome = self._begin(Outcome(STOCK, count_of(self.archive, STOCK)))
        began = time.monotonic()
        for found in stock_pushed(self.client, self.archive, self._ids, outcome.left):
            self._note(outcome, None, found, errors)
        outcome.seconds = time.monotonic() - began
        self.progress(outcome)

    def _balances(self, errors: IO[bytes]) -> None:
        outcome = self._begin(Outcome(BALANCES, count_of(self.archive, GIFT_CARDS)))
        began, client, update = time.monotonic(), self.client, self.sender.update
        with self.ledger(BALANCES) as done:
            for found in balances_pushed(client, self.archive, self._ids, done, update=update):
                self._note(outcome, done, found, errors)
        outcome.seconds = time.monotonic() - began
        self.progress(outcome)


@contextlib.contextmanager
def errors_in(folder: Path) -> Generator[IO[bytes]]:
    """The file of errors; that of an earlier run, which somebody may be mending, stays until the end."""
    part = folder / f"{ERRORS}.part"
    with part.open("wb") as file:
        yield file
    part.replace(folder / ERRORS)


def _chunks(bodies: Iterable[Prepared], most: int) -> Iterator[list[Prepared]]:
    """As many as are sent at once."""
    some: list[Prepared] = []
    size = 0
    for each in bodies:
        some.append(each)
        size += len(each.content)
        if len(some) >= most or size >= BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _of_list(lines: Sequence[Mended], name: str) -> list[Prepared]:
    encode = msgspec.json.encode
    return [Prepared(each.id, each.digest, encode(each.body)) for each in lines if each.of_list == name]


def _parts(some: Sequence[Prepared], size: int) -> Iterator[Sequence[Prepared]]:
    return (some[at : at + size] for at in range(0, len(some), size))
