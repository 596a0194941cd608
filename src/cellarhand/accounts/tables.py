"""The installation's own tables: tenants, people, their roles, invites, apps and their secrets.

They are shared: a person may belong to several tenants, an app may be installed in several.
"""

from cellarhand.store.tables import Column, Index, Table

TENANT = Table(
    "tenant",
    (
        Column("tenant_id", "int"),
        Column("slug", "text"),
        Column("state", "text"),
        Column("token_secret", "text"),
        Column("created_at", "int"),
    ),
    key=("tenant_id",),
    shared=True,
)

TENANT_SEQUENCE = Table(
    "tenant_sequence", (Column("id", "int"), Column("next_id", "int")), key=("id",), shared=True
)
"""The number of the next tenant, in one row. No number is given twice: what is left of a deleted tenant, in a
cache or in a request on its way, never becomes the next one's."""

ACCOUNT = Table(
    "account",
    (
        Column("id", "id"),
        Column("email", "text"),
        Column("email_key", "text"),
        Column("first_name", "text"),
        Column("last_name", "text"),
        Column("password_hash", "text", null=True),
        Column("valid_from", "int"),
        Column("last_login_at", "int", null=True),
        Column("created_at", "int"),
        Column("totp_secret", "text", null=True),
        Column("totp_step", "int", null=True),
    ),
    key=("id",),
    indexes=(Index(("email_key",)),),
    shared=True,
)
"""`valid_from` moves with the password: staff tokens issued before it are dead (ACC-4). `totp_step` is
that of the last one-time code: none is good twice."""

ACCOUNT_ROLE = Table(
    "account_role",
    (
        Column("account_id", "id"),
        Column("tenant_id", "int"),
        Column("role", "text"),
        Column("valid_from", "int"),
        Column("created_at", "int"),
    ),
    key=("account_id", "tenant_id"),
    indexes=(Index(("tenant_id",)),),
    shared=True,
)

INVITE = Table(
    "invite",
    (
        Column("id", "id"),
        Column("tenant_id", "int"),
        Column("email", "text"),
        Column("email_key", "text"),
        Column("role", "text"),
        Column("state", "text"),
        Column("token_hash", "text"),
        Column("expires_at", "int"),
        Column("created_at", "int"),
    ),
    key=("id",),
    indexes=(Index(("token_hash",)), Index(("tenant_id", "email_key"))),
    shared=True,
)

SESSION = Table(
    "session",
    (
        Column("id", "id"),
        Column("token_hash", "text"),
        Column("account_id", "id"),
        Column("source", "text"),
        Column("agent", "text"),
        Column("proven", "int"),
        Column("seen_at", "int"),
        Column("created_at", "int"),
    ),
    key=("id",),
    indexes=(Index(("token_hash",)), Index(("account_id",)), Index(("seen_at",))),
    shared=True,
)
"""Who is logged in to the admin site, from where and since when (ACC-6). Not `proven`: a code is missing."""

PASSWORD_RESET = Table(
    "password_reset",
    (
        Column("token_hash", "text"),
        Column("account_id", "id"),
        Column("expires_at", "int"),
    ),
    key=("token_hash",),
    indexes=(Index(("account_id",)), Index(("expires_at",))),
    shared=True,
)

RECOVERY_CODE = Table(
    "recovery_code",
    (Column("code_hash", "text"), Column("account_id", "id")),
    key=("code_hash",),
    indexes=(Index(("account_id",)),),
    shared=True,
)
"""Codes for who has lost the authenticator app, each good once (ACC-5)."""

APP = Table(
    "app",
    (
        Column("id", "text"),
        Column("title", "text"),
        Column("permissions", "text"),
        Column("created_at", "int"),
        Column("owner", "text", null=True),
    ),
    key=("id",),
    shared=True,
)
"""`owner` is the slug of the tenant whose owners made it on the site; the operator's apps have none."""

APP_SECRET = Table(
    "app_secret",
    (
        Column("id", "id"),
        Column("app_id", "text"),
        Column("secret_hash", "text"),
        Column("expires_at", "int", null=True),
        Column("created_at", "int"),
    ),
    key=("id",),
    indexes=(Index(("app_id",)),),
    shared=True,
)
"""Two secrets of an app may be valid while one replaces the other (APP-4)."""

APP_INSTALL = Table(
    "app_install",
    (
        Column("app_id", "text"),
        Column("tenant_id", "int"),
        Column("permissions", "text"),
        Column("created_at", "int"),
    ),
    key=("app_id", "tenant_id"),
    indexes=(Index(("tenant_id",)),),
    shared=True,
)

CREDENTIALS_EPOCH = Table(
    "credentials_epoch", (Column("id", "int"), Column("epoch", "int")), key=("id",), shared=True
)
"""One row; its number moves whenever cached credentials must be looked up anew."""

ACCOUNT_TABLES = (
    TENANT,
    TENANT_SEQUENCE,
    ACCOUNT,
    ACCOUNT_ROLE,
    INVITE,
    SESSION,
    PASSWORD_RESET,
    RECOVERY_CODE,
    APP,
    APP_SECRET,
    APP_INSTALL,
    CREDENTIALS_EPOCH,
)
