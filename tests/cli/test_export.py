"""`cellarhand export`: any list as CSV, lines of JSON or Parquet, as the API answers it."""

import asyncio
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.cli.program import program
from cellarhand.resources import RESOURCES
from cellarhand.store.conditions import equal
from cellarhand.store.engine import open_store
from cellarhand.transfer.columns import Column, Sheet, sheet_of
from cellarhand.transfer.export import resource_of
from cellarhand.transfer.forms import Csv
from tests.callers import Site
from tests.cli.shell import Shell

DOCS = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.fixture
def shell(database: str) -> Shell:
    return Shell(database)


def _emails(*names: str) -> list[dict[str, str]]:
    return [{"email": f"{name}@x.example"} for name in names]


@pytest.fixture
def people(site: Site) -> list[dict[str, Any]]:
    """Three customers, as the API's list has them."""
    api = site.app()
    bodies: list[dict[str, Any]] = [
        {"firstName": "Ada", "lastName": "Nuñez, Jr.", "emails": _emails("a", "b")},
        {
            "firstName": "Bo",
            "lastName": "O'Hara",
            "emails": _emails("bo"),
            "phones": [{"phone": "+17075550123"}],
        },
        {"firstName": "Cy", "lastName": "'t Hooft", "city": "=1+1", "emails": _emails("c")},
    ]
    for body in bodies:
        api.made("/customer", body)
    return api.seen("/customer")["customers"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def test_lines_of_json_are_the_records_as_the_api_returns_them(
    shell: Shell, site: Site, people: list[dict[str, Any]]
) -> None:
    text = shell.ok("export", "customer", "--tenant", site.slug, "--format", "ndjson")
    assert [json.loads(line) for line in text.splitlines()] == people
    one = site.app().get(f"/customer/{people[0]['id']}").text
    assert text.splitlines()[0] == one


def test_a_csv_has_every_member_in_a_column_and_comes_back(
    shell: Shell, site: Site, people: list[dict[str, Any]]
) -> None:
    found = rows(shell.ok("export", "customer", "--tenant", site.slug))
    assert [row["id"] for row in found] == [person["id"] for person in people]
    for row, person in zip(found, people, strict=True):
        assert unguarded(row["firstName"]) == person["firstName"]
        assert unguarded(row["lastName"]) == person["lastName"]
        assert json.loads(row["emails"]) == person["emails"]
        assert row["emails.email"] == "; ".join(each["email"] for each in person["emails"])
        assert int(row["orderInformation.lifetimeValue"]) == person["orderInformation"]["lifetimeValue"]
        assert row["hasAccount"] == ("true" if person["hasAccount"] else "false")
        assert unguarded(row["city"]) == (person["city"] or "")


def test_no_cell_begins_a_formula(shell: Shell, site: Site, people: list[dict[str, Any]]) -> None:
    found = rows(shell.ok("export", "customer", "--tenant", site.slug))
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert "'+17075550123" in {row["phones.phone"] for row in found}
    raw = rows(shell.ok("export", "customer", "--tenant", site.slug, "--raw"))
    assert "+17075550123" in {row["phones.phone"] for row in raw}


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12), max_size=5))
def test_every_text_comes_back_from_a_csv(texts: list[str]) -> None:
    file = io.BytesIO()
    sheet = Sheet((Column("id", "text", ("id",)), Column("a", "text", ("a",))), ())
    form = Csv(file, sheet, bom=True, guard=True, decimal=False)
    form.write([json.dumps({"id": "x", "a": text}).encode() for text in texts])
    read = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))
    assert [unguarded(row[1]) for row in read][1:] == texts


@given(st.integers(-(10**15), 10**15))
def test_money_in_decimals_is_exact(cents: int) -> None:
    file = io.BytesIO()
    sheet = Sheet((Column("price", "integer", ("price",), money=True),), ())
    Csv(file, sheet, bom=False, guard=True, decimal=True).write([json.dumps({"price": cents}).encode()])
    shown = file.getvalue().decode().splitlines()[1]
    units, _, rest = shown.lstrip("-").partition(".")
    assert (-1 if shown.startswith("-") else 1) * (int(units) * 100 + int(rest)) == cents
    assert len(rest) == 2


