"""Customers: the people a winery sells to (reference B3, domain CUS)."""

from collections.abc import Iterable
from typing import Any, cast

from cellarhand.accounts.app_data import set_app_data
from cellarhand.accounts.passwords import (
    LEAST_CUSTOMER_PASSWORD,
    MOST_CUSTOMER_PASSWORD,
    hash_secret_aside,
)
from cellarhand.accounts.rights import may
from cellarhand.customers.club_information import show_this_hour
from cellarhand.customers.places import check_phones, check_place
from cellarhand.customers.shapes import Customer, CustomerWrite
from cellarhand.record import errors
from cellarhand.record.resource import (
    BY_CREATION,
    Draft,
    Extract,
    Filter,
    Link,
    Log,
    Resource,
    Unique,
    WordSearch,
)
from cellarhand.record.search import fold, phone_terms
from cellarhand.record.text import marked
from cellarhand.record.validate import Record
from cellarhand.settings.loyalty import LOYALTY_MARK, loyalty_of
from cellarhand.settings.meta_data import HIDDEN_META_DATA, keep_hidden, merge_meta_data
from cellarhand.store.conditions import Value
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit
from cellarhand.tags.attached import TAG_X_OBJECT, drop_links, keep_links, set_manual_tags, tags_named
from cellarhand.tags.dynamic import settle_dynamic_tags

# Each with all that lists are filtered and ordered by: no combination looks at the large rows. The date of
# change is left to two of them, because it changes most often.
BY_LAST_NAME = Index(("last_name", "created_at", "id", "order_count", "lifetime_value"))
BY_ORDER_COUNT = Index(("order_count", "created_at", "id", "last_name", "lifetime_value"))
BY_LIFETIME_VALUE = Index(("lifetime_value", "created_at", "id", "last_name", "order_count"))
# What is found by its tags or by words.
BY_ID = Index(("id", "created_at", "last_name", "order_count", "lifetime_value", "updated_at"))


def email_key(email: str) -> str:
    """An address as it is compared: without case."""
    return email.casefold()


def _check(draft: Draft) -> None:
    check_place(draft)
    check_phones(draft)


async def _hash_password(body: object) -> dict[str, Value]:
    """The hash of a password in the body. Passwords of a wrong length are left to the shape's check."""
    password = cast(dict[str, Any], body).get("password") if isinstance(body, dict) else None
    if not isinstance(password, str):
        return {}
    if not LEAST_CUSTOMER_PASSWORD <= len(password) <= MOST_CUSTOMER_PASSWORD:
        return {}
    return {"password_hash": await hash_secret_aside(password)}


async def _refuse_tags_without_right(draft: Draft) -> None:
    """Attaching tags is a right of its own (ACC-9), whichever call does it."""
    if "tags" in draft.sent and draft.actor.kind == "account":
        before = {tag["id"] for tag in (draft.stored or {}).get("tags", [])}
        after = {tag["id"] for tag in draft.sent["tags"]}
        if before != after and not may(draft.actor, "tag-x-object", None, "create"):
            raise errors.unauthorized_for_route()


async def _set_computed(draft: Draft) -> None:
    record = draft.record
    if draft.creating:
        record["lastActivityDate"] = record["createdAt"]
        if (await loyalty_of(draft.unit)).is_on:
            record["loyalty"] = LOYALTY_MARK
    else:
        _reset_bounces(draft)
        if record["createdAt"] != draft.before["createdAt"]:
            # What is derived knows orders, and so its module imports this one.
            from cellarhand.customers.derived import derived_members

            record |= (await derived_members(draft.unit, [record], {}))[draft.id]
    if "password_hash" in draft.hidden:
        record["hasAccount"] = True
        draft.touched = True


def _reset_bounces(draft: Draft) -> None:
    """An address that is entered anew is not known to bounce (CUS-2)."""
    before = {email["id"]: email["email"] for email in (draft.stored or {}).get("emails", [])}
    for email in draft.record["emails"]:
        if before.get(email["id"], email["email"]) != email["email"]:
            email["status"] = "Ok"


