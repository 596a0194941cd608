"""Made from the declarations by `python -m cellarhand.client.generate`; not to be edited."""

from builtins import list as List
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Literal

from cellarhand.accounts.account_user import (
    AccountUser,
)
from cellarhand.catalog.collection_shapes import (
    Collection,
    CollectionWrite,
)
from cellarhand.catalog.department import (
    Department,
    DepartmentWrite,
)
from cellarhand.catalog.inventory import (
    Inventory,
    InventoryTransaction,
)
from cellarhand.catalog.inventory_actions import (
    InventoryWrite,
    TransactionWrite,
)
from cellarhand.catalog.inventory_location import (
    InventoryLocation,
    LocationWrite,
)
from cellarhand.catalog.product_shapes import (
    Product,
    ProductWrite,
)
from cellarhand.catalog.vendor import (
    Vendor,
    VendorWrite,
)
from cellarhand.catalog.wine_list import (
    WineAppellation,
    WineVarietal,
)
from cellarhand.client.conditions import (
    Condition,
    DateFilter,
    IdFilter,
    NumberFilter,
)
from cellarhand.client.endpoints import (
    Called,
    Described,
)
from cellarhand.client.walk import (
    Page,
)
from cellarhand.clubs.shapes import (
    Club,
    ClubMembership,
    ClubMembershipWrite,
    ClubWrite,
)
from cellarhand.customers.address import (
    Address,
    AddressWrite,
)
from cellarhand.customers.credit_card import (
    CreditCard,
    CreditCardWrite,
)
from cellarhand.customers.note import (
    Note,
    NoteWrite,
)
from cellarhand.customers.shapes import (
    Customer,
    CustomerWrite,
)
from cellarhand.customers.with_address import (
    CustomerWithAddressWrite,
)
from cellarhand.discounts.shapes import (
    Coupon,
    CouponWrite,
    Promotion,
    PromotionSet,
    PromotionSetWrite,
    PromotionSetXPromotion,
    PromotionSetXPromotionWrite,
    PromotionWrite,
)
from cellarhand.events.app_sync import (
    AppSync,
    AppSyncWrite,
)
from cellarhand.events.trash import (
    Trash,
)
from cellarhand.events.web_hook import (
    WebHook,
    WebHookWrite,
)
from cellarhand.events.web_hook_log import (
    WebHookLog,
)
from cellarhand.gift_cards.shapes import (
    GiftCard,
    GiftCardTransaction,
    GiftCardTransactionWrite,
    GiftCardWrite,
)
from cellarhand.loyalty.shapes import (
    LoyaltyTier,
    LoyaltyTierWrite,
    LoyaltyTransaction,
    LoyaltyTransactionWrite,
)
from cellarhand.orders.fulfillment_shapes import (
    FulfillmentAllWrite,
    FulfillmentWrite,
)
from cellarhand.orders.import_shapes import (
    OrderNumber,
    OrderUpsertWrite,
    OrderWrite,
)
from cellarhand.orders.refund_shapes import (
    RefundWrite,
)
from cellarhand.orders.shapes import (
    Order,
)
from cellarhand.resources import (
    Root,
)
from cellarhand.settings.meta_data_config import (
    IsUnique,
    MetaDataConfig,
    MetaDataConfigWrite,
)
from cellarhand.settings.setting import (
    Setting,
)
from cellarhand.settings.shipping import (
    Shipping,
    ShippingWrite,
)
from cellarhand.settings.tax import (
    Tax,
    TaxWrite,
)
from cellarhand.tags.shapes import (
    Tag,
    TagWrite,
    TagXObject,
    TagXObjectWrite,
)

DESCRIBED: tuple[Described, ...]
CALLED: tuple[Called, ...]

class Customers:
    def get(self, id: str) -> Customer: ...
    def create(self, body: CustomerWrite, *, is_send_transaction_email: bool | None = ...) -> Customer: ...
    def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Customer: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        lifetime_value: NumberFilter | None = ...,
        order_count: NumberFilter | None = ...,
        tag_id: IdFilter | None = ...,
        group_id: IdFilter | None = ...,
        last_name: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Customer]: ...
    def page(
        self,
        number: int = ...,
        *,
        lifetime_value: NumberFilter | None = ...,
        order_count: NumberFilter | None = ...,
        tag_id: IdFilter | None = ...,
        group_id: IdFilter | None = ...,
        last_name: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Customer]: ...

