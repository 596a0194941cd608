"""The settings of a server process. The command line fills them; workers read them from the environment."""

import os
from dataclasses import dataclass
from typing import Literal

import msgspec

ENVIRONMENT = "CELLARHAND_SERVER_SETTINGS"


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server behaves; each is an option of `cellarhand serve`.

    Limits are requests in any `rate_window` seconds; 0 switches one off.
    """

    database: str
    rate_limit: int = 100
    rate_window: int = 60
    deep_page_limit: int = 1
    web_rate_limit: int = 100
    rate_limit_store: str = "memory"
    max_body: int = 2 * 1024 * 1024
    cors_origins: tuple[str, ...] = ()
    people_may_call: bool = True
    staff_token_hours: int = 24
    access_log: str = "json"
    # Whether the last requests of each tenant are kept for its people to see.
    request_log: bool = True
    metrics: str = "on"
    docs: bool = True
    trash_days: int = 90
    # Where clients reach the API, without /v1: for the addresses that web hooks name.
    api_url: str = "http://127.0.0.1:8000"
    # Whether this server puts dynamic tags on the records that were there before them.
    populates_tags: bool = True
    # A folder whose files are shown below /images; empty for none.
    images: str = ""
    web_hooks: bool = True
    # Where web hooks may go: public (https only), loopback, or private networks too.
    web_hook_reach: Literal["public", "loopback", "private"] = "public"
    # The admin site: off or on, its domain (with a port where it has one), and how its addresses are made.
    admin: bool = True
    admin_domain: str = "localhost:8000"
    admin_https: bool = False
    admin_by_path: bool = False
    # Mail stays in the outbox without an SMTP server; `smtp_security` is starttls, tls or none.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    # Everybody who reaches the server may read all mail: for the demo, whose passwords are public.
    mail_for_all: bool = False

    def to_environment(self) -> None:
        """Leave the settings where `from_environment` of a worker process finds them."""
        os.environ[ENVIRONMENT] = msgspec.json.encode(self).decode()

    @staticmethod
    def from_environment() -> "Settings":
        text = os.environ.get(ENVIRONMENT)
        if text is None:
            raise LookupError("a worker is started by `cellarhand serve`, not by itself")
        return msgspec.json.decode(text, type=Settings)
