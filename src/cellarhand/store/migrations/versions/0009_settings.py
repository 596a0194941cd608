"""The site's settings and developer pages: where a company is, whose an app is, recovery codes, requests."""

import sqlalchemy as sa
from alembic import op

from cellarhand.store.schema import create, parse

revision = "0009"
down_revision = "0008"

TABLES = (
    parse("recovery_code", "code_hash:text account_id:id", "code_hash", "account_id", shared=True),
    parse(
        "request_log",
        "id:id caller:text method:text path:text status:int microseconds:int request_id:text size:int? "
        "created_at:int",
        "id",
        "created_at",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("setting", sa.Column("location", text))
    op.add_column("app", sa.Column("owner", text))
    op.add_column("web_hook_log", sa.Column("status", sa.BigInteger()))
    op.add_column("web_hook_log", sa.Column("milliseconds", sa.BigInteger()))
