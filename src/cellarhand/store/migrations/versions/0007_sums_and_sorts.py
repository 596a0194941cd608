"""What the site's first page sums up, lists that are sorted by more than their own order, and bulk jobs."""

import sqlalchemy as sa
from alembic import op

from cellarhand.store.schema import create, parse

revision = "0007"
down_revision = "0006"

FILTERED = "payment_status fulfillment_status channel delivery_method"
# Each index that is replaced, and what it is replaced by.
WIDENED = (
    ("customer", "last_name", "last_name created_at id"),
    ("customer", "order_count", "order_count created_at id"),
    ("customer", "lifetime_value", "lifetime_value created_at id"),
    ("customer", "updated_at", "updated_at created_at id"),
    ("orders", "order_number", f"order_number id submitted_at paid_at {FILTERED}"),
    ("orders", "submitted_at created_at id", f"submitted_at created_at id paid_at {FILTERED}"),
    ("orders", "customer_id paid_at", "customer_id paid_at id"),
    ("orders", "created_at id", f"-created_at id submitted_at paid_at {FILTERED}"),
    ("orders", "paid_at created_at id", "paid_at created_at id payment_status channel"),
    ("club_membership", "signup_at", "signup_at created_at id"),
)
ADDED = (
    ("customer", "id created_at last_name order_count lifetime_value"),
    ("orders", "id created_at order_number submitted_at"),
    ("orders", "fulfillment_status submitted_at payment_status"),
    ("orders", "payment_status channel purchase_type paid_at total"),
)
INVENTORY = parse(
    "inventory",
    "id:id body:body product_id:id product_variant_id:id inventory_location_id:id is_tracked:int "
    "available:int product_title:text location_title:text search_text:text sort_order:int",
    "id",
    "product_variant_id inventory_location_id",
    "product_id",
    "inventory_location_id",
    "is_tracked available id",
    "product_title sort_order location_title id",
)
JOBS = (
    parse(
        "bulk_job",
        "id:id kind:text state:text title:text body:body account_id:id total:int done:int changed:int "
        "refused:int reached:id? note:text? created_at:int updated_at:int",
        "id",
        "state created_at",
        "-created_at id",
    ),
    parse("bulk_refusal", "job_id:id object_id:id message:text", "job_id object_id"),
)
_AVAILABLE = {
    "sqlite": "json_extract(body, '$.availableForSaleCount')",
    "postgresql": "(body::json ->> 'availableForSaleCount')::bigint",
}


def _name(table: str, columns: str) -> str:
    return f"{table}_by_tenant_id_{columns.replace('-', '').replace(' ', '_')}"[:63]


def _index(table: str, columns: str) -> None:
    parts = [sa.text(f"{name[1:]} DESC") if name.startswith("-") else name for name in columns.split()]
    op.create_index(_name(table, columns), table, ["tenant_id", *parts])


def upgrade() -> None:
    for table, before, after in WIDENED:
        op.drop_index(_name(table, before), table)
        _index(table, after)
    for table, columns in ADDED:
        _index(table, columns)
    _add_available()
    create(op.get_bind(), JOBS)


def _add_available() -> None:
    """The count that is for sale, as a column; where it is declared, so the rows move once."""
    names = ["tenant_id", *(column.name for column in INVENTORY.columns)]
    values = [_AVAILABLE[op.get_bind().dialect.name] if name == "available" else name for name in names]
    op.execute("CREATE TABLE inventory_before AS SELECT * FROM inventory")
    op.drop_table("inventory")
    create(op.get_bind(), (INVENTORY,))
    op.execute(f"INSERT INTO inventory ({', '.join(names)}) SELECT {', '.join(values)} FROM inventory_before")
    op.drop_table("inventory_before")
