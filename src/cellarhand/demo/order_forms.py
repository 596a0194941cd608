"""The forms that the demo's orders fill in: an order, its addresses, its tax; members in wire order."""

from typing import Any

from cellarhand import clock
from cellarhand.demo.offers import tax_title
from cellarhand.demo.people import Household
from cellarhand.ids import new_id
from cellarhand.record.validate import Record

Body = dict[str, Any]


def tax_entry(price: int, rate: int, state: str) -> Body:
    percent = rate / 100
    return {
        "id": new_id(),
        "vendor": "Local",
        "title": tax_title(state),
        "countryCode": "US",
        "stateCode": state,
        "freight": percent,
        "food": percent,
        "generalMerchandise": percent,
        "wine": percent,
        "price": price,
        "originalPrice": price,
        "isPriceOverride": False,
        "isIncludedInPrice": False,
        "isFlatRate": False,
        "isNonTaxable": False,
        "sortOrder": 1,
    }


def order_address(address: Body) -> Body:
    return {
        "id": new_id(),
        "customerAddressId": address["id"],
        "birthDate": address.get("birthDate"),
        "honorific": address.get("honorific"),
        "firstName": address["firstName"],
        "lastName": address["lastName"],
        "company": address["company"],
        "phone": address["phone"],
        "address": address["address"],
        "address2": address["address2"],
        "city": address["city"],
        "stateCode": address["stateCode"],
        "zipCode": address["zipCode"],
        "countryCode": address["countryCode"],
    }


def at_location(location: Record, household: Household | None) -> Body:
    person = household.customer if household else {}
    return {
        "id": new_id(),
        "inventoryLocationId": location["id"],
        "customerAddressId": None,
        "birthDate": None,
        "honorific": None,
        "firstName": person.get("firstName"),
        "lastName": person.get("lastName"),
        "company": None,
        "phone": None,
        "address": location["address"],
        "address2": None,
        "city": location["city"],
        "stateCode": location["stateCode"],
        "zipCode": location["zipCode"],
        "countryCode": location["countryCode"],
    }


def blank_order(at: int, number: int) -> Record:
    """An order with what most of them have; its lists are shared, and replaced where an order has its own."""
    moment = clock.to_wire(at)
    return _BLANK | {
        "id": new_id(),
        "orderSubmittedDate": moment,
        "orderPaidDate": moment,
        "orderNumber": number,
        "createdAt": moment,
        "updatedAt": moment,
    }


_BLANK: Record = {
    "id": "",
    "orderSubmittedDate": "",
    "orderPaidDate": "",
    "orderFulfilledDate": None,
    "orderNumber": 0,
    "orderSource": "Internal",
    "customerType": "Guest",
    "purchaseType": "Regular",
    "previousOrderId": None,
    "previousOrderNumber": None,
    "linkedOrders": [],
    "paymentStatus": "Paid",
    "complianceStatus": "No Compliance Required",
    "fraudCheckStatus": "Not Checked",
    "fulfillmentStatus": "Fulfilled",
    "shippingStatus": "Not Tracked",
    "cartId": None,
    "channel": "POS",
    "posProfileId": None,
    "customerId": None,
    "orderDeliveryMethod": "Carry Out",
    "shippingInstructions": None,
    "taxSaleType": "Onsite",
    "subTotal": 0,
    "shipTotal": 0,
    "taxTotal": 0,
    "dutyTotal": 0,
    "bottleDepositTotal": 0,
    "tipTotal": 0,
    "total": 0,
    "totalAfterTip": 0,
    "giftMessage": None,
    "metaData": None,
    "appData": None,
    "appSync": None,
    "flags": [],
    "isNonTaxable": False,
    "isNoDuty": False,
    "loyaltyPointsEarned": None,
    "createdAt": "",
    "updatedAt": "",
    "additionalData": None,
    "customer": None,
    "club": None,
    "reservation": None,
    "shipping": [],
    "coupons": [],
    "shipTo": None,
    "billTo": None,
    "pickupBy": None,
    "carrierPickupLocation": None,
    "carryOut": None,
    "promotions": [],
    "tenders": [],
    "fulfillments": [],
    "taxes": [],
    "duties": [],
    "posProfile": None,
    "items": [],
    "selectedShippingOptions": {"shippingServiceId": None, "requestedShipDate": None},
    "connectionInformation": None,
    "fraud": {"isFraudulent": False, "comment": None},
    "salesAssociate": None,
    "tags": [],
}
