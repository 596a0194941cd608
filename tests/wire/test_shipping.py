"""B30, SHP-1, SHP-2: zones, their regions, services and rates."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import LOST, NOT_ONE_OF, REQUIRED, UNIQUE, UNKNOWN, is_invalid, is_lost

Record = dict[str, Any]
ABOVE_ZERO = "must be > 0"


def service(**more: Any) -> Record:
    """Ground: up to 10 for 15.00, up to 20 for 30.00, above 12.00 for each further 10."""
    return {
        "title": "Ground",
        "code": "FEX",
        "rates": [{"toWeight": 10, "price": 1500}, {"toWeight": 20, "price": 3000}],
        "topRate": {"isWrapShipping": False, "forEveryXWeight": 10, "price": 1200},
        **more,
    }


def zone(*states: str | None, country: str = "US", **more: Any) -> Record:
    regions = [{"countryCode": country, "stateCode": state} for state in states]
    return {"title": "Zone", "regions": regions, "services": [service()], **more}


def ids(value: Any) -> set[str]:
    """All ids at any depth."""
    if isinstance(value, list):
        return {id for each in value for id in ids(each)}
    if isinstance(value, dict):
        return {value[name] for name in value if name == "id"} | ids(list(value.values()))
    return set()


def top(made: Record, **more: Any) -> Record:
    """A body that sends the one service again, with another top rate."""
    return {"services": [{**made["services"][0], "topRate": more}]}


def test_a_zone_is_returned_with_all_that_was_left_to_the_server(api: Caller) -> None:
    made = api.made("/shipping", {**zone(), "regions": [{"countryCode": "NZ"}, {"countryCode": "AU"}]})
    first, second = made["regions"]
    (ground,) = made["services"]
    ten, twenty = ground["rates"]
    expected = {
        "id": made["id"],
        "title": "Zone",
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
        "regions": [
            {"id": first["id"], "countryCode": "NZ", "stateCode": None},
            {"id": second["id"], "countryCode": "AU", "stateCode": None},
        ],
        "services": [
            {
                "id": ground["id"],
                "title": "Ground",
                "code": "FEX",
                "carrier": None,
                "isActive": True,
                "isDefault": False,
                "sortOrder": 1,
                "rates": [
                    {"id": ten["id"], "toWeight": 10, "price": 1500, "weightUnits": "Lbs"},
                    {"id": twenty["id"], "toWeight": 20, "price": 3000, "weightUnits": "Lbs"},
                ],
                "topRate": {
                    "id": ground["topRate"]["id"],
                    "isWrapShipping": False,
                    "forEveryXWeight": 10,
                    "weightUnits": "Lbs",
                    "price": 1200,
                },
            }
        ],
    }
    assert made == expected
    assert list(made) == list(expected)
    assert list(ground) == list(expected["services"][0])
    assert len(ids(made)) == 7
    assert api.seen(f"/shipping/{made['id']}") == made
    assert api.seen("/shipping") == {"shippings": [made], "total": 1}


def test_what_was_read_can_be_written_back(api: Caller) -> None:
    wrapped = service(topRate={"isWrapShipping": True}, carrier="FedEx", isActive=False)
    free = service(topRate={"isWrapShipping": False, "forEveryXWeight": 2.5, "price": None})
    made = api.made("/shipping", zone("CA", None, services=[service(), wrapped, free]))
    assert [each["topRate"]["weightUnits"] for each in made["services"]] == ["Lbs", None, "Lbs"]
    body = {name: made[name] for name in ("title", "regions", "services")}
    assert api.changed(f"/shipping/{made['id']}", body) == made
    assert api.changed(f"/shipping/{made['id']}", {}) == made


def test_parts_named_by_id_stay_what_they_are_and_all_others_are_new(api: Caller) -> None:
    made = api.made("/shipping", zone("CA", "OR", services=[service(), service(title="Air")]))
    at, kept = f"/shipping/{made['id']}", made["services"][0]
    region, rate = made["regions"][1], kept["rates"][1]
    body = {
        "regions": [{"id": region["id"], "countryCode": "US", "stateCode": "WA"}, {"countryCode": "CA"}],
        "services": [
            {
                "id": kept["id"],
                "title": "Slow",
                "code": "UPS",
                "rates": [{"toWeight": 5, "price": 1}, {"id": rate["id"], "toWeight": 7.5, "price": 2}],
                "topRate": {"isWrapShipping": True},
            }
        ],
    }
    changed = api.changed(at, body)
    assert changed["regions"][0] == {**region, "stateCode": "WA"}
    assert changed["regions"][1]["id"] not in ids(made)
    (slow,) = changed["services"]
    assert (slow["id"], slow["topRate"]["id"]) == (kept["id"], kept["topRate"]["id"])
    assert slow["rates"][0]["id"] not in ids(made)
    assert slow["rates"][1] == {"id": rate["id"], "toWeight": 7.5, "price": 2, "weightUnits": "Lbs"}
    # A part is replaced whole: what it isn't sent with is as in a new one.
    assert (slow["title"], slow["code"], slow["sortOrder"]) == ("Slow", "UPS", 1)
    assert slow["topRate"] == {
        **kept["topRate"],
        "isWrapShipping": True,
        "forEveryXWeight": None,
        "weightUnits": None,
        "price": None,
    }


def test_ids_of_parts_are_those_that_the_record_has(site: Site, api: Caller) -> None:
    made = api.made("/shipping", zone("CA", services=[service(), service(title="Air")]))
    at, (ground, air) = f"/shipping/{made['id']}", made["services"]
    foreign = api.made("/shipping", zone("OR"))
    region, rate = foreign["regions"][0]["id"], foreign["services"][0]["rates"][0]["id"]
    is_invalid(
        api.put(at, {"regions": [{"id": region, "countryCode": "US", "stateCode": "NV"}]}),
        ("regions[0].id", LOST),
    )
    for of in (foreign["services"][0], air):
        sent = service(id=ground["id"], topRate={**ground["topRate"], "id": of["topRate"]["id"]})
        is_invalid(api.put(at, {"services": [sent]}), ("services[0].topRate.id", LOST))
    stolen = [{"id": rate, "toWeight": 1, "price": 1}]
    is_invalid(
        api.put(at, {"services": [service(id=ground["id"], rates=stolen)]}), ("services[0].rates[0].id", LOST)
    )
    is_invalid(
        api.put(at, {"services": [service(id=ground["id"]), service(id=ground["id"])]}),
        ("services[1].id", UNIQUE),
    )
    # Nobody chooses the ids of a new record's parts; role Data does for eight other kinds alone (A17).
    for caller in (api, site.person("Data")):
        new = service(id=region, topRate={"id": rate, "isWrapShipping": True})
        is_invalid(
            caller.post("/shipping", zone("NV", services=[new])),
            ("services[0].id", LOST),
            ("services[0].topRate.id", LOST),
        )
        is_invalid(caller.post("/shipping", {**zone("NV"), "id": region}), ("id", UNKNOWN))


def test_a_region_is_in_one_zone_only(api: Caller) -> None:
    first = api.made("/shipping", zone("CA", "OR"))
    is_invalid(api.post("/shipping", zone("WA", "OR", "CA")), ("regions[1]", UNIQUE), ("regions[2]", UNIQUE))
    # Neither is a part of the other: a state stands for itself, a country for the rest of it.
    whole = api.made("/shipping", zone(None))
    is_invalid(api.post("/shipping", zone(None)), ("regions[0]", UNIQUE))
    is_invalid(api.post("/shipping", zone("")), ("regions[0]", UNIQUE))
    is_invalid(
        api.put(f"/shipping/{whole['id']}", {"regions": [*whole["regions"], *zone("OR")["regions"]]}),
        ("regions[1]", UNIQUE),
    )
    api.changed(f"/shipping/{first['id']}", {"regions": zone("CA")["regions"]})
    api.made("/shipping", zone("OR"))
    api.gone(f"/shipping/{first['id']}")
    api.made("/shipping", zone("CA"))


def test_a_region_is_once_in_its_zone(api: Caller) -> None:
    is_invalid(api.post("/shipping", zone("CA", "OR", "CA")), ("regions[2]", UNIQUE))
    is_invalid(
        api.post("/shipping", zone("Otago", "otago ", "Ōtago", country="NZ")),
        ("regions[1]", UNIQUE),
        ("regions[2]", UNIQUE),
    )
    made = api.made("/shipping", zone(None, country="NZ"))
    is_invalid(
        api.put(f"/shipping/{made['id']}", {"regions": zone(None, "", country="NZ")["regions"]}),
        ("regions[1]", UNIQUE),
    )


def test_the_same_region_in_another_country_or_tenant_is_another_one(site: Site, api: Caller) -> None:
    api.made("/shipping", zone("WA"))
    api.made("/shipping", zone("WA", country="AU"))
    site.house.open().app().made("/shipping", zone("WA"))


def test_of_zones_made_at_once_one_gets_the_region(api: Caller) -> None:
    with ThreadPoolExecutor(6) as pool:
        bodies = [zone("CA", state, title=state) for state in ("OR", "WA", "NV", "UT", "AZ", "ID")]
        answers = list(pool.map(lambda body: api.post("/shipping", body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 5]
    for answer in answers:
        if answer.status_code == 422:
            is_invalid(answer, ("regions[0]", UNIQUE))
    assert api.seen("/shipping")["total"] == 1


def test_of_zones_changed_at_once_one_gets_the_region(api: Caller) -> None:
    made = [api.made("/shipping", zone(state)) for state in ("OR", "WA", "NV", "UT")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda each: api.put(f"/shipping/{each['id']}", {"regions": zone("CA")["regions"]}), made
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]


@pytest.mark.parametrize(
    ("region", "faults"),
    [
        ({}, [("regions[0].countryCode", REQUIRED)]),
        ({"countryCode": "us"}, [("regions[0].countryCode", NOT_ONE_OF)]),
        ({"countryCode": "US", "stateCode": "AB"}, [("regions[0].stateCode", NOT_ONE_OF)]),
        ({"countryCode": "US", "zipCode": "1"}, [("regions[0].zipCode", UNKNOWN)]),
    ],
)
def test_a_region_is_a_country_or_a_state_of_it(
    api: Caller, region: Record, faults: list[tuple[str, str]]
) -> None:
    is_invalid(api.post("/shipping", {**zone(), "regions": [region]}), *faults)


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"isWrapShipping": False}, [("forEveryXWeight", REQUIRED), ("price", REQUIRED)]),
        ({"isWrapShipping": False, "forEveryXWeight": None, "price": 1}, [("forEveryXWeight", REQUIRED)]),
        ({"isWrapShipping": False, "forEveryXWeight": 0, "price": 1}, [("forEveryXWeight", ABOVE_ZERO)]),
        ({"isWrapShipping": True, "forEveryXWeight": 0.0}, [("forEveryXWeight", ABOVE_ZERO)]),
        ({"isWrapShipping": False, "forEveryXWeight": -1, "price": 1}, [("forEveryXWeight", "must be >= 0")]),
        (
            {"isWrapShipping": False, "forEveryXWeight": 1, "price": 1.5},
            [("price", "must be a integer,null")],
        ),
        ({"isWrapShipping": False, "forEveryXWeight": 1, "price": -1}, [("price", "must be >= 0")]),
        (
            {"isWrapShipping": True, "weightUnits": "Stone"},
            [("weightUnits", NOT_ONE_OF)],
        ),
    ],
)
def test_above_the_last_rate_parcels_repeat_or_there_is_a_price_for_each_step(
    api: Caller, sent: Record, faults: list[tuple[str, str]]
) -> None:
    told = [(f"services[0].topRate.{name}", message) for name, message in faults]
    is_invalid(api.post("/shipping", zone("CA", services=[service(topRate=sent)])), *told)
    made = api.made("/shipping", zone("OR"))
    is_invalid(api.put(f"/shipping/{made['id']}", top(made, **sent)), *told)


def test_every_fault_of_a_zone_is_told_at_once(api: Caller) -> None:
    is_invalid(api.post("/shipping", {}), *((name, REQUIRED) for name in ("title", "regions", "services")))
    rate = {"toWeight": -0.5, "price": -1, "weightUnits": "g"}
    wrong = {"title": "", "code": "x" * 101, "isActive": 1, "rates": [rate, {}], "topRate": None}
    is_invalid(
        api.post("/shipping", {"title": "<b>x</b>", "regions": None, "services": [wrong, 1], "zone": 1}),
        ("zone", UNKNOWN),
        ("title", "contains invalid string"),
        ("regions", "must be a array"),
        ("services[0].title", "must NOT have fewer than 1 characters"),
        ("services[0].code", "must NOT have more than 100 characters"),
        ("services[0].isActive", "must be a boolean"),
        ("services[0].rates[0].toWeight", "must be >= 0"),
        ("services[0].rates[0].price", "must be >= 0"),
        ("services[0].rates[0].weightUnits", NOT_ONE_OF),
        ("services[0].rates[1].toWeight", REQUIRED),
        ("services[0].rates[1].price", REQUIRED),
        ("services[0].topRate", "must be a object"),
        ("services[1]", "must be a object"),
    )
    assert api.seen("/shipping")["total"] == 0


def test_services_stand_in_the_order_in_which_they_are_offered(api: Caller) -> None:
    """SHP-2; of one place those sent first come first."""
    sent = [service(title="C", sortOrder=9), service(title="B"), service(title="A", sortOrder=2)]
    made = api.made("/shipping", zone("CA", services=sent))
    order = [(each["title"], each["sortOrder"]) for each in made["services"]]
    assert order == [("B", 2), ("A", 2), ("C", 9)]
    assert api.changed(f"/shipping/{made['id']}", {"title": "Other"})["services"] == made["services"]


def test_weights_are_returned_as_they_were_sent(api: Caller) -> None:
    rates = [{"toWeight": weight, "price": 1, "weightUnits": "Kg"} for weight in (0, 0.1, 2.25, 1000000)]
    made = api.post("/shipping", zone("CA", services=[service(rates=rates)]))
    for weight in ("0", "0.1", "2.25", "1000000"):
        assert f'"toWeight":{weight},"price":1,"weightUnits":"Kg"' in made.text


def test_id_and_dates_are_refused_when_sent(api: Caller) -> None:
    made = api.made("/shipping", zone("CA"))
    for name in ("id", "createdAt", "updatedAt"):
        is_invalid(api.put(f"/shipping/{made['id']}", {name: made[name]}), (name, UNKNOWN))


def test_zones_are_found_by_their_title(api: Caller) -> None:
    first = api.made("/shipping", zone("CA", title="Western USA"))
    second = api.made("/shipping", zone("NY", title="Éast"))
    assert api.seen("/shipping?q=west")["shippings"] == [first]
    assert api.seen("/shipping?q=east&cursor=start") == {"shippings": [second]}
    assert api.seen("/shipping?createdAt=lt:2000-01-01")["total"] == 0
    assert api.get("/shipping?title=x").status_code == 422


def test_a_deleted_zone_is_in_the_trash_of_who_may_read_zones(site: Site, api: Caller) -> None:
    made = api.made("/shipping", zone("CA"))
    api.gone(f"/shipping/{made['id']}")
    is_lost(api.get(f"/shipping/{made['id']}"), "Shipping")
    is_lost(api.delete(f"/shipping/{made['id']}"), "Shipping")
    is_lost(api.put(f"/shipping/{made['id']}", {"title": "x"}), "Shipping")
    row = api.seen("/trash?objectType=Shipping")["trashes"][0]
    assert (row["objectId"], row["title"]) == (made["id"], "Zone")
    assert site.app_with({"Shipping": "Read"}).seen("/trash")["total"] == 1
    assert site.app_with({"Setting": "Full"}).seen("/trash")["total"] == 0


def test_shop_fronts_are_told_whether_anything_is_shipped(site: Site, api: Caller) -> None:
    def told() -> bool:
        return site.stranger().seen("/setting/for-web")["hasShipping"]

    assert told() is False
    made = api.made("/shipping", zone("CA", services=[service(isActive=False)]))
    assert told() is False
    api.changed(f"/shipping/{made['id']}", {"services": [service()]})
    assert told() is True
    api.gone(f"/shipping/{made['id']}")
    assert told() is False


def test_the_documented_body_is_taken(api: Caller) -> None:
    rates = [{"toWeight": 10, "price": 10}, {"toWeight": 20, "price": 20}]
    ground = {
        "title": "Ground",
        "code": "FEX",
        "carrier": "FedEx",
        "isActive": True,
        "isDefault": True,
        "sortOrder": 1,
        "rates": rates,
        "topRate": {"isWrapShipping": False, "forEveryXWeight": 10, "price": 10},
    }
    air = {**ground, "title": "Airport", "isDefault": False, "sortOrder": 2}
    air["topRate"] = {"isWrapShipping": True}
    body = {
        "title": "Eastern USA",
        "regions": [{"countryCode": "US", "stateCode": "NY"}],
        "services": [ground, air],
    }
    made = api.made("/shipping", body)
    assert [each["carrier"] for each in made["services"]] == ["FedEx", "FedEx"]


def test_in_bulk_the_data_role_brings_all_ids(site: Site) -> None:
    source, target = site.app(), site.house.open()
    made = source.made("/shipping", zone("CA", None))
    lines = {"content-type": "application/x-ndjson"}
    data = target.person("Data")
    answer = data.request("POST", "/bulk/shipping", content=f"{json.dumps(made)}\n", headers=lines)
    assert '"result":"created"' in answer.text
    assert data.get(f"/shipping/{made['id']}").content == source.get(f"/shipping/{made['id']}").content
