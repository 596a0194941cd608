"""Gift cards and their transactions (reference B28, domain GFT)."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.store.tables import ACTIVITY
from tests.callers import NIL, Caller, Site
from tests.catalogue import (
    FIXED,
    HTML,
    LOST,
    NOT_ONE_OF,
    REQUIRED,
    UNIQUE,
    UNKNOWN,
    is_answer,
    is_invalid,
    is_lost,
    refused,
)
from tests.verifying import differences
from tests.wire.test_bulk import sent
from tests.wire.test_merge import merged

Record = dict[str, Any]
ORDER = """id title type status giftCardNumber code initialAmount currentBalance expiryDate recipientEmail
    fromName giftMessage notes productId purchasedOnOrderId purchasedOnOrderNumber customerId createdAt
    updatedAt customer"""
TRANSACTION_ORDER = """giftCardId amount notes transactionType transactionDetails id transactionDate updatedAt
    createdAt"""
CARD: Record = {"title": "Gift", "type": "Virtual", "initialAmount": 5000}
NOT_ACTIVE = refused("Gift card is not active")
SHORT = refused("Not enough balance on gift card")
DAY = clock.DAY_MS


def card(api: Caller, **more: Any) -> Record:
    return api.made("/gift-card", {**CARD, **more})


def moved(api: Caller, made: Record, amount: int, **more: Any) -> Any:
    return api.post("/gift-card-transaction", {"giftCardId": made["id"], "amount": amount, **more})


def balance(api: Caller, made: Record) -> int:
    return api.seen(f"/gift-card/{made['id']}")["currentBalance"]


def customer(api: Caller, name: str = "jane") -> str:
    return api.made("/customer", {"firstName": "Jane", "emails": [{"email": f"{name}@example.com"}]})["id"]


def test_the_smallest_card_gets_a_number_a_code_and_its_whole_amount(api: Caller) -> None:
    made = card(api)
    assert list(made) == ORDER.split()
    assert re.fullmatch(r"[A-Z0-9]{16}", made["code"])
    assert (made["giftCardNumber"], made["status"], made["currentBalance"]) == (1001, "Active", 5000)
    assert {name for name, value in made.items() if value is None} == {
        *("expiryDate", "recipientEmail", "fromName", "giftMessage", "notes", "customer", "customerId"),
        *("productId", "purchasedOnOrderId", "purchasedOnOrderNumber"),
    }
    assert api.seen(f"/gift-card/{made['id']}") == made
    assert card(api)["giftCardNumber"] == 1002
    assert api.seen("/gift-card")["total"] == 2


def test_the_samples_of_the_platform_are_taken(api: Caller) -> None:
    body = {
        "title": "Gift Card Title",
        "type": "Virtual",
        "code": "EXAMPLECODE12",
        "status": "Active",
        "initialAmount": 25000,
        "notes": "Gift Card Notes",
        "expiryDate": "2021-02-01T04:59:00.000Z",
    }
    made = api.made("/gift-card", body)
    assert {name: made[name] for name in body} == body
    change = {
        "title": "Edit Title",
        "status": "Active",
        "notes": "Edit GC",
        "expiryDate": "2021-02-07T04:59:00.000Z",
        "customerId": customer(api),
    }
    changed = api.changed(f"/gift-card/{made['id']}", change)
    assert {name: changed[name] for name in change} == change
    assert changed["customer"] == api.seen(f"/customer/{change['customerId']}")


def test_what_a_new_card_may_not_be(api: Caller) -> None:
    is_invalid(
        api.post("/gift-card", {"giftCardNumber": 7}),
        ("title", REQUIRED),
        ("type", REQUIRED),
        ("initialAmount", REQUIRED),
        ("giftCardNumber", UNKNOWN),
    )
    is_invalid(api.post("/gift-card", {**CARD, "type": "Physical"}), ("code", REQUIRED))
    is_invalid(api.post("/gift-card", {**CARD, "type": "Paper"}), ("type", NOT_ONE_OF))
    is_invalid(api.post("/gift-card", {**CARD, "status": "Expired"}), ("status", NOT_ONE_OF))
    is_invalid(api.post("/gift-card", {**CARD, "initialAmount": -1}), ("initialAmount", "must be >= 0"))
    is_invalid(api.post("/gift-card", {**CARD, "customerId": NIL}), ("customerId", LOST))
    is_invalid(api.post("/gift-card", {**CARD, "giftMessage": "4111 1111 1111 1111"}), ("giftMessage", HTML))
    is_invalid(
        api.post("/gift-card", {**CARD, "code": "123456789 "}),
        ("code", "must NOT have fewer than 10 characters"),
    )
    is_invalid(
        api.post("/gift-card", {**CARD, "code": "X" * 257}),
        ("code", "must NOT have more than 256 characters"),
    )
    for member in ("currentBalance", "productId", "customer", "purchasedOnOrderId"):
        is_invalid(api.post("/gift-card", {**CARD, member: None}), (member, UNKNOWN))
    assert api.seen("/gift-card")["total"] == 0
    # Whatever was refused has used up no number.
    assert card(api)["giftCardNumber"] == 1001


def test_a_code_is_one_cards_alone_without_case(api: Caller) -> None:
    made = card(api, type="Physical", code=" Summer-2026 ")
    assert made["code"] == "Summer-2026"
    is_invalid(api.post("/gift-card", {**CARD, "code": "SUMMER-2026"}), ("code", UNIQUE))
    api.gone(f"/gift-card/{made['id']}")
    assert card(api, code="SUMMER-2026")["code"] == "SUMMER-2026"


def test_a_code_that_reads_as_a_card_number_is_a_code(api: Caller) -> None:
    """CRD-1: codes are left alone."""
    assert card(api, code="4111111111111111")["code"] == "4111111111111111"


def test_what_is_told_once_may_only_be_repeated(api: Caller) -> None:
    made = card(api, customerId=customer(api))
    at = f"/gift-card/{made['id']}"
    again = {name: value for name, value in made.items() if name not in ("id", "createdAt", "updatedAt")}
    assert api.changed(at, again) == made
    is_invalid(
        api.put(
            at,
            {
                "type": "Physical",
                "code": "ANOTHERCODE",
                "initialAmount": 1,
                "currentBalance": 1,
                "giftCardNumber": 1,
                "customer": None,
            },
        ),
        ("customer", FIXED),
        ("type", FIXED),
        ("code", FIXED),
        ("initialAmount", FIXED),
        ("giftCardNumber", FIXED),
        ("currentBalance", FIXED),
    )
    is_invalid(api.put(at, {"id": made["id"]}), ("id", UNKNOWN))
    assert api.changed(at, {}) == made


def test_a_card_shows_its_customer_as_it_is(api: Caller) -> None:
    jane = customer(api)
    made = card(api, customerId=jane)
    assert made["customer"] == api.seen(f"/customer/{jane}")
    api.changed(f"/customer/{jane}", {"lastName": "Doe"})
    shown = api.seen("/gift-card")["giftCards"][0]
    assert shown["customer"] == api.seen(f"/customer/{jane}")
    assert shown["updatedAt"] == made["updatedAt"]
    changed = api.changed(f"/gift-card/{made['id']}", {"customerId": None})
    assert (changed["customerId"], changed["customer"]) == (None, None)


def test_a_card_keeps_a_deleted_customer_as_it_was_last(site: Site, api: Caller) -> None:
    """CUS-14."""
    jane = customer(api)
    made = card(api, customerId=jane)
    last = api.seen(f"/customer/{jane}")
    api.gone(f"/customer/{jane}")
    shown = api.seen(f"/gift-card/{made['id']}")
    assert (shown["customerId"], shown["customer"]) == (jane, last)
    assert api.changed(f"/gift-card/{made['id']}", {"customerId": jane, "title": "Kept"})["customer"] == last
    assert api.seen(f"/gift-card?customerId={jane}")["total"] == 1
    assert differences(site) == []


def test_a_transaction_answers_itself_and_moves_the_balance(site: Site, api: Caller) -> None:
    made = card(api)
    person = site.person("Admin Owner")
    answer = moved(person, made, -2000, notes="Paid at the till")
    assert answer.status_code == 201
    told = answer.json()
    assert list(told) == TRANSACTION_ORDER.split()
    assert told["transactionType"] == "Manual"
    assert told["transactionDetails"] == "Manually entered transaction by Admin Tester"
    assert (told["giftCardId"], told["amount"], told["notes"]) == (made["id"], -2000, "Paid at the till")
    assert told["transactionDate"] == told["createdAt"] == told["updatedAt"]
    shown = api.seen(f"/gift-card/{made['id']}")
    assert (shown["currentBalance"], shown["updatedAt"]) == (3000, told["createdAt"])
    assert moved(api, made, 500).json()["notes"] is None
    assert balance(api, made) == 3500


def test_a_balance_falls_to_nothing_and_no_further(api: Caller) -> None:
    made = card(api)
    is_answer(moved(api, made, -5001), 422, SHORT)
    assert moved(api, made, -5000).status_code == 201
    is_answer(moved(api, made, -1), 422, SHORT)
    assert balance(api, made) == 0


def test_what_a_transaction_may_not_say(api: Caller) -> None:
    made = card(api)
    is_invalid(api.post("/gift-card-transaction", {}), ("giftCardId", REQUIRED), ("amount", REQUIRED))
    is_invalid(moved(api, made, 0), ("amount", "not allowed"))
    is_invalid(moved(api, {"id": NIL}, 1), ("giftCardId", LOST))
    is_invalid(moved(api, made, 1, kind="x"), ("kind", UNKNOWN))
    is_invalid(
        api.post("/gift-card-transaction", {"giftCardId": made["id"], "amount": 1.5}),
        ("amount", "must be a integer"),
    )


def test_a_cancelled_card_stands_still_until_it_is_active_again(api: Caller) -> None:
    made = card(api)
    at = f"/gift-card/{made['id']}"
    assert api.changed(at, {"status": "Cancelled"})["currentBalance"] == 5000
    for amount in (-1, 1, -9999):
        is_answer(moved(api, made, amount), 422, NOT_ACTIVE)
    api.changed(at, {"status": "Active"})
    assert moved(api, made, -1).status_code == 201


def test_a_card_is_good_until_the_tenants_day_of_its_expiry_is_over(site: Site, api: Caller) -> None:
    """GFT-2: the day of the tenant's own zone."""
    now = clock.now()
    day = now - now % DAY
    # The winery's days begin at 7 or 8 in UTC.
    noon = day + 20 * 3_600_000
    with clock.frozen(noon):
        made = card(api, expiryDate=clock.to_wire(noon - 3_600_000))
        assert moved(api, made, -1).status_code == 201
    with clock.frozen(day + DAY + 6 * 3_600_000):
        # Tomorrow in UTC, and the same day still at home.
        assert moved(api, made, -1).status_code == 201
    with clock.frozen(day + DAY + 9 * 3_600_000):
        is_answer(moved(api, made, -1), 422, NOT_ACTIVE)
        # The card itself says nothing of it, and can be made good again.
        assert api.seen(f"/gift-card/{made['id']}")["status"] == "Active"
        api.changed(f"/gift-card/{made['id']}", {"expiryDate": None})
        assert moved(api, made, -1).status_code == 201


