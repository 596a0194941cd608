"""B4, B5, CRD: addresses and cards of customers, and which of them is the default."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import HTML, REQUIRED, is_invalid, is_lost
from tests.wire.samples import ADDRESS, CARD

pytestmark = pytest.mark.usefixtures("heard")

PLACE: dict[str, Any] = {
    "firstName": "J",
    "lastName": "D",
    "address": "1 St",
    "city": "Oslo",
    "countryCode": "NO",
}
SMALL_CARD: dict[str, Any] = {
    "cardBrand": "Visa",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "tok",
    "expiryMo": 4,
    "expiryYr": 2031,
}
KINDS = {
    "address": (PLACE, "customerAddresses", "Customer Address", "city"),
    "credit-card": (SMALL_CARD, "customerCreditCards", "Customer Credit Card", "cardHolderName"),
}


class Wallet:
    """The addresses or the cards of one customer."""

    def __init__(self, api: Caller, kind: str) -> None:
        self.api = api
        self.body, self.key, self.thing, self.member = KINDS[kind]
        self.customer = api.made("/customer", {"emails": [{"email": f"{kind}@example.com"}]})["id"]
        self.path = f"/customer/{self.customer}/{kind}"
        self.moment = clock.now()

    def add(self, **members: Any) -> str:
        self.moment += 1000
        with clock.frozen(self.moment):
            return self.api.made(self.path, {**self.body, **members})["id"]

    def put(self, id: str, **members: Any) -> dict[str, Any]:
        self.moment += 1000
        with clock.frozen(self.moment):
            return self.api.changed(f"{self.path}/{id}", members)

    def drop(self, id: str) -> None:
        self.moment += 1000
        with clock.frozen(self.moment):
            self.api.gone(f"{self.path}/{id}")

    def defaults(self) -> list[str]:
        return [row["id"] for row in self.api.seen(self.path)[self.key] if row["isDefault"]]

    def touched(self) -> bool:
        """Whether the customer was changed by the latest step."""
        return self.api.seen(f"/customer/{self.customer}")["updatedAt"] == clock.to_wire(self.moment)


@pytest.fixture(params=list(KINDS))
def wallet(api: Caller, request: pytest.FixtureRequest) -> Wallet:
    return Wallet(api, request.param)


def test_the_first_becomes_the_default_whatever_it_says(wallet: Wallet) -> None:
    first = wallet.add(isDefault=False)
    assert wallet.defaults() == [first]
    assert wallet.touched()


def test_a_further_one_is_the_default_only_when_it_says_so(wallet: Wallet) -> None:
    first, second = wallet.add(), wallet.add()
    assert wallet.defaults() == [first]
    third = wallet.add(isDefault=True)
    assert wallet.defaults() == [third]
    wallet.put(second, isDefault=True)
    assert wallet.defaults() == [second]
    assert wallet.touched()


def test_giving_the_default_up_moves_it_to_the_newest_other(wallet: Wallet) -> None:
    first, second, third = (wallet.add() for _ in range(3))
    assert wallet.put(first, isDefault=False)["isDefault"] is False
    assert wallet.defaults() == [third]
    wallet.put(third, isDefault=False)
    assert wallet.defaults() == [second]


def test_giving_up_the_only_one_has_no_effect(wallet: Wallet) -> None:
    only = wallet.add()
    assert wallet.put(only, isDefault=False)["isDefault"] is True
    assert wallet.defaults() == [only]


def test_deleting_the_default_moves_it_to_the_newest_other(wallet: Wallet) -> None:
    first, second, third = (wallet.add() for _ in range(3))
    wallet.drop(second)
    assert wallet.defaults() == [first]
    wallet.drop(first)
    assert wallet.defaults() == [third]
    assert wallet.touched()
    wallet.drop(third)
    assert wallet.defaults() == []
    fourth = wallet.add()
    assert wallet.defaults() == [fourth]


def test_a_moved_default_changes_the_date_of_the_other_and_fires_for_it(site: Site, wallet: Wallet) -> None:
    first = wallet.add()
    second = wallet.add(isDefault=True)
    moment = clock.to_wire(wallet.moment)
    seen = wallet.api.seen(f"{wallet.path}/{first}")
    assert (seen["isDefault"], seen["updatedAt"]) == (False, moment)
    last = [e for e in site.events() if (e.object, e.action) == (wallet.thing, "Update")]
    assert [(e.object_id, e.payload["isDefault"]) for e in last] == [(first, False)]
    assert wallet.api.seen(f"{wallet.path}/{second}")["isDefault"] is True


def test_a_change_of_no_default_leaves_the_customer_alone(wallet: Wallet) -> None:
    wallet.add()
    second = wallet.add()
    assert not wallet.touched()
    wallet.put(second, **{wallet.member: "Elsewhere"})
    assert not wallet.touched()


def test_it_is_found_through_its_own_customer_alone(wallet: Wallet) -> None:
    id = wallet.add()
    other = wallet.api.made("/customer", {"emails": [{"email": "other@example.com"}]})["id"]
    elsewhere = wallet.path.replace(wallet.customer, other)
    for method, body in (("GET", None), ("PUT", {}), ("DELETE", None)):
        is_lost(wallet.api.request(method, f"{elsewhere}/{id}", json=body), wallet.thing)
        is_lost(
            wallet.api.request(method, f"{wallet.path.replace(wallet.customer, NIL)}/{id}", json=body),
            "Customer",
        )
    is_lost(wallet.api.post(wallet.path.replace(wallet.customer, NIL), wallet.body), "Customer")
    assert wallet.api.seen(elsewhere)["total"] == 0


def test_events_carry_the_customer_id(site: Site, wallet: Wallet) -> None:
    id = wallet.add()
    wallet.put(id, **{wallet.member: "Elsewhere"})
    wallet.drop(id)
    own = [event for event in site.events() if event.object == wallet.thing]
    assert {event.action for event in own} == {"Create", "Update", "Delete"}
    assert {event.payload["customerId"] for event in own} == {wallet.customer}


class TestAddresses:
    def test_names_and_place_are_required(self, api: Caller) -> None:
        wallet = Wallet(api, "address")
        is_invalid(
            api.post(wallet.path, {}),
            *((name, REQUIRED) for name in ("firstName", "lastName", "address", "city", "countryCode")),
        )

    @pytest.mark.parametrize("country", ["US", "CA", "AU"])
    def test_state_and_zip_are_required_where_they_are_known(self, api: Caller, country: str) -> None:
        wallet = Wallet(api, "address")
        fault = (("stateCode", REQUIRED), ("zipCode", REQUIRED))
        is_invalid(api.post(wallet.path, {**PLACE, "countryCode": country}), *fault)
        is_invalid(
            api.post(wallet.path, {**PLACE, "countryCode": country, "stateCode": None, "zipCode": None}),
            *fault,
        )
        at = wallet.add()
        is_invalid(api.put(f"{wallet.path}/{at}", {"countryCode": country}), *fault)

    def test_a_national_phone_is_read_with_the_country(self, api: Caller) -> None:
        wallet = Wallet(api, "address")
        at = wallet.add(phone="22 12 34 56")
        assert api.seen(f"{wallet.path}/{at}")["phone"] == "+4722123456"
        is_invalid(api.put(f"{wallet.path}/{at}", {"phone": "1"}), ("phone", 'must match format "phone"'))

    def test_all_of_a_tenant_are_listed_together_newest_first(self, api: Caller) -> None:
        one = Wallet(api, "address")
        first = one.add()
        two = api.made("/customer", {"emails": [{"email": "two@example.com"}]})["id"]
        with clock.frozen(one.moment + 5000):
            second = api.made(f"/customer/{two}/address", ADDRESS)["id"]
        rows = api.seen("/customer-address")
        assert ([row["id"] for row in rows["customerAddresses"]], rows["total"]) == ([second, first], 2)
        for customer, found in (
            (one.customer, [first]),
            (two, [second]),
            (f"in:{two},{one.customer}", [second, first]),
        ):
            seen = api.seen(f"/customer-address?customerId={customer}")
            assert ([row["id"] for row in seen["customerAddresses"]], seen["total"]) == (found, len(found))

    def test_a_change_of_the_default_fires_customer_update(self, site: Site, api: Caller) -> None:
        """B3: changes of addresses fire it as well when the customer's own GET changes."""
        wallet = Wallet(api, "address")
        at = wallet.add()
        before = len([e for e in site.fired() if e == ("Customer", "Update")])
        wallet.put(at, city="Bergen")
        assert len([e for e in site.fired() if e == ("Customer", "Update")]) == before + 1


