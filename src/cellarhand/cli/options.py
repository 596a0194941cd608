"""What `serve` and `demo` can be told, and how that becomes the settings of the server."""

import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cellarhand.cli.answers import Failure

if TYPE_CHECKING:
    from cellarhand.config import Settings

F = TypeVar("F", bound=Callable[..., Any])
_ORIGIN = re.compile(r"https?://[^/\s?#]+")
_DOMAIN = re.compile(r"[a-z0-9.-]+(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?", re.IGNORECASE)
_SENDER = re.compile(r"[^<>@\r\n]*<?[^\s@<>]+@[^\s@<>]+>?")
_BIND = re.compile(r"\[?([^\]\s]+)\]?:(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Running:
    """How the server runs, beside what it does. Port 0 is any free one."""

    host: str
    port: int
    workers: int
    forwarded_allow_ips: str


def parse_bind(text: str) -> tuple[str, int] | None:
    """Host and port of `127.0.0.1:9100` or `[::1]:9100`."""
    matched = _BIND.fullmatch(text)
    return (matched[1], int(matched[2])) if matched and int(matched[2]) < 65536 else None


def _origin(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not _ORIGIN.fullmatch(value):
            raise click.BadParameter(f"'{value}' is no origin: write it as https://shop.example")
    return values


def _url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _ORIGIN.fullmatch(value):
        raise click.BadParameter(
            f"'{value}' is no such address: write it as https://api.example, without /v1"
        )
    return value


def _metrics(_: click.Context, __: click.Parameter, value: str) -> str:
    if value not in ("on", "off") and parse_bind(value) is None:
        raise click.BadParameter("use HOST:PORT, on or off")
    return value


def _limit_store(_: click.Context, __: click.Parameter, value: str) -> str:
    if value != "memory" and not value.startswith(("redis://", "rediss://", "unix://")):
        raise click.BadParameter("use memory or redis://host:port/number")
    return value


def _domain(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _DOMAIN.fullmatch(value):
        raise click.BadParameter(f"'{value}' is no domain: write it as shop.example or localhost:8000")
    return value


def _sender(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and not _SENDER.fullmatch(value):
        raise click.BadParameter(f"'{value}' is no sender: write it as 'My Winery <mail@my-winery.example>'")
    return value


def admin_options(command: F) -> F:
    """Where the admin site is: for the server, and for commands that mail links to it."""
    options = (
        click.option(
            "--admin-domain",
            callback=_domain,
            envvar="CELLARHAND_ADMIN_DOMAIN",
            metavar="DOMAIN[:PORT]",
            help="The site is at platform.DOMAIN, a tenant's at TENANT.admin.platform.DOMAIN."
            " [default: localhost and the server's port]",
        ),
        click.option(
            "--admin-https/--no-admin-https",
            default=False,
            show_default=True,
            envvar="CELLARHAND_ADMIN_HTTPS",
            help="People reach the site by https, for example through a proxy.",
        ),
        click.option(
            "--admin-by-path/--admin-by-name",
            default=False,
            envvar="CELLARHAND_ADMIN_BY_PATH",
            help="Links in mails lead to DOMAIN/admin, where no wildcard names can be had.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def mail_options(command: F) -> F:
    """How mail leaves the house; the password comes from CELLARHAND_SMTP_PASSWORD alone."""
    options = (
        click.option(
            "--smtp-host",
            default="",
            metavar="HOST",
            help="Send mail by this server; else it waits in the outbox.",
        ),
        click.option("--smtp-port", type=click.IntRange(1, 65535), default=587, show_default=True),
        click.option(
            "--smtp-security",
            type=click.Choice(("starttls", "tls", "none")),
            default="starttls",
            show_default=True,
        ),
        click.option(
            "--smtp-user",
            default="",
            metavar="NAME",
            help="Its password is read from CELLARHAND_SMTP_PASSWORD.",
        ),
        click.option(
            "--mail-from", default="", callback=_sender, metavar="SENDER", help="The From of every mail."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def server_options(access_log: str, web_hook_reach: str = "public") -> Callable[[F], F]:
    """The options of a server, with what of their defaults is that one's own."""
    options = (
        click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
        click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True),
        click.option(
            "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes."
        ),
        _limit("--rate-limit", 100, "Requests of a tenant in any window; 0 for no limit."),
        click.option(
            "--rate-window",
            type=click.IntRange(1, 86400),
            default=60,
            show_default=True,
            help="Seconds of a window.",
        ),
        _limit("--deep-page-limit", 1, "Lists beyond page 100 in any window; 0 for no limit."),
        _limit("--web-rate-limit", 100, "Requests of one address to public endpoints; 0 for no limit."),
        click.option(
            "--rate-limit-store",
            default="memory",
            show_default=True,
            callback=_limit_store,
            metavar="STORE",
            help="memory, or redis://host:port/number to count over all workers.",
        ),
        click.option(
            "--max-body",
            type=click.IntRange(1024),
            default=2 * 1024 * 1024,
            show_default=True,
            help="Bytes of a request's body.",
        ),
        click.option(
            "--cors-origin",
            multiple=True,
            callback=_origin,
            metavar="ORIGIN",
            help="A site whose pages may call the API. May be repeated.",
        ),
        click.option(
            "--people/--no-people",
            default=True,
            show_default=True,
            help="Let people call with e-mail and password, besides apps.",
        ),
        click.option("--staff-token-hours", type=click.IntRange(1, 24 * 365), default=24, show_default=True),
        click.option(
            "--trash-days",
            type=click.IntRange(1, 3650),
            default=90,
            show_default=True,
            help="Days for which deletions are listed.",
        ),
        click.option(
            "--web-hooks/--no-web-hooks",
            default=True,
            show_default=True,
            help="Send web hooks. Without, their events wait, for at most 30 days.",
        ),
        click.option(
            "--web-hook-reach",
            type=click.Choice(("public", "loopback", "private")),
            default=web_hook_reach,
            show_default=True,
            help="Where web hooks may go besides public https: to this machine, or to private networks too.",
        ),
        click.option(
            "--access-log",
            type=click.Choice(("json", "text", "off")),
            default=access_log,
            show_default=True,
            help="One line a request, on stdout.",
        ),
        click.option(
            "--request-log/--no-request-log",
            default=True,
            show_default=True,
            help="Keep the last 1,000 requests of each tenant, without bodies, for the admin site to show.",
        ),
        click.option(
            "--metrics-bind",
            default="on",
            show_default=True,
            callback=_metrics,
            metavar="BIND",
            help="Metrics for Prometheus: on (at /metrics), off, or HOST:PORT for a port of their own.",
        ),
        click.option(
            "--docs/--no-docs", default=True, show_default=True, help="The API's documentation at /docs."
        ),
        click.option(
            "--api-url",
            callback=_url,
            metavar="URL",
            help="Where clients reach the API, for the addresses that web hooks name: https://api.example."
            " [default: http://HOST:PORT]",
        ),
        click.option("--admin/--no-admin", default=True, show_default=True, help="The admin site."),
        click.option(
            "--images",
            type=click.Path(exists=True, file_okay=False, resolve_path=True),
            metavar="FOLDER",
            help="A folder of pictures, shown to everybody below /images.",
        ),
        click.option(
            "--forwarded-allow-ips",
            default="",
            metavar="ADDRESSES",
            help="Proxies whose X-Forwarded-For is believed: addresses or networks with commas, or *.",
        ),
    )

    def put_on(command: F) -> F:
        command = admin_options(mail_options(command))
        for option in reversed(options):
            command = option(command)
        return command

    return put_on


def _limit(name: str, default: int, text: str) -> Callable[[F], F]:
    return click.option(name, type=click.IntRange(0), default=default, show_default=True, help=text)


def settings_of(database: str, options: Mapping[str, Any], port: int) -> "Settings":
    """The settings of a server that listens on `port`."""
    from cellarhand.config import Settings

    if options["smtp_host"] and not options["mail_from"]:
        raise Failure("mail needs a sender: --mail-from 'My Winery <mail@my-winery.example>'")

    if options["rate_limit_store"] != "memory" and importlib.util.find_spec("redis") is None:
        raise Failure("limits in Redis need its driver: pip install 'cellarhand[redis]'")
    return Settings(
        database=database,
        rate_limit=options["rate_limit"],
        rate_window=options["rate_window"],
        deep_page_limit=options["deep_page_limit"],
        web_rate_limit=options["web_rate_limit"],
        rate_limit_store=options["rate_limit_store"],
        max_body=options["max_body"],
        cors_origins=options["cors_origin"],
        people_may_call=options["people"],
        staff_token_hours=options["staff_token_hours"],
        access_log=options["access_log"],
        request_log=options["request_log"],
        metrics=options["metrics_bind"],
        docs=options["docs"],
        trash_days=options["trash_days"],
        api_url=options["api_url"] or f"http://{options['host']}:{port}",
        images=options["images"] or "",
        web_hooks=options["web_hooks"],
        web_hook_reach=options["web_hook_reach"],
        admin=options["admin"],
        admin_domain=options["admin_domain"] or f"localhost:{port}",
        admin_https=options["admin_https"],
        admin_by_path=options["admin_by_path"],
        smtp_host=options["smtp_host"],
        smtp_port=options["smtp_port"],
        smtp_security=options["smtp_security"],
        smtp_user=options["smtp_user"],
        smtp_password=os.environ.get("CELLARHAND_SMTP_PASSWORD", ""),
        mail_from=options["mail_from"],
    )


def running_of(options: Mapping[str, Any]) -> Running:
    return Running(
        options["host"], options["port"], options["workers"], options["forwarded_allow_ips"].strip()
    )