def test_filters_and_search_are_those_of_the_api(
    shell: Shell, site: Site, people: list[dict[str, Any]]
) -> None:
    def found(*more: str) -> list[str]:
        return [row["id"] for row in rows(shell.ok("export", "customer", "--tenant", site.slug, *more))]

    api = site.app()
    for query, more in (
        ("createdAt=gte:2020-01-01", ("--filter", "createdAt=gte:2020-01-01")),
        ("createdAt=lt:2020-01-01", ("--filter", "createdAt=lt:2020-01-01")),
        ("q=bo", ("--search", "bo")),
        ("q=a&lifetimeValue=0", ("--search", "a", "--filter", "lifetimeValue=0")),
    ):
        assert found(*more) == [each["id"] for each in api.seen(f"/customer?{query}")["customers"]]
    ask = ("export", "customer", "--tenant", site.slug, "--filter")
    assert "createdAt must match" in shell.refused(*ask, "createdAt=soon")
    assert "Invalid query param: colour" in shell.refused(*ask, "colour=red")
    assert "is no filter" in shell.refused(*ask, "limit=5")
    assert "Invalid operator" in shell.refused(*ask, "lifetimeValue=near:5")


def test_columns_are_chosen_and_ordered(shell: Shell, site: Site, people: list[dict[str, Any]]) -> None:
    ask = ("export", "customer", "--tenant", site.slug, "--columns")
    text = shell.ok(*ask, "lastName, id,emails.email")
    assert text.splitlines()[0] == "lastName,id,emails.email"
    assert "has no column 'colour'" in shell.refused(*ask, "id,colour")


def test_a_file_for_excel_begins_with_its_mark(
    shell: Shell, site: Site, people: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    ask = ("export", "customer", "--tenant", site.slug, "-o", str(path), "--bom")
    assert shell.json(*ask) == {"file": str(path), "records": 3, "notShown": {}}
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert len(rows(path.read_text("utf-8-sig"))) == 3
    assert [each.name for each in tmp_path.iterdir()] == ["people.csv"]


def test_parquet_has_types(shell: Shell, site: Site, people: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    shell.ok("export", "customer", "--tenant", site.slug, "--format", "parquet", "-o", str(path))
    table = pyarrow.parquet.read_table(path)
    assert table.column("id").to_pylist() == [person["id"] for person in people]
    assert table.column("firstName").to_pylist() == [person["firstName"] for person in people]
    assert table.column("orderInformation.lifetimeValue").to_pylist() == [0, 0, 0]
    assert table.column("hasAccount").to_pylist() == [person["hasAccount"] for person in people]
    assert str(table.schema.field("orderInformation.lifetimeValue").type) == "int64"


def test_parquet_without_its_library_says_what_to_install(
    shell: Shell, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ask = ("export", "customer", "--tenant", site.slug, "--format", "parquet", "-o")
    assert (
        shell.refused(*ask, str(tmp_path / "a.parquet"))
        == "Parquet needs pyarrow: pip install 'cellarhand[parquet]'"
    )
    assert list(tmp_path.iterdir()) == []


def test_members_that_no_column_shows_are_told(
    shell: Shell, site: Site, people: list[dict[str, Any]], database: str, tmp_path: Path
) -> None:
    """A copied record may have members that no declaration knows."""
    customer = resource_of("customer")
    changed = json.dumps({**people[0], "colour": "red", "loyalty": {"points": 1.5, "odd": 1}})

    async def copy() -> None:
        store = open_store(database)
        await store.open()
        try:
            where = equal("id", people[0]["id"])
            values = {"body": changed}
            await store.write(site.tenant_id, lambda unit: unit.update(customer.table, where, values))
        finally:
            await store.close()

    asyncio.run(copy())
    ask = ("export", "customer", "--tenant", site.slug)
    ended = shell.run(*ask)
    assert "colour in 1, loyalty.odd in 1" in ended.stderr
    assert '"colour": "red"' in shell.ok(*ask, "--format", "ndjson")
    path = str(tmp_path / "a.parquet")
    told = shell.refused(*ask, "--format", "parquet", "-o", path)
    assert told.startswith("the column 'loyalty.points' has a value that is not of type integer")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.name)
def test_every_resource_is_exported(shell: Shell, site: Site, resource: Any) -> None:
    names = [column.name for column in sheet_of(resource).columns]
    assert len(set(names)) == len(names)
    text = shell.ok("export", resource.name, "--tenant", site.slug)
    assert text.splitlines()[0].split(",") == names


def test_what_can_not_be_done_is_said(shell: Shell, site: Site) -> None:
    assert "there is no resource 'wine'" in shell.refused("export", "wine", "--tenant", site.slug)
    assert "there is no tenant 'nobody'" in shell.refused("export", "customer", "--tenant", "nobody")
    assert shell.run("export", "customer").exit_code == 2
    assert shell.run("export", "customer", "--tenant", site.slug, "--format", "parquet").exit_code == 2


def test_the_documentation_shows_the_columns_that_there_are() -> None:
    described = CliRunner().invoke(program, ["export", "customer-address", "--describe"]).output
    assert described in DOCS.read_text("utf-8")
