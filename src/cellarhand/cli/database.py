"""`cellarhand db`: the schema of the database, and the option that names the database."""

from typing import Any

import click

from cellarhand.cli.answers import Failure, answer, as_json, faults_as_failures

DEFAULT = "sqlite:///./cellarhand.db"


DATABASE_HELP = "sqlite:///path (or just the path), or postgresql://user@host/name."


class DatabaseUrl(click.ParamType[str]):
    """A URL, or the path of a SQLite file."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        scheme, colon, _ = text.partition("/")[0].partition(":")
        if not text or (colon and scheme not in ("sqlite", "postgresql", "postgres")):
            self.fail(f"'{value}' is no database: use {DATABASE_HELP.rstrip('.')}", param, ctx)
        return text if colon else f"sqlite:///{text}"


database_option = click.option(
    "--database",
    type=DatabaseUrl(),
    default=DEFAULT,
    envvar="CELLARHAND_DATABASE",
    show_default=True,
    show_envvar=True,
    help=DATABASE_HELP,
)


@click.group()
def db() -> None:
    """The database's schema: bring it up to date, or see whether it is."""


@db.command()
@database_option
@as_json
def upgrade(database: str, as_json: bool) -> None:
    """Make the tables, or bring them to this version. `cellarhand serve` does the same when it starts.

    \b
    Example:  cellarhand db upgrade --database postgresql://cellarhand@db.example/cellarhand
    """
    import asyncio

    from cellarhand.store import migrate

    changed = faults_as_failures(lambda: asyncio.run(migrate.upgrade(database)))
    text = f"the database has schema {migrate.HEAD} now" if changed else "the database is up to date"
    answer({"schema": migrate.HEAD, "changed": changed}, text, as_json=as_json)


@db.command()
@database_option
@as_json
def check(database: str, as_json: bool) -> None:
    """See whether the schema is this version's. Exit code 1 when it is not.

    \b
    Example:  cellarhand db check && echo ready
    """
    import asyncio

    from cellarhand.store import migrate

    version = faults_as_failures(lambda: asyncio.run(migrate.check(database)))
    current = version == migrate.HEAD
    if not current and not as_json:
        found = f"schema {version}" if version else "no schema"
        raise Failure(
            f"the database has {found}, this version needs {migrate.HEAD}: run `cellarhand db upgrade`"
        )
    value = {"schema": version, "needed": migrate.HEAD, "current": current}
    answer(value, f"the database is up to date (schema {version})", as_json=as_json)
    if not current:
        raise click.exceptions.Exit(1)
