"""`cellarhand serve`: the server."""

from typing import Any

import click

from cellarhand.cli.database import database_option
from cellarhand.cli.options import running_of, server_options, settings_of


@click.command(context_settings={"auto_envvar_prefix": "CELLARHAND"})
@database_option
@server_options("json")
def serve(database: str, **options: Any) -> None:
    """Run the server, after bringing the database's schema to this version.

    Every option can also come from the environment: --rate-limit from CELLARHAND_RATE_LIMIT and so on.
    SIGTERM and Ctrl-C finish the running requests and end; a second Ctrl-C ends at once.

    \b
    Example:  cellarhand serve
              cellarhand serve --host 0.0.0.0 --workers 4 --database postgresql://cellarhand@db.example/cellarhand
                               --rate-limit-store redis://cache.example/0 --forwarded-allow-ips 10.0.0.2
    """
    from cellarhand.cli.listening import listen
    from cellarhand.cli.schema import Upgrade, check_writable

    running = running_of(options)
    with listen(running.host, running.port) as door:
        settings = settings_of(database, options, door.getsockname()[1])
        check_writable(database)
        upgrade = Upgrade(database)
        from cellarhand.cli import serving

        upgrade.wait()
        serving.serve(settings, running, door)
