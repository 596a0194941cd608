"""The members of coupons, promotions and promotion sets, in wire order (reference B26, B27).

A coupon is a promotion with a code: what both have is declared once.
"""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand import clock
from cellarhand.record import formats
from cellarhand.record.formats import Refused
from cellarhand.record.types import IMPORTED, Default, Format, Hint, Instant, Range, Size, Text, Title, Uuid

MINUTE_MS = 60_000
MOST_BASIS_POINTS = 10_000

DiscountOn = Literal["Product", "Shipping"]
DiscountType = Literal["Dollar Off", "Percentage Off"]
DollarOffApplies = Literal["Once Per Order", "Each Item"]
AppliesTo = Literal["Store", "Product", "Collection", "Department", "None"]
Excludes = Literal["Product", "Collection", "Department"]
CartRequirementType = Literal["None", "Minimum Quantity", "Minimum Purchase Amount"]
CartRequirementCountType = Literal["All Items", "Only Items In Discount"]
CartContainsType = Literal["Anything", "Product", "Collection", "Department"]
UsageLimitType = Literal["Unlimited", "Per Store", "Per Customer"]
DiscountChannel = Literal["All", "Web", "Inbound", "POS", "Club"]
AvailableTo = Literal["Everyone", "Club", "Customer", "Tag"]
DiscountStatus = Literal["Enabled", "Disabled"]


def cut_to_minute(instant: int) -> int:
    """The minute that an instant lies in; milliseconds UTC."""
    return instant - instant % MINUTE_MS


def _minute(value: str) -> str:
    """Any form of an instant, cut to the minute (reference A15)."""
    return clock.to_wire(cut_to_minute(clock.from_wire(formats.date_time(value)) or 0))


def _coupon_code(value: str) -> str:
    value = formats.trimmed(value)
    if any(sign.isspace() for sign in value):
        raise Refused('must match pattern "^\\S+$"')
    return value


Minute = Annotated[
    str,
    Format("date-time", _minute, "with `Z` or an offset; cut to the minute; a date alone is midnight UTC"),
]
_BLANK = r"(?:(?![\x0b\x0c\x1c-\x1f])\s)"
CouponCode = Annotated[
    str,
    Format(
        "code",
        _coupon_code,
        "plain text without blanks; outer blanks are cut",
        rf"^(?![\s\S]*<[/!]?[A-Za-z][\s\S]*>){_BLANK}*[^\s\x00-\x1f\x7f]+{_BLANK}*$",
    ),
    Size(1, 100),
]
Message = Annotated[str, Format("text", formats.free_text), Size(0, 5000)]
ObjectIds = Annotated[list[Uuid], Size(0, 500)]
_AMOUNT = Range(0)
_NONE = Default(None)


class PromotionSetId(TypedDict):
    id: Uuid


class PromotionSetRef(TypedDict):
    """A set as its coupons and promotions show it."""

    id: Uuid
    title: Text


class _Code(TypedDict):
    code: Required[Annotated[CouponCode, Hint("unique in the tenant, compared without case")]]


