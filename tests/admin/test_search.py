"""Search over everything: what fits in groups, what was meant exactly at once, nothing beyond the role."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.wire.members import new_member
from tests.wire.shop import customer, order, product


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def test_all_kinds_are_found_in_groups(winery: Winery, owner: Visitor, api: Any) -> None:
    ann = api.made(
        "/customer",
        {"firstName": "Ann", "emails": [{"email": "ann@a.example"}], "phones": [{"phone": "+17075550100"}]},
    )
    wine = product(api, "CAB-2019")
    club = new_member(api, "bo@b.example", "Bo").club

    def found(text: str) -> list[str]:
        return owner.see(winery.slug, f"/search?find={text}").links

    assert f"/customers/{ann['id']}" in found("ann")
    for phone in ("%2B1+707+555+0100", "(707)+555-0100", "7075550100"):
        assert f"/customers/{ann['id']}" in found(phone)
    assert f"/products/{wine['id']}" in found("cab-20")
    assert f"/products/{wine['id']}" in found("Wine")
    title = api.seen(f"/club/{club}")["title"]
    assert f"/clubs/{club}" in found(title[:4])
    assert "Nothing fits" in owner.see(winery.slug, "/search?find=zzz").text


def test_what_was_typed_exactly_leads_to_its_record(winery: Winery, owner: Visitor, api: Any) -> None:
    jane = customer(api, "Jane@Example.com")
    made = api.made("/order", order(customerId=jane["id"], externalOrderNumber="OLD-77"))
    number = made["orderNumber"]
    for text in (str(number), f"%23{number}", "OLD-77"):
        assert owner.see(winery.slug, f"/search?find={text}").path == f"/orders/{made['id']}"
    assert owner.see(winery.slug, "/search?find=jane@example.com").path == f"/customers/{jane['id']}"
    # A number that two orders go by leads to neither.
    api.made("/order", order(externalOrderNumber=str(number)))
    assert owner.see(winery.slug, f"/search?find={number}").path == "/search"


def test_while_somebody_types_only_what_was_found_comes(winery: Winery, owner: Visitor, api: Any) -> None:
    jane = customer(api)
    part = owner.see(winery.slug, "/search?find=jane@example.com", headers={"HX-Request": "true"})
    assert f"/customers/{jane['id']}" in part.links
    assert "<html" not in part.answer.text
    for few in ("", "?find=j"):
        assert owner.see(winery.slug, f"/search{few}", headers={"HX-Request": "true"}).answer.text == ""


def test_a_search_shows_nothing_that_the_role_may_not_list(winery: Winery, api: Any) -> None:
    club = new_member(api, "bo@b.example", "Bo").club
    title = api.seen(f"/club/{club}")["title"]
    assert "/clubs/" not in str(winery.staff("Basic").see(winery.slug, f"/search?find={title}").links)


def test_what_was_typed_is_shown_as_text(winery: Winery, owner: Visitor) -> None:
    hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for headers in ({}, {"HX-Request": "true"}):
        page = owner.see(winery.slug, f"/search?find={hostile}", headers=headers)
        assert "alert(1)" in page.text
        assert "<script>alert" not in page.answer.text
