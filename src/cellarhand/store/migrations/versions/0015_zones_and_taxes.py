"""Shipping zones and taxes."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0015"
down_revision = "0014"

_RECORD = "id:id body:body created_at:int updated_at:int"
TABLES = (
    parse("shipping", f"{_RECORD} search_text:text", "id", "-created_at id", "updated_at"),
    parse(
        "tax",
        f"{_RECORD} country_code:text state_key:text? search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
