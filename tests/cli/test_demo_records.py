"""The demo's rows are exactly those that the API makes: each record is sent again, to a tenant of its own."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from cellarhand import clock
from cellarhand.accounts.people import create_account
from cellarhand.accounts.tenants import create_tenant
from cellarhand.config import Settings
from cellarhand.demo import words
from cellarhand.demo.dice import Dice
from cellarhand.demo.people import FOUNDED, Household, People, Staff, millis
from cellarhand.demo.rows import Chunk, chunk_of
from cellarhand.http.app import Server
from cellarhand.store import migrate
from cellarhand.store.engine import Store
from cellarhand.store.tables import SEARCH_TERM, UNIQUE_KEY
from cellarhand.tags.attached import TAG_X_OBJECT
from tests.servers import sqlite_url

SEEN = 60
EMAIL, PASSWORD = "dana@winery.example", "a password of twelve"
HEADERS = {"tenant": "winery"}


class Replay:
    """A fresh tenant, and a client with role Data whose clock is set by the test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "cellarhand.db"
        self.server = Server(Settings(sqlite_url(folder), rate_limit=0, access_log="off", metrics="off"))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.server),
            base_url="http://test",
            auth=(EMAIL, PASSWORD),
            headers=HEADERS,
        )

    @property
    def store(self) -> Store:
        return self.server.store

    async def send(self, method: str, path: str, body: Any, at: str) -> Any:
        moment = clock.from_wire(at)
        assert moment is not None
        with clock.frozen(moment):
            answer = await self.client.request(method, f"/v1{path}", json=body)
        assert answer.status_code in (200, 201), (path, body, answer.text)
        return answer.json()

    def rows(self, table: str, columns: tuple[str, ...], tenant_id: int) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.path) as connection:
            found = connection.execute(
                f"SELECT {', '.join(columns)} FROM {table} WHERE tenant_id = ?", (tenant_id,)
            ).fetchall()
        connection.close()
        return found


async def _make(folder: Path) -> tuple[Replay, int, Chunk]:
    """Draw customers, send them all through the API, and keep the rows that the demo would have written."""
    replay = Replay(folder)
    await migrate.upgrade(sqlite_url(folder))
    await replay.store.open()
    try:
        with clock.frozen(millis(FOUNDED)):
            tenant = await create_tenant(replay.store, "winery", company_name="A Winery", email=EMAIL)
            staff_id = await create_account(
                replay.store,
                "winery",
                EMAIL,
                "Data",
                password=PASSWORD,
                first_name="Dana",
                last_name="Merritt",
            )
        founded = clock.to_wire(millis(FOUNDED))
        tags: dict[str, Any] = {}
        for title, _ in words.TAGS:
            tag = await replay.send("POST", "/tag/customer", {"title": title, "type": "Manual"}, founded)
            tag.pop("conditions")
            tags[tag["id"]] = tag
        paths = {"Customer": "customer", "CustomerAddress": "customer-address"}
        for object_type, code, title, data_type, options in words.META_DATA:
            config = {"title": title, "code": code, "dataType": data_type, "options": list(options)}
            await replay.send("POST", f"/meta-data-config/{paths[object_type]}", config, founded)
        by_title = {tag["title"]: id for id, tag in tags.items()}
        people = People(Dice(3), by_title, (Staff(staff_id, "Dana Merritt"),))
        households = list(people.draw(SEEN))
        chunk = chunk_of(households, tags)
        for household in households:
            await _send(replay, household)
        return replay, tenant.tenant_id, chunk
    finally:
        await replay.store.close()


async def _send(replay: Replay, household: Household) -> None:
    customer = {**household.customer, "tags": [{"id": id} for id in household.tag_ids]}
    updated = customer["updatedAt"]
    customer["updatedAt"] = customer["createdAt"]
    await replay.send("POST", "/customer", customer, customer["createdAt"])
    path = f"/customer/{customer['id']}"
    for name, bodies in (("address", household.addresses), ("credit-card", household.cards)):
        for body in sorted(bodies, key=lambda body: body["createdAt"]):
            await replay.send("POST", f"{path}/{name}", body, body["createdAt"])
    for body in household.notes:
        written = {name: value for name, value in body.items() if not name.startswith("account")}
        await replay.send("POST", "/note", written, body["createdAt"])
    # What touched it came in another order than in its life; the last moment is the same.
    await replay.send("PUT", path, {"updatedAt": updated}, updated)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replay, int, Chunk]:
    return asyncio.run(_make(tmp_path_factory.mktemp("replay")))


@pytest.mark.parametrize("name", ["customer", "customer_address", "customer_credit_card", "note"])
def test_records_and_their_columns_are_those_of_the_api(made: tuple[Replay, int, Chunk], name: str) -> None:
    replay, tenant_id, chunk = made
    table = next(table for table in chunk.rows if table.name == name)
    expected = sorted(replay.rows(name, chunk.columns[table], tenant_id))
    assert len(expected) >= SEEN // 10
    assert sorted(chunk.rows[table]) == expected


@pytest.mark.parametrize("table", [UNIQUE_KEY, SEARCH_TERM], ids=["unique values", "search terms"])
def test_what_stands_beside_them_is_that_of_the_api(made: tuple[Replay, int, Chunk], table: Any) -> None:
    replay, tenant_id, chunk = made
    of_definitions = ("meta-data-config.code",)
    expected = [
        row
        for row in replay.rows(table.name, chunk.columns[table], tenant_id)
        if row[0] not in of_definitions
    ]
    assert sorted(chunk.rows[table]) == sorted(expected)


def test_tags_are_attached_as_the_api_does(made: tuple[Replay, int, Chunk]) -> None:
    replay, tenant_id, chunk = made
    columns = chunk.columns[TAG_X_OBJECT]
    assert columns[0] == "id"
    expected = sorted(row[1:] for row in replay.rows("tag_x_object", columns, tenant_id))
    assert expected
    assert sorted(row[1:] for row in chunk.rows[TAG_X_OBJECT]) == expected


def test_the_counters_are_those_of_the_api(made: tuple[Replay, int, Chunk]) -> None:
    replay, tenant_id, chunk = made
    counted: dict[str, int] = dict(replay.rows("counter", ("name", "value"), tenant_id))  # type: ignore[arg-type]
    assert chunk.counts == {name: counted[name] for name in chunk.counts}


def test_nobody_real_can_be_reached() -> None:
    """E-mails lie in reserved domains, phones in the range for fiction, and no card has a number."""
    people = People(Dice(5), {}, (Staff("0", "Nobody"),))
    for household in people.draw(400):
        for element in household.customer["emails"]:
            domain = element["email"].rpartition("@")[2]
            assert domain in ("example.com", "example.net", "example.org") or domain.endswith(".example")
        for element in household.customer["phones"]:
            assert element["phone"][5:10] == "55501"
        for card in household.cards:
            assert card["maskedCardNumber"].strip("*").isdecimal()
            assert len(card["maskedCardNumber"].strip("*")) == 4