class CustomerAddressesOf:
    def get(self, id: str) -> Address: ...
    def create(self, body: AddressWrite, *, is_send_transaction_email: bool | None = ...) -> Address: ...
    def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Address: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Address]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Address]: ...

class CustomerAddresses:
    def __call__(self, customer_id: str) -> CustomerAddressesOf: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Address]: ...
    def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Address]: ...

class CustomerCreditCardsOf:
    def get(self, id: str) -> CreditCard: ...
    def create(self, body: CreditCardWrite) -> CreditCard: ...
    def update(self, id: str, body: Mapping[str, object]) -> CreditCard: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[CreditCard]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[CreditCard]: ...

class CustomerCreditCards:
    def __call__(self, customer_id: str) -> CustomerCreditCardsOf: ...

class Notes:
    def get(self, id: str) -> Note: ...
    def create(self, body: NoteWrite) -> Note: ...
    def update(self, id: str, body: Mapping[str, object]) -> Note: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        order_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Note]: ...
    def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        order_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Note]: ...

class Clubs:
    def get(self, id: str) -> Club: ...
    def create(self, body: ClubWrite) -> Club: ...
    def update(self, id: str, body: Mapping[str, object]) -> Club: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Club]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Club]: ...

class ClubMemberships:
    def get(self, id: str) -> ClubMembership: ...
    def create(
        self,
        body: ClubMembershipWrite,
        *,
        is_send_email_confirmation: bool | None = ...,
        is_send_transaction_email: bool | None = ...,
    ) -> ClubMembership: ...
    def update(
        self,
        id: str,
        body: Mapping[str, object],
        *,
        is_send_email_confirmation: bool | None = ...,
        is_send_transaction_email: bool | None = ...,
    ) -> ClubMembership: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        club_id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        signup_date: DateFilter | None = ...,
        cancel_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[ClubMembership]: ...
    def page(
        self,
        number: int = ...,
        *,
        club_id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        signup_date: DateFilter | None = ...,
        cancel_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[ClubMembership]: ...

class Orders:
    def get(self, id: str) -> Order: ...
    def create(self, body: OrderWrite, *, is_send_transaction_email: bool | None = ...) -> Order: ...
    def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Order: ...
    def list(
        self,
        *,
        id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        order_tag_id: IdFilter | None = ...,
        tag_id: IdFilter | None = ...,
        pos_profile_id: IdFilter | None = ...,
        allocation_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        order_submitted_date: DateFilter | None = ...,
        order_fulfilled_date: DateFilter | None = ...,
        payment_status: str | Condition | None = ...,
        fulfillment_status: str | Condition | None = ...,
        compliance_status: str | Condition | None = ...,
        channel: str | Condition | None = ...,
        order_delivery_method: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Order]: ...
    def page(
        self,
        number: int = ...,
        *,
        id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        order_tag_id: IdFilter | None = ...,
        tag_id: IdFilter | None = ...,
        pos_profile_id: IdFilter | None = ...,
        allocation_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        order_submitted_date: DateFilter | None = ...,
        order_fulfilled_date: DateFilter | None = ...,
        payment_status: str | Condition | None = ...,
        fulfillment_status: str | Condition | None = ...,
        compliance_status: str | Condition | None = ...,
        channel: str | Condition | None = ...,
        order_delivery_method: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Order]: ...

class TagsOf:
    def get(self, id: str) -> Tag: ...
    def create(self, body: TagWrite) -> Tag: ...
    def update(self, id: str, body: Mapping[str, object]) -> Tag: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Tag]: ...
    def page(
        self,
        number: int = ...,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Tag]: ...

class Tags:
    def __call__(
        self, object_type: Literal["customer", "club-membership", "order", "reservation"]
    ) -> TagsOf: ...

class MetaDataConfigsOf:
    def get(self, id: str) -> MetaDataConfig: ...
    def create(self, body: MetaDataConfigWrite) -> MetaDataConfig: ...
    def update(self, id: str, body: Mapping[str, object]) -> MetaDataConfig: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[MetaDataConfig]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[MetaDataConfig]: ...

