"""Made from the declarations by `python -m cellarhand.client.generate`; not to be edited."""

from cellarhand.client.endpoints import Called, Described


class SyncResources:
    """Attributes of `Client`; their types stand in the stub."""


class AsyncResources:
    """Attributes of `AsyncClient`."""


DESCRIBED: tuple[Described, ...] = (
    Described(
        "customers",
        "/customer",
        "customers",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Customer",
    ),
    Described(
        "customer_addresses",
        "/customer/:customerId/address",
        "customerAddresses",
        ("list", "create", "read", "update", "delete"),
        beside="/customer-address",
        dated=True,
        trash="Customer Address",
    ),
    Described(
        "customer_credit_cards",
        "/customer/:customerId/credit-card",
        "customerCreditCards",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Customer Credit Card",
    ),
    Described(
        "notes", "/note", "notes", ("list", "create", "read", "update", "delete"), dated=True, trash="Note"
    ),
    Described(
        "clubs", "/club", "clubs", ("list", "create", "read", "update", "delete"), dated=True, trash="Club"
    ),
    Described(
        "club_memberships",
        "/club-membership",
        "clubMemberships",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Club Membership",
    ),
    Described("orders", "/order", "orders", ("list", "create", "read", "update"), dated=True),
    Described(
        "tags",
        "/tag/:objectType",
        "tags",
        ("list", "create", "read", "update", "delete"),
        words=("customer", "club-membership", "order", "reservation"),
        dated=True,
        trash="Tag",
    ),
    Described(
        "meta_data_configs",
        "/meta-data-config/:objectType",
        "metaDataConfigs",
        ("list", "create", "read", "update", "delete"),
        words=(
            "allocation",
            "club-membership",
            "collection",
            "customer",
            "customer-address",
            "order",
            "product",
            "reservation",
            "experience",
        ),
        dated=True,
        trash="Meta Data Config",
    ),
    Described(
        "products",
        "/product",
        "products",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Product",
    ),
    Described(
        "collections",
        "/collection",
        "collections",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Collection",
    ),
    Described(
        "departments",
        "/department",
        "departments",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Department",
    ),
    Described(
        "vendors",
        "/vendor",
        "vendors",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Vendor",
    ),
    Described("inventories", "/inventory", "inventories", ("list", "read")),
    Described(
        "inventory_locations",
        "/inventory-location",
        "inventoryLocations",
        ("list", "read", "create"),
        dated=True,
    ),
    Described(
        "shippings",
        "/shipping",
        "shippings",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Shipping",
    ),
    Described(
        "taxes", "/tax", "taxes", ("list", "create", "read", "update", "delete"), dated=True, trash="Tax"
    ),
    Described(
        "coupons",
        "/coupon",
        "coupons",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Coupon",
    ),
    Described(
        "promotions",
        "/promotion",
        "promotions",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Promotion",
    ),
    Described(
        "promotion_sets",
        "/promotion-set",
        "promotionSets",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Promotion Set",
    ),
    Described(
        "gift_cards",
        "/gift-card",
        "giftCards",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Gift Card",
    ),
    Described(
        "loyalty_tiers",
        "/loyalty-tier",
        "loyaltyTiers",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Loyalty Tier",
    ),
    Described(
        "loyalty_transactions", "/loyalty-transaction", "loyaltyTransactions", ("list", "create"), dated=True
    ),
    Described(
        "web_hooks",
        "/web-hook",
        "webHooks",
        ("list", "create", "read", "update", "delete"),
        dated=True,
        trash="Web Hook",
    ),
    Described("web_hook_logs", "/web-hook-log", "webHookLogs", ("list",), dated=True),
    Described("trashes", "/trash", "trashes", ("list",), dated=True),
    Described("wine_varietals", "/wine-varietal", "wineVarietals", ("list",), dated=True),
    Described("wine_appellations", "/wine-appellation", "wineAppellations", ("list",), dated=True),
    Described("refunds", "/refund", "refunds", ("list", "create", "read"), dated=True),
)
CALLED: tuple[Called, ...] = (
    Called("root", "GET", "", answers=True),
    Called("read_account_user", "GET", "/account/user", answers=True),
    Called("create_customer_with_address", "POST", "/customer-address", takes=True, answers=True),
    Called("attach_tag", "POST", "/tag-x-object/:objectType", takes=True, answers=True),
    Called("detach_tag", "DELETE", "/tag-x-object/:objectType/:tagId/:objectId"),
    Called("is_unique_code", "GET", "/meta-data-config/:objectType/is-unique-code", answers=True),
    Called("read_setting", "GET", "/setting", key="settings", answers=True),
    Called("create_inventory", "POST", "/inventory", key="inventories", takes=True, answers=True),
    Called("create_inventory_transaction", "POST", "/inventory-transaction", takes=True, answers=True),
    Called("put_promotion_into_set", "POST", "/promotion-set-x-promotion", takes=True, answers=True),
    Called("take_promotion_out_of_set", "DELETE", "/promotion-set-x-promotion", takes=True),
    Called("upsert_order", "PUT", "/order/upsert", takes=True, answers=True),
    Called("set_order_number", "PUT", "/order-number", takes=True, answers=True),
    Called("create_fulfillment", "POST", "/order/:id/fulfillment", takes=True, answers=True),
    Called("fulfill_order", "POST", "/order/:id/fulfillment/all", takes=True, answers=True),
    Called("delete_fulfillment", "DELETE", "/order/:id/fulfillment/:fulfillmentId", answers=True),
    Called("create_gift_card_transaction", "POST", "/gift-card-transaction", takes=True, answers=True),
    Called("create_app_sync", "POST", "/app-sync", takes=True, answers=True),
    Called("list_app_syncs", "GET", "/app-syncs/:objectId", key="appSyncs", answers=True),
    Called("bulk_import", "POST", "/bulk/:resource", takes=True),
)
