"""TAG-2 to TAG-4, B7: dynamic tags, put on records by what they say."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cellarhand.customers.ranking import rank_customers
from cellarhand.store.engine import Store
from cellarhand.tags import back_population
from cellarhand.tags.back_population import populate_tenant
from tests.callers import Caller, Site
from tests.catalogue import NOT_ONE_OF, is_invalid
from tests.verifying import differences
from tests.wire.dynamic import rule
from tests.wire.shop import PLACE, customer, line, order

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]
API = "https://api.example"
EQUAL, MORE, LESS = "is equal to", "is greater than", "is less than"
LOCAL = ("State", EQUAL, "CA")


def tag(api: Caller, *conditions: tuple[str, str, str], of: str = "customer", **more: Any) -> str:
    return api.made(f"/tag/{of}", rule(*conditions, **more))["id"]


def populated(site: Site) -> int:
    """Do all that is left to do; how many records changed."""
    return site.server.run(populate_tenant(site.server.store, site.tenant_id, API))


def tags(api: Caller, path: str) -> list[str]:
    return [each["id"] for each in api.seen(path)["tags"]]


def events_since(site: Site, count: int) -> list[tuple[str, str]]:
    return [(event.object, event.action) for event in site.events()[count:]]


def test_a_customer_carries_a_tag_while_it_answers_to_it(site: Site, api: Caller) -> None:
    local = tag(api, LOCAL)
    populated(site)
    made = customer(api, stateCode="CA", countryCode="US")
    at = f"/customer/{made['id']}"
    assert [each["id"] for each in made["tags"]] == [local]
    assert made["groups"] == made["tags"]
    assert list(made["tags"][0]) == [
        *("id", "title", "objectType", "type", "appliesToCondition", "createdAt", "updatedAt")
    ]
    assert api.seen(f"/customer?tagId={local}")["customers"] == [made]
    before = len(site.events())
    assert api.changed(at, {"stateCode": "NY"})["tags"] == []
    assert events_since(site, before) == [("Customer", "Update")]
    assert api.seen(f"/customer?tagId={local}")["total"] == 0
    assert api.changed(at, {"stateCode": "CA"})["tags"] == made["tags"]
    assert differences(site) == []


def test_what_a_body_says_of_dynamic_tags_is_ignored(site: Site, api: Caller) -> None:
    local, other = tag(api, LOCAL), tag(api, ("State", EQUAL, "NY"), title="O")
    manual = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    populated(site)
    body = {"stateCode": "CA", "countryCode": "US", "tags": [{"id": other}, {"id": manual}]}
    made = customer(api, **body)
    assert [each["id"] for each in made["tags"]] == [manual, local]
    at = f"/customer/{made['id']}"
    assert [each["id"] for each in api.changed(at, {"tags": []})["tags"]] == [local]
    assert differences(site) == []


def test_a_customer_follows_its_orders_in_their_unit(site: Site, api: Caller) -> None:
    asked = {
        "count": ("Order Count", MORE, "0"),
        "value": ("Lifetime Value", MORE, "2499"),
        "bottle": ("Sku Purchased", EQUAL, "cab-20"),
        "late": ("Last Order Date", MORE, "2024-01-22"),
        "early": ("Last Order Date", LESS, "2024-01-23"),
    }
    ids = {name: tag(api, condition, title=name) for name, condition in asked.items()}
    populated(site)
    made = customer(api)["id"]

    def carried() -> set[str]:
        found = set(tags(api, f"/customer/{made}"))
        return {name for name, id in ids.items() if id in found}

    assert carried() == set()
    # 22:00 on 22 January in UTC is the same day at the winery; 06:00 on the 23rd in UTC is it too.
    first = api.made("/order", order(customerId=made))
    assert carried() == {"count", "early"}
    api.made("/order", order(line(sku="CAB-20"), customerId=made, orderPaidDate="2024-01-23T06:00:00.000Z"))
    assert carried() == {"count", "value", "bottle", "early"}
    refund = {"purchaseType": "Refund", "previousOrderId": first["id"]}
    api.made("/order", order(line(quantity=-1), customerId=made, **refund))
    assert carried() == {"count", "bottle", "early"}
    api.made("/order", order(customerId=made, orderPaidDate="2024-01-23T12:00:00.000Z"))
    assert carried() == {"count", "value", "bottle", "late"}
    assert differences(site) == []


def test_an_order_is_tagged_when_it_is_made_and_found_by_it(site: Site, api: Caller) -> None:
    big = tag(api, ("Order Total", MORE, "2000"), ("Ship To State", EQUAL, "ca"), of="order")
    gift = tag(api, ("Has Gift Message", EQUAL, "Yes"), of="order", title="Gift")
    populated(site)
    plain = api.made("/order", order())
    rich = api.made("/order", order(line(quantity=2), shipTo=PLACE, giftMessage="For you"))
    assert plain["tags"] == []
    assert [each["id"] for each in rich["tags"]] == [big, gift]
    assert api.seen(f"/order?tagId={big}")["orders"] == [rich]
    lines = [line(quantity=2)]
    kept = {"orderNumber": 77, "externalOrderNumber": "77"}
    first = api.changed("/order/upsert", order(*lines, shipTo=PLACE, **kept))
    assert [each["id"] for each in first["tags"]] == [big]
    assert api.changed("/order/upsert", order(*lines, **kept))["tags"] == []
    assert differences(site) == []


def test_records_that_were_there_before_get_the_tag_afterwards(
    site: Site, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_population, "CHUNK", 2)
    near = [customer(api, f"{n}@x.example", stateCode="CA", countryCode="US")["id"] for n in range(3)]
    far = customer(api, "far@x.example")
    local = tag(api, LOCAL)
    at = f"/tag/customer/{local}"
    assert api.seen(at)["backPopulate"] == {
        "currentPage": 0,
        "totalPages": 0,
        "cursor": None,
        "status": "Processing",
        "processDate": None,
    }
    before, made = len(site.events()), api.seen(at)
    assert populated(site) == 3
    after = api.seen(at)
    progress = after.pop("backPopulate")
    assert made | after == made
    assert progress.pop("processDate") is not None
    assert progress == {"currentPage": 2, "totalPages": 2, "cursor": None, "status": "Completed"}
    for id in near:
        shown = api.seen(f"/customer/{id}")
        assert [each["id"] for each in shown["tags"]] == [each["id"] for each in shown["groups"]] == [local]
        assert shown["updatedAt"] > shown["createdAt"]
    assert api.seen(f"/customer/{far['id']}") == far
    [told] = site.events()[before:]
    assert (told.object, told.action, told.actor) == ("Customer", "Bulk Update", None)
    url = f"{API}/v1/customer?tagId={local}&cursor=start"
    assert told.payload == {"callbackUrl": url}
    found = api.seen(url.removeprefix(f"{API}/v1"))["customers"]
    assert sorted(each["id"] for each in found) == sorted(near)
    assert populated(site) == 0
    assert differences(site) == []


def test_a_tag_that_fits_nobody_tells_nobody(site: Site, api: Caller) -> None:
    customer(api)
    tag(api, LOCAL)
    before = len(site.events())
    assert populated(site) == 0
    assert events_since(site, before) == []


def interrupted(site: Site, pages: int) -> None:
    """Do so many pages, and stop as if the process was killed."""
    store = site.server.store
    seen = 0

    class Killed(Exception):
        pass

    async def work() -> None:
        nonlocal seen
        write = store.write

        async def counted(*args: Any, **more: Any) -> Any:
            nonlocal seen
            if seen == pages:
                raise Killed
            seen += 1
            return await write(*args, **more)

        dying = cast(Store, SimpleNamespace(write=counted, reading=store.reading))
        with pytest.raises(Killed):
            await populate_tenant(dying, site.tenant_id, API)

    site.server.run(work())


def test_who_was_stopped_goes_on_where_it_was(
    site: Site, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_population, "CHUNK", 2)
    near = [customer(api, f"{n}@x.example", stateCode="CA", countryCode="US")["id"] for n in range(5)]
    local = tag(api, LOCAL)
    before = len(site.events())
    interrupted(site, pages=1)
    progress = api.seen(f"/tag/customer/{local}")["backPopulate"]
    assert progress | {"cursor": 0} == {
        "currentPage": 1,
        "totalPages": 3,
        "cursor": 0,
        "status": "Processing",
        "processDate": None,
    }
    assert progress["cursor"] == sorted(near)[1]
    assert populated(site) == 3
    assert events_since(site, before) == [("Customer", "Bulk Update")]
    assert api.seen(f"/customer?tagId={local}")["total"] == 5


def test_a_tag_that_asks_for_something_else_begins_anew_and_a_new_title_does_not(
    site: Site, api: Caller
) -> None:
    local = tag(api, LOCAL)
    at = f"/tag/customer/{local}"
    ids = {
        code: customer(api, f"{code}@x.example", stateCode=code, countryCode="US")["id"]
        for code in ("CA", "NY")
    }
    populated(site)
    assert api.changed(at, {"title": "Near"})["backPopulate"]["status"] == "Completed"
    assert api.seen(f"/customer/{ids['CA']}")["tags"][0]["title"] == "Near"
    again = api.changed(at, {"conditions": rule(("State", EQUAL, "NY"))["conditions"]})
    assert again["backPopulate"]["status"] == "Processing"
    assert populated(site) == 2
    assert {code: tags(api, f"/customer/{id}") for code, id in ids.items()} == {"CA": [], "NY": [local]}
    either = [*again["conditions"], *rule(LOCAL)["conditions"]]
    api.changed(at, {"conditions": either, "appliesToCondition": "One or more conditions"})
    assert populated(site) == 1
    assert {code: tags(api, f"/customer/{id}") for code, id in ids.items()} == {"CA": [local], "NY": [local]}
    assert differences(site) == []


def test_a_deleted_tag_is_looked_for_no_more(site: Site, api: Caller) -> None:
    made = customer(api, stateCode="CA", countryCode="US")["id"]
    local = tag(api, LOCAL)
    interrupted(site, pages=0)
    api.gone(f"/tag/customer/{local}")
    assert populated(site) == 0
    assert tags(api, f"/customer/{made}") == []


def test_an_empty_put_changes_nothing_before_the_tag_has_come_round(site: Site, api: Caller) -> None:
    made = customer(api, stateCode="CA", countryCode="US")
    local = tag(api, LOCAL)
    at = f"/customer/{made['id']}"
    assert api.changed(at, {}) == made
    assert [each["id"] for each in api.changed(at, {"city": "Napa"})["tags"]] == [local]
    assert populated(site) == 0


def test_ranks_are_followed_after_the_night(site: Site, api: Caller) -> None:
    top = tag(api, ("Rank", MORE, "50"))
    populated(site)
    made = customer(api)["id"]
    api.made("/order", order(customerId=made, orderPaidDate="2026-01-01T00:00:00.000Z"))
    assert tags(api, f"/customer/{made}") == []
    site.server.run(rank_customers(site.server.store, site.tenant_id))
    assert api.seen(f"/tag/customer/{top}")["backPopulate"]["status"] == "Processing"
    assert populated(site) == 1
    assert tags(api, f"/customer/{made}") == [top]


def test_a_bulk_import_tags_as_single_calls_do(site: Site, api: Caller) -> None:
    local, buyer = tag(api, LOCAL), tag(api, ("Order Count", MORE, "1"), title="B")
    populated(site)
    ids = ["a2b9c1d0-0000-4000-8000-00000000000" + digit for digit in "12"]

    def bulk(resource: str, lines: list[Record]) -> None:
        text = "\n".join(map(json.dumps, lines))
        headers = {"content-type": "application/x-ndjson"}
        answer = site.person("Data").post(f"/bulk/{resource}", content=text, headers=headers)
        assert '"refused":0' in answer.text

    people = [
        {"id": id, "stateCode": code, "countryCode": "US", "emails": [{"email": f"{code}@x.example"}]}
        for id, code in zip(ids, ("CA", "NY"), strict=True)
    ]
    bulk("customer", people)
    bulk("order", [order(customerId=ids[0]), order(customerId=ids[0]), order(customerId=ids[1])])
    assert tags(api, f"/customer/{ids[0]}") == [local, buyer]
    assert tags(api, f"/customer/{ids[1]}") == []
    assert differences(site) == []


@pytest.mark.parametrize(
    ("of", "condition", "fault"),
    [
        ("customer", ("Lifetime Value", MORE, "--5"), "must be a integer"),
        ("customer", ("Lifetime Value", MORE, "1.5"), "must be a integer"),
        ("customer", ("Birth Month", EQUAL, "13"), NOT_ONE_OF),
        ("order", ("Has Gift Message", EQUAL, "perhaps"), NOT_ONE_OF),
    ],
)
def test_a_value_that_nobody_can_answer_is_refused(
    api: Caller, of: str, condition: tuple[str, str, str], fault: str
) -> None:
    is_invalid(api.post(f"/tag/{of}", rule(condition)), ("conditions[0].value", fault))