class MetaDataConfigs:
    def __call__(
        self,
        object_type: Literal[
            "allocation",
            "club-membership",
            "collection",
            "customer",
            "customer-address",
            "order",
            "product",
            "reservation",
            "experience",
        ],
    ) -> MetaDataConfigsOf: ...

class Products:
    def get(self, id: str) -> Product: ...
    def create(self, body: ProductWrite) -> Product: ...
    def update(self, id: str, body: Mapping[str, object]) -> Product: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        web_status: str | Condition | None = ...,
        admin_status: str | Condition | None = ...,
        collection_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Product]: ...
    def page(
        self,
        number: int = ...,
        *,
        web_status: str | Condition | None = ...,
        admin_status: str | Condition | None = ...,
        collection_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Product]: ...

class Collections:
    def get(self, id: str) -> Collection: ...
    def create(self, body: CollectionWrite) -> Collection: ...
    def update(self, id: str, body: Mapping[str, object]) -> Collection: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        web_status: str | Condition | None = ...,
        type: str | Condition | None = ...,
        is_published: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Collection]: ...
    def page(
        self,
        number: int = ...,
        *,
        web_status: str | Condition | None = ...,
        type: str | Condition | None = ...,
        is_published: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Collection]: ...

class Departments:
    def get(self, id: str) -> Department: ...
    def create(self, body: DepartmentWrite) -> Department: ...
    def update(self, id: str, body: Mapping[str, object]) -> Department: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Department]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Department]: ...

class Vendors:
    def get(self, id: str) -> Vendor: ...
    def create(self, body: VendorWrite) -> Vendor: ...
    def update(self, id: str, body: Mapping[str, object]) -> Vendor: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Vendor]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Vendor]: ...

class Inventories:
    def get(self, id: str) -> Inventory: ...
    def list(
        self,
        *,
        product_id: IdFilter | None = ...,
        product_variant_id: IdFilter | None = ...,
        inventory_location_id: IdFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Inventory]: ...
    def page(
        self,
        number: int = ...,
        *,
        product_id: IdFilter | None = ...,
        product_variant_id: IdFilter | None = ...,
        inventory_location_id: IdFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Inventory]: ...

class InventoryLocations:
    def get(self, id: str) -> InventoryLocation: ...
    def create(self, body: LocationWrite) -> InventoryLocation: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[InventoryLocation]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[InventoryLocation]: ...

class Shippings:
    def get(self, id: str) -> Shipping: ...
    def create(self, body: ShippingWrite) -> Shipping: ...
    def update(self, id: str, body: Mapping[str, object]) -> Shipping: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Shipping]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Shipping]: ...

class Taxes:
    def get(self, id: str) -> Tax: ...
    def create(self, body: TaxWrite) -> Tax: ...
    def update(self, id: str, body: Mapping[str, object]) -> Tax: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        country_code: str | Condition | None = ...,
        state_code: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Tax]: ...
    def page(
        self,
        number: int = ...,
        *,
        country_code: str | Condition | None = ...,
        state_code: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Tax]: ...

class Coupons:
    def get(self, id: str) -> Coupon: ...
    def create(self, body: CouponWrite) -> Coupon: ...
    def update(self, id: str, body: Mapping[str, object]) -> Coupon: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Coupon]: ...
    def page(
        self,
        number: int = ...,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Coupon]: ...

class Promotions:
    def get(self, id: str) -> Promotion: ...
    def create(self, body: PromotionWrite) -> Promotion: ...
    def update(self, id: str, body: Mapping[str, object]) -> Promotion: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Promotion]: ...
    def page(
        self,
        number: int = ...,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Promotion]: ...

class PromotionSets:
    def get(self, id: str) -> PromotionSet: ...
    def create(self, body: PromotionSetWrite) -> PromotionSet: ...
    def update(self, id: str, body: Mapping[str, object]) -> PromotionSet: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[PromotionSet]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[PromotionSet]: ...

class GiftCards:
    def get(self, id: str) -> GiftCard: ...
    def create(self, body: GiftCardWrite) -> GiftCard: ...
    def update(self, id: str, body: Mapping[str, object]) -> GiftCard: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[GiftCard]: ...
    def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[GiftCard]: ...