def _emails(customer: Record) -> Iterable[tuple[str, str]]:
    for place, element in enumerate(customer["emails"]):
        yield email_key(element["email"]), f"emails[{place}].email"


def _entries(customer: Record) -> Iterable[str]:
    """What `q` finds a customer by; the company of the default address is added by the address."""
    for name in (customer["firstName"], customer["lastName"]):
        if name:
            yield name
    for element in customer["emails"]:
        yield element["email"]
    for element in customer["phones"]:
        yield from phone_terms(element["phone"])


def name_of(customer: Record) -> str:
    """What a person calls a customer: the name, or the e-mail address of one who has none."""
    names = f"{customer['firstName'] or ''} {customer['lastName'] or ''}".strip()
    return names or (customer["emails"][0]["email"] if customer["emails"] else "")


def _deed(draft: Draft) -> str | None:
    return "Password changed" if "password_hash" in draft.hidden else None


async def _refuse_member(draft: Draft) -> None:
    # Memberships know their customer, and so their module imports this one.
    from cellarhand.clubs.uses import refuse_customer_with_membership

    await refuse_customer_with_membership(draft)


async def _drop_children(draft: Draft) -> None:
    # What belongs to a customer imports this module.
    from cellarhand.customers.belongings import delete_belongings

    await delete_belongings(draft)


async def _show_now(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of customers as they are at this moment."""
    shown = await show_this_hour(unit, bodies)
    if any(map(marked, shown)):
        # What is left are the marks of loyalty; its tiers and points know customers.
        from cellarhand.loyalty.standing import show_loyalty

        return await show_loyalty(unit, shown)
    return shown


async def _welcome(draft: Draft) -> None:
    """Points of a new customer; none for who is brought in with a history (LOY-3)."""
    if not draft.creating or draft.record["loyalty"] is None or draft.actor.is_data_role:
        return
    setting = await loyalty_of(draft.unit)
    if setting.points_on_create:
        from cellarhand.loyalty.loyalty_transaction import welcome

        await welcome(draft, setting)


CUSTOMER = Resource(
    name="customer",
    thing="Customer",
    path="/customer",
    key="customers",
    read=Customer,
    write=CustomerWrite,
    right="customer",
    permission="Customer",
    data_role=True,
    listed=("last_name", "order_count", "lifetime_value"),
    clustered=False,
    event="Customer",
    log=Log(name_of, deed=_deed),
    extracts=(
        Extract(Column("last_name", "text"), lambda c: fold(c["lastName"] or "")),
        Extract(Column("order_count", "int"), lambda c: c["orderInformation"]["orderCount"]),
        Extract(Column("lifetime_value", "int"), lambda c: c["orderInformation"]["lifetimeValue"]),
    ),
    hidden=(
        Column("password_hash", "text", null=True),
        Column("company", "text", null=True),
        HIDDEN_META_DATA,
    ),
    indexes=(BY_ID, BY_LAST_NAME, BY_ORDER_COUNT, BY_LIFETIME_VALUE),
    sorts={
        "lastName": BY_LAST_NAME,
        "orderInformation.orderCount": BY_ORDER_COUNT,
        "orderInformation.lifetimeValue": BY_LIFETIME_VALUE,
        "createdAt": BY_CREATION,
    },
    filters=(
        Filter("lifetimeValue", "N", "lifetime_value"),
        Filter("orderCount", "N", "order_count"),
        Filter("tagId", "I", link=Link(TAG_X_OBJECT, "object_id", "tag_id")),
        Filter("groupId", "I", link=Link(TAG_X_OBJECT, "object_id", "tag_id")),
        Filter("lastName", "S", "last_name", stored=fold),
    ),
    search=WordSearch(_entries),
    unique=(Unique("customer.email", _emails, in_body=True),),
    refers=tags_named,
    write_flags=("isSendTransactionEmail",),
    check=_check,
    present=_show_now,
    aside=_hash_password,
    prepare=(_refuse_tags_without_right, set_manual_tags, merge_meta_data, set_app_data),
    settle=(_set_computed, settle_dynamic_tags),
    follow=(keep_links, _welcome),
    refuse_delete=(_refuse_member, keep_hidden),
    follow_delete=(drop_links, _drop_children),
)
