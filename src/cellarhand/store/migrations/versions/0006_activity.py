"""The log of activity: every change, who made it, and what was what before."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0006"
down_revision = "0005"

TABLES = (
    parse(
        "activity",
        "at:int seq:int object_id:id kind:text title:text owner_id:id deed:text face:text actor_kind:text "
        "actor:text actor_key:text changes:text?",
        "at seq object_id",
        "owner_id at seq",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