class LoyaltyTiers:
    def get(self, id: str) -> LoyaltyTier: ...
    def create(self, body: LoyaltyTierWrite) -> LoyaltyTier: ...
    def update(self, id: str, body: Mapping[str, object]) -> LoyaltyTier: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[LoyaltyTier]: ...
    def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[LoyaltyTier]: ...

class LoyaltyTransactions:
    def create(self, body: LoyaltyTransactionWrite) -> LoyaltyTransaction: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        transaction_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Iterator[LoyaltyTransaction]: ...
    def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        transaction_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[LoyaltyTransaction]: ...

class WebHooks:
    def get(self, id: str) -> WebHook: ...
    def create(self, body: WebHookWrite) -> WebHook: ...
    def update(self, id: str, body: Mapping[str, object]) -> WebHook: ...
    def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[WebHook]: ...
    def page(
        self,
        number: int = ...,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WebHook]: ...

class WebHookLogs:
    def list(
        self,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        is_success: bool | None = ...,
        web_hook_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Iterator[WebHookLog]: ...
    def page(
        self,
        number: int = ...,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        is_success: bool | None = ...,
        web_hook_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[WebHookLog]: ...

class Trashes:
    def list(
        self,
        *,
        object_type: str | Condition | None = ...,
        object_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Trash]: ...
    def page(
        self,
        number: int = ...,
        *,
        object_type: str | Condition | None = ...,
        object_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Trash]: ...

class WineVarietals:
    def list(
        self,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[WineVarietal]: ...
    def page(
        self,
        number: int = ...,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WineVarietal]: ...

class WineAppellations:
    def list(
        self,
        *,
        country_code: str | Condition | None = ...,
        region: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[WineAppellation]: ...
    def page(
        self,
        number: int = ...,
        *,
        country_code: str | Condition | None = ...,
        region: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WineAppellation]: ...

class Refunds:
    def get(self, id: str) -> Order: ...
    def create(self, body: RefundWrite, *, is_send_transaction_email: bool | None = ...) -> Order: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        previous_order_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Iterator[Order]: ...
    def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        previous_order_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[Order]: ...

class SyncActions:
    def root(self) -> Root: ...
    def read_account_user(self) -> AccountUser: ...
    def create_customer_with_address(
        self, body: CustomerWithAddressWrite, *, is_send_transaction_email: str | bool | None = ...
    ) -> Customer: ...
    def attach_tag(
        self,
        object_type: Literal["customer", "club-membership", "order", "reservation"],
        body: TagXObjectWrite,
    ) -> TagXObject: ...
    def detach_tag(
        self,
        object_type: Literal["customer", "club-membership", "order", "reservation"],
        tag_id: str,
        object_id: str,
    ) -> None: ...
    def is_unique_code(
        self,
        object_type: Literal[
            "allocation",
            "club-membership",
            "collection",
            "customer",
            "customer-address",
            "order",
            "product",
            "reservation",
            "experience",
        ],
        *,
        code: str | bool,
    ) -> IsUnique: ...
    def read_setting(self) -> List[Setting]: ...
    def create_inventory(self, body: InventoryWrite) -> List[Inventory]: ...
    def create_inventory_transaction(self, body: TransactionWrite) -> InventoryTransaction: ...
    def put_promotion_into_set(self, body: PromotionSetXPromotionWrite) -> PromotionSetXPromotion: ...
    def take_promotion_out_of_set(self, body: PromotionSetXPromotionWrite) -> None: ...
    def upsert_order(
        self, body: OrderUpsertWrite, *, is_send_transaction_email: str | bool | None = ...
    ) -> Order: ...
    def set_order_number(self, body: OrderNumber) -> OrderNumber: ...
    def create_fulfillment(self, id: str, body: FulfillmentWrite) -> Order: ...
    def fulfill_order(self, id: str, body: FulfillmentAllWrite) -> Order: ...
    def delete_fulfillment(self, id: str, fulfillment_id: str) -> Order: ...
    def create_gift_card_transaction(self, body: GiftCardTransactionWrite) -> GiftCardTransaction: ...
    def create_app_sync(self, body: AppSyncWrite) -> AppSync: ...
    def list_app_syncs(self, object_id: str) -> List[AppSync]: ...
    def bulk_import(
        self,
        resource: str,
        body: CustomerWrite,
        *,
        atomic: str | bool | None = ...,
        mode: str | bool | None = ...,
        chunk: str | bool | None = ...,
        dates: str | bool | None = ...,
        is_send_transaction_email: str | bool | None = ...,
        is_send_email_confirmation: str | bool | None = ...,
    ) -> None: ...

class SyncResources:
    customers: Customers
    customer_addresses: CustomerAddresses
    customer_credit_cards: CustomerCreditCards
    notes: Notes
    clubs: Clubs
    club_memberships: ClubMemberships
    orders: Orders
    tags: Tags
    meta_data_configs: MetaDataConfigs
    products: Products
    collections: Collections
    departments: Departments
    vendors: Vendors
    inventories: Inventories
    inventory_locations: InventoryLocations
    shippings: Shippings
    taxes: Taxes
    coupons: Coupons
    promotions: Promotions
    promotion_sets: PromotionSets
    gift_cards: GiftCards
    loyalty_tiers: LoyaltyTiers
    loyalty_transactions: LoyaltyTransactions
    web_hooks: WebHooks
    web_hook_logs: WebHookLogs
    trashes: Trashes
    wine_varietals: WineVarietals
    wine_appellations: WineAppellations
    refunds: Refunds
    actions: SyncActions

class AsyncCustomers:
    async def get(self, id: str) -> Customer: ...
    async def create(
        self, body: CustomerWrite, *, is_send_transaction_email: bool | None = ...
    ) -> Customer: ...
    async def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Customer: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        lifetime_value: NumberFilter | None = ...,
        order_count: NumberFilter | None = ...,
        tag_id: IdFilter | None = ...,
        group_id: IdFilter | None = ...,
        last_name: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Customer]: ...
    async def page(
        self,
        number: int = ...,
        *,
        lifetime_value: NumberFilter | None = ...,
        order_count: NumberFilter | None = ...,
        tag_id: IdFilter | None = ...,
        group_id: IdFilter | None = ...,
        last_name: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Customer]: ...

class AsyncCustomerAddressesOf:
    async def get(self, id: str) -> Address: ...
    async def create(
        self, body: AddressWrite, *, is_send_transaction_email: bool | None = ...
    ) -> Address: ...
    async def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Address: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Address]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Address]: ...

class AsyncCustomerAddresses:
    def __call__(self, customer_id: str) -> AsyncCustomerAddressesOf: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Address]: ...
    async def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Address]: ...

