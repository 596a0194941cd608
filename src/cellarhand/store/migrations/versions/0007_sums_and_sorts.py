"""What the site's first page sums up, and lists that are sorted by more than their own order."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0007"
down_revision = "0006"

WIDENED = (
    ("customer", "last_name"),
    ("customer", "order_count"),
    ("customer", "lifetime_value"),
    ("orders", "order_number"),
    ("club_membership", "signup_at"),
)
SALES = ("payment_status", "paid_at", "channel", "purchase_type", "total")
WAITING = ("fulfillment_status", "submitted_at", "payment_status")
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
_AVAILABLE = {
    "sqlite": "json_extract(body, '$.availableForSaleCount')",
    "postgresql": "(body::json ->> 'availableForSaleCount')::bigint",
}


def _index(table: str, *columns: str) -> None:
    names = ("tenant_id", *columns)
    op.create_index(f"{table}_by_{'_'.join(names)}"[:63], table, list(names))


def upgrade() -> None:
    for table, column in WIDENED:
        op.drop_index(f"{table}_by_tenant_id_{column}", table)
        _index(table, column, "id")
    for columns in (WAITING, SALES):
        _index("orders", *columns)
    _add_available()


def _add_available() -> None:
    """The count that is for sale, as a column; where it is declared, so the rows move once."""
    names = ["tenant_id", *(column.name for column in INVENTORY.columns)]
    values = [_AVAILABLE[op.get_bind().dialect.name] if name == "available" else name for name in names]
    op.execute("CREATE TABLE inventory_before AS SELECT * FROM inventory")
    op.drop_table("inventory")
    create(op.get_bind(), (INVENTORY,))
    op.execute(f"INSERT INTO inventory ({', '.join(names)}) SELECT {', '.join(values)} FROM inventory_before")
    op.drop_table("inventory_before")
