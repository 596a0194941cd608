"""A13, part B: reading, changing nothing and writing back, for every resource; and members in wire order."""

import json

import pytest

from cellarhand import clock
from tests.callers import Caller, Site
from tests.catalogue import UNKNOWN, is_invalid, is_lost
from tests.wire.samples import NAMES, all_of, one_of

pytestmark = pytest.mark.usefixtures("heard")

ORDERS = {
    "customer": """id avatar honorific firstName lastName birthDate city stateCode zipCode countryCode
        emailMarketingStatus lastActivityDate metaData appData appSync flags notifications createdAt updatedAt
        orderInformation loyalty emails phones tags groups clubs products hasAccount loginActivity""",
    "address": """id customerId birthDate honorific firstName lastName company phone address address2 city
        stateCode zipCode countryCode isDefault metaData appData appSync createdAt updatedAt""",
    "card": """id cardBrand gateway maskedCardNumber bin expiryMo expiryYr cardHolderName tokenOnFile
        customerId isDefault lastCCAUUpdatedDate createdAt updatedAt""",
    "note": """id type noteDate content customerId orderId dueDate accountId accountName isComplete createdAt
        updatedAt""",
    "manual tag": "id title objectType type appliesToCondition createdAt updatedAt conditions",
    "dynamic tag": """id title objectType type appliesToCondition createdAt updatedAt conditions
        backPopulate""",
    "definition": "id title objectType code dataType isRequired options sortOrder createdAt updatedAt",
    "web hook": "id object action url username notes notificationEmail createdAt updatedAt",
}
THINGS = {
    "customer": "Customer",
    "address": "Customer Address",
    "card": "Customer Credit Card",
    "note": "Note",
    "manual tag": "Tag",
    "dynamic tag": "Tag",
    "definition": "Meta Data Config",
    "web hook": "Web Hook",
}
IDENTITY = ("id", "createdAt", "updatedAt")


@pytest.mark.parametrize("name", NAMES)
def test_members_stand_in_documented_order(api: Caller, name: str) -> None:
    assert list(one_of(api, name).record) == ORDERS[name].split()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_post_answers_is_what_a_get_answers_to_the_byte(api: Caller, name: str) -> None:
    made = one_of(api, name)
    content = api.get(made.at).content
    assert content == json.dumps(made.record, separators=(",", ":"), ensure_ascii=False).encode()
    assert made.record in next(iter(api.seen(made.path).values()))


@pytest.mark.parametrize("name", NAMES)
def test_read_modify_write_changes_nothing(site: Site, api: Caller, name: str) -> None:
    """GET, drop id and dates, PUT the rest: 200, the same bytes, no event."""
    made = one_of(api, name)
    before, fired = api.get(made.at), site.fired()
    body = {member: value for member, value in made.record.items() if member not in IDENTITY}
    with clock.frozen(clock.now() + 60_000):
        answer = api.put(made.at, body)
        assert (answer.status_code, answer.content) == (200, before.content)
        assert api.put(made.at, {}).content == before.content
        assert api.put(made.at).content == before.content
    assert api.get(made.at).content == before.content
    assert site.fired() == fired


@pytest.mark.parametrize("name", NAMES)
def test_writing_what_was_sent_again_changes_nothing(site: Site, api: Caller, name: str) -> None:
    made = one_of(api, name)
    before, fired = api.get(made.at), site.fired()
    fresh = ("emails", "phones", "flags", "conditions", "password", "appData", "metaData")
    body = {member: value for member, value in made.sent.items() if member not in fresh}
    if name == "web hook":
        body["password"] = made.sent["password"]
    with clock.frozen(clock.now() + 60_000):
        answer = api.put(made.at, body)
    assert (answer.status_code, answer.content) == (200, before.content)
    assert site.fired() == fired


@pytest.mark.parametrize("name", NAMES)
def test_id_and_dates_at_the_root_are_refused_also_when_equal(api: Caller, name: str) -> None:
    made = one_of(api, name)
    for member in IDENTITY:
        is_invalid(api.put(made.at, {member: made.record[member]}), (member, UNKNOWN))
        is_invalid(api.put(made.at, {member: None}), (member, UNKNOWN))


@pytest.mark.parametrize("name", NAMES)
def test_an_upper_case_id_is_the_same_record(api: Caller, name: str) -> None:
    made = one_of(api, name)
    assert api.seen(f"{made.path}/{made.record['id'].upper()}") == made.record


@pytest.mark.parametrize("name", NAMES)
def test_a_deleted_record_is_404_everywhere_and_off_its_list(api: Caller, name: str) -> None:
    made = one_of(api, name)
    api.gone(made.at)
    for answer in (api.get(made.at), api.put(made.at, {}), api.delete(made.at)):
        is_lost(answer, THINGS[name])
    assert made.record["id"] not in [row["id"] for row in next(iter(api.seen(made.path).values()))]


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_id_is_404_and_so_are_ids_of_every_version(api: Caller, name: str) -> None:
    made = one_of(api, name)
    for id in (
        "00000000-0000-0000-0000-000000000000",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ):
        for answer in (
            api.get(f"{made.path}/{id}"),
            api.put(f"{made.path}/{id}", {}),
            api.delete(f"{made.path}/{id}"),
        ):
            is_lost(answer, THINGS[name])


def test_secrets_are_in_no_answer(api: Caller) -> None:
    for made in all_of(api):
        for path in (made.at, made.path):
            assert "not to be seen" not in api.get(path).text
    assert "not to be seen" not in api.get("/trash").text


def test_success_never_looks_like_an_error(api: Caller) -> None:
    """A2: no top-level statusCode or errors; type only where the resource has one of its own."""
    for made in all_of(api):
        assert not {"statusCode", "errors"} & set(made.record)
