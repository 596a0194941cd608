"""`cellarhand export`: a list as a file for spreadsheets, programs or analysis."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from cellarhand.cli.answers import (
    Failure,
    Interrupted,
    answer,
    as_json,
    faults_as_failures,
    table,
    with_store,
)
from cellarhand.cli.database import database_option
from cellarhand.cli.progress import progress

if TYPE_CHECKING:
    from cellarhand.transfer.columns import Sheet
    from cellarhand.transfer.forms import Form


@click.command()
@click.argument("resource")
@click.option("--tenant", metavar="SLUG", help="Whose records.")
@click.option("--format", "form", type=click.Choice(("csv", "ndjson", "parquet")), default="csv")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A filter of the API's list, such as createdAt=gte:2026-01-01. May be repeated.",
)
@click.option("--search", metavar="TEXT", help="What the API's q finds.")
@click.option("--columns", metavar="NAMES", help="Only these, in this order, with commas. [default: all]")
@click.option("-o", "--output", metavar="FILE", help="[default: stdout]")
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark by which Excel knows UTF-8.")
@click.option(
    "--money", type=click.Choice(("cents", "decimal")), default="cents", help="In a CSV: 1950 or 19.50."
)
@click.option("--raw", is_flag=True, help="Leave texts of a CSV alone that a spreadsheet takes for formulas.")
@click.option("--describe", is_flag=True, help="Show the columns of RESOURCE, and write nothing.")
@database_option
@as_json
def export(
    resource: str,
    tenant: str | None,
    form: str,
    filters: tuple[str, ...],
    search: str | None,
    columns: str | None,
    output: str | None,
    bom: bool,
    money: str,
    raw: bool,
    describe: bool,
    database: str,
    as_json: bool,
) -> None:
    """Write the records of a list, all that its filters find, as of one moment.

    \b
    Example:  cellarhand export customer --tenant my-winery -o customers.csv --bom
              cellarhand export customer --tenant my-winery --filter lifetimeValue=gte:100000 \\
                --columns id,lastName,emails.email,orderInformation.lifetimeValue
              cellarhand export product --tenant my-winery --format ndjson | jq .title
              cellarhand export customer --describe
    """
    from cellarhand.transfer.columns import sheet_of
    from cellarhand.transfer.export import export as write
    from cellarhand.transfer.export import resource_of, wanted

    chosen = tuple(name.strip() for name in columns.split(",")) if columns else ()
    listed = faults_as_failures(lambda: resource_of(resource))
    sheet = faults_as_failures(lambda: sheet_of(listed, chosen))
    if describe:
        _describe(sheet, as_json)
        return
    _refuse_contradictions(tenant, form, output, chosen, as_json)
    asked = faults_as_failures(lambda: wanted(listed, filters, search))
    slug = str(tenant)

    def work() -> tuple[int, dict[str, int]]:
        with _output(output) as file, progress(f"exporting {resource}", quiet=as_json) as advance:
            made = _form(form, file, sheet, bom=bom, guard=not raw, decimal=money == "decimal")
            count = with_store(database, lambda store: write(store, slug, listed, asked, made, advance))
            return count, made.unshown

    try:
        count, unshown = faults_as_failures(work)
    except KeyboardInterrupt:
        raise Interrupted("stopped: run the same command again, it begins anew") from None
    if unshown:
        paths = ", ".join(f"{path} in {number:,}" for path, number in sorted(unshown.items())[:10])
        click.echo(f"No column shows these members of copied records: {paths}. ndjson has them.", err=True)
    if output is not None:
        value = {"file": output, "records": count, "notShown": unshown}
        answer(value, f"{output}: {count:,} records", as_json=as_json)


def _describe(sheet: "Sheet", as_json: bool) -> None:
    rows = [(column.name, "cents" if column.money else column.kind) for column in sheet.columns]
    value = [{"name": name, "type": kind} for name, kind in rows]
    answer({"columns": value}, table(("COLUMN", "TYPE"), rows), as_json=as_json)


def _refuse_contradictions(
    tenant: str | None, form: str, output: str | None, chosen: tuple[str, ...], as_json: bool
) -> None:
    if tenant is None:
        raise click.UsageError("say whose records: --tenant SLUG")
    if form == "ndjson" and chosen:
        raise click.UsageError("ndjson has whole records: --columns is for csv and parquet")
    if output is None and (form == "parquet" or as_json):
        raise click.UsageError("name a file: -o FILE")


def _form(form: str, file: IO[bytes], sheet: "Sheet", *, bom: bool, guard: bool, decimal: bool) -> "Form":
    from cellarhand.transfer.forms import Csv, Lines, Parquet

    if form == "ndjson":
        return Lines(file)
    if form == "parquet":
        return Parquet(file, sheet)
    return Csv(file, sheet, bom=bom, guard=guard, decimal=decimal)


@contextmanager
def _output(path: str | None) -> Generator[IO[bytes]]:
    """A file that is there as a whole or not at all; stdout for whoever reads along."""
    if path is None:
        yield sys.stdout.buffer
        return
    if Path(path).is_dir():
        raise Failure(f"'{path}' is a folder: name a file")
    from cellarhand.transfer.whole_file import whole_file

    with whole_file(Path(path)) as file:
        yield file
