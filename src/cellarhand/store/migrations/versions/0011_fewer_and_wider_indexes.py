"""Lists of customers and orders are found and sorted in indexes alone, and orders have fewer of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WORDS = "payment_status fulfillment_status compliance_status channel delivery_method"
DROPPED = (
    ("customer", "last_name created_at id"),
    ("customer", "order_count created_at id"),
    ("customer", "lifetime_value created_at id"),
    ("customer", "id created_at last_name order_count lifetime_value"),
    ("customer", "created_at id"),
    ("customer", "updated_at created_at id"),
    ("orders", "id created_at order_number submitted_at"),
    (
        "orders",
        "order_number id submitted_at paid_at payment_status fulfillment_status channel delivery_method",
    ),
    ("orders", "external_number"),
    (
        "orders",
        "submitted_at created_at id paid_at payment_status fulfillment_status channel delivery_method",
    ),
    ("orders", "paid_at created_at id payment_status channel"),
    ("orders", "fulfilled_at created_at id"),
    ("orders", "payment_status created_at id"),
    ("orders", "fulfillment_status created_at id"),
    ("orders", "compliance_status created_at id"),
    ("orders", "channel created_at id"),
    ("orders", "delivery_method created_at id"),
    ("orders", "pos_profile_id"),
    ("orders", "fulfillment_status submitted_at payment_status"),
    (
        "orders",
        "created_at id submitted_at paid_at payment_status fulfillment_status channel delivery_method",
    ),
    ("orders", "updated_at created_at id"),
    ("orders", "payment_status channel purchase_type paid_at total"),
)
MADE = (
    ("customer", "id created_at last_name order_count lifetime_value updated_at"),
    ("customer", "last_name created_at id order_count lifetime_value"),
    ("customer", "order_count created_at id last_name lifetime_value"),
    ("customer", "lifetime_value created_at id last_name order_count"),
    ("customer", "-created_at id last_name order_count lifetime_value"),
    ("customer", "updated_at created_at id last_name order_count lifetime_value"),
    ("orders", f"id order_number created_at submitted_at paid_at fulfilled_at updated_at {_WORDS}"),
    ("orders", f"order_number id created_at submitted_at paid_at fulfilled_at updated_at {_WORDS}"),
    ("orders", f"submitted_at created_at id paid_at fulfilled_at updated_at {_WORDS}"),
    ("orders", f"paid_at created_at id submitted_at fulfilled_at updated_at {_WORDS}"),
    ("orders", "payment_status channel purchase_type paid_at total delivery_method"),
    (
        "orders",
        "fulfillment_status submitted_at payment_status created_at id paid_at fulfilled_at updated_at"
        " compliance_status channel delivery_method",
    ),
    ("orders", f"-created_at id submitted_at paid_at fulfilled_at updated_at {_WORDS}"),
    ("orders", f"updated_at created_at id submitted_at paid_at fulfilled_at {_WORDS}"),
)
SPARSE = (("orders", "external_number"), ("orders", "pos_profile_id"))


def _name(table: str, columns: str) -> str:
    return f"{table}_by_tenant_id_{columns.replace('-', '').replace(' ', '_')}"[:63]


def upgrade() -> None:
    for table, columns in DROPPED:
        op.drop_index(_name(table, columns), table)
    for table, columns in MADE:
        parts = [sa.text(f"{name[1:]} DESC") if name.startswith("-") else name for name in columns.split()]
        op.create_index(_name(table, columns), table, ["tenant_id", *parts])
    for table, column in SPARSE:
        only = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            _name(table, column),
            table,
            ["tenant_id", column],
            sqlite_where=only,
            postgresql_where=only,
        )
