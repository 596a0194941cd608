"""The list of customers, one customer, editing, tags and notes: what people see is what the API has."""

import csv
import io
import secrets
from typing import Any

import pytest

from cellarhand.events.deliveries import DELIVERY
from cellarhand.store.tables import OUTBOX
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import Site

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def _customer(api: Any, **more: Any) -> Any:
    body = {"firstName": "Ann", "lastName": "Lee", "emails": [{"email": f"{secrets.token_hex(6)}@a.example"}]}
    return api.made("/customer", {**body, **more})


def _rows(page: Page) -> list[str]:
    """The ids that the list leads to, in its order."""
    return [link.rpartition("/")[2] for link in page.links if "/customers/" in link and "new" not in link]


def test_the_list_is_the_apis_list(winery: Winery, owner: Visitor, api: Any) -> None:
    made = [_customer(api, lastName=f"Lee-{n}")["id"] for n in range(3)]
    page = owner.see(winery.slug, "/customers")
    assert "3 found" in page.text
    assert _rows(page) == [each["id"] for each in api.seen("/customer")["customers"]]
    assert set(_rows(page)) == set(made)


def test_the_list_is_searched_and_filtered_as_the_api_is(winery: Winery, owner: Visitor, api: Any) -> None:
    ann, bo = _customer(api, firstName="Ann"), _customer(api, firstName="Bo", lastName="Berg")
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    api.made("/tag-x-object/customer", {"tagId": tag["id"], "objectId": bo["id"]})
    assert _rows(owner.see(winery.slug, "/customers?q=ann")) == [ann["id"]]
    assert _rows(owner.see(winery.slug, "/customers?lastName=berg")) == [bo["id"]]
    assert _rows(owner.see(winery.slug, f"/customers?tagId={tag['id']}")) == [bo["id"]]
    assert _rows(owner.see(winery.slug, "/customers?lifetimeValue.from=10.00")) == []
    assert len(_rows(owner.see(winery.slug, "/customers?lifetimeValue.to=10.00"))) == 2
    assert _rows(owner.see(winery.slug, "/customers?createdAt.to=2001-01-01")) == []
    form = owner.see(winery.slug, "/customers").form("/customers")
    assert tag["id"] in form.choices["tagId"]


def test_days_of_a_filter_are_days_of_the_tenant(winery: Winery, owner: Visitor) -> None:
    data = winery.site.person("Data", winery.email("Data"))
    # 23:30 of the 2nd in Los Angeles.
    late = _customer(data, createdAt="2024-07-03T06:30:00.000Z", updatedAt="2024-07-03T06:30:00.000Z")
    on_second = "/customers?createdAt.from=2024-07-02&createdAt.to=2024-07-02"
    on_third = "/customers?createdAt.from=2024-07-03&createdAt.to=2024-07-03"
    assert _rows(owner.see(winery.slug, on_second)) == [late["id"]]
    assert _rows(owner.see(winery.slug, on_third)) == []
    assert "2 Jul 2024, 11:30 pm" in owner.see(winery.slug, on_second).text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("lifetimeValue.from=lots", "Lifetime value: must be an amount"),
        ("createdAt.from=someday", "Created: must be a day"),
        ("orderCount.to=x", "Order count: must be a integer"),
        ("tagId=nonsense", 'Tag: must match format "uuid"'),
        ("q=" + "x" * 201, "q: must NOT have more than 200 characters"),
    ],
)
def test_a_filter_that_can_not_be_read_is_told(winery: Winery, owner: Visitor, query: str, told: str) -> None:
    assert told in owner.see(winery.slug, f"/customers?{query}").text


def test_fifty_a_page_and_on_to_the_next(winery: Winery, owner: Visitor, api: Any) -> None:
    for n in range(52):
        _customer(api, lastName=f"Lee-{n}")
    first = owner.see(winery.slug, "/customers?q=ann")
    assert len(_rows(first)) == 50
    assert "52 found" in first.text
    assert "Page 1 of 2" in first.text
    second = first.follow("page=2")
    assert len(_rows(second)) == 2
    assert not set(_rows(first)) & set(_rows(second))
    assert _rows(second.follow("page=1")) == _rows(first)
    assert "Nothing is found on this page" in owner.see(winery.slug, "/customers?page=99").text
    assert owner.see(winery.slug, "/customers?page=nonsense").status == 200


def test_htmx_gets_only_what_changes(winery: Winery, owner: Visitor, api: Any) -> None:
    _customer(api)
    part = owner.see(winery.slug, "/customers?q=ann", headers={"hx-request": "true"})
    assert "html" not in part.tags
    assert "table" in part.tags
    stranger = winery.visitor().see(winery.slug, "/customers", headers={"hx-request": "true"})
    assert stranger.answer.headers["hx-redirect"].endswith(f"/login?next=%2F{winery.slug}%2Fcustomers")


def _exported(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.answer.text)))