@pytest.mark.parametrize(("expiry", "good"), [("0001-01-01", False), ("9999-12-31T23:59:59.999Z", True)])
def test_the_ends_of_the_calendar_are_dates_too(api: Caller, expiry: str, good: bool) -> None:
    made = card(api, expiryDate=expiry)
    assert moved(api, made, -1).status_code == (201 if good else 422)


def test_a_card_that_somebody_paid_with_stays(site: Site, api: Caller) -> None:
    """GFT-4."""
    topped, used = card(api), card(api, title="Used")
    moved(api, topped, 100)
    moved(api, used, -100)
    api.gone(f"/gift-card/{topped['id']}")
    is_lost(api.get(f"/gift-card/{topped['id']}"), "Gift Card")
    stays = refused("Can not delete a gift card with redemptions")
    is_answer(api.delete(f"/gift-card/{used['id']}"), 422, stays)
    (row,) = site.person("Admin Owner").seen("/trash?objectType=Gift Card")["trashes"]
    assert (row["objectId"], row["title"]) == (topped["id"], "Gift")
    assert differences(site) == []


def test_many_at_once_never_take_more_than_there_is(site: Site, api: Caller) -> None:
    made = card(api, initialAmount=1000)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: moved(api, made, -300).status_code, range(12)))
    assert sorted(answers) == [201] * 3 + [422] * 9
    assert balance(api, made) == 100
    assert differences(site) == []


