"""Rules that no schema tells, and that generated data does not reach by itself."""

import pytest

from tests.callers import NIL, Caller, Site


@pytest.fixture
def data(site: Site) -> Caller:
    return site.person("Data")


def test_the_data_role_can_not_give_a_record_another_id(api: Caller, data: Caller) -> None:
    mine = api.made("/customer", {"emails": [{"email": "mine@example.com"}]})
    other = api.made("/customer", {"emails": [{"email": "other@example.com"}]})
    for sent in (other["id"], NIL):
        answer = data.put(f"/customer/{mine['id']}", {"id": sent, "city": "Napa"})
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": "id", "message": "can not be changed"}]
    assert data.changed(f"/customer/{mine['id']}", {"id": mine["id"]}) == mine
    assert api.seen(f"/customer/{other['id']}") == other


@pytest.mark.parametrize("value", [10**400, "1" + "0" * 400, "1_0", "nan", "", True, [1]])
def test_meta_data_numbers_are_numbers(api: Caller, value: object) -> None:
    api.made("/meta-data-config/customer", {"title": "Cases", "code": "cases", "dataType": "Number"})
    customer = {"emails": [{"email": "jane@example.com"}], "metaData": {"cases": value}}
    answer = api.post("/customer", customer)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "metaData.cases", "message": "must be a number"}]


def test_the_last_place_stays_one_that_can_be_written_back(api: Caller) -> None:
    config = {"title": "Cases", "code": "cases", "dataType": "Number", "sortOrder": 2**31 - 1}
    api.made("/meta-data-config/customer", config)
    last = api.made("/meta-data-config/customer", {"title": "Rows", "code": "rows", "dataType": "Number"})
    path = f"/meta-data-config/customer/{last['id']}"
    assert api.changed(path, {"sortOrder": last["sortOrder"]}) == last
