"""`cellarhand demo`: a winery to call, the same for everybody who asks for the same seed."""

import asyncio
import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cellarhand import ids
from cellarhand.accounts.tenants import list_tenants
from cellarhand.cli.program import program
from cellarhand.demo import filling, wineries
from cellarhand.demo.dice import Dice
from cellarhand.demo.people import People, Staff
from cellarhand.store.engine import open_store
from tests.cli.conftest import Starter, fill
from tests.cli.programs import Program
from tests.servers import migrated, sqlite_url

APP = ("demo-app", "demo-app-secret")
OWNER = ("owner@spectrawinery.example", "cellarhand-demo")
DATA = ("data@spectrawinery.example", "cellarhand-demo")
OTHER_OWNER = ("owner@otherwinery.example", "cellarhand-demo")
TENANT = {"tenant": "spectrawinery"}
OTHER = {"tenant": "otherwinery"}
LISTS = (
    "/customer",
    "/customer-address",
    "/note",
    "/tag/customer",
    "/web-hook",
    "/product",
    "/inventory",
    "/club-membership",
    "/order",
)


def _walk(demo: Program, path: str, auth: tuple[str, str] = APP, headers: dict[str, str] = TENANT) -> bytes:
    """Every page of a list by cursor, exactly as it was sent."""
    pages, cursor = b"", "start"
    while cursor:
        query = {"cursor": cursor, "limit": "50"}
        answer = demo.client.get(f"/v1{path}", params=query, auth=auth, headers=headers)
        assert answer.status_code == 200, (answer.text, demo.stderr[-3000:])
        pages += answer.content
        cursor = answer.json().get("cursor", "")
    return pages


def _everything(demo: Program) -> dict[str, bytes]:
    found = {path: _walk(demo, path) for path in LISTS}
    found["other"] = _walk(demo, "/customer", OTHER_OWNER, OTHER)
    for path in ("/meta-data-config/customer", "/setting"):
        found[path] = demo.client.get(f"/v1{path}", auth=APP, headers=TENANT).content
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("demo"), "demo", "--rate-limit", "0") as running:
        yield running


def test_the_same_seed_gives_the_same_bytes(demo: Program, start: Starter) -> None:
    again = start("demo", "--customers", "500", "--rate-limit", "0", "--seed", "7")
    assert _everything(demo) == _everything(again)


def test_another_seed_gives_others() -> None:
    def people(seed: int) -> list[Any]:
        with ids.seeded(seed):
            return list(People(Dice(seed), {}, (Staff("0", "Nobody"),)).draw(5))

    assert people(7) == people(7)
    assert people(7) != people(8)


def test_what_it_prints_can_be_pasted(demo: Program) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    lines = [line for line in demo.stdout.splitlines() if line.startswith("curl ")]
    newest, made, waiting, walked, user = [_pasted(line) for line in lines]
    assert (newest["total"] >= 500, len(newest["customers"])) == (True, 2)
    assert made["firstName"] == "Ada"
    assert {order["fulfillmentStatus"] for order in waiting["orders"]} == {"Not Fulfilled"}
    assert len(walked["customers"]) == 50
    assert re.fullmatch(r"[0-9a-f-]{36}", walked["cursor"])
    assert user["email"] == OWNER[0]
    assert demo.client.delete(f"/v1/customer/{made['id']}", auth=OWNER, headers=TENANT).status_code == 204


def test_the_readme_shows_its_real_answer(demo: Program) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = re.search(r"```json\n(.+?)```", text, re.DOTALL)
    assert shown is not None
    answer = demo.client.get("/v1/customer", params={"limit": 1}, auth=APP, headers=TENANT)
    assert json.loads(shown[1]) == answer.json()


def test_the_documentation_is_where_it_says(demo: Program) -> None:
    docs = re.search(r"docs +(\S+)", demo.stdout)
    assert docs is not None
    assert demo.client.get(docs[1]).status_code == 200


def test_the_site_and_its_mail_are_where_it_says(demo: Program) -> None:
    """Nobody sends the demo's mail, so everybody may read it there."""
    site = re.search(r"admin site +(\S+)", demo.stdout)
    mail = re.search(r"its mail +(\S+)", demo.stdout)
    assert site is not None
    assert mail is not None
    assert demo.client.get(site[1], follow_redirects=True).status_code == 200
    form = demo.client.get(f"{site[1]}/_/forgotten")
    token = form.text.split('form_token" value="')[1].split('"')[0]
    sent = {"form_token": token, "email": OWNER[0]}
    assert demo.client.post(f"{site[1]}/_/forgotten", data=sent).status_code == 200
    link = None
    for _ in range(100):
        link = re.search(r"http://platform\.localhost:\d+(/reset/[\w-]+)", demo.client.get(mail[1]).text)
        if link is not None:
            break
        time.sleep(0.05)
    assert link is not None
    assert demo.client.get(f"{site[1]}/_{link[1]}").status_code == 200


def _pasted(line: str) -> Any:
    program, *arguments = shlex.split(line)
    done = subprocess.run(
        [program, "-sS", "--noproxy", "*", *arguments], capture_output=True, check=True, timeout=30
    )
    return json.loads(done.stdout)