def test_many_at_once_get_numbers_and_codes_of_their_own(api: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: card(api), range(16)))
        taken = list(pool.map(lambda _: api.post("/gift-card", {**CARD, "code": "ONLY-ONCE-1"}), range(6)))
    numbers = {each["giftCardNumber"] for each in made}
    assert len(numbers) == len({each["code"] for each in made}) == 16
    assert sorted(answer.status_code for answer in taken) == [201] + [422] * 5


@given(amounts=st.lists(st.integers(-3000, 3000).filter(bool), max_size=8), initial=st.integers(0, 5000))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_balance_is_the_amount_with_all_that_was_accepted(
    api: Caller, amounts: list[int], initial: int
) -> None:
    made, left = card(api, initialAmount=initial), initial
    for amount in amounts:
        answer = moved(api, made, amount)
        if left + amount < 0:
            is_answer(answer, 422, SHORT)
        else:
            assert answer.status_code == 201
            left += amount
        assert balance(api, made) == left


def test_cards_are_found_by_code_number_title_and_recipient(api: Caller) -> None:
    made = card(api, code="XMAS-0000-ABC", title="Christmas", recipientEmail="Bo@Example.com")
    card(api, title="Birthday", code="BIRTHDAY-1234")
    for text in ("xmas-0", "XMAS-0000-abc", "1001", "ristm", "bo@example", "EXAMPLE.com"):
        (found,) = api.seen(f"/gift-card?q={text}")["giftCards"]
        assert found["id"] == made["id"], text
    for text in ("0000-abc", "100", "10010", "nobody"):
        assert api.seen(f"/gift-card?q={text}")["giftCards"] == [], text


