"""The first schema: people and apps, customers, tags, meta data, web hooks, the catalogue, trash."""

from alembic import op

from cellarhand.store.schema import create, parse

revision = "0001"
down_revision = None

TABLES = (
    parse(
        "tenant",
        "tenant_id:int slug:text state:text token_secret:text created_at:int",
        "tenant_id",
        shared=True,
    ),
    parse(
        "account",
        "id:id email:text email_key:text first_name:text last_name:text password_hash:text? "
        "valid_from:int last_login_at:int? created_at:int",
        "id",
        "email_key",
        shared=True,
    ),
    parse(
        "account_role",
        "account_id:id tenant_id:int role:text valid_from:int created_at:int",
        "account_id tenant_id",
        "tenant_id",
        shared=True,
    ),
    parse(
        "invite",
        "id:id tenant_id:int email:text email_key:text role:text state:text token_hash:text "
        "expires_at:int created_at:int",
        "id",
        "token_hash",
        "tenant_id email_key",
        shared=True,
    ),
    parse(
        "app",
        "id:text title:text permissions:text created_at:int",
        "id",
        shared=True,
    ),
    parse(
        "app_secret",
        "id:id app_id:text secret_hash:text expires_at:int? created_at:int",
        "id",
        "app_id",
        shared=True,
    ),
    parse(
        "app_install",
        "app_id:text tenant_id:int permissions:text created_at:int",
        "app_id tenant_id",
        "tenant_id",
        shared=True,
    ),
    parse(
        "credentials_epoch",
        "id:int epoch:int",
        "id",
        shared=True,
    ),
    parse(
        "unique_key",
        "kind:text value:text object_id:id",
        "kind value",
    ),
    parse(
        "search_term",
        "kind:text term:text object_id:id part:int",
        "kind term object_id part",
    ),
    parse(
        "counter",
        "name:text slot:int value:int",
        "name slot",
    ),
    parse(
        "deleted_id",
        "kind:text object_id:id",
        "kind object_id",
    ),
    parse(
        "outbox",
        "seq:int id:id object:text action:text object_id:id actor:text? payload:body created_at:int",
        "seq id",
    ),
    parse(
        "tag_x_object",
        "id:id tag_id:id object_id:id created_at:int",
        "tag_id object_id",
        "object_id",
    ),
    parse(
        "product_variant",
        "id:id product_id:id sku:text sku_key:text is_tracked:int",
        "id",
        "sku_key",
        "product_id",
    ),
    parse(
        "product_x_collection",
        "collection_id:id product_id:id",
        "collection_id product_id",
        "product_id",
    ),
    parse(
        "club_membership_span",
        "membership_id:id status:text begins_at:int ends_at:int",
        "membership_id begins_at",
        "status ends_at",
    ),
    parse(
        "customer",
        "id:id body:body created_at:int updated_at:int last_name:text order_count:int "
        "lifetime_value:int password_hash:text? company:text? hidden_meta_data:text?",
        "id",
        "last_name",
        "order_count",
        "lifetime_value",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "customer_address",
        "id:id body:body created_at:int updated_at:int customer_id:id is_default:int "
        "search_text:text hidden_meta_data:text?",
        "id",
        "-created_at id",
        "customer_id -created_at id",
        "updated_at",
    ),
    parse(
        "customer_credit_card",
        "id:id body:body created_at:int updated_at:int customer_id:id is_default:int search_text:text",
        "id",
        "-created_at id",
        "customer_id -created_at id",
        "updated_at",
    ),
    parse(
        "note",
        "id:id body:body created_at:int updated_at:int customer_id:id? order_id:id? search_text:text",
        "id",
        "customer_id -created_at id",
        "order_id -created_at id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "club",
        "id:id body:body created_at:int updated_at:int search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "club_membership",
        "id:id body:body created_at:int updated_at:int club_id:id customer_id:id signup_at:int "
        "cancel_at:int? active_until:int hidden_meta_data:text?",
        "id",
        "club_id -created_at id",
        "customer_id",
        "signup_at",
        "cancel_at",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "tag",
        "id:id body:body created_at:int updated_at:int object_type:text type:text search_text:text",
        "id",
        "object_type type",
        "object_type -created_at id",
        "updated_at",
    ),
    parse(
        "meta_data_config",
        "id:id body:body created_at:int updated_at:int object_type:text sort_order:int search_text:text",
        "id",
        "object_type sort_order",
        "object_type -created_at id",
        "updated_at",
    ),
    parse(
        "product",
        "id:id body:body created_at:int updated_at:int title:text type:text web_status:text "
        "admin_status:text department_id:id? vendor_id:id? search_text:text "
        "hidden_meta_data:text?",
        "id",
        "title id",
        "department_id",
        "vendor_id",
        "type",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "collection",
        "id:id body:body created_at:int updated_at:int title:text type:text web_status:text "
        "is_published:text search_text:text hidden_meta_data:text?",
        "id",
        "title id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "department",
        "id:id body:body created_at:int updated_at:int code:text search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "vendor",
        "id:id body:body created_at:int updated_at:int search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "inventory",
        "id:id body:body product_id:id product_variant_id:id inventory_location_id:id "
        "is_tracked:int product_title:text location_title:text search_text:text sort_order:int",
        "id",
        "product_variant_id inventory_location_id",
        "product_id",
        "inventory_location_id",
        "product_title sort_order location_title id",
    ),
    parse(
        "inventory_transaction",
        "id:id body:body created_at:int updated_at:int product_variant_id:id "
        "inventory_location_id:id actor:text?",
        "id",
        "product_variant_id inventory_location_id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "inventory_location",
        "id:id body:body created_at:int updated_at:int is_pickup:int search_text:text",
        "id",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "setting",
        "id:id body:body created_at:int",
        "id",
    ),
    parse(
        "web_hook",
        "id:id body:body created_at:int updated_at:int object:text action:text url:text "
        "search_text:text owner:text password:text? signing_secret:text?",
        "id",
        "object action",
        "url",
        "-created_at id",
        "updated_at",
    ),
    parse(
        "trash",
        "id:id body:body created_at:int updated_at:int object_type:text object_id:id "
        "search_text:text snapshot:text?",
        "id",
        "object_id",
        "-created_at id",
        "updated_at",
    ),
)


def upgrade() -> None:
    create(op.get_bind(), TABLES)
    op.execute("INSERT INTO credentials_epoch (id, epoch) VALUES (1, 1)")
