"""`cellarhand backup` and `restore`: a tenant in a file and back, over both engines and across them."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import threading
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, CREDENTIALS_EPOCH, TENANT_SEQUENCE
from cellarhand.accounts.tenants import list_tenants
from cellarhand.config import Settings
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.resources import TABLES
from cellarhand.store.engine import Store, open_store
from cellarhand.store.tables import OUTBOX
from cellarhand.transfer.backup import OF_THE_MOMENT, SHARED
from cellarhand.transfer.backup_file import BackupReader, Manifest, Part
from cellarhand.transfer.older import lift
from tests.callers import Site
from tests.cli.conftest import fill
from tests.cli.programs import command, environment
from tests.cli.shell import Shell
from tests.servers import LiveServer, migrated, sqlite_url

T = TypeVar("T")
WINERY, OTHER = "spectrawinery", "otherwinery"
APP = ("demo-app", "demo-app-secret")
OWNER = ("owner@spectrawinery.example", "cellarhand-demo")
LISTS = (
    "/customer",
    "/customer-address",
    "/note",
    "/tag/customer",
    "/meta-data-config/customer",
    "/web-hook",
)


def asked(url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    """What a database answers."""

    async def run() -> T:
        store = open_store(url)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def manifest_of(path: Path) -> Manifest:
    with BackupReader(str(path)) as opened:
        return opened.manifest


def contents(path: Path, tenant: str = WINERY, without: tuple[str, ...] = ()) -> dict[str, tuple[int, str]]:
    """Rows and hash of each table of a tenant: equal for equal rows."""
    parts = manifest_of(path).parts_of(tenant)
    return {part.table: (part.rows, part.sha256) for part in parts if part.table not in without}


def states(url: str) -> dict[str, str]:
    async def work(store: Store) -> dict[str, str]:
        return {tenant.slug: tenant.state for tenant in await list_tenants(store)}

    return asked(url, work)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The demo's wineries, large enough for several units of a restore."""
    url = migrated(sqlite_url(tmp_path_factory.mktemp("source")))
    fill(url, 1200)
    with LiveServer(Settings(url, access_log="off", web_hooks=False)) as server:
        hook = {"object": "Customer", "action": "Create", "url": "https://hooks.example.com/made"}
        answer = httpx.post(
            f"{server.url}/v1/web-hook", json=hook, auth=OWNER, headers={"tenant": WINERY}, trust_env=False
        )
        assert answer.status_code == 201, answer.text
    return Shell(url)


@pytest.fixture(scope="module")
def whole(source: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of all of it."""
    path = tmp_path_factory.mktemp("whole") / "all.zip"
    source.ok("backup", "--all", str(path))
    return path


def _answers(url: str, slug: str = WINERY) -> dict[str, bytes]:
    """What a server over the database answers to the demo's app."""
    settings = Settings(url, rate_limit=0, access_log="off")
    with (
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, auth=APP, headers={"tenant": slug}) as client,
    ):
        found = {path: client.get(f"/v1{path}?limit=50") for path in LISTS}
        found["/q"] = client.get("/v1/customer?q=a")
        assert {answer.status_code for answer in found.values()} == {200}
        return {path: answer.content for path, answer in found.items()}


def test_a_restored_installation_answers_as_the_original_and_gives_the_same_backup(
    source: Shell, whole: Path, target: Shell, tmp_path: Path
) -> None:
    assert target.json("restore", str(whole))["tenants"] == [OTHER, WINERY]
    assert _answers(target.url) == _answers(source.url)
    target.ok("backup", "--all", str(tmp_path / "again.zip"))
    for slug in (WINERY, OTHER):
        assert contents(tmp_path / "again.zip", slug) == contents(whole, slug)
    assert {part.table: part.rows for part in manifest_of(tmp_path / "again.zip").parts_of(None)} == {
        part.table: part.rows for part in manifest_of(whole).parts_of(None)
    }


def test_it_goes_back_to_the_other_engine(whole: Path, target: Shell, tmp_path: Path) -> None:
    target.ok("restore", str(whole), "--tenant", WINERY)
    target.ok("backup", "--tenant", WINERY, str(tmp_path / "one.zip"))
    home = Shell(f"sqlite:///{tmp_path / 'home.db'}")
    home.ok("restore", str(tmp_path / "one.zip"))
    home.ok("backup", "--tenant", WINERY, str(tmp_path / "home.zip"))
    assert contents(tmp_path / "home.zip") == contents(whole)


