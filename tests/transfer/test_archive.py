"""The archive by itself, and a pull from a source that behaves unlike ours."""

import asyncio
import random
import tracemalloc
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.client import AsyncClient, Unreadable
from cellarhand.client._resources import DESCRIBED
from cellarhand.transfer import unordered
from cellarhand.transfer.archive import Archive, Walk
from cellarhand.transfer.pull import Pull, Wish
from cellarhand.transfer.targets import COPIES, Target, targets

VENDOR = Target("vendor", "/vendor", "vendors", dated=True, trash="Vendor")
TRASH = Target("trash", "/trash", "trashes", dated=True)
EVERYTHING = Wish()
ids = st.sampled_from([f"0000000{n}-0000-4000-8000-000000000000" for n in range(8)])
walks = st.lists(
    st.tuples(st.sampled_from(["full", "changes", "deletions"]), st.lists(ids, max_size=6)), max_size=6
)


def row(id: str, version: int) -> tuple[str, bytes]:
    return id, b'{"id":"%b","version":%d}' % (id.encode(), version)


@given(history=walks, ordered=st.booleans(), in_memory=st.booleans())
def test_the_present_state_is_what_the_walks_say_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[Any, list[str]]],
    ordered: bool,
    in_memory: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not in_memory:
            patch.setattr(unordered, "IN_MEMORY", 0)
        _the_present_state(tmp_path_factory, history, ordered=ordered)


def _the_present_state(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[Any, list[str]]], *, ordered: bool
) -> None:
    archive = Archive.create(tmp_path_factory.mktemp("archive") / "a", "https://s.example/v1", "winery")
    stored = archive.stored("vendor", "/vendor", "vendors")
    expected: dict[str, bytes] = {}
    for version, (kind, touched) in enumerate(history):
        met = sorted(set(touched)) if ordered else touched
        # Of an id that comes twice in one walk the last counts.
        rows = [row(id, 10 * version + place) for place, id in enumerate(met)]
        walk = Walk(version, kind, "2025-01-01T00:00:00.000Z", done=True)
        # Two rows a file, so that files follow each other within a walk.
        walk.segments = [archive.write("vendor", rows[n : n + 2]) for n in range(0, len(rows), 2)]
        stored.walks.append(walk)
        expected = {} if kind == "full" else expected
        for id, text in rows:
            if kind == "deletions":
                expected.pop(id, None)
            else:
                expected[id] = text
    archive.save()
    again = Archive.open(archive.folder)
    assert list(again.records("vendor")) == sorted(expected.items())
    again.forget_superseded("vendor")
    again.save()
    again.sweep()
    assert list(Archive.open(archive.folder).records("vendor")) == sorted(expected.items())


def test_records_in_no_order_are_sorted_with_the_memory_of_a_few_files(tmp_path: Path) -> None:
    archive, chance = Archive.create(tmp_path / "a", "https://s.example/v1", "winery"), random.Random(1)
    walk = Walk(1, "full", "2025-01-01T00:00:00.000Z", done=True)
    archive.stored("vendor", "/vendor", "vendors").walks.append(walk)
    size, count = 0, 0
    while size < 2 * unordered.IN_MEMORY:
        rows = [row(str(UUID(int=chance.getrandbits(128))), 1) for _ in range(800)]
        long = [(id, text[:-1] + b',"text":"' + b"x" * 4000 + b'"}') for id, text in rows]
        walk.segments.append(archive.write("vendor", long))
        size, count = size + walk.segments[-1].bytes, count + len(long)
    tracemalloc.start()
    last, read = "", 0
    for id, _ in archive.records("vendor"):
        assert id > last
        last, read = id, read + 1
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == count
    assert most < size / 4
    assert not [each for each in archive.folder.iterdir() if each.name not in ("manifest.json", "vendor")]


def test_every_list_that_the_client_knows_is_a_target() -> None:
    found = targets()
    assert len({each.name for each in found}) == len(found)
    for each in DESCRIBED:
        if "list" in each.operations and each.path not in COPIES:
            assert any(each.key == target.key for target in found), each.name


def pulled(
    folder: Path, answer: Any, wish: Wish = EVERYTHING, lists: tuple[Target, ...] = (VENDOR,)
) -> Archive:
    """A pull of some lists, the vendors, from a stub."""

    async def work() -> Archive:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        archive = Archive.open(folder) if Archive.exists(folder) else Archive.create(folder, "s", "t")
        async with http, AsyncClient("https://stub.example/v1", "t", http=http) as client:
            outcomes = await Pull(client, archive, wish, lambda _: None).run(list(lists))
        assert {each.left_out for each in outcomes} == {""}
        return archive

    return asyncio.run(work())


