"""An order stands once by each product that it names, whatever its lines (docs/decisions/0039)."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    connection = op.get_bind()
    # Goes first: SQLite would read the rows in its order, and sort them.
    op.drop_index("order_product_by_tenant_id_order_id", "order_product")
    op.execute("ALTER TABLE order_product RENAME TO order_product_before")
    if connection.dialect.name == "postgresql":
        # There the name of a key is taken as long as its table stands.
        op.execute(
            "ALTER TABLE order_product_before"
            " RENAME CONSTRAINT order_product_pkey TO order_product_before_pkey"
        )
    create(connection, [parse("order_product", "product_id:id order_id:id", "product_id order_id")])
    op.execute(
        "INSERT INTO order_product (tenant_id, product_id, order_id)"
        " SELECT DISTINCT tenant_id, product_id, order_id FROM order_product_before"
        " ORDER BY tenant_id, product_id, order_id"
    )
    op.execute("DROP TABLE order_product_before")
