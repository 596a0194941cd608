"""The ranks of the last 30 days, and what was done each night."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0003"
down_revision = "0002"

TABLES = (
    parse("customer_rank", "customer_id:id day:int rank:int", "customer_id day"),
    parse("nightly_run", "name:text done_day:int claimed_until:int", "name"),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