class TestCards:
    def test_a_card_as_documented(self, api: Caller) -> None:
        wallet = Wallet(api, "credit-card")
        made = api.made(wallet.path, CARD)
        assert {name: made[name] for name in CARD} == CARD
        assert (made["bin"], made["lastCCAUUpdatedDate"]) == (None, None)
        small = api.made(wallet.path, SMALL_CARD)
        assert (small["gateway"], small["cardHolderName"], small["isDefault"]) == ("No Gateway", None, False)

    def test_brand_mask_token_and_expiry_are_required(self, api: Caller) -> None:
        wallet = Wallet(api, "credit-card")
        names = ("cardBrand", "maskedCardNumber", "tokenOnFile", "expiryMo", "expiryYr")
        is_invalid(api.post(wallet.path, {}), *((name, REQUIRED) for name in names))

    def test_the_spelling_of_orders_is_stored_as_the_brand(self, api: Caller) -> None:
        wallet = Wallet(api, "credit-card")
        at = f"{wallet.path}/{wallet.add(cardBrand='Union Pay')}"
        assert api.seen(at)["cardBrand"] == "UnionPay"
        assert api.changed(at, {"cardBrand": "Union Pay"}) == api.seen(at)

    def test_past_dates_are_accepted_and_a_year_has_four_digits(self, api: Caller) -> None:
        wallet = Wallet(api, "credit-card")
        wallet.add(expiryMo=1, expiryYr=2001)
        is_invalid(api.post(wallet.path, {**CARD, "expiryYr": 31}), ("expiryYr", "must be >= 1000"))
        is_invalid(api.post(wallet.path, {**CARD, "expiryYr": 20311}), ("expiryYr", "must be <= 9999"))

    @pytest.mark.parametrize(
        "number", ["4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"]
    )
    def test_a_card_number_is_refused_in_every_member_and_stored_nowhere(
        self, site: Site, api: Caller, number: str
    ) -> None:
        wallet = Wallet(api, "credit-card")
        for member in ("maskedCardNumber", "tokenOnFile", "cardHolderName"):
            answer = api.post(wallet.path, {**CARD, member: number})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, member)
            assert number not in answer.text
        is_invalid(api.post(wallet.path, {**CARD, "tokenOnFile": number}), ("tokenOnFile", HTML))
        is_invalid(
            api.post(wallet.path, {**CARD, "cardNumber": number, "cvv2": "123"}),
            ("cardNumber", "invalid additional property"),
            ("cvv2", "invalid additional property"),
        )
        assert api.seen(wallet.path)["total"] == 0
        assert all(number not in str(event.payload) for event in site.events())

    @pytest.mark.parametrize(
        "mask",
        [
            "",
            "1111",
            "************",
            "*11111",
            "************111",
            "xxxx1111",
            "**** 1111",
            "1234********1111",
            " *1111",
        ],
    )
    def test_a_mask_is_asterisks_and_four_digits(self, api: Caller, mask: str) -> None:
        wallet = Wallet(api, "credit-card")
        answer = api.post(wallet.path, {**CARD, "maskedCardNumber": mask})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "maskedCardNumber")