class PromotionWrite(TypedDict, total=False):
    title: Required[Annotated[Title, Hint("for staff; shoppers see `actionMessage`")]]
    actionMessage: Annotated[Message | None, _NONE]
    type: Required[DiscountOn]
    discountType: Required[DiscountType]
    discount: Required[
        Annotated[int, _AMOUNT, Hint("cents, or hundredths of a percent: at most 10000 for Percentage Off")]
    ]
    dollarOffDiscountApplies: Annotated[DollarOffApplies, Default("Once Per Order")]
    appliesTo: Annotated[AppliesTo, Default("Store")]
    appliesToObjectIds: Annotated[
        ObjectIds | None, _NONE, Hint("needed for Product, Collection and Department, else not allowed")
    ]
    excludes: Annotated[Excludes | None, _NONE]
    excludeObjectIds: Annotated[ObjectIds | None, _NONE, Hint("needed with `excludes`, else not allowed")]
    cartRequirementType: Annotated[CartRequirementType, Default("None")]
    cartRequirement: Annotated[
        Annotated[int, _AMOUNT] | None, _NONE, Hint("a quantity or cents; needed unless the type is None")
    ]
    cartRequirementMaximum: Annotated[
        Annotated[int, _AMOUNT] | None, _NONE, Hint("a quantity or cents; not allowed with the type None")
    ]
    cartRequirementCountType: Annotated[CartRequirementCountType | None, Default("All Items")]
    cartContainsType: Annotated[CartContainsType | None, Default("Anything")]
    cartContainsObjectIds: Annotated[
        ObjectIds | None, _NONE, Hint("needed unless the type is Anything, else not allowed")
    ]
    usageLimitType: Annotated[UsageLimitType, Default("Unlimited")]
    usageLimit: Annotated[
        Annotated[int, Range(1)] | None, _NONE, Hint("needed unless the type is Unlimited, else not allowed")
    ]
    channels: Annotated[
        list[DiscountChannel], Size(1, 5), Default(["All"]), Hint("All alone, or some of the others")
    ]
    availableTo: Annotated[AvailableTo, Default("Everyone")]
    availableToObjectIds: Annotated[
        ObjectIds | None, _NONE, Hint("needed for Club, Customer and Tag, else not allowed")
    ]
    clubFrequencies: Annotated[
        list[Annotated[int, Range(1)]], Size(0, 50), Default([]), Hint("months; none means any")
    ]
    status: Annotated[DiscountStatus, Default("Enabled")]
    startDate: Annotated[Minute, Hint("now unless sent")]
    endDate: Annotated[Minute | None, _NONE, Hint("after `startDate`; its minute counts in")]
    promotionSets: Annotated[
        list[PromotionSetId], Size(0, 100), Default([]), Hint("replaces the sets that it is in")
    ]
    usageCount: Annotated[int, _AMOUNT, IMPORTED]


class CouponWrite(_Code, PromotionWrite, total=False):
    """A promotion's members after the code."""


class _Id(TypedDict):
    id: Uuid


class _Discount(TypedDict):
    title: Text
    actionMessage: Text | None
    type: DiscountOn
    usageLimitType: UsageLimitType
    usageLimit: int | None
    appliesTo: AppliesTo
    appliesToObjectIds: list[Uuid] | None
    excludes: Excludes | None
    excludeObjectIds: list[Uuid] | None
    discountType: DiscountType
    dollarOffDiscountApplies: DollarOffApplies
    discount: int
    status: DiscountStatus
    cartRequirementType: CartRequirementType
    cartRequirement: int | None
    cartRequirementMaximum: int | None
    cartRequirementCountType: CartRequirementCountType | None
    cartContainsType: CartContainsType | None
    cartContainsObjectIds: list[Uuid] | None
    availableTo: AvailableTo
    availableToObjectIds: list[Uuid] | None
    channels: list[DiscountChannel]
    clubFrequencies: list[int]
    promotionSets: list[PromotionSetRef]
    usageCount: Annotated[int, Default(0), Hint("paid orders that used it; imported orders do not count")]
    startDate: Instant
    endDate: Instant | None
    # The old model, for its readers; follows from the members above.
    productDiscountType: Text | None
    productDiscount: int | None
    shippingDiscountType: Text | None
    shippingDiscount: int | None
    minimumCartAmount: int | None
    createdAt: Instant
    updatedAt: Instant


class Promotion(_Id, _Discount):
    """In the order of the wire."""


class _CodeOfCoupon(TypedDict):
    code: Text


class Coupon(_Id, _CodeOfCoupon, _Discount):
    """In the order of the wire."""


OLD_MEMBERS = (
    "productDiscountType",
    "productDiscount",
    "shippingDiscountType",
    "shippingDiscount",
    "minimumCartAmount",
)


class PromotionSetWrite(TypedDict):
    title: Title


class CouponOfSet(TypedDict):
    id: Uuid
    code: Text
    title: Text


class PromotionOfSet(TypedDict):
    id: Uuid
    title: Text


class PromotionSet(TypedDict):
    id: Uuid
    title: Text
    createdAt: Instant
    updatedAt: Instant
    coupons: Annotated[list[CouponOfSet], Hint("the oldest first")]
    promotions: Annotated[list[PromotionOfSet], Hint("the oldest first")]


class PromotionSetXPromotionWrite(TypedDict):
    promotionId: Annotated[Uuid, Hint("of a promotion or a coupon")]
    promotionSetId: Uuid


class PromotionSetXPromotion(TypedDict):
    promotionId: Uuid
    promotionSetId: Uuid
    id: Uuid
    updatedAt: Instant
    createdAt: Instant
