"""The commands of `cellarhand`, and what they have in common."""

from typing import Any

import click

from cellarhand import __version__
from cellarhand.cli.account import account
from cellarhand.cli.answers import Failure
from cellarhand.cli.app import app
from cellarhand.cli.backup import backup, restore
from cellarhand.cli.clone import clone
from cellarhand.cli.database import db
from cellarhand.cli.demo import demo
from cellarhand.cli.diff import diff
from cellarhand.cli.export import export
from cellarhand.cli.pull import pull
from cellarhand.cli.push import push
from cellarhand.cli.serve import serve
from cellarhand.cli.tenant import tenant
from cellarhand.cli.verify import verify
from cellarhand.cli.web_hook import web_hook


class _Program(click.Group):
    """Commands of which some need what the smallest install leaves out."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as missing:
            # What the client needs; it says how to have it.
            if missing.name != "httpx":
                raise
            raise Failure(missing) from None


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def program() -> None:
    """A self-hosted commerce server for wineries that speaks the Commerce7 v1 REST API.

    \b
    Try it:       cellarhand demo
    For real:     cellarhand db upgrade
                  cellarhand tenant create my-winery --company "My Winery" --email hello@my-winery.example
                  cellarhand account create my-winery ann@my-winery.example --first-name Ann --last-name Lee
                  cellarhand serve

    Every command takes --help, and shows an example there.
    """


db.add_command(verify)
for command in (
    serve,
    demo,
    tenant,
    account,
    app,
    web_hook,
    db,
    backup,
    restore,
    export,
    pull,
    push,
    clone,
    diff,
):
    program.add_command(command)
