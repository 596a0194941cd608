"""The admin site: sessions, links to a new password, one-time codes, and mail that waits to be sent."""

import sqlalchemy as sa
from alembic import op

from cellarhand.store.schema import create, parse

revision = "0005"
down_revision = "0004"

TABLES = (
    parse(
        "session",
        "id:id token_hash:text account_id:id source:text agent:text proven:int seen_at:int created_at:int",
        "id",
        "token_hash",
        "account_id",
        "seen_at",
        shared=True,
    ),
    parse(
        "password_reset",
        "token_hash:text account_id:id expires_at:int",
        "token_hash",
        "account_id",
        "expires_at",
        shared=True,
    ),
    parse(
        "mail",
        "id:id tenant_id:int? kind:text recipient:text subject:text content:text? html:text? state:text "
        "attempts:int next_attempt_at:int error:text? created_at:int sent_at:int?",
        "id",
        "state next_attempt_at",
        "tenant_id -created_at",
        "created_at",
        shared=True,
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("account", sa.Column("totp_secret", text))
    op.add_column("account", sa.Column("totp_step", sa.BigInteger()))
