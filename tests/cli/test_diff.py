"""`cellarhand diff`: two copies of a tenant are the same, or every difference is found."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from cellarhand.accounts.tenants import list_tenants
from cellarhand.record.text import decode, encode
from cellarhand.store.conditions import equal
from cellarhand.store.engine import open_store
from cellarhand.store.unit import WriteUnit
from cellarhand.transfer.archive import Archive, Walk
from cellarhand.transfer.diff import Counted, Wish, compare
from cellarhand.transfer.explained import Moments
from cellarhand.transfer.export import resource_of
from cellarhand.transfer.sources import LISTS, ArchiveSource, Rows, TenantSource
from tests.cli.conftest import fill
from tests.cli.shell import Shell
from tests.servers import migrated, sqlite_url

WINERY = "spectrawinery"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def shell(empty: str) -> Shell:
    """The demo's wineries over each engine."""
    fill(empty, 40)
    return Shell(empty)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same in another database."""
    url = migrated(sqlite_url(tmp_path_factory.mktemp("other")))
    fill(url, 40)
    return url


def archived(url: str, folder: Path, change: Change = lambda _: None, most: int = 7) -> Path:
    """The winery as an archive of small segments; `change` sees each customer, and drops it by False."""

    async def work() -> None:
        store = open_store(url)
        await store.open()
        async with store.snapshot() as snapshot:
            source = await TenantSource.of("source", snapshot, WINERY)
            archive = Archive.create(folder, "http://source.example/v1", WINERY)
            for name in source.lists():
                rows = [row async for chunk in source.records(name) for row in chunk]
                if name == "customer":
                    rows = [(id, made) for id, body in rows if (made := _changed(change, body))]
                walk = Walk(1, "full", "2026-01-01T00:00:00.000Z", done=True)
                archive.stored(name, f"/{name}", LISTS[name][0].key).walks.append(walk)
                for start in range(0, len(rows), most):
                    walk.segments.append(archive.write(name, rows[start : start + most]))
            archive.save()
        await store.close()

    asyncio.run(work())
    return folder


def _changed(change: Change, body: bytes) -> bytes | None:
    record = decode(body)
    answer = change(record)
    if answer is False:
        return None
    return answer if isinstance(answer, bytes) else encode(record)


def test_two_equal_tenants_are_the_same(shell: Shell, other: str) -> None:
    ended = shell.run("diff", WINERY, f"{WINERY}@{other}")
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.endswith("A and B are the same.\n")
    answer = shell.json("diff", WINERY, f"{WINERY}@{other}")
    assert answer["same"] is True
    counts = {each["list"]: (each["a"], each["b"], each["same"]) for each in answer["lists"]}
    assert counts["customer"] == (40, 40, 40)
    assert counts["order"] == (126, 126, 126)
    assert counts["wine-varietal"][0] > 50


def test_a_tenant_and_its_archive_are_the_same(shell: Shell, tmp_path: Path) -> None:
    folder = archived(shell.url, tmp_path / "archive")
    assert shell.json("diff", str(folder), WINERY)["same"] is True
    assert shell.json("diff", WINERY, str(folder))["same"] is True


def _set(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        for name in path[:-1]:
            record = record[name]
        record[path[-1]] = value

    return change


def _reordered(record: dict[str, Any]) -> bytes:
    return encode(dict(reversed(record.items())))


PLANTED: dict[str, tuple[Change, str, str]] = {
    "a changed member": (_set("firstName", value="Zed"), "firstName", "value"),
    "a nested one": (
        _set("orderInformation", "orderCount", value=99),
        "orderInformation.orderCount",
        "value",
    ),
    "a number for a string": (_set("zipCode", value=94558), "zipCode", "type"),
    "a string for a number": (
        _set("orderInformation", "orderCount", value="0"),
        "orderInformation.orderCount",
        "type",
    ),
    "null for a value": (_set("firstName", value=None), "firstName", "type"),
    "absent for null": (lambda record: record.pop("avatar"), "avatar", "only in A"),
    "one member more": (_set("colour", value=None), "colour", "only in B"),
    "an element less": (lambda record: record["emails"].pop(), "emails[]", "only in A"),
    "another order of members": (_reordered, "(record)", "text"),
    "blanks": (lambda record: encode(record).replace(b",", b", ", 1), "(record)", "text"),
    "a decimal point": (
        _set("orderInformation", "orderCount", value=0.0),
        "orderInformation.orderCount",
        "text",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_one_difference_among_many_records_is_found(shell: Shell, tmp_path: Path, planted: str) -> None:
    change, path, kind = PLANTED[planted]
    chosen = random.Random(planted).randrange(40)
    seen: list[str] = []

    def change_one(record: dict[str, Any]) -> Any:
        seen.append(record["id"])
        return change(record) if len(seen) == chosen + 1 else None

    folder = archived(shell.url, tmp_path / "archive", change_one)
    ended = shell.run("diff", WINERY, str(folder), "--json")
    assert ended.exit_code == 1
    answer = json.loads(ended.stdout)
    [difference] = answer["differences"]
    assert (difference["list"], difference["id"]) == ("customer", seen[chosen])
    assert difference["kind"] == kind
    customers = next(each for each in answer["lists"] if each["list"] == "customer")
    assert customers["members"] == [{"path": path, "kind": kind, "count": 1}]
    assert (customers["same"], customers["differing"]) == (39, 1)
    assert [each["list"] for each in answer["lists"] if each["differing"]] == ["customer"]


def test_missing_and_extra_records_are_found(shell: Shell, tmp_path: Path) -> None:
    dropped: list[str] = []

    def drop_ends(record: dict[str, Any]) -> bool:
        number = len(dropped)
        dropped.append(record["id"])
        return number not in (0, 20, 39)

    folder = archived(shell.url, tmp_path / "archive", drop_ends)
    gone = {dropped[number] for number in (0, 20, 39)}
    for sides, kind in (((WINERY, str(folder)), "only in A"), ((str(folder), WINERY), "only in B")):
        answer = json.loads(shell.run("diff", *sides, "--json").stdout)
        assert {each["id"] for each in answer["differences"]} == gone
        assert {each["kind"] for each in answer["differences"]} == {kind}


def test_money_is_summed_on_both_sides(shell: Shell, tmp_path: Path) -> None:
    before: list[int] = []

    def change(record: dict[str, Any]) -> None:
        before.append(record["orderInformation"]["lifetimeValue"])
        record["orderInformation"]["lifetimeValue"] = 1234

    folder = archived(shell.url, tmp_path / "archive", change)
    answer = json.loads(shell.run("diff", WINERY, str(folder), "--json", "--show", "0").stdout)
    customers = next(each for each in answer["lists"] if each["list"] == "customer")
    assert customers["money"]["orderInformation.lifetimeValue"] == {"a": sum(before), "b": 49360}
    assert sum(before) > 0
    text = shell.run("diff", WINERY, str(folder)).stdout
    assert f"{49360 - sum(before):+,}" in text
    assert "A and B are not the same." in text


def test_its_tables_have_room_in_80_columns(shell: Shell, tmp_path: Path) -> None:
    """With the amounts and the longest names of a winery."""

    def gains(customer: dict[str, Any]) -> None:
        customer["orderInformation"]["grossProfit"] += 250_000_000

    archive = archived(shell.url, tmp_path / "one.archive", gains)
    told = shell.run("diff", WINERY, str(archive)).stdout.splitlines()
    tables = [line for line in told if not line.startswith(("A  ", "B  ", " "))]
    assert any(line.startswith("MONEY OF customer ") for line in tables)
    assert [line for line in tables if len(line) > 80] == []


def test_what_is_ignored_is_told_and_counted(shell: Shell, tmp_path: Path) -> None:
    def change(record: dict[str, Any]) -> bytes:
        record["orderInformation"]["orderCount"] = 777
        return _reordered(record)

    folder = archived(shell.url, tmp_path / "archive", change)
    assert shell.run("diff", WINERY, str(folder), "--by-value").exit_code == 1
    assert shell.run("diff", WINERY, str(folder), "--ignore", "orderInformation").exit_code == 1
    ignoring = (
        "diff",
        WINERY,
        str(folder),
        "--ignore",
        "customer:orderInformation",
        "--by-value",
        "--without",
        "note",
    )
    text = shell.ok(*ignoring)
    assert "Ignored: customer:orderInformation" in text
    assert "Left out: note" in text
    answer = shell.json(*ignoring)
    assert answer["ignoring"]["paths"] == ["customer:orderInformation"]
    assert "note" not in {each["list"] for each in answer["lists"]}
    customers = next(each for each in answer["lists"] if each["list"] == "customer")
    assert {"path": "orderInformation.orderCount", "kind": "value", "count": 40} in customers["ignored"]
    assert (
        shell.run("diff", WINERY, str(folder), "--ignore", "note:orderInformation", "--by-value").exit_code
        == 1
    )


def test_a_list_that_one_side_does_not_have_is_a_difference(shell: Shell, tmp_path: Path) -> None:
    folder = archived(shell.url, tmp_path / "archive")
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["resources"]["vendor"]
    manifest["resources"]["wine"] = manifest["resources"]["note"] | {"walks": []}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    ended = shell.run("diff", WINERY, str(folder))
    assert ended.exit_code == 1
    assert ended.stdout.count("no list") == 2
    assert shell.run("diff", WINERY, str(folder), "--without", "vendor", "--without", "wine").exit_code == 0


def test_every_difference_goes_into_a_file(shell: Shell, tmp_path: Path) -> None:
    folder = archived(shell.url, tmp_path / "archive", _set("city", value="Elsewhere"))
    path = tmp_path / "details.ndjson"
    ended = shell.run("diff", WINERY, str(folder), "--details", str(path), "--show", "3", "--json")
    assert len(json.loads(ended.stdout)["differences"]) == 3
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 40
    assert {line["b"] for line in lines} == {"Elsewhere"}


def test_trouble_is_neither_the_same_nor_different(shell: Shell, tmp_path: Path) -> None:
    folder = archived(shell.url, tmp_path / "archive")
    segment = next((folder / "customer").iterdir())
    segment.write_bytes(segment.read_bytes()[:-9])
    for arguments, expected in (
        ((WINERY, str(folder)), "is damaged"),
        ((WINERY, str(tmp_path)), "is no archive"),
        ((WINERY, "nobody"), "there is no tenant 'nobody'"),
        ((WINERY, "No Name"), "is no folder, and no tenant"),
        ((WINERY, "https://api.example/v1"), "my-winery@URL"),
        ((WINERY, f"{WINERY}@https://api.example/v1"), "--user-b EMAIL"),
        ((f"{WINERY}@https://api.example/v1", WINERY, "--app-a", "a"), "set CELLARHAND_A_SECRET"),
        ((WINERY, WINERY, "--only", "wine"), "neither side has a list 'wine'"),
        ((WINERY, WINERY, "--details", str(tmp_path / "nowhere" / "a")), "can not be written"),
    ):
        ended = shell.run("diff", *arguments)
        assert (ended.exit_code, ended.stdout) == (2, ""), ended.output
        assert expected in ended.stderr


def test_walks_that_are_out_of_order_are_refused(shell: Shell, tmp_path: Path) -> None:
    class Backwards:
        name = "backwards"

        def lists(self) -> tuple[str, ...]:
            return ("customer",)

        def about(self, _: str) -> None:
            return None

        def moments(self, _: str) -> Moments:
            return Moments(0, 0)

        async def records(self, list_name: str) -> AsyncGenerator[Rows]:
            yield [("b", b'{"id":"b"}'), ("a", b'{"id":"a"}')]

    async def work() -> list[Counted]:
        return await compare(Backwards(), Backwards(), Wish())

    with pytest.raises(Exception, match="do not come in the order of their ids"):
        asyncio.run(work())


def test_a_write_after_the_backup_is_what_differs(shell: Shell, tmp_path: Path) -> None:
    """The whole round: back up, restore as a copy, change one, compare."""
    shell.ok("backup", "--tenant", WINERY, str(tmp_path / "a.zip"))
    shell.ok("restore", str(tmp_path / "a.zip"), "--as", "compared")
    assert shell.run("diff", WINERY, "compared", "--without", "web-hook").exit_code == 0

    async def work() -> str:
        store = open_store(shell.url)
        await store.open()
        tenants = {tenant.slug: tenant.tenant_id for tenant in await list_tenants(store)}
        table = resource_of("note").table
        [row] = await store.reading(tenants["compared"]).rows(table, ("id",), limit=1)

        async def job(unit: WriteUnit) -> None:
            await unit.replace_text(table, "body", '"content":"', '"content":"!', equal("id", row[0]))

        await store.write(tenants["compared"], job, alone=True)
        await store.close()
        return row[0]

    changed = asyncio.run(work())
    answer = json.loads(shell.run("diff", WINERY, "compared", "--without", "web-hook", "--json").stdout)
    assert [(each["id"], each["path"]) for each in answer["differences"]] == [(changed, "content")]


def test_an_archive_is_read_as_it_was_written(shell: Shell, tmp_path: Path) -> None:
    folder = archived(shell.url, tmp_path / "archive", most=3)

    async def ids() -> list[str]:
        return [id async for rows in ArchiveSource(folder).records("customer") for id, _ in rows]

    found = asyncio.run(ids())
    assert len(found) == 40
    assert found == sorted(found)