class AsyncCustomerCreditCardsOf:
    async def get(self, id: str) -> CreditCard: ...
    async def create(self, body: CreditCardWrite) -> CreditCard: ...
    async def update(self, id: str, body: Mapping[str, object]) -> CreditCard: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[CreditCard]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        search_text: str | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[CreditCard]: ...

class AsyncCustomerCreditCards:
    def __call__(self, customer_id: str) -> AsyncCustomerCreditCardsOf: ...

class AsyncNotes:
    async def get(self, id: str) -> Note: ...
    async def create(self, body: NoteWrite) -> Note: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Note: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        order_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Note]: ...
    async def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        order_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Note]: ...

class AsyncClubs:
    async def get(self, id: str) -> Club: ...
    async def create(self, body: ClubWrite) -> Club: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Club: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Club]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Club]: ...

class AsyncClubMemberships:
    async def get(self, id: str) -> ClubMembership: ...
    async def create(
        self,
        body: ClubMembershipWrite,
        *,
        is_send_email_confirmation: bool | None = ...,
        is_send_transaction_email: bool | None = ...,
    ) -> ClubMembership: ...
    async def update(
        self,
        id: str,
        body: Mapping[str, object],
        *,
        is_send_email_confirmation: bool | None = ...,
        is_send_transaction_email: bool | None = ...,
    ) -> ClubMembership: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        club_id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        signup_date: DateFilter | None = ...,
        cancel_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[ClubMembership]: ...
    async def page(
        self,
        number: int = ...,
        *,
        club_id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        signup_date: DateFilter | None = ...,
        cancel_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[ClubMembership]: ...

class AsyncOrders:
    async def get(self, id: str) -> Order: ...
    async def create(self, body: OrderWrite, *, is_send_transaction_email: bool | None = ...) -> Order: ...
    async def update(
        self, id: str, body: Mapping[str, object], *, is_send_transaction_email: bool | None = ...
    ) -> Order: ...
    def list(
        self,
        *,
        id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        order_tag_id: IdFilter | None = ...,
        tag_id: IdFilter | None = ...,
        pos_profile_id: IdFilter | None = ...,
        allocation_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        order_submitted_date: DateFilter | None = ...,
        order_fulfilled_date: DateFilter | None = ...,
        payment_status: str | Condition | None = ...,
        fulfillment_status: str | Condition | None = ...,
        compliance_status: str | Condition | None = ...,
        channel: str | Condition | None = ...,
        order_delivery_method: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Order]: ...
    async def page(
        self,
        number: int = ...,
        *,
        id: IdFilter | None = ...,
        customer_id: IdFilter | None = ...,
        order_tag_id: IdFilter | None = ...,
        tag_id: IdFilter | None = ...,
        pos_profile_id: IdFilter | None = ...,
        allocation_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        order_submitted_date: DateFilter | None = ...,
        order_fulfilled_date: DateFilter | None = ...,
        payment_status: str | Condition | None = ...,
        fulfillment_status: str | Condition | None = ...,
        compliance_status: str | Condition | None = ...,
        channel: str | Condition | None = ...,
        order_delivery_method: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Order]: ...

class AsyncTagsOf:
    async def get(self, id: str) -> Tag: ...
    async def create(self, body: TagWrite) -> Tag: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Tag: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Tag]: ...
    async def page(
        self,
        number: int = ...,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Tag]: ...

