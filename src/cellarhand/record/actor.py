"""Who acts: the account or app behind a request, in the one tenant it may reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """Accounts have a `role`, apps `permissions` (name to Read or Full), the public web neither."""

    kind: Literal["account", "app", "web", "system"]
    tenant_id: int
    tenant: str
    account_id: str | None = None
    name: str | None = None
    email: str | None = None
    role: str | None = None
    app_id: str | None = None
    permissions: Mapping[str, str] = field(default_factory=dict[str, str])
    # By which door (GEN-5): some roles may do on the site what they may not through the API.
    face: Literal["api", "site"] = "api"
    # Brings history in: what its writes change of other records leaves their `updatedAt` as it is.
    keeps_dates: bool = False

    @property
    def is_data_role(self) -> bool:
        """May push its own ids and dates (reference A17)."""
        return self.role == "Data"

    @property
    def label(self) -> str | None:
        """Who did it, for the trash and the log: the account's e-mail or the app's id."""
        return self.email or self.app_id
