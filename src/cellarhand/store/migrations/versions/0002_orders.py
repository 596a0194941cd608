"""Orders, the rows that they are found by, the sequence of their numbers, and what moved stock for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from cellarhand.store.schema import create, parse

revision = "0002"
down_revision = "0001"

TABLES = (
    parse("order_product", "product_id:id order_id:id item_id:id", "product_id order_id item_id", "order_id"),
    parse("order_allocation", "allocation_id:id order_id:id", "allocation_id order_id", "order_id"),
    parse("sequence", "name:text value:int", "name"),
    parse(
        "orders",
        "id:id created_at:int updated_at:int customer_id:id? order_number:int external_number:text? "
        "external_vendor:text? submitted_at:int paid_at:int? fulfilled_at:int? payment_status:text "
        "fulfillment_status:text compliance_status:text channel:text delivery_method:text "
        "purchase_type:text total:int gross_profit:int pos_profile_id:id? hidden_meta_data:text? body:body",
        "id",
        "customer_id paid_at",
        "order_number",
        "external_number",
        "submitted_at created_at id",
        "paid_at created_at id",
        "fulfilled_at created_at id",
        "payment_status -created_at id",
        "fulfillment_status -created_at id",
        "compliance_status -created_at id",
        "channel -created_at id",
        "delivery_method -created_at id",
        "pos_profile_id",
        "-created_at id",
        "updated_at created_at id",
        clustered=False,
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    id = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
    for name in ("order_id", "fulfillment_id"):
        op.add_column("inventory_transaction", sa.Column(name, id, nullable=True))
    op.create_index(
        "inventory_transaction_by_tenant_id_fulfillment_id",
        "inventory_transaction",
        ["tenant_id", "fulfillment_id"],
    )