class AsyncTags:
    def __call__(
        self, object_type: Literal["customer", "club-membership", "order", "reservation"]
    ) -> AsyncTagsOf: ...

class AsyncMetaDataConfigsOf:
    async def get(self, id: str) -> MetaDataConfig: ...
    async def create(self, body: MetaDataConfigWrite) -> MetaDataConfig: ...
    async def update(self, id: str, body: Mapping[str, object]) -> MetaDataConfig: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[MetaDataConfig]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[MetaDataConfig]: ...

class AsyncMetaDataConfigs:
    def __call__(
        self,
        object_type: Literal[
            "allocation",
            "club-membership",
            "collection",
            "customer",
            "customer-address",
            "order",
            "product",
            "reservation",
            "experience",
        ],
    ) -> AsyncMetaDataConfigsOf: ...

class AsyncProducts:
    async def get(self, id: str) -> Product: ...
    async def create(self, body: ProductWrite) -> Product: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Product: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        web_status: str | Condition | None = ...,
        admin_status: str | Condition | None = ...,
        collection_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Product]: ...
    async def page(
        self,
        number: int = ...,
        *,
        web_status: str | Condition | None = ...,
        admin_status: str | Condition | None = ...,
        collection_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Product]: ...

class AsyncCollections:
    async def get(self, id: str) -> Collection: ...
    async def create(self, body: CollectionWrite) -> Collection: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Collection: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        web_status: str | Condition | None = ...,
        type: str | Condition | None = ...,
        is_published: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Collection]: ...
    async def page(
        self,
        number: int = ...,
        *,
        web_status: str | Condition | None = ...,
        type: str | Condition | None = ...,
        is_published: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Collection]: ...

class AsyncDepartments:
    async def get(self, id: str) -> Department: ...
    async def create(self, body: DepartmentWrite) -> Department: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Department: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Department]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Department]: ...

class AsyncVendors:
    async def get(self, id: str) -> Vendor: ...
    async def create(self, body: VendorWrite) -> Vendor: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Vendor: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Vendor]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Vendor]: ...

class AsyncInventories:
    async def get(self, id: str) -> Inventory: ...
    def list(
        self,
        *,
        product_id: IdFilter | None = ...,
        product_variant_id: IdFilter | None = ...,
        inventory_location_id: IdFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Inventory]: ...
    async def page(
        self,
        number: int = ...,
        *,
        product_id: IdFilter | None = ...,
        product_variant_id: IdFilter | None = ...,
        inventory_location_id: IdFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Inventory]: ...

class AsyncInventoryLocations:
    async def get(self, id: str) -> InventoryLocation: ...
    async def create(self, body: LocationWrite) -> InventoryLocation: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[InventoryLocation]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[InventoryLocation]: ...

