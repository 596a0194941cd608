"""Gift cards with their transactions, and loyalty: tiers, points, and whether a tenant has it."""

import sqlalchemy as sa
from alembic import op

from cellarhand.store.schema import create, parse

revision = "0017"
down_revision = "0016"

TABLES = (
    parse(
        "gift_card",
        "id:id body:body created_at:int updated_at:int customer_id:id? status:text number:int code_key:text "
        "told:text",
        "id",
        "customer_id -created_at id",
        "number",
        "code_key",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "gift_card_transaction",
        "id:id body:body created_at:int updated_at:int gift_card_id:id amount:int",
        "id",
        "gift_card_id amount",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "loyalty_tier",
        "id:id body:body created_at:int updated_at:int search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "loyalty_transaction",
        "id:id body:body created_at:int updated_at:int customer_id:id transacted_at:int amount:int",
        "id",
        "customer_id -created_at id",
        "customer_id amount",
        "transacted_at",
        "-created_at id",
        "updated_at",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("setting", sa.Column("loyalty", text))
