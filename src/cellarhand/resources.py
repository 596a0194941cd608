"""All that the API offers, in one list: the resources with their operations, and the calls beside them."""

from typing import TypedDict

from cellarhand.accounts.account_user import ACCOUNT_USER
from cellarhand.accounts.tables import ACCOUNT_TABLES
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.for_web import FOR_WEB_ACTIONS
from cellarhand.catalog.inventory import INVENTORY, INVENTORY_TRANSACTION
from cellarhand.catalog.inventory_actions import INVENTORY_ACTIONS
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION, VARIANT
from cellarhand.catalog.vendor import VENDOR
from cellarhand.catalog.wine_list import WINE_LIST_ACTIONS
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.course import SPAN
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.bulk import CUSTOMER_WORKS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.customers.ranking import CUSTOMER_RANK
from cellarhand.customers.subscribe import SUBSCRIBE
from cellarhand.customers.with_address import CUSTOMER_ADDRESS_ACTIONS
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.discounts.promotion_set import PROMOTION_SET, PROMOTION_SET_X_PROMOTION
from cellarhand.discounts.set_x_promotion import SET_X_PROMOTION_ACTIONS
from cellarhand.events.app_sync import APP_SYNC
from cellarhand.events.app_sync_actions import APP_SYNC_ACTIONS
from cellarhand.events.bulk_job import BULK_JOB, BULK_REFUSAL, Work
from cellarhand.events.deliveries import DELIVERY
from cellarhand.events.nightly import NIGHTLY_RUN
from cellarhand.events.request_log import REQUEST_LOG
from cellarhand.events.trash import TRASH
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.events.web_hook_log import WEB_HOOK_LOG
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.gift_cards.transaction import ADD_GIFT_CARD_TRANSACTION, GIFT_CARD_TRANSACTION
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.mail.outbox import MAIL
from cellarhand.orders.bulk import ORDER_WORKS
from cellarhand.orders.fulfillment import FULFILLMENT_ACTIONS
from cellarhand.orders.links import ORDER_ALLOCATION, ORDER_PRODUCT
from cellarhand.orders.number import SEQUENCE, SET_NEXT_NUMBER
from cellarhand.orders.order import ORDER
from cellarhand.orders.refund import REFUND_ACTIONS
from cellarhand.orders.upsert import UPSERT_ORDER
from cellarhand.record.action import Action, Call
from cellarhand.record.bulk import bulk_import
from cellarhand.record.query import only
from cellarhand.record.resource import Resource
from cellarhand.record.types import Text
from cellarhand.settings.meta_data_config import IS_UNIQUE_CODE, META_DATA_CONFIG
from cellarhand.settings.setting import SETTING, SETTING_ACTIONS
from cellarhand.settings.shipping import SHIPPING
from cellarhand.settings.tax import TAX
from cellarhand.store.tables import GROUND_TABLES, Table
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.back_population import BACK_POPULATION
from cellarhand.tags.bulk import TAG_WORKS
from cellarhand.tags.group import GROUP_ACTIONS
from cellarhand.tags.tag import TAG
from cellarhand.tags.tag_x_object import TAG_X_OBJECT_ACTIONS


class Root(TypedDict):
    API: Text


async def _root(call: Call) -> bytes:
    only(call.query, ())
    return b'{"API":"OK"}'


ROOT = Action("root", "GET", "", _root, "Probe the credentials", answers=Root)

RESOURCES: tuple[Resource, ...] = (
    CUSTOMER,
    ADDRESS,
    CREDIT_CARD,
    NOTE,
    CLUB,
    CLUB_MEMBERSHIP,
    ORDER,
    TAG,
    META_DATA_CONFIG,
    PRODUCT,
    COLLECTION,
    DEPARTMENT,
    VENDOR,
    INVENTORY,
    INVENTORY_TRANSACTION,
    LOCATION,
    SHIPPING,
    TAX,
    COUPON,
    PROMOTION,
    PROMOTION_SET,
    GIFT_CARD,
    GIFT_CARD_TRANSACTION,
    LOYALTY_TIER,
    LOYALTY_TRANSACTION,
    SETTING,
    WEB_HOOK,
    WEB_HOOK_LOG,
    APP_SYNC,
    TRASH,
)
ACTIONS: tuple[Action, ...] = (
    ROOT,
    ACCOUNT_USER,
    *CUSTOMER_ADDRESS_ACTIONS,
    SUBSCRIBE,
    *TAG_X_OBJECT_ACTIONS,
    *GROUP_ACTIONS,
    IS_UNIQUE_CODE,
    *SETTING_ACTIONS,
    *WINE_LIST_ACTIONS,
    *FOR_WEB_ACTIONS,
    *INVENTORY_ACTIONS,
    *SET_X_PROMOTION_ACTIONS,
    UPSERT_ORDER,
    SET_NEXT_NUMBER,
    *FULFILLMENT_ACTIONS,
    *REFUND_ACTIONS,
    ADD_GIFT_CARD_TRANSACTION,
    *APP_SYNC_ACTIONS,
    bulk_import(RESOURCES),
)
BULK_WORKS: dict[str, Work] = {**TAG_WORKS, **ORDER_WORKS, **CUSTOMER_WORKS}
"""What can be done with many records, by the kind of the job."""
TABLES: tuple[Table, ...] = (
    *ACCOUNT_TABLES,
    *GROUND_TABLES,
    MAIL,
    TAG_X_OBJECT,
    BACK_POPULATION,
    VARIANT,
    PRODUCT_X_COLLECTION,
    SPAN,
    PROMOTION_SET_X_PROMOTION,
    ORDER_PRODUCT,
    ORDER_ALLOCATION,
    SEQUENCE,
    CUSTOMER_RANK,
    NIGHTLY_RUN,
    BULK_JOB,
    BULK_REFUSAL,
    DELIVERY,
    REQUEST_LOG,
    *(resource.table for resource in RESOURCES),
)
"""Every table of the schema; the migrations make exactly these."""