def test_the_filtered_list_is_exported_whole_with_the_chosen_columns(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    for n in range(51):
        _customer(api, lastName=f"Lee-{n}")
    _customer(api, firstName="Bo")
    page = owner.see(winery.slug, "/customers?q=ann&column=lastName&column=lifetimeValue").follow(".csv")
    lines = _exported(page)
    assert page.answer.headers["content-disposition"] == 'attachment; filename="customers.csv"'
    assert lines[0] == ["Last name", "Lifetime value"]
    assert sorted(line[0] for line in lines[1:]) == sorted(f"Lee-{n}" for n in range(51))
    assert {line[1] for line in lines[1:]} == {"$0.00"}


def test_no_cell_of_an_export_is_a_formula(winery: Winery, owner: Visitor, api: Any) -> None:
    _customer(api, lastName="- Lee", city="=HYPERLINK(1)", phones=[{"phone": "+15555550100"}])
    names = "column=lastName&column=city&column=phone"
    assert _exported(owner.see(winery.slug, f"/customers.csv?{names}"))[1] == [
        "'- Lee",
        "+15555550100",
        "'=HYPERLINK(1)",
    ]


def test_one_customer_is_shown_with_all_that_belongs_to_them(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    ann = _customer(api, phones=[{"phone": "+15555550100"}], birthDate="1980-07-03", city="Napa")
    at = f"/customer/{ann['id']}"
    api.made(
        f"{at}/address",
        {
            "firstName": "Ann",
            "lastName": "Lee",
            "address": "1 Vineyard Road",
            "city": "Blenheim",
            "countryCode": "NZ",
        },
    )
    api.made(
        f"{at}/credit-card",
        {
            "cardBrand": "Visa",
            "maskedCardNumber": "************1111",
            "tokenOnFile": "tok_secret",
            "expiryMo": 4,
            "expiryYr": 2091,
        },
    )
    api.made("/note", {"customerId": ann["id"], "content": "Likes rosé"})
    page = owner.see(winery.slug, f"/customers/{ann['id']}")
    for shown in (
        "Ann Lee",
        "Lifetime value $0.00",
        "+15555550100",
        "3 Jul 1980",
        "1 Vineyard Road",
        "Visa ************1111, 04/2091",
        "Likes rosé",
    ):
        assert shown in page.text
    assert "tok_secret" not in page.answer.text


def test_a_customer_who_is_not_there_is_not_found(winery: Winery, owner: Visitor) -> None:
    for path in ("/customers/00000000-0000-4000-8000-000000000000", "/customers/nonsense"):
        assert owner.see(winery.slug, path).status == 404


def test_a_customer_of_another_tenant_is_not_found(winery: Winery, owner: Visitor) -> None:
    elsewhere = _customer(winery.site.house.open().app())
    for path in ("", "/edit"):
        assert owner.see(winery.slug, f"/customers/{elsewhere['id']}{path}").status == 404


def test_a_customer_is_edited_and_the_rest_stays(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = _customer(api, phones=[{"phone": "+15555550100"}], honorific="Dr")
    page = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    saved = page.send("", firstName="Anna", emails__1__email="second@a.example", honorific="")
    assert "Saved." in saved.text
    now = api.seen(f"/customer/{ann['id']}")
    assert (now["firstName"], now["lastName"], now["honorific"]) == ("Anna", "Lee", None)
    assert [each["email"] for each in now["emails"]] == [ann["emails"][0]["email"], "second@a.example"]
    assert now["emails"][0]["id"] == ann["emails"][0]["id"]
    assert now["phones"] == ann["phones"]


def test_saving_what_was_not_changed_changes_nothing(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = _customer(api, phones=[{"phone": "+15555550100"}], birthDate="1980-07-03")
    page = owner.see(winery.slug, f"/customers/{ann['id']}/edit").send("")
    assert "Nothing was changed" in page.text
    assert api.seen(f"/customer/{ann['id']}") == ann


def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_stays(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    taken, ann = _customer(api), _customer(api)
    page = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    refused = page.send(
        "",
        firstName="Typed",
        birthDate="2999-01-01",
        emails__0__email="",
        emails__1__email=taken["emails"][0]["email"],
    )
    assert refused.status == 422
    assert "Nothing was saved yet" in refused.text
    fields = dict(refused.form("").fields)
    assert (fields["firstName"], fields["birthDate"]) == ("Typed", "2999-01-01")
    assert fields["emails.1.email"] == taken["emails"][0]["email"]
    again = refused.send("", birthDate="")
    assert "must be unique" in again.text
    assert dict(again.form("").fields)["firstName"] == "Typed"
    assert api.seen(f"/customer/{ann['id']}") == ann


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    ann = _customer(api, city="Napa")
    mine = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    theirs = winery.staff("Admin User").see(winery.slug, f"/customers/{ann['id']}/edit")
    assert "Saved." in theirs.send("", firstName="Theirs", emails__1__email="theirs@a.example").text
    told = mine.send("", firstName="Mine", city="Sonoma")
    assert told.status == 409
    assert "Somebody else changed this customer while you were typing" in told.text
    assert "It is now: Theirs" in told.text
    assert "It is now: Napa" in told.text
    assert "theirs@a.example" in told.text
    fields = dict(told.form("").fields)
    assert (fields["firstName"], fields["city"]) == ("Mine", "Sonoma")
    assert api.seen(f"/customer/{ann['id']}")["firstName"] == "Theirs"
    assert "Saved." in told.send("").text
    now = api.seen(f"/customer/{ann['id']}")
    assert (now["firstName"], now["city"]) == ("Mine", "Sonoma")


def test_a_customer_is_added(winery: Winery, owner: Visitor, api: Any) -> None:
    page = owner.see(winery.slug, "/customers").follow("/customers/new")
    empty = page.send("", firstName="New")
    assert empty.status == 422
    made = empty.send("", emails__0__email="new@a.example", phones__0__phone="555-555-0100", countryCode="US")
    assert "Created." in made.text
    stored = api.seen(f"/customer/{made.path.rpartition('/')[2]}")
    assert stored["firstName"] == "New"
    assert stored["phones"][0]["phone"] == "+15555550100"


def test_an_address_is_added_and_fixed(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = _customer(api)
    page = owner.see(winery.slug, f"/customers/{ann['id']}").follow("/addresses/new")
    wrong = page.send(
        "", firstName="Ann", lastName="Lee", address="1 Main St", city="Napa", countryCode="US", zipCode="1"
    )
    assert wrong.status == 422
    made = wrong.send("", zipCode="94558", stateCode="CA")
    assert "1 Main St" in made.text
    fixed = made.follow("/edit", "/addresses/").send("", address="2 Main St")
    assert "2 Main St" in fixed.text
    stored = api.seen(f"/customer/{ann['id']}/address")["customerAddresses"]
    assert [(each["address"], each["isDefault"]) for each in stored] == [("2 Main St", True)]


def test_tags_are_put_on_and_taken_off(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = _customer(api)
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    page = owner.see(winery.slug, f"/customers/{ann['id']}")
    on = page.send("/tags", tagId=tag["id"])
    assert [each["title"] for each in api.seen(f"/customer/{ann['id']}")["tags"]] == ["Friend"]
    assert "tagId" not in [name for form in on.forms for name in form.choices]
    on.send("/remove")
    assert api.seen(f"/customer/{ann['id']}")["tags"] == []
    refused = page.send("/tags", tagId="nonsense")
    assert refused.status == 422


def test_a_note_is_added_and_a_refused_one_stays_typed(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = _customer(api)
    page = owner.see(winery.slug, f"/customers/{ann['id']}")
    refused = page.send("/notes", content="card 4111 1111 1111 1111")
    assert refused.status == 422
    assert dict(refused.form("/notes").fields)["content"] == "card 4111 1111 1111 1111"
    noted = refused.send("/notes", content="Likes rosé")
    assert "Admin Tester" in noted.text
    stored = api.seen(f"/note?customerId={ann['id']}")["notes"]
    assert [(each["content"], each["accountName"]) for each in stored] == [("Likes rosé", "Admin Tester")]


def test_changes_on_the_site_are_events_like_any_other(winery: Winery, owner: Visitor, api: Any) -> None:
    winery.site.listen()
    ann = _customer(api)
    owner.see(winery.slug, f"/customers/{ann['id']}/edit").send("", firstName="Anna")
    assert ("Customer", "Update", winery.email("Admin Owner")) in _heard(winery.site)


def _heard(site: Site) -> list[tuple[Any, ...]]:
    """What web hooks are told of: this server takes events out of the outbox at any moment."""
    unit = site.server.store.reading(site.tenant_id)
    waiting = site.server.run(unit.rows(OUTBOX, ("object", "action", "actor")))
    sent = site.server.run(unit.rows(DELIVERY, ("object", "action", "user_email")))
    return [tuple(row) for row in (*waiting, *sent)]


def test_text_of_others_is_never_markup(winery: Winery, owner: Visitor, api: Any) -> None:
    """Names and titles can't hold markup; what came from elsewhere and what is typed might."""
    api.made(
        "/meta-data-config/customer",
        {"title": "Story", "code": "story", "dataType": "HTML", "isRequired": False},
    )
    ann = _customer(api, metaData={"story": HOSTILE})
    edit = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    for page in (
        owner.see(winery.slug, f"/customers/{ann['id']}"),
        edit.send("", firstName=HOSTILE, city=HOSTILE, emails__0__email=HOSTILE, countryCode=HOSTILE),
        owner.see(winery.slug, f"/customers/{ann['id']}").send("/notes", content=HOSTILE),
        owner.see(winery.slug, "/customers", params={"q": HOSTILE, "lastName": HOSTILE, "column": HOSTILE}),
        owner.see(winery.slug, "/settings/accounts").send("/invite", email=HOSTILE, role=HOSTILE),
        owner.see(None, "/login", params={"next": HOSTILE}),
        winery.visitor().log_in(HOSTILE, HOSTILE),
        winery.visitor().see(None, "/forgotten").send("/forgotten", email=HOSTILE),
        owner.see(None, "/profile").send("/profile/name", firstName=HOSTILE, lastName=HOSTILE),
        winery.visitor().see(None, f"/invite/{HOSTILE}"),
    ):
        assert "<script>alert" not in page.answer.text
        assert page.tags.count("script") == 2, "the site's own two"
        assert page.status < 500
