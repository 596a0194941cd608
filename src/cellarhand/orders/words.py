"""The words that members of orders may be, and the ranges of their numbers (reference B10.1)."""

from typing import Annotated, Literal

from cellarhand.record import formats
from cellarhand.record.types import Default, Format, Range, Size, Spellings

Channel = Literal["Web", "Inbound", "POS", "Club", "Outbound", "Marketplace"]
PaymentStatus = Literal["Paid", "Authorized", "Cancelled"]
FulfillmentStatus = Literal["Not Fulfilled", "Partially Fulfilled", "Fulfilled", "No Fulfillment Required"]
ShippingStatus = Literal["Not Tracked", "Pending", "In Transit", "Delivered"]
ComplianceStatus = Literal[
    "Not Checked", "Compliant", "Forced", "Quarantined", "No Compliance Required", "Void"
]
FraudCheckStatus = Literal["Not Checked", "Passed", "Failed"]
DeliveryMethod = Literal["Ship", "Pickup", "Carry Out"]
TaxSaleType = Literal["Onsite", "Offsite"]
PurchaseType = Literal["Regular", "Refund", "Exchange", "Pickup To Ship", "Corporate Order"]
CustomerType = Literal["Club Member", "New Customer", "Returning Customer", "Guest"]
TenderType = Literal[
    "Credit Card",
    "Cash",
    "COD",
    "External",
    "Debit",
    "Gift Card",
    "Other",
    "Alipay",
    "WeChat Pay",
    "Loyalty Points",
]
ChargeType = Literal["Sale", "PreAuth", "Cancel", "Refund"]
ChargeStatus = Literal["Pending", "Failed", "Success", "Waiting", "Cancelled"]
TenderCardBrand = Literal[
    "Visa",
    "MasterCard",
    "American Express",
    "Discover",
    "JCB",
    "Diners Club",
    "Union Pay",
    "Maestro",
    "Unknown",
]
FulfillmentType = Literal["Shipped", "Picked Up", "No Fulfillment Required"]

# What older payloads and other sources say, and what is stored for it.
COMPLIANCE_SPELLINGS = Spellings({"No Compliance": "No Compliance Required"})
TENDER_SPELLINGS = Spellings({"Loyalty": "Loyalty Points"})
CHARGE_SPELLINGS = Spellings({"Capture": "Sale"})
BRAND_SPELLINGS = Spellings({"UnionPay": "Union Pay"})

MOST_NUMBER = 2_147_483_647
MOST_CENTS = 99_999_999_999
"""Sums over all lines of all orders of a customer stay within 64 bits."""
MOST_UNITS = 100_000
NO_VALUE = Default(None)

Money = Annotated[int, Range(-MOST_CENTS, MOST_CENTS)]
Price = Annotated[int, Range(0, MOST_CENTS)]
Rate = Annotated[float, Range(0, MOST_CENTS)]
Message = Annotated[str, Format("text", formats.free_text), Size(0, 5000)]
Words = Annotated[str, Format("text", formats.free_text), Size(0, 255)]
LongTitle = Annotated[str, Format("title", formats.trimmed), Size(1, 500)]
