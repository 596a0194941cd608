"""Where the admin site is: the addresses of the platform and of each tenant (TEN-3). Pure.

By name: the platform at `platform.<domain>`, a tenant at `<tenant>.admin.platform.<domain>`. By path, for
hosts without wildcard names: `/admin` and `/admin/<tenant>` of any name that the server answers to.
"""

import re
from dataclasses import dataclass

LEAD = "/admin"
# Below /admin the platform's own pages stand under a word that no tenant can have.
_OWN = "/_"
_SLUG = re.compile(r"[a-z0-9-]{2,63}", re.ASCII)
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the site: its tenant (None is the platform), and its path there."""

    tenant: str | None
    path: str
    by_path: bool


@dataclass(frozen=True, slots=True)
class Addresses:
    """The site's addresses as the operator set them. `domain` may carry a port.

    No address is ever made of what a request says of its host: a mail that was asked for under a false
    name would lead there.
    """

    domain: str
    https: bool = False
    by_path: bool = False

    @property
    def _scheme(self) -> str:
        return "https" if self.https else "http"

    @property
    def host(self) -> str:
        """The domain without its port."""
        return self.domain.partition(":")[0].lower()

    @property
    def api(self) -> str:
        """Where programs call; every name that leads here has it."""
        lead = "" if self.by_path or self.host == "localhost" else "platform."
        return f"{self._scheme}://{lead}{self.domain}/v1"

    def url(self, tenant: str | None, path: str) -> str:
        """The whole address of a page, for a mail or for another host's page."""
        if self.by_path:
            return f"{self._scheme}://{self.domain}{local(tenant, path)}"
        lead = f"{tenant}.admin." if tenant else ""
        return f"{self._scheme}://{lead}platform.{self.domain}{path}"

    def find(self, host: str, path: str) -> Place | None:
        """The page that a request asks for; None when it is no page of the site."""
        name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
        name = name.lower().rstrip(".")
        platform = f"platform.{self.host}"
        if name == platform:
            return Place(None, path, False)
        if name.endswith(f".admin.{platform}"):
            slug = name.removesuffix(f".admin.{platform}")
            if path.startswith("/static/"):
                return Place(None, path, False)
            return Place(slug, path, False) if _SLUG.fullmatch(slug) else None
        if path == LEAD or path.startswith(f"{LEAD}/"):
            return _by_path(path.removeprefix(LEAD))
        return None


def local(tenant: str | None, path: str) -> str:
    """The path of a page in the path form."""
    if tenant is not None:
        return f"{LEAD}/{tenant}{path}"
    return f"{LEAD}{_OWN}{path}" if path != "/" else LEAD


def _by_path(path: str) -> Place | None:
    if path in ("", "/"):
        return Place(None, "/", True)
    slug, _, rest = path[1:].partition("/")
    if slug == _OWN[1:]:
        return Place(None, f"/{rest}", True)
    return Place(slug, f"/{rest}", True) if _SLUG.fullmatch(slug) else None


def parse_return(text: str) -> tuple[str | None, str] | None:
    """Tenant and path of `/winery/customers?q=x`, where a person wanted to go before the log-in.

    Never an address of another host: an open redirect would lend this site's name to a false one.
    """
    if len(text) > 2000 or not _LOCAL.fullmatch(text):
        return None
    place = _by_path(text)
    if place is None or not _LOCAL.fullmatch(place.path):
        return None
    return place.tenant, place.path


def as_return(tenant: str | None, path: str) -> str:
    """What `parse_return` reads."""
    return f"/{tenant}{path}" if tenant is not None else f"{_OWN}{path}"