class AsyncShippings:
    async def get(self, id: str) -> Shipping: ...
    async def create(self, body: ShippingWrite) -> Shipping: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Shipping: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Shipping]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Shipping]: ...

class AsyncTaxes:
    async def get(self, id: str) -> Tax: ...
    async def create(self, body: TaxWrite) -> Tax: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Tax: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        country_code: str | Condition | None = ...,
        state_code: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Tax]: ...
    async def page(
        self,
        number: int = ...,
        *,
        country_code: str | Condition | None = ...,
        state_code: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Tax]: ...

class AsyncCoupons:
    async def get(self, id: str) -> Coupon: ...
    async def create(self, body: CouponWrite) -> Coupon: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Coupon: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Coupon]: ...
    async def page(
        self,
        number: int = ...,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Coupon]: ...

class AsyncPromotions:
    async def get(self, id: str) -> Promotion: ...
    async def create(self, body: PromotionWrite) -> Promotion: ...
    async def update(self, id: str, body: Mapping[str, object]) -> Promotion: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Promotion]: ...
    async def page(
        self,
        number: int = ...,
        *,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Promotion]: ...

class AsyncPromotionSets:
    async def get(self, id: str) -> PromotionSet: ...
    async def create(self, body: PromotionSetWrite) -> PromotionSet: ...
    async def update(self, id: str, body: Mapping[str, object]) -> PromotionSet: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[PromotionSet]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[PromotionSet]: ...

class AsyncGiftCards:
    async def get(self, id: str) -> GiftCard: ...
    async def create(self, body: GiftCardWrite) -> GiftCard: ...
    async def update(self, id: str, body: Mapping[str, object]) -> GiftCard: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[GiftCard]: ...
    async def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        status: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[GiftCard]: ...

