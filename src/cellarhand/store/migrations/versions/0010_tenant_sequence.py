"""The number of the next tenant is kept: those of deleted tenants are not given again."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0010"
down_revision = "0009"

TABLES = (parse("tenant_sequence", "id:int next_id:int", "id", shared=True),)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    # A write that was on its way when its tenant was deleted has left a count.
    known = "SELECT tenant_id FROM tenant UNION ALL SELECT max(tenant_id) FROM counter"
    op.execute(
        "INSERT INTO tenant_sequence (id, next_id)"
        f" SELECT 1, coalesce(max(tenant_id), 0) + 1 FROM ({known}) AS known"
    )
