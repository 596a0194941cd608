"""Coupons, promotions, and the sets in which several of them apply together."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0016"
down_revision = "0015"

_DISCOUNT = "id:id body:body created_at:int updated_at:int status:text search_text:text"
TABLES = (
    parse("coupon", _DISCOUNT, "id", "-created_at id", "updated_at"),
    parse("promotion", _DISCOUNT, "id", "-created_at id", "updated_at"),
    parse(
        "promotion_set",
        "id:id body:body created_at:int updated_at:int search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "promotion_set_x_promotion",
        "id:id promotion_set_id:id promotion_id:id created_at:int",
        "promotion_set_id promotion_id",
        "promotion_id",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
