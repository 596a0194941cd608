"""All checks, in one list. What is derived anew gets its check here."""

from cellarhand.resources import RESOURCES
from cellarhand.verify.app_syncs import APP_SYNC_CHECKS
from cellarhand.verify.catalog import CATALOG_CHECKS
from cellarhand.verify.check import Check
from cellarhand.verify.clubs import CLUB_CHECKS
from cellarhand.verify.customers import CUSTOMER_CHECKS
from cellarhand.verify.discounts import DISCOUNT_CHECKS
from cellarhand.verify.gift_cards import GIFT_CARD_CHECKS
from cellarhand.verify.inventory import INVENTORY_CHECKS
from cellarhand.verify.loyalty import LOYALTY_CHECKS
from cellarhand.verify.orders import ORDER_CHECKS
from cellarhand.verify.records import checks_of
from cellarhand.verify.tags import TAG_CHECKS

CHECKS: tuple[Check, ...] = (
    *checks_of(RESOURCES),
    *APP_SYNC_CHECKS,
    *TAG_CHECKS,
    *INVENTORY_CHECKS,
    *CATALOG_CHECKS,
    *CLUB_CHECKS,
    *DISCOUNT_CHECKS,
    *ORDER_CHECKS,
    *CUSTOMER_CHECKS,
    *GIFT_CARD_CHECKS,
    *LOYALTY_CHECKS,
)
