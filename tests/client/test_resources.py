"""All resources of the declarations, through both clients against a real server."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, assert_type

import pytest

from cellarhand.client import Client, Invalid, NotFound, Unauthorized, btw, gte, in_, lt
from cellarhand.testing.server import TestServer, TestTenant
from tests.client.conftest import Both
from tests.wire.loyal import switched_on

NIL = "00000000-0000-0000-0000-000000000000"


def person(n: int) -> dict[str, Any]:
    return {"firstName": "Ada", "lastName": f"Number{n}", "emails": [{"email": f"ada{n}@mail.example"}]}


def test_a_record_is_created_read_changed_and_deleted(both: Both, client: Any) -> None:
    made = both.done(client.customers.create(person(1)))
    assert both.done(client.customers.get(made["id"])) == made
    changed = both.done(client.customers.update(made["id"], {"city": "Napa"}))
    assert changed["city"] == "Napa"
    assert both.done(client.customers.delete(made["id"])) is None
    with pytest.raises(NotFound) as lost:
        both.done(client.customers.get(made["id"]))
    assert (lost.value.status, lost.value.type) == (404, "notFound")
    assert lost.value.message == "Customer does not exist"


def test_what_was_read_can_be_given_back(both: Both, client: Any) -> None:
    made = both.done(client.customers.create(person(1)))
    rest = {name: value for name, value in made.items() if name not in ("id", "createdAt", "updatedAt")}
    assert both.done(client.customers.update(made["id"], rest)) == made


def test_a_list_walks_through_all_and_pages_tell_the_total(both: Both, client: Any) -> None:
    made = {both.done(client.customers.create(person(n)))["id"] for n in range(7)}
    walked = [each["id"] for each in both.all(client.customers.list(limit=3))]
    assert walked == sorted(made)
    page = both.done(client.customers.page(2, limit=5))
    assert (page.number, page.total, len(page)) == (2, 7, 2)
    assert {each["id"] for each in page} < made


def test_filters_and_search_travel_as_the_interface_writes_them(both: Both, client: Any) -> None:
    first, second = (both.done(client.customers.create(person(n))) for n in (1, 2))
    for query, found in (
        ({"q": "number1"}, [first]),
        ({"last_name": "NUMBER2"}, [second]),
        ({"updated_at": gte(datetime.now(UTC) - timedelta(hours=1))}, [first, second]),
        ({"updated_at": gte(datetime.now(UTC) + timedelta(hours=1))}, []),
        ({"updated_at": lt(date(2020, 1, 1))}, []),
        ({"created_at": btw(date(2020, 1, 1), "2020-02-01")}, []),
        ({"order_count": gte(1)}, []),
        ({"tag_id": in_(NIL, first["id"])}, []),
    ):
        assert both.all(client.customers.list(**query)) == sorted(found, key=lambda c: c["id"])
        assert both.done(client.customers.page(**query)).total == len(found)


def test_nested_records_stand_below_their_parent_and_all_together(both: Both, client: Any) -> None:
    owner = both.done(client.customers.create(person(1)))["id"]
    home = {"firstName": "Ada", "lastName": "L", "address": "1 A St", "city": "Napa", "stateCode": "CA"}
    home |= {"zipCode": "94558", "countryCode": "US"}
    made = both.done(client.customer_addresses(owner).create(home))
    assert both.done(client.customer_addresses(owner).get(made["id"])) == made
    assert both.all(client.customer_addresses(owner).list()) == [made]
    assert both.all(client.customer_addresses.list()) == [made]
    assert both.all(client.customer_addresses.list(customer_id=NIL)) == []
    with pytest.raises(TypeError, match="customerId"):
        both.done(client.customer_addresses.get(made["id"]))


def test_scoped_resources_and_actions(both: Both, client: Any) -> None:
    tag = both.done(client.tags("customer").create({"title": "VIP", "type": "Manual"}))
    holder = both.done(client.customers.create(person(1)))["id"]
    link = both.done(client.actions.attach_tag("customer", {"objectId": holder, "tagId": tag["id"]}))
    assert link["tagId"] == tag["id"]
    assert [each["title"] for each in both.done(client.customers.get(holder))["tags"]] == ["VIP"]
    assert both.done(client.actions.detach_tag("customer", tag["id"], holder)) is None
    assert both.done(client.actions.is_unique_code("customer", code="size")) == {"isUnique": True}
    assert len(both.done(client.actions.read_setting())) == 1
    assert both.done(client.actions.root()) == {"API": "OK"}


def test_every_list_of_the_declarations_can_be_walked(
    both: Both, client: Any, cellarhand_server: TestServer, cellarhand_tenant: TestTenant
) -> None:
    from cellarhand.client._resources import DESCRIBED

    switched_on(cellarhand_server, cellarhand_tenant)
    walked = 0
    for each in DESCRIBED:
        if "list" in each.operations and (":" not in each.path or each.beside or each.words):
            endpoint = getattr(client, each.name)
            both.all((endpoint(each.words[0]) if each.words else endpoint).list())
            walked += 1
    assert walked > 10


def test_an_error_names_the_fields_and_the_request(both: Both, client: Any) -> None:
    with pytest.raises(Invalid) as refused:
        both.done(client.customers.create({"favouriteColour": "red"}))
    assert [(each.field, each.message) for each in refused.value.errors] == [
        ("emails", "required"),
        ("favouriteColour", "invalid additional property"),
    ]
    assert refused.value.status == 422
    assert refused.value.request_id
    assert "favouriteColour: invalid additional property" in str(refused.value)


def test_wrong_credentials(both: Both, cellarhand_tenant: TestTenant) -> None:
    stranger = both.tenants(cellarhand_tenant, app=("test-app", "guessed"))
    with pytest.raises(Unauthorized, match="Unauthenticated User"):
        both.done(stranger.customers.page())


def test_any_other_call_has_a_way_out(both: Both, client: Any) -> None:
    answer = both.done(client.request("get", "/customer", {"page": 1, "limit": 1}))
    assert (answer.status, answer.json()) == (200, {"customers": [], "total": 0})
    assert answer.headers["content-type"].startswith("application/json")


def test_people_bring_ids_and_dates_with_the_data_role(both: Both, cellarhand_tenant: TestTenant) -> None:
    data = both.tenants(cellarhand_tenant, "Data")
    brought = {"id": NIL[:-1] + "7", "createdAt": "2019-01-01T00:00:00.000Z", **person(1)}
    made = both.done(data.customers.create(brought))
    assert (made["id"], made["createdAt"]) == (brought["id"], brought["createdAt"])


def test_types_tell_what_is_in_a_record(cellarhand_client: Client) -> None:
    made = cellarhand_client.customers.create({"emails": [{"email": "ada@mail.example"}]})
    assert_type(made["emails"][0]["email"], str)
    for each in cellarhand_client.customers.list(updated_at=gte("2020-01-01"), q="ada"):
        assert_type(each["orderInformation"]["orderCount"], int)
    assert_type(cellarhand_client.tags("customer").page().total, int)


def test_an_instant_needs_a_zone_and_an_operator(cellarhand_client: Client) -> None:
    with pytest.raises(ValueError, match="zone"):
        gte(datetime(2024, 1, 1))
    with pytest.raises(ValueError, match="operator"):
        list(cellarhand_client.customers.list(updated_at=datetime(2024, 1, 1, tzinfo=UTC)))
    with pytest.raises(ValueError, match="empty id"):
        cellarhand_client.customers.delete("")
