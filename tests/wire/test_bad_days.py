"""Invariants 6 and 7 of the house: killed, full, cut off, crowded. What was acknowledged stays."""

import concurrent.futures
import itertools
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from cellarhand.config import ENVIRONMENT, Settings
from cellarhand.customers.customer import CUSTOMER
from cellarhand.ids import new_id
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from tests.callers import Caller, House, Site
from tests.catalogue import UNAVAILABLE, is_answer
from tests.clusters import FAST, IMMEDIATE, Cluster
from tests.servers import LiveServer, PostgresDatabase, Proxy, free_port, migrated, sqlite_url
from tests.verifying import differences

pytestmark = pytest.mark.usefixtures("heard")


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, verify=False, timeout=30)


@pytest.fixture
def own_database(engine: str, tmp_path: Path) -> Iterator[str]:
    """A database that a test may ill-treat."""
    if engine == "sqlite":
        yield migrated(sqlite_url(tmp_path))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


class Process:
    """A server process of its own, which can be killed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "uvicorn",
                "cellarhand.http.app:from_environment",
                "--factory",
                "--port",
                str(self.port),
                "--log-level",
                "warning",
            ],
            env={**os.environ, ENVIRONMENT: msgspec.json.encode(self._settings).decode()},
        )
        with _client(self.url) as client:
            for _ in range(2000):
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    assert self._process.poll() is None, "the server process ended"
                    threading.Event().wait(0.02)
        raise AssertionError("the server process does not answer")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)


def _walk(api: Caller) -> dict[str, str]:
    """Every customer by id, with its first e-mail address."""
    found, cursor = dict[str, str](), "start"
    while cursor:
        page = api.seen(f"/customer?cursor={cursor}")
        found |= {row["id"]: row["emails"][0]["email"] for row in page["customers"]}
        cursor = page.get("cursor")
    return found


def test_every_acknowledged_write_survives_kill_9(own_database: str) -> None:
    settings = Settings(own_database, rate_limit=0, access_log="off")
    with LiveServer(settings) as server, _client(server.url) as client:
        headers = House(server, client).open().app().headers
    process = Process(settings)
    process.start()
    acknowledged, numbers = dict[str, str](), itertools.count()
    enough = threading.Event()

    def write() -> None:
        with _client(process.url) as client:
            caller = Caller(client, headers)
            while True:
                email = f"c{next(numbers)}@example.com"
                try:
                    answer = caller.post("/customer", {"emails": [{"email": email}]})
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    acknowledged[answer.json()["id"]] = email
                    if len(acknowledged) >= 300:
                        enough.set()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    process.kill()
    for thread in threads:
        thread.join(30)
    process.start()
    try:
        with _client(process.url) as client:
            api = Caller(client, headers)
            there = _walk(api)
            assert acknowledged.items() <= there.items()
            assert api.seen("/customer")["total"] == len(there)
            some = next(iter(acknowledged.values()))
            assert api.seen(f"/customer?q={some}")["total"] == 1
            assert api.post("/customer", {"emails": [{"email": some}]}).status_code == 422
            api.made("/customer", {"emails": [{"email": "after@example.com"}]})
    finally:
        process.kill()


def test_a_full_disk_is_503_and_when_there_is_room_again_all_goes_on(tmp_path: Path) -> None:
    # Taking events out of the outbox would make room again.
    settings = Settings(migrated(sqlite_url(tmp_path)), rate_limit=0, access_log="off", web_hooks=False)
    with LiveServer(settings) as server, _client(server.url) as client:
        api = House(server, client).open().app()
        acknowledged = {api.made("/customer", {"emails": [{"email": "first@example.com"}]})["id"]}

        def room(pages: int) -> None:
            """Let the file grow by so many pages and no more, as a full disk would."""

            async def work() -> None:
                sqlite = server.store._writer._sqlite  # type: ignore[attr-defined]
                now = sqlite.execute("PRAGMA page_count").fetchone()[0]
                sqlite.execute(f"PRAGMA max_page_count = {now + pages}")

            server.run(work())

        room(10)
        for number in range(2000):
            body = {"emails": [{"email": f"c{number}@example.com"}], "city": "x" * 200}
            answer = api.post("/customer", body)
            if answer.status_code != 201:
                break
            acknowledged.add(answer.json()["id"])
        else:
            raise AssertionError("the disk was never full")
        is_answer(answer, 503, UNAVAILABLE)
        assert int(answer.headers["retry-after"]) >= 1
        assert set(_walk(api)) == acknowledged
        assert api.seen("/customer")["total"] == len(acknowledged)
        some = next(iter(acknowledged))
        assert api.put(f"/customer/{some}", {"appData": {"k": "x" * 16_000}}).status_code == 503
        room(1000)
        acknowledged.add(api.made("/customer", body)["id"])
        assert set(_walk(api)) == acknowledged


@pytest.mark.postgres
def test_a_database_that_goes_away_is_503_and_when_it_is_back_all_goes_on() -> None:
    made = PostgresDatabase()
    made.create()
    try:
        migrated(made.url)
        with Proxy(made.url) as proxy:
            settings = Settings(proxy.url, rate_limit=0, web_rate_limit=0, access_log="off")
            with LiveServer(settings) as server, _client(server.url) as client:
                _cut_off(server, client, proxy)
    finally:
        made.drop()


def _cut_off(server: LiveServer, client: httpx.Client, proxy: Proxy) -> None:
    site = House(server, client).open()
    api = site.app()
    kept = api.made("/customer", {"emails": [{"email": "kept@example.com"}]})
    for _ in range(2):
        proxy.cut()
        for caller, method, path, body in (
            (api, "GET", f"/customer/{kept['id']}", None),
            (api, "GET", "/customer?q=kept", None),
            (api, "POST", "/customer", {"emails": [{"email": "lost@example.com"}]}),
            (api, "DELETE", f"/customer/{kept['id']}", None),
            (site.stranger(), "GET", "/setting/for-web", None),
        ):
            answer = caller.request(method, path, json=body)
            is_answer(answer, 503, UNAVAILABLE)
            assert int(answer.headers["retry-after"]) >= 1
        assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
        proxy.mend()
        assert client.get("/readyz").status_code == 200
        assert api.seen(f"/customer/{kept['id']}") == kept
        assert api.seen("/customer?q=lost")["total"] == 0
        api.made("/customer", {"emails": [{"email": f"{secrets.token_hex(4)}@example.com"}]})


@pytest.mark.cluster
def test_postgresql_is_restarted_under_load_and_the_server_goes_on_without_a_restart() -> None:
    """503 while it is away; what was acknowledged is there afterwards, once; no connection stays broken."""
    with Cluster() as cluster:
        settings = Settings(migrated(cluster.url), rate_limit=0, web_rate_limit=0, access_log="off")
        with LiveServer(settings) as server, _client(server.url) as client:
            site = House(server, client).open()
            crowd = _Crowd(site.app())
            with crowd:
                for how in (FAST, IMMEDIATE):
                    crowd.wait_for(201)
                    cluster.stop(how)
                    crowd.wait_for(503)
                    cluster.start()
                crowd.wait_for(201)
            assert set(crowd.answers) == {200, 201, 503}
            # Nothing is left of the bad minutes: none of the connections fails any more.
            assert {site.app().get("/customer?limit=1").status_code for _ in range(30)} == {200}
            there = _walk(site.app())
            assert crowd.acknowledged.items() <= there.items()
            assert len(set(there.values())) == len(there)
            assert differences(site) == []


class _Crowd:
    """Eight who write and read without a pause, whatever they are answered. Use as a context manager."""

    def __init__(self, api: Caller) -> None:
        self._api = api
        self._ended, self._numbers = threading.Event(), itertools.count()
        self._threads = [threading.Thread(target=self._work) for _ in range(8)]
        self.answers = Counter[int]()
        self.acknowledged = dict[str, str]()

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def _work(self) -> None:
        while not self._ended.is_set():
            email = f"c{next(self._numbers)}@example.com"
            made = self._api.post("/customer", {"emails": [{"email": email}]})
            if made.status_code == 201:
                self.acknowledged[made.json()["id"]] = email
            for answer in (made, self._api.get("/customer?limit=1")):
                self.answers[answer.status_code] += 1
            if made.status_code == 503:
                assert int(made.headers["retry-after"]) >= 1
                threading.Event().wait(0.02)

    def wait_for(self, status: int) -> None:
        """Return when all of them may have had that answer."""
        wanted = self.answers[status] + 40
        for _ in range(3000):
            if self.answers[status] >= wanted:
                return
            threading.Event().wait(0.02)
        raise AssertionError(f"no {status} among {self.answers}")


def test_a_connection_that_dies_in_silence_costs_no_more_than_its_own_requests(house: House) -> None:
    """Every idle connection was closed by the database: the next request of each may fail, and no other."""
    if house.server.store.url.startswith("sqlite"):
        return
    api = house.open().app()
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: api.get("/customer"), range(40)))
    house.server.run(_end_all_connections(house.server))
    statuses = [api.get("/customer").status_code for _ in range(40)]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200
    assert api.get("/customer").status_code == 200


async def _end_all_connections(server: LiveServer) -> None:
    import asyncpg

    connection = await asyncpg.connect(server.store.url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


def test_many_writers_on_one_record_lose_nothing(site: Site, api: Caller) -> None:
    codes = [f"k{number}" for number in range(8)]
    for code in codes:
        api.made("/meta-data-config/customer", {"title": code, "code": code, "dataType": "Integer"})
    customer = api.made("/customer", {"emails": [{"email": "busy@example.com"}]})["id"]
    tags = [api.made("/tag/customer", {"title": code, "type": "Manual"})["id"] for code in codes]

    def write(place: int) -> None:
        for number in range(10):
            api.changed(f"/customer/{customer}", {"metaData": {codes[place]: number}})
        api.made("/tag-x-object/customer", {"objectId": customer, "tagId": tags[place]})

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    seen = api.seen(f"/customer/{customer}")
    assert seen["metaData"] == dict.fromkeys(codes, 9)
    assert {tag["id"] for tag in seen["tags"]} == set(tags)
    assert seen["tags"] == seen["groups"]


def test_of_many_who_take_one_e_mail_address_one_gets_it(api: Caller) -> None:
    api.get("")

    def take(number: int) -> int:
        body = {"emails": [{"email": f"own{number}@example.com"}, {"email": "wanted@example.com"}]}
        return api.post("/customer", body).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(take, range(16)))
    assert sorted(statuses) == [201] + [422] * 15
    assert api.seen("/customer")["total"] == 1


def test_many_first_addresses_at_once_leave_one_default(api: Caller) -> None:
    customer = api.made("/customer", {"emails": [{"email": "busy@example.com"}]})["id"]
    body: dict[str, Any] = {
        "firstName": "J",
        "lastName": "D",
        "address": "1",
        "city": "Oslo",
        "countryCode": "NO",
    }

    def add(number: int) -> None:
        api.made(f"/customer/{customer}/address", {**body, "isDefault": number % 2 == 0})

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(16)))
    rows = api.seen(f"/customer/{customer}/address")["customerAddresses"]
    assert (len(rows), sum(row["isDefault"] for row in rows)) == (16, 1)


def test_a_customer_that_is_deleted_while_addresses_come_leaves_none_behind(api: Caller) -> None:
    body: dict[str, Any] = {
        "firstName": "J",
        "lastName": "D",
        "address": "1",
        "city": "Oslo",
        "countryCode": "NO",
    }
    for round_ in range(5):
        customer = api.made("/customer", {"emails": [{"email": f"r{round_}@example.com"}]})["id"]

        def work(number: int, customer: str = customer) -> int:
            if number == 6:
                return api.delete(f"/customer/{customer}").status_code
            return api.post(f"/customer/{customer}/address", body).status_code

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            statuses = set(threads.map(work, range(12)))
        assert statuses <= {201, 204, 404}
        assert api.seen("/customer-address") == {"customerAddresses": [], "total": 0}


def test_a_tag_with_50_000_holders_is_renamed_and_deleted_while_others_are_served(
    site: Site, api: Caller
) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    body = {"emails": [{"email": "a@example.com"}], "tags": [{"id": tag}]}
    one = api.made("/customer", body)["id"]
    copies = _copied(site, one, tag, 49_999)
    told = len(site.events())
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        renaming = threads.submit(api.changed, f"/tag/customer/{tag}", {"title": "Very important"})
        while not renaming.done():
            assert api.get(f"/customer/{one}").status_code == 200
        assert renaming.result()["title"] == "Very important"
    for id in (one, copies[0], copies[-1]):
        assert [each["title"] for each in api.seen(f"/customer/{id}")["tags"]] == ["Very important"]
    assert api.seen(f"/customer?limit=1&tagId={tag}")["total"] == 50_000
    heard = sorted((event.object, event.action) for event in site.events()[told:])
    assert heard == [("Group", "Update"), ("Tag", "Update")]
    api.gone(f"/tag/customer/{tag}")
    for id in (one, copies[0], copies[-1]):
        assert api.seen(f"/customer/{id}")["tags"] == []
    assert api.seen(f"/customer?limit=1&tagId={tag}")["total"] == 0


def _copied(site: Site, customer: str, tag: str, times: int) -> list[str]:
    """So many more customers like that one, each with the tag; straight into the store, to be quick."""
    fresh = [new_id() for _ in range(times)]
    names = [column.name for column in CUSTOMER.table.columns]

    async def job(unit: WriteUnit) -> None:
        row = await unit.row(CUSTOMER.table, names, equal("id", customer))
        assert row is not None
        like = dict(zip(names, row, strict=True))
        text = like["body"].decode()
        rows = [
            tuple({**like, "id": id, "body": text.replace(customer, id)}[name] for name in names)
            for id in fresh
        ]
        await unit.insert_many(CUSTOMER.table, names, rows)
        links = [(new_id(), tag, id, 0) for id in fresh]
        await unit.insert_many(TAG_X_OBJECT, ("id", "tag_id", "object_id", "created_at"), links)

    site.server.write(site.tenant_id, job)
    return fresh