class AsyncLoyaltyTiers:
    async def get(self, id: str) -> LoyaltyTier: ...
    async def create(self, body: LoyaltyTierWrite) -> LoyaltyTier: ...
    async def update(self, id: str, body: Mapping[str, object]) -> LoyaltyTier: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[LoyaltyTier]: ...
    async def page(
        self,
        number: int = ...,
        *,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[LoyaltyTier]: ...

class AsyncLoyaltyTransactions:
    async def create(self, body: LoyaltyTransactionWrite) -> LoyaltyTransaction: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        transaction_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[LoyaltyTransaction]: ...
    async def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        transaction_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[LoyaltyTransaction]: ...

class AsyncWebHooks:
    async def get(self, id: str) -> WebHook: ...
    async def create(self, body: WebHookWrite) -> WebHook: ...
    async def update(self, id: str, body: Mapping[str, object]) -> WebHook: ...
    async def delete(self, id: str) -> None: ...
    def list(
        self,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[WebHook]: ...
    async def page(
        self,
        number: int = ...,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WebHook]: ...

class AsyncWebHookLogs:
    def list(
        self,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        is_success: bool | None = ...,
        web_hook_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[WebHookLog]: ...
    async def page(
        self,
        number: int = ...,
        *,
        object: str | Condition | None = ...,
        action: str | Condition | None = ...,
        is_success: bool | None = ...,
        web_hook_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[WebHookLog]: ...

class AsyncTrashes:
    def list(
        self,
        *,
        object_type: str | Condition | None = ...,
        object_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Trash]: ...
    async def page(
        self,
        number: int = ...,
        *,
        object_type: str | Condition | None = ...,
        object_id: IdFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[Trash]: ...

class AsyncWineVarietals:
    def list(
        self,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[WineVarietal]: ...
    async def page(
        self,
        number: int = ...,
        *,
        type: str | Condition | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WineVarietal]: ...

class AsyncWineAppellations:
    def list(
        self,
        *,
        country_code: str | Condition | None = ...,
        region: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[WineAppellation]: ...
    async def page(
        self,
        number: int = ...,
        *,
        country_code: str | Condition | None = ...,
        region: str | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        q: str | None = ...,
        limit: int | None = ...,
    ) -> Page[WineAppellation]: ...

class AsyncRefunds:
    async def get(self, id: str) -> Order: ...
    async def create(self, body: RefundWrite, *, is_send_transaction_email: bool | None = ...) -> Order: ...
    def list(
        self,
        *,
        customer_id: IdFilter | None = ...,
        previous_order_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[Order]: ...
    async def page(
        self,
        number: int = ...,
        *,
        customer_id: IdFilter | None = ...,
        previous_order_id: IdFilter | None = ...,
        order_paid_date: DateFilter | None = ...,
        created_at: DateFilter | None = ...,
        updated_at: DateFilter | None = ...,
        limit: int | None = ...,
    ) -> Page[Order]: ...

class AsyncActions:
    async def root(self) -> Root: ...
    async def read_account_user(self) -> AccountUser: ...
    async def create_customer_with_address(
        self, body: CustomerWithAddressWrite, *, is_send_transaction_email: str | bool | None = ...
    ) -> Customer: ...
    async def attach_tag(
        self,
        object_type: Literal["customer", "club-membership", "order", "reservation"],
        body: TagXObjectWrite,
    ) -> TagXObject: ...
    async def detach_tag(
        self,
        object_type: Literal["customer", "club-membership", "order", "reservation"],
        tag_id: str,
        object_id: str,
    ) -> None: ...
    async def is_unique_code(
        self,
        object_type: Literal[
            "allocation",
            "club-membership",
            "collection",
            "customer",
            "customer-address",
            "order",
            "product",
            "reservation",
            "experience",
        ],
        *,
        code: str | bool,
    ) -> IsUnique: ...
    async def read_setting(self) -> List[Setting]: ...
    async def create_inventory(self, body: InventoryWrite) -> List[Inventory]: ...
    async def create_inventory_transaction(self, body: TransactionWrite) -> InventoryTransaction: ...
    async def put_promotion_into_set(self, body: PromotionSetXPromotionWrite) -> PromotionSetXPromotion: ...
    async def take_promotion_out_of_set(self, body: PromotionSetXPromotionWrite) -> None: ...
    async def upsert_order(
        self, body: OrderUpsertWrite, *, is_send_transaction_email: str | bool | None = ...
    ) -> Order: ...
    async def set_order_number(self, body: OrderNumber) -> OrderNumber: ...
    async def create_fulfillment(self, id: str, body: FulfillmentWrite) -> Order: ...
    async def fulfill_order(self, id: str, body: FulfillmentAllWrite) -> Order: ...
    async def delete_fulfillment(self, id: str, fulfillment_id: str) -> Order: ...
    async def create_gift_card_transaction(self, body: GiftCardTransactionWrite) -> GiftCardTransaction: ...
    async def create_app_sync(self, body: AppSyncWrite) -> AppSync: ...
    async def list_app_syncs(self, object_id: str) -> List[AppSync]: ...
    async def bulk_import(
        self,
        resource: str,
        body: CustomerWrite,
        *,
        atomic: str | bool | None = ...,
        mode: str | bool | None = ...,
        chunk: str | bool | None = ...,
        dates: str | bool | None = ...,
        is_send_transaction_email: str | bool | None = ...,
        is_send_email_confirmation: str | bool | None = ...,
    ) -> None: ...

class AsyncResources:
    customers: AsyncCustomers
    customer_addresses: AsyncCustomerAddresses
    customer_credit_cards: AsyncCustomerCreditCards
    notes: AsyncNotes
    clubs: AsyncClubs
    club_memberships: AsyncClubMemberships
    orders: AsyncOrders
    tags: AsyncTags
    meta_data_configs: AsyncMetaDataConfigs
    products: AsyncProducts
    collections: AsyncCollections
    departments: AsyncDepartments
    vendors: AsyncVendors
    inventories: AsyncInventories
    inventory_locations: AsyncInventoryLocations
    shippings: AsyncShippings
    taxes: AsyncTaxes
    coupons: AsyncCoupons
    promotions: AsyncPromotions
    promotion_sets: AsyncPromotionSets
    gift_cards: AsyncGiftCards
    loyalty_tiers: AsyncLoyaltyTiers
    loyalty_transactions: AsyncLoyaltyTransactions
    web_hooks: AsyncWebHooks
    web_hook_logs: AsyncWebHookLogs
    trashes: AsyncTrashes
    wine_varietals: AsyncWineVarietals
    wine_appellations: AsyncWineAppellations
    refunds: AsyncRefunds
    actions: AsyncActions
