"""Web hooks are sent: what is on its way, the log of attempts, and how each hook fares."""

import sqlalchemy as sa
from alembic import op

from cellarhand.store.schema import create, parse

revision = "0004"
down_revision = "0003"

TABLES = (
    parse(
        "web_hook_delivery",
        "hook_id:id object_id:id seq:int id:id object:text action:text user_email:text? payload:body "
        "attempts:int due_at:int created_at:int",
        "hook_id object_id seq id",
        "hook_id due_at seq",
        "created_at",
    ),
    parse(
        "web_hook_log",
        "id:id body:body created_at:int updated_at:int object:text action:text is_success:int "
        "web_hook_id:id owner:text",
        "id",
        "web_hook_id",
        "is_success created_at",
        "-created_at id",
        "updated_at",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    for column in ("failing_since", "disabled_at"):
        op.add_column("web_hook", sa.Column(column, sa.BigInteger(), nullable=True))
