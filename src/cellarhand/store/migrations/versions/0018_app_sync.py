"""What apps tell of their copies of records; what the public web lists is found by an index."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0018"
down_revision = "0017"

PRODUCT = parse(
    "product",
    "id:id body:body created_at:int updated_at:int title:text type:text web_status:text admin_status:text "
    "department_id:id? vendor_id:id? is_on_web:int search_text:text hidden_meta_data:text?",
    "id",
    "title id",
    "department_id",
    "vendor_id",
    "type",
    "is_on_web title id",
    "-created_at id",
    "updated_at",
)
APP_SYNC = parse(
    "app_sync",
    "id:id body:body created_at:int updated_at:int object_id:id app_id:text",
    "id",
    "object_id",
    "-created_at id",
    "updated_at",
)
_OPTION = {
    "sqlite": "json_extract(body, '$.security.displayOption')",
    "postgresql": "body::json -> 'security' ->> 'displayOption'",
}


def upgrade() -> None:
    _add_is_on_web()
    create(op.get_bind(), (APP_SYNC,))


def _add_is_on_web() -> None:
    """Whether lists on the web have a product, as a column; where it is declared, so the rows move once."""
    option = _OPTION[op.get_bind().dialect.name]
    listed = (
        "CASE WHEN web_status = 'Available' AND admin_status <> 'Not Available' AND type <> 'Collateral'"
        f" AND coalesce({option}, '') <> 'Dont Display Product' THEN 1 ELSE 0 END"
    )
    names = ["tenant_id", *(column.name for column in PRODUCT.columns)]
    values = [listed if name == "is_on_web" else name for name in names]
    op.execute("CREATE TABLE product_before AS SELECT * FROM product")
    op.drop_table("product")
    create(op.get_bind(), (PRODUCT,))
    op.execute(f"INSERT INTO product ({', '.join(names)}) SELECT {', '.join(values)} FROM product_before")
    op.drop_table("product_before")
