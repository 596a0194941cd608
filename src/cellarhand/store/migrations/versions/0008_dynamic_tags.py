"""Which dynamic tags records are still looked at for."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0008"
down_revision = "0007"

TABLES = (parse("back_population", "tag_id:id last_id:id? changed:int", "tag_id"),)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