def test_its_pictures_are_there(demo: Program) -> None:
    """Products name them at a host that nobody has; the server has the files."""
    products = demo.client.get("/v1/product", auth=APP, headers=TENANT).json()["products"]
    names = {product["image"].rpartition("/")[2] for product in products}
    assert len(names) > 3
    for name in names:
        answer = demo.client.get(f"/images/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert "sandbox" in answer.headers["content-security-policy"]
    assert demo.client.get("/images/../cellar.py").status_code == 404


def test_all_of_it_is_true(demo: Program, tmp_path: Path) -> None:
    """Orders balance, and are numbered as they were placed."""
    orders: list[Any] = []
    cursor = "start"
    while cursor:
        query = {"cursor": cursor, "limit": "50"}
        answer = demo.client.get("/v1/order", params=query, auth=APP, headers=TENANT).json()
        orders += answer["orders"]
        cursor = answer.get("cursor", "")
    assert len(orders) == wineries.SIZES["small"].orders
    orders.sort(key=lambda order: order["orderNumber"])
    assert [order["orderNumber"] for order in orders] == list(range(1001, 1001 + len(orders)))
    submitted = [order["orderSubmittedDate"] for order in orders]
    assert submitted == sorted(submitted)
    for order in orders:
        lines = sum(item["price"] * item["quantity"] for item in order["items"])
        assert order["subTotal"] == lines
        assert order["total"] == lines + order["shipTotal"] + order["taxTotal"]
        assert sum(tender["amountTendered"] for tender in order["tenders"]) == order["total"]
    assert {order["channel"] for order in orders} == {"Web", "POS", "Inbound", "Club"}
    assert any(order["customer"] is None for order in orders)
    assert any(order["linkedOrders"] for order in orders)


def test_a_large_one_is_drawn_beside_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that draws gives what drawing in place gives."""
    urls = [migrated(sqlite_url(tmp_path / name)) for name in ("here", "beside")]
    fill(urls[0])
    monkeypatch.setattr(filling, "MANY", 10)
    fill(urls[1])
    here, beside = (_dump(url) for url in urls)
    assert here == beside


def _dump(url: str) -> dict[str, list[Any]]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        found = {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in ("customer", "orders", "search_term", "unique_key", "club_membership", "note")
        }
    connection.close()
    return found


def test_who_may_do_what(demo: Program) -> None:
    def status(auth: tuple[str, str], headers: dict[str, str]) -> int:
        return demo.client.get("/v1/customer", auth=auth, headers=headers).status_code

    assert [status(auth, TENANT) for auth in (APP, OWNER, DATA, OTHER_OWNER)] == [200, 200, 200, 401]
    assert [status(auth, OTHER) for auth in (APP, OWNER, DATA, OTHER_OWNER)] == [401, 401, 401, 200]
    brought = {"id": "11111111-2222-4333-8444-555555555555", "emails": [{"email": "brought@example.com"}]}
    answer = demo.client.post("/v1/customer", json=brought, auth=DATA, headers=TENANT)
    assert answer.json()["id"] == brought["id"]
    assert demo.client.delete(f"/v1/customer/{brought['id']}", auth=DATA, headers=TENANT).status_code == 204


def test_a_temporary_demo_leaves_nothing_behind(start: Starter, tmp_path: Path) -> None:
    demo = start("demo", "--customers", "5", environ={"TMPDIR": str(tmp_path)})
    assert len(list(tmp_path.glob("cellarhand-demo-*"))) == 1
    assert demo.end() == 0
    assert list(tmp_path.glob("cellarhand-demo-*")) == []


def test_a_kept_demo_is_served_again_as_it_is(start: Starter, tmp_path: Path) -> None:
    path = str(tmp_path / "kept.db")
    first = start("demo", "--customers", "20", "--database", path)
    new = {"emails": [{"email": "mine@example.com"}]}
    assert first.client.post("/v1/customer", json=new, auth=APP, headers=TENANT).status_code == 201
    first.end()
    again = start("demo", "--customers", "99", "--database", path)
    assert again.client.get("/v1/customer", auth=APP, headers=TENANT).json()["total"] == 21
    assert "21 customers and 63 orders (as the database has them)" in again.stdout


def test_an_interrupted_one_is_closed_and_made_anew(tmp_path: Path) -> None:
    url = migrated(sqlite_url(tmp_path))

    def interrupt(_: int) -> None:
        raise InterruptedError

    async def halves() -> set[str]:
        store = open_store(url)
        await store.open()
        try:
            with pytest.raises(InterruptedError):
                await wineries.prepare(store, wineries.Size.of_customers(20), 7, interrupt)
            return {tenant.state for tenant in await list_tenants(store)}
        finally:
            await store.close()

    assert asyncio.run(halves()) == {"Closed"}
    size = wineries.Size.of_customers(30)
    assert fill(url, 30) == wineries.Demo(size, made_now=True, started_over=True)
    assert fill(url, 30) == wineries.Demo(size, made_now=False)


def test_it_listens_on_this_machine_alone() -> None:
    for host in ("0.0.0.0", "192.0.2.7", "shop.example"):
        ended = CliRunner().invoke(program, ["demo", "--host", host])
        assert ended.exit_code == 1
        assert ended.stderr.startswith("Error: the demo's passwords are public")


def test_it_does_not_move_into_a_real_shop(tmp_path: Path) -> None:
    url = migrated(sqlite_url(tmp_path))
    real = ("tenant", "create", "real", "--company", "Real", "--email", "a@real.example", "--database", url)
    assert CliRunner().invoke(program, real).exit_code == 0
    ended = CliRunner().invoke(program, ["demo", "--database", url, "--port", "0"])
    assert ended.exit_code == 1
    assert "holds other tenants (real)" in ended.stderr


def test_a_database_named_in_the_environment_is_left_alone(tmp_path: Path) -> None:
    """CELLARHAND_DATABASE is that of the real server."""
    real = str(tmp_path / "real.db")
    with Program(tmp_path / "demo", "demo", "--customers", "1", environ={"CELLARHAND_DATABASE": real}):
        assert not Path(real).exists()


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_it_is_the_same_on_postgresql(demo: Program, start: Starter, empty: str) -> None:
    fill(empty, 500)
    over_postgres = start("demo", "--database", empty, "--rate-limit", "0")
    assert _everything(over_postgres) == _everything(demo)