def test_records_are_kept_as_received_whatever_is_in_them(tmp_path: Path) -> None:
    odd = '{ "id" : "b", "new\\n" : 1.50, "é": [1e3,\r\n {"deep": null} ], "id2":"\\u00e9" }'
    plain = '{"title":"first member is no id","id":"a"}'

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=f'{{"vendors":[{odd},{plain}]}}'.encode())

    kept = dict(pulled(tmp_path / "a", answer).records("vendor"))
    assert kept["a"].decode() == plain
    # A line break between tokens is the one thing that lines can't hold.
    assert kept["b"].decode() == odd.replace("\r\n", "  ")


def test_a_list_without_cursor_comes_by_pages_and_in_order(tmp_path: Path) -> None:
    rows = [row(f"{n:08}-0000-4000-8000-000000000000", 1) for n in reversed(range(120))]

    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "cursor" in query:
            return httpx.Response(422, json={"message": "Invalid query param: cursor"})
        page, limit = int(query["page"]), int(query["limit"])
        some = b",".join(text for _, text in rows[(page - 1) * limit : page * limit])
        return httpx.Response(200, content=b'{"vendors":[%b],"total":120}' % some)

    archive = pulled(tmp_path / "a", answer)
    assert list(archive.records("vendor")) == sorted(rows)
    assert archive.manifest.resources["vendor"].walks[0].ordered


def test_a_list_that_takes_no_date_is_read_as_a_whole_each_time(tmp_path: Path) -> None:
    versions = iter(range(100))

    def answer(request: httpx.Request) -> httpx.Response:
        if "updatedAt" in request.url.params:
            return httpx.Response(422, json={"message": "Invalid query param: updatedAt"})
        _, text = row("a", next(versions))
        return httpx.Response(200, content=b'{"vendors":[%b]}' % text)

    pulled(tmp_path / "a", answer)
    archive = pulled(tmp_path / "a", answer)
    assert [walk.kind for walk in archive.manifest.resources["vendor"].walks] == ["full"]
    assert [text for _, text in archive.records("vendor")] == [row("a", 3)[1]]


def test_the_next_walk_goes_back_to_the_source_s_own_clock(tmp_path: Path) -> None:
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("updatedAt"))
        slow = {"date": "Tue, 03 Nov 2026 00:30:00 GMT"}
        return httpx.Response(200, json={"vendors": [{"id": "a"}]}, headers=slow)

    pulled(tmp_path / "a", answer)
    pulled(tmp_path / "a", answer)
    # An hour back from half past midnight is the day before.
    assert asked == [None, None, "gte:2026-11-02", "gte:2026-11-02"]


class Days:
    """A source whose clock the test sets; it tells each change and each deletion on its own day alone."""

    def __init__(self) -> None:
        self.day = 3
        self.gone: dict[int, str] = {}
        self.asked: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        since = request.url.params.get("updatedAt")
        first = int(since[-2:]) if since else 0
        if request.url.path.endswith("/trash"):
            rows = [
                {"id": f"t{day}", "objectType": "Vendor", "objectId": id}
                for day, id in self.gone.items()
                if first <= day <= self.day
            ]
            body = {"trashes": rows}
        else:
            self.asked.append(since)
            body = {"vendors": [] if since else [{"id": "a"}, {"id": "b"}]}
        return httpx.Response(200, json=body, headers={"date": f"Tue, {self.day:02} Nov 2026 12:00:00 GMT"})


def test_a_list_that_was_left_out_when_the_trash_was_read_learns_of_it_later(tmp_path: Path) -> None:
    source, both = Days(), (VENDOR, TRASH)
    pulled(tmp_path / "a", source, lists=both)
    source.day, source.gone = 10, {9: "a"}
    pulled(tmp_path / "a", source, lists=(TRASH,))
    source.day = 20
    pulled(tmp_path / "a", source, lists=both)
    archive = pulled(tmp_path / "a", source, lists=both)
    assert [id for id, _ in archive.records("vendor")] == ["b"]
    # Noted once.
    kinds = [walk.kind for walk in archive.manifest.resources["vendor"].walks]
    assert kinds.count("deletions") == 1


def test_a_chosen_day_is_nothing_to_go_on_from(tmp_path: Path) -> None:
    source = Days()
    pulled(tmp_path / "a", source)
    source.day = 20
    pulled(tmp_path / "a", source, Wish(since=clock.from_wire("2026-11-15")))
    pulled(tmp_path / "a", source)
    assert source.asked[::2] == [None, "gte:2026-11-15", "gte:2026-11-03"]


def test_a_walk_that_does_not_move_on_is_given_up(tmp_path: Path) -> None:
    body = {"vendors": [{"id": "a"}], "cursor": "a"}
    with pytest.raises(Unreadable, match="does not move on"):
        pulled(tmp_path / "a", lambda _: httpx.Response(200, json=body))
