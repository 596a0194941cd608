"""What an argument of `cellarhand diff` names: a tenant of a database or of a server, or an archive."""

import os
import re
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import Failure
from cellarhand.cli.database import DatabaseUrl

if TYPE_CHECKING:
    from cellarhand.transfer.sources import Source

_TENANT = re.compile(r"([a-z0-9-]{2,63})(?:@(.+))?", re.ASCII | re.DOTALL)
_SERVER = re.compile(r"([a-z0-9-]{2,63})@(https?://.+)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Side:
    """One argument, with who asks where it is a tenant of a server. `letter` is A or B."""

    letter: str
    name: str
    app: str | None
    user: str | None

    @property
    def is_folder(self) -> bool:
        return Path(self.name).is_dir()


@dataclass(frozen=True, slots=True)
class Access:
    """A tenant of a server and the credentials for it."""

    url: str
    tenant: str
    who: dict[str, tuple[str, str]]


def access_of(side: Side) -> Access | None:
    """How a tenant of a server is reached; its secret comes from the environment, or is asked for."""
    matched = _SERVER.fullmatch(side.name)
    if matched is None:
        return None
    letter = side.letter.lower()
    if (side.app is None) == (side.user is None):
        raise Failure(f"who reads {side.name}? Give --app-{letter} ID or --user-{letter} EMAIL")
    variable = f"CELLARHAND_{side.letter}_SECRET"
    secret = os.environ.get(variable, "")
    if not secret:
        if not sys.stdin.isatty():
            raise Failure(f"the secret for {side.name} is missing: set {variable}")
        secret = click.prompt(f"Secret for {side.name}", hide_input=True, err=True)
    name = side.app or side.user or ""
    return Access(matched[2], matched[1], {"app" if side.app else "user": (name, secret)})


@asynccontextmanager
async def opened(side: Side, access: Access | None, database: str) -> "AsyncGenerator[Source]":
    """The side, open for as long as it is compared."""
    from cellarhand.transfer.sources import ArchiveSource

    if access is not None:
        async with _of_server(side, access) as source:
            yield source
    elif side.is_folder:
        yield ArchiveSource(Path(side.name))
    else:
        async with _of_database(side.name, database) as source:
            yield source


@asynccontextmanager
async def _of_database(name: str, database: str) -> "AsyncGenerator[Source]":
    from cellarhand.cli.schema import refuse_other_version
    from cellarhand.store.engine import open_store
    from cellarhand.transfer.sources import TenantSource

    matched = _TENANT.fullmatch(name)
    if matched is None:
        raise Failure(
            f"'{name}' is no folder, and no tenant: write one as my-winery@DATABASE or my-winery@URL"
        )
    url = DatabaseUrl().convert(matched[2] or database, None, None)
    await refuse_other_version(url)
    async with AsyncExitStack() as stack:
        store = open_store(url)
        stack.push_async_callback(store.close)
        await store.open()
        snapshot = await stack.enter_async_context(store.snapshot())
        yield await TenantSource.of(name, snapshot, matched[1])


@asynccontextmanager
async def _of_server(side: Side, access: Access) -> "AsyncGenerator[Source]":
    try:
        from cellarhand.client import AsyncClient, ClientError, Retries
    except ModuleNotFoundError as missing:
        raise Failure(missing) from missing
    from cellarhand.transfer.over_api import ApiSource

    who = access.who
    try:
        async with AsyncClient(
            access.url,
            access.tenant,
            app=who.get("app"),
            user=who.get("user"),
            retries=Retries(most=8, first=1.0),
        ) as client:
            yield await ApiSource.of(client, side.name)
    except ClientError as fault:
        raise Failure(fault) from fault
    except ValueError as fault:
        raise Failure(fault) from fault