def test_cards_are_filtered_by_customer_and_status(api: Caller) -> None:
    jane = customer(api)
    mine, other = card(api, customerId=jane), card(api, status="Cancelled")
    for query, made in ((f"customerId={jane}", mine), ("status=Cancelled", other), ("status=Active", mine)):
        for more in ("", "&cursor=start"):
            rows = api.seen(f"/gift-card?{query}{more}")["giftCards"]
            assert [row["id"] for row in rows] == [made["id"]]
    assert api.seen("/gift-card?status=in:Active,Cancelled")["total"] == 2
    assert [row["id"] for row in api.seen("/gift-card")["giftCards"]] == [other["id"], mine["id"]]


def test_no_log_has_a_code(site: Site, api: Caller) -> None:
    made = card(api, code="SECRETCODE99")
    api.changed(f"/gift-card/{made['id']}", {"title": "New"})
    moved(api, made, -1)
    names = [column.name for column in ACTIVITY.columns]
    log = site.server.run(site.server.store.reading(site.tenant_id).rows(ACTIVITY, names))
    assert len(log) >= 3
    assert "SECRETCODE" not in str(log)


def test_a_merged_customers_cards_are_the_masters(site: Site, api: Caller) -> None:
    """CUS-13."""
    master, duplicate = customer(api), customer(api, "jo")
    made = card(api, customerId=duplicate)
    merged(site, master, duplicate)
    shown = api.seen(f"/gift-card/{made['id']}")
    assert (shown["customerId"], shown["customer"]) == (master, api.seen(f"/customer/{master}"))
    assert shown["currentBalance"] == 5000
    assert differences(site) == []


def test_an_import_brings_numbers_and_balances(site: Site) -> None:
    data = site.person("Data")
    line = {
        **CARD,
        "id": "9daa5bac-3074-4d5d-b669-75ff92535853",
        "createdAt": "2020-10-15T18:25:02.105Z",
        "updatedAt": "2020-10-15T18:25:02.200Z",
        "giftCardNumber": 1041,
        "currentBalance": 1200,
        "code": "EXAMPLEAFC30F1A6",
        "status": "Cancelled",
        "purchasedOnOrderNumber": 1812,
    }
    ((told,), _) = sent(data, "gift-card", [line])
    assert told["result"] == "created", told
    shown = data.seen(f"/gift-card/{line['id']}")
    assert {name: shown[name] for name in line} == line
    assert differences(site) == []
    ((told,), _) = sent(data, "gift-card", [line])
    assert told["result"] == "unchanged"
    assert card(data)["giftCardNumber"] == 1001