def test_a_backup_of_one_tenant_has_who_works_there_and_nobody_else(source: Shell, tmp_path: Path) -> None:
    source.ok("backup", "--tenant", OTHER, str(tmp_path / "one.zip"))
    with BackupReader(str(tmp_path / "one.zip")) as opened:
        assert opened.manifest.tenants == (OTHER,)
        assert not opened.manifest.everything
        parts = {part.table: part for part in opened.manifest.parts_of(None)}
        assert [row[1] for chunk in opened.rows(parts["account"]) for row in chunk] == [
            f"owner@{OTHER}.example"
        ]
        assert (parts["account_role"].rows, parts["app"].rows, parts["app_secret"].rows) == (1, 0, 0)


def test_it_is_of_one_moment_while_a_server_writes(site: Site, database: str, tmp_path: Path) -> None:
    api, owner = site.app(), site.person("Admin Owner")
    api.made("/web-hook", {"object": "Customer", "action": "Create", "url": "https://listens.example"})
    shell, stop, done = Shell(database), threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            made = api.made(
                "/customer", {"lastName": "Busy", "emails": [{"email": f"{done[0]}@busy.example"}]}
            )
            place = {"firstName": "Bo", "lastName": "Busy", "address": "1 Way", "city": "Napa"}
            place |= {"stateCode": "CA", "zipCode": "94558", "countryCode": "US"}
            api.made(f"/customer/{made['id']}/address", place)
            if done[0] % 3 == 0:
                owner.gone(f"/customer/{made['id']}")
            done[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(6):
            before = done[0]
            shell.ok("backup", "--tenant", site.slug, str(tmp_path / f"{number}.zip"))
            while done[0] == before:
                assert writer.is_alive()
    finally:
        stop.set()
        writer.join()
    sizes = [_consistent(tmp_path / f"{number}.zip", site.slug) for number in range(6)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def _consistent(path: Path, slug: str) -> int:
    """How many customers there are; every table agrees with every other."""
    with BackupReader(str(path)) as opened:
        rows: dict[str, list[dict[str, Any]]] = {}
        for part in opened.manifest.parts_of(slug):
            names = [word.partition(":")[0] for word in part.columns]
            rows[part.table] = [dict(zip(names, row, strict=True)) for c in opened.rows(part) for row in c]
    customers = {row["id"] for row in rows["customer"]}
    counted: dict[str, int] = {}
    for row in rows["counter"]:
        counted[row["name"]] = counted.get(row["name"], 0) + row["value"]
    assert counted.get("customer", 0) == len(customers)
    assert counted.get("customer-address", 0) == len(rows["customer_address"])
    # The address is the next request after its customer.
    assert len(customers - {row["customer_id"] for row in rows["customer_address"]}) <= 1
    assert {row["customer_id"] for row in rows["customer_address"]} <= customers
    assert {row["object_id"] for row in rows["unique_key"]} == customers
    told = [json.loads(row["payload"])["id"] for row in rows["outbox"] if row["object"] == "Customer"]
    assert customers <= set(told)
    return len(told)


def test_a_copy_stands_beside_the_original_and_calls_nobody(
    source: Shell, whole: Path, target: Shell, tmp_path: Path
) -> None:
    target.ok("restore", str(whole))
    done = target.json("restore", str(whole), "--tenant", WINERY, "--as", "try-out")
    hooks, _ = contents(whole)["web_hook"]
    assert done["leftOut"] == hooks + len(("their counter",))
    assert set(done["kept"]) == {f"owner@{WINERY}.example", f"data@{WINERY}.example", "demo-app"}
    original, copy = _answers(target.url), _answers(target.url, "try-out")
    assert copy == original

    async def work(store: Store) -> tuple[int, list[int]]:
        tenants = {tenant.slug: tenant for tenant in await list_tenants(store)}
        unit = store.reading(tenants["try-out"].tenant_id)
        left = [await unit.count(table, ()) for table in (OUTBOX, WEB_HOOK.table)]
        tokens = {tenants[slug].token_secret for slug in (WINERY, "try-out")}
        return len(tokens), [*left, await unit.counter("web-hook")]

    assert asked(target.url, work) == (2, [0, 0, 0])


def test_a_tenant_that_is_there_is_left_alone_unless_it_is_to_be_replaced(whole: Path, target: Shell) -> None:
    target.ok("restore", str(whole), "--tenant", OTHER)
    _create_customer(target.url, OTHER)
    again = ("restore", str(whole), "--tenant", OTHER)
    assert target.refused(*again).startswith(f"there is a tenant '{OTHER}' already")
    assert _count(target.url, OTHER) == 7
    wrong = target.run(*again, "--replace", stdin="something\n")
    assert (wrong.exit_code, _count(target.url, OTHER)) == (1, 7)
    assert target.json(*again, "--replace", "--yes")["replaced"] == [OTHER]
    assert _count(target.url, OTHER) == 6
    assert states(target.url) == {OTHER: "Live"}

    async def rows(store: Store) -> tuple[int, int]:
        return await store.reading(None).count(ACCOUNT, ()), await store.reading(None).count(ACCOUNT_ROLE, ())

    assert asked(target.url, rows) == (1, 1)


def _create_customer(url: str, slug: str) -> None:
    with LiveServer(Settings(url, access_log="off")) as server:
        auth = (f"owner@{slug}.example", "cellarhand-demo")
        body = {"emails": [{"email": "new@example.com"}]}
        sent = httpx.post(f"{server.url}/v1/customer", json=body, auth=auth, headers={"tenant": slug})
        assert sent.status_code == 201


def _count(url: str, slug: str) -> int:
    async def work(store: Store) -> int:
        tenants = {tenant.slug: tenant.tenant_id for tenant in await list_tenants(store)}
        return await store.reading(tenants[slug]).counter("customer")

    return asked(url, work)


def test_who_is_known_keeps_name_and_password_and_gets_the_role(whole: Path, target: Shell) -> None:
    target.ok("tenant", "create", "first", "--company", "First", "--email", "a@first.example")
    names = ("--first-name", "Another", "--last-name", "Name", "--password-stdin")
    target.ok("account", "create", "first", f"OWNER@{WINERY}.example", *names, stdin="a password of twelve\n")
    assert target.json("restore", str(whole), "--tenant", WINERY)["kept"] == [f"owner@{WINERY}.example"]
    people = {each["email"]: each for each in target.json("account", "list", WINERY)["accounts"]}
    assert people[f"OWNER@{WINERY}.example"]["role"] == "Admin Owner"
    assert people[f"OWNER@{WINERY}.example"]["firstName"] == "Another"


SIGNALLED = """
import os, sys
from contextlib import contextmanager
import cellarhand.cli.backup as commands
from cellarhand.cli import main

number, percent = int(sys.argv.pop(1)), int(sys.argv.pop(1))

@contextmanager
def progress(text, *, quiet=False):
    done = 0
    def advance(count, total):
        nonlocal done
        before, done = done, done + count
        if "checking" not in text and before * 100 < percent * total <= done * 100:
            os.kill(os.getpid(), number)
    yield advance

commands.progress = progress
main()
"""


def _signalled(number: signal.Signals, percent: int, *arguments: str) -> "subprocess.Popen[str]":
    """A command that sends itself a signal when so many hundredths of its rows are done."""
    whole_command = command(*arguments)
    whole_command[1:3] = ["-c", SIGNALLED, str(int(number)), str(percent)]
    return subprocess.Popen(
        whole_command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )


def _restoring(whole: Path, url: str) -> tuple[str, ...]:
    return ("restore", str(whole), "--tenant", WINERY, "--into", url)


@pytest.mark.parametrize("percent", [1, 40, 80, 100])
def test_killed_at_any_moment_there_is_no_half_tenant_and_the_next_run_brings_all(
    whole: Path, target: Shell, percent: int, tmp_path: Path
) -> None:
    started = _signalled(signal.SIGKILL, percent, *_restoring(whole, target.url))
    started.communicate(timeout=60)
    assert started.returncode == -signal.SIGKILL
    assert list(states(target.url).values()) == ["Closed"]
    assert WINERY not in states(target.url)
    target.ok("restore", str(whole), "--tenant", WINERY)
    assert states(target.url) == {WINERY: "Live"}
    target.ok("backup", "--tenant", WINERY, str(tmp_path / "again.zip"))
    assert contents(tmp_path / "again.zip") == contents(whole)
    assert _rows_of_nobody(target.url) == 0


def test_interrupted_it_says_how_to_go_on(whole: Path, target: Shell) -> None:
    started = _signalled(signal.SIGINT, 50, *_restoring(whole, target.url))
    _, told = started.communicate(timeout=60)
    assert (started.returncode, told.count("\n")) == (130, 1), told
    assert "run the same command again" in told
    assert list(states(target.url).values()) == ["Closed"]
    target.ok("restore", str(whole), "--tenant", WINERY)
    assert states(target.url) == {WINERY: "Live"}


def test_a_second_restore_of_a_name_ends_the_first(whole: Path, target: Shell) -> None:
    started = _signalled(signal.SIGSTOP, 50, *_restoring(whole, target.url))
    os.waitpid(started.pid, os.WUNTRACED)
    target.ok("restore", str(whole), "--tenant", WINERY)
    started.send_signal(signal.SIGCONT)
    _, told = started.communicate(timeout=60)
    assert started.returncode == 1
    assert "another restore" in told
    assert states(target.url) == {WINERY: "Live"}
    assert _count(target.url, WINERY) == 1200
    assert _rows_of_nobody(target.url) == 0


def _rows_of_nobody(url: str) -> int:
    """Rows of a tenant_id that no tenant has."""

    async def work(store: Store) -> int:
        there = {tenant.tenant_id for tenant in await list_tenants(store)}
        found = 0
        for tenant_id in set(range(1, 6)) - there:
            unit = store.reading(tenant_id)
            found += sum([await unit.count(table, ()) for table in TABLES if not table.shared])
        return found

    return asked(url, work)


def test_killed_while_it_writes_a_backup_is_not_there_and_an_older_one_is_whole(
    source: Shell, whole: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.zip"
    old.write_bytes(whole.read_bytes())
    arguments = ("backup", "--all", str(old), "--overwrite", "--database", source.url)
    started = _signalled(signal.SIGKILL, 50, *arguments)
    started.communicate(timeout=60)
    assert started.returncode == -signal.SIGKILL
    assert old.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("place", ["a record", "the manifest", "the end", "a part", "all of it"])
def test_a_damaged_file_is_told_and_nothing_is_written(whole: Path, tmp_path: Path, place: str) -> None:
    damaged, empty = tmp_path / "damaged.zip", Shell(migrated(sqlite_url(tmp_path)))
    part = f"tenants/{WINERY}/customer.ndjson"
    _damage(whole, damaged, place, part)
    told = empty.refused("restore", str(damaged))
    named = {"a record": f"part '{part}'", "a part": f"part '{part}'", "the manifest": "part 'manifest.json'"}
    assert named.get(place, "is no backup, or not all of one") in told
    assert states(empty.url) == {}
    verified = empty.refused("backup", "--verify", str(damaged))
    assert verified == told


def _damage(whole: Path, damaged: Path, place: str, part: str) -> None:
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as opened:
        if place == "a part":
            with zipfile.ZipFile(damaged, "w") as made:
                for name in opened.namelist():
                    if name != part:
                        made.writestr(name, opened.read(name))
            return
        name = "manifest.json" if place == "the manifest" else part
        found = opened.getinfo(name)
    if place == "the end":
        content = content[:-4000]
    elif place == "all of it":
        content = bytearray(b"no backup at all")
    else:
        content[found.header_offset + 60 + found.compress_size // 2] ^= 0x20
    damaged.write_bytes(content)


def test_rows_that_were_changed_with_a_right_checksum_are_told_by_the_hash(
    whole: Path, tmp_path: Path
) -> None:
    changed, part = tmp_path / "changed.zip", f"tenants/{WINERY}/note.ndjson"
    with zipfile.ZipFile(whole) as opened, zipfile.ZipFile(changed, "w") as made:
        for name in opened.namelist():
            content = opened.read(name)
            made.writestr(name, content.replace(b"a", b"b", 1) if name == part else content)
    told = Shell("unused.db").refused("backup", "--verify", str(changed))
    assert f"the part '{part}'" in told
    assert "its hash is not that of the manifest" in told


def _rewritten(whole: Path, path: Path, **changed: object) -> Path:
    """The same backup with another manifest."""
    with zipfile.ZipFile(whole) as opened, zipfile.ZipFile(path, "w") as made:
        for name in opened.namelist():
            content = opened.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | changed).encode()
            made.writestr(name, content)
    return path


def test_a_backup_from_a_newer_version_is_refused_by_its_name(whole: Path, tmp_path: Path) -> None:
    empty = Shell(migrated(sqlite_url(tmp_path)))
    newer = _rewritten(whole, tmp_path / "newer.zip", schema="9999", program="9.1.0")
    told = empty.refused("restore", str(newer))
    assert "has schema 9999" in told
    assert "Cellarhand 9.1.0" in told
    form = _rewritten(whole, tmp_path / "form.zip", version=2)
    assert "version 2 of the format" in empty.refused("restore", str(form))


def test_an_older_backup_goes_through_the_migrations(whole: Path, tmp_path: Path) -> None:
    """The way of an older schema, which brings all of it whatever its age."""
    with BackupReader(str(whole)) as opened:
        asyncio.run(lift(opened, tmp_path, tmp_path / "lifted.zip"))
    lifted, original = manifest_of(tmp_path / "lifted.zip"), manifest_of(whole)
    assert lifted.everything
    assert [(part.path, part.sha256) for part in lifted.parts] == [
        (part.path, part.sha256) for part in original.parts
    ]


def test_a_part_with_other_columns_is_refused(whole: Path, tmp_path: Path) -> None:
    parts = [_plain(part) for part in manifest_of(whole).parts]
    odd = next(part for part in parts if part["table"] == "note")
    odd["columns"] = ["id:id", "body:body); DROP TABLE note; --:text"]
    foreign = _rewritten(whole, tmp_path / "foreign.zip", parts=parts)
    empty = Shell(migrated(sqlite_url(tmp_path)))
    assert "has not the columns of its table" in empty.refused("restore", str(foreign))
    assert states(empty.url) == {}


def _plain(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in Part.__slots__}


def test_it_never_takes_the_place_of_anything_but_a_backup(
    source: Shell, whole: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "shop.db"
    precious.write_text("the shop")
    assert "is there already" in source.refused("backup", "--all", str(precious))
    assert "is no backup" in source.refused("backup", "--all", str(precious), "--overwrite")
    assert precious.read_text() == "the shop"
    older = tmp_path / "older.zip"
    older.write_bytes(whole.read_bytes())
    assert "is there already" in source.refused("backup", "--tenant", OTHER, str(older))
    source.ok("backup", "--tenant", OTHER, str(older), "--overwrite")
    assert manifest_of(older).tenants == (OTHER,)


def test_in_a_folder_it_names_itself_and_only_its_owner_may_read_it(source: Shell, tmp_path: Path) -> None:
    made = source.json("backup", "--tenant", OTHER, str(tmp_path))
    [path] = tmp_path.iterdir()
    assert made["file"] == str(path)
    assert path.name.startswith(f"{OTHER}-20")
    assert path.stat().st_mode & 0o777 == 0o600
    assert source.json("backup", "--verify", str(path))["undamaged"] is True


def test_what_can_not_be_written_leaves_nothing(source: Shell, tmp_path: Path) -> None:
    assert "No such file" in source.refused("backup", "--all", str(tmp_path / "nowhere" / "a.zip"))
    limited = (
        "import resource, sys; from cellarhand.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); sys.exit(main())"
    )
    arguments = command("backup", "--all", str(tmp_path / "a.zip"), "--database", source.url)
    arguments[1:3] = ["-c", limited]
    ended = subprocess.run(arguments, capture_output=True, text=True, env=environment(), check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "could not be written" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_names_are_checked_before_anything_happens(source: Shell, whole: Path, target: Shell) -> None:
    assert "there is no tenant 'nobody'" in source.refused("backup", "--tenant", "nobody", "unused.zip")
    assert source.run("backup", "unused.zip").exit_code == 2
    assert "has no tenant 'nobody'" in target.refused("restore", str(whole), "--tenant", "nobody")
    assert "choose it with --tenant" in target.refused("restore", str(whole), "--as", "one")
    named = ("restore", str(whole), "--tenant", WINERY, "--as", "No Name")
    assert "can not be a tenant id" in target.refused(*named)
    assert states(target.url) == {}


def test_texts_that_are_no_line_of_json_come_back_as_they_were(tmp_path: Path) -> None:
    """A copied record may be spelled as its source did."""
    url = migrated(sqlite_url(tmp_path))
    fill(url, 3)
    odd = ['{"id": "x",\n "n": 1.50}', ' {"a":1}', '{"broken', '"text"', '{"é":"\\u0000🍷"}']
    with sqlite3.connect(tmp_path / "cellarhand.db") as connection:
        for text, (id,) in zip(
            odd, connection.execute("SELECT id FROM customer LIMIT 5").fetchall(), strict=False
        ):
            connection.execute("UPDATE customer SET body = ? WHERE id = ?", (text, id))
        before = connection.execute("SELECT id, body FROM customer ORDER BY id").fetchall()
    connection.close()
    Shell(url).ok("backup", "--all", str(tmp_path / "odd.zip"))
    Shell(f"sqlite:///{tmp_path / 'new.db'}").ok("restore", str(tmp_path / "odd.zip"))
    with sqlite3.connect(tmp_path / "new.db") as connection:
        assert connection.execute("SELECT id, body FROM customer ORDER BY id").fetchall() == before
    connection.close()


def test_every_table_that_tenants_share_has_its_place_in_a_backup() -> None:
    assert {table.name for table in TABLES if table.shared} == {
        *(table.name for table in (*SHARED, *OF_THE_MOMENT)),
        CREDENTIALS_EPOCH.name,
        TENANT_SEQUENCE.name,
    }
