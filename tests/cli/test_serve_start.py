"""`cellarhand serve` starts: what it says, what it makes, and what it says when it can't."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Starter
from tests.cli.programs import free_port, run
from tests.servers import POSTGRES, migrated, sqlite_url

DEMO_APP = ("demo-app", "demo-app-secret")
TENANT = {"tenant": "spectrawinery"}


def test_it_says_where_it_serves_and_answers_there(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled)
    assert [line["level"] for line in server.logged()] == ["info"]
    assert server.logged()[0]["message"].endswith(f"serves {server.url}/v1")
    assert server.client.get("/readyz").text == "ok\n"
    answer = server.client.get("/v1/customer", auth=DEMO_APP, headers=TENANT)
    assert answer.json()["total"] == 30
    assert "server" not in answer.headers


def test_stdout_has_the_requests_as_json_lines_and_nothing_else(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled)
    server.client.get("/v1/customer", auth=DEMO_APP, headers=TENANT)
    server.end()
    lines = [json.loads(line) for line in server.stdout.splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [("GET", "/customer", 200)]


def test_the_site_is_served_at_the_names_it_is_given_or_not_at_all(start: Starter, filled: str) -> None:
    named = start("serve", "--database", filled, "--admin-domain", "shop.example", "--admin-https")
    page = named.client.get("/login", headers={"host": "platform.shop.example"})
    assert (page.status_code, "Secure" in page.headers["set-cookie"]) == (200, True)
    assert "strict-transport-security" in page.headers
    without = start("serve", "--database", filled, "--no-admin")
    assert without.client.get("/admin").status_code == 404


def test_mail_needs_a_sender(filled: str) -> None:
    ended = run("serve", "--database", filled, "--smtp-host", "127.0.0.1", "--port", "0")
    assert (ended.returncode, "--mail-from" in ended.stderr) == (1, True)


def test_a_database_that_is_not_there_is_made(start: Starter, tmp_path: Path) -> None:
    path = tmp_path / "new" / "shop.db"
    server = start("serve", "--database", str(path))
    assert server.client.get("/readyz").status_code == 200
    assert path.exists()


def test_options_come_from_the_environment(start: Starter, filled: str) -> None:
    sent = {
        "CELLARHAND_DATABASE": filled,
        "CELLARHAND_MAX_BODY": "1024",
        "CELLARHAND_CORS_ORIGIN": "https://one.example https://two.example",
        "CELLARHAND_DOCS": "false",
        "CELLARHAND_PEOPLE": "false",
        "CELLARHAND_METRICS_BIND": "off",
        "CELLARHAND_ACCESS_LOG": "off",
    }
    server = start("serve", environ=sent)
    large = {"emails": [{"email": "a@example.com"}], "city": "x" * 1200}
    assert server.client.post("/v1/customer", json=large, auth=DEMO_APP, headers=TENANT).status_code == 413
    for origin in ("https://one.example", "https://two.example"):
        answer = server.client.get("/v1", auth=DEMO_APP, headers={**TENANT, "origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
    assert server.client.get("/docs").status_code == 404
    assert server.client.get("/metrics").status_code == 404
    owner = ("owner@spectrawinery.example", "cellarhand-demo")
    assert server.client.get("/v1", auth=owner, headers=TENANT).status_code == 401


def test_what_a_proxy_forwards_is_believed_only_when_it_is_named(start: Starter, filled: str) -> None:
    """The address behind a proxy decides whose requests to public endpoints are counted together."""

    def left(*options: str) -> list[int]:
        server = start("serve", "--database", filled, "--web-rate-limit", "9", *options)
        found: list[int] = []
        for address in ("192.0.2.1", "192.0.2.2"):
            headers = {**TENANT, "x-forwarded-for": address}
            answer = server.client.get("/v1/setting/for-web", headers=headers)
            found.append(int(answer.headers["ratelimit"].split("r=")[1].split(";")[0]))
        return found

    assert left() == [8, 7]
    assert left("--forwarded-allow-ips", "127.0.0.1") == [8, 8]


def test_a_port_in_use_is_one_clear_line(filled: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--database", filled, "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: port {port} of 127.0.0.1 is in use: stop what runs there, or choose another with --port\n"
    )


def _junk(folder: Path) -> str:
    path = folder / "junk.db"
    path.write_text("this is a letter, not a database\n" * 50)
    return str(path)


def _newer(folder: Path) -> str:
    url = migrated(sqlite_url(folder))
    with sqlite3.connect(folder / "cellarhand.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return url


def _below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return str(folder / "file" / "shop.db")


FAULTS = {
    "no such address": (lambda _: ["--host", "192.0.2.7"], "is no address of this machine"),
    "a folder": (lambda folder: ["--database", str(folder)], "can not be opened"),
    "a place that can't be": (
        lambda folder: ["--database", _below_a_file(folder)],
        "no database can be made at",
    ),
    "another kind of file": (lambda folder: ["--database", _junk(folder)], "file is not a database"),
    "a newer database": (lambda folder: ["--database", _newer(folder)], "use the newer Cellarhand"),
    "no PostgreSQL there": (
        lambda _: ["--database", f"postgresql://me:secret@127.0.0.1:{free_port()}/shop"],
        "PostgreSQL can not be reached",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_not_be_served_is_one_line_and_exit_code_1(fault: str, tmp_path: Path) -> None:
    arguments, expected = FAULTS[fault]
    ended = run("serve", "--port", "0", *arguments(tmp_path), cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Error: ")
    assert expected in ended.stderr
    assert "secret" not in ended.stderr


@pytest.mark.postgres
def test_a_postgresql_that_refuses_is_one_line(tmp_path: Path) -> None:
    ended = run(
        "serve", "--port", "0", "--database", f"{POSTGRES.rstrip('/')}/there_is_no_such_one", cwd=tmp_path
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: PostgreSQL refuses the connection: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "eighty"),
        ("--database", "mysql://localhost/shop"),
        ("--cors-origin", "shop.example"),
        ("--metrics-bind", "here"),
        ("--rate-limit-store", "disk"),
    ],
)
def test_a_wrong_option_is_named(arguments: tuple[str, str]) -> None:
    from click.testing import CliRunner

    from cellarhand.cli.program import program

    ended = CliRunner().invoke(program, ["serve", *arguments])
    assert ended.exit_code == 2
    assert arguments[0] in ended.stderr
