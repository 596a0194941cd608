"""B23: clubs."""

import json
from typing import Any

import pytest

from cellarhand import clock
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
    query_param,
    refused,
)

pytestmark = pytest.mark.usefixtures("heard")

ORDER = """id title type image content emailInstructions webStatus adminStatus slug allowCustomersToCancel
    createdAt updatedAt addOns seo"""
FULL: dict[str, Any] = {
    "title": " Red Case Club ",
    "type": "Subscription",
    "image": "https://images.example.com/red.png",
    "content": "<p>Twelve <b>red</b> bottles &amp; a letter.</p>",
    "emailInstructions": "<p>Welcome.</p>",
    "webStatus": "Available",
    "adminStatus": "Not Available",
    "slug": "the-red-ones",
    "allowCustomersToCancel": True,
    "seo": {"title": "Red wine"},
    "publishDate": "2019-12-15T20:56:00.000Z",
}


def member_of(api: Caller, club: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A membership of a new customer."""
    customer = api.made("/customer", {"emails": [{"email": f"member{clock.tick()}@example.com"}]})
    place = {"address": "1 Road", "city": "Blenheim", "countryCode": "NZ"}
    address = api.made(f"/customer/{customer['id']}/address", {"firstName": "A", "lastName": "B", **place})
    body = {
        "customerId": customer["id"],
        "clubId": club["id"],
        "orderDeliveryMethod": "Ship",
        "shipToCustomerAddressId": address["id"],
    }
    return api.made("/club-membership", {**body, **more})


def test_a_title_is_enough(site: Site, api: Caller) -> None:
    club = api.made("/club", {"title": "Mixed Club"})
    moment = {"createdAt": club["createdAt"], "updatedAt": club["updatedAt"]}
    assert club == {
        "id": club["id"],
        "title": "Mixed Club",
        "type": "Traditional",
        "image": None,
        "content": None,
        "emailInstructions": None,
        "webStatus": "Not Available",
        "adminStatus": "Available",
        "slug": "mixed-club",
        "allowCustomersToCancel": False,
        **moment,
        "addOns": [],
        "seo": {"title": "Mixed Club", "description": None},
    }
    assert site.fired() == [("Club", "Create")]


def test_members_stand_in_documented_order_and_the_post_answers_as_the_get(api: Caller) -> None:
    club = api.made("/club", FULL)
    assert list(club) == ORDER.split()
    content = json.dumps(club, separators=(",", ":"), ensure_ascii=False).encode()
    assert api.get(f"/club/{club['id']}").content == content
    assert api.get("/club").content == b'{"clubs":[%b],"total":1}' % content
    assert api.get("/club?cursor=start").content == b'{"clubs":[%b]}' % content
    kept = {name: value for name, value in FULL.items() if name not in ("title", "seo", "publishDate")}
    assert {name: club[name] for name in kept} == kept
    assert club["title"] == "Red Case Club"
    assert club["seo"] == {"title": "Red wine", "description": None}


def test_search_engines_are_told_the_content_without_html(api: Caller) -> None:
    body = {name: FULL[name] for name in ("title", "content")}
    club = api.made("/club", body)
    assert club["seo"] == {"title": "Red Case Club", "description": "Twelve red bottles & a letter."}


def test_a_taken_slug_gets_a_number_or_is_refused_when_sent(api: Caller) -> None:
    slugs = [api.made("/club", {"title": "Rouge & Noir"})["slug"] for _ in range(3)]
    assert slugs == ["rouge-noir", "rouge-noir-2", "rouge-noir-3"]
    is_invalid(api.post("/club", {"title": "Other", "slug": "rouge-noir"}), ("slug", UNIQUE))
    other = api.made("/club", {"title": "Other"})
    is_invalid(api.put(f"/club/{other['id']}", {"slug": "rouge-noir-2"}), ("slug", UNIQUE))


def test_read_modify_write_changes_nothing(site: Site, api: Caller) -> None:
    club = api.made("/club", FULL)
    fired = site.fired()
    body = {name: value for name, value in club.items() if name not in ("id", "createdAt", "updatedAt")}
    with clock.frozen(clock.now() + 60_000):
        assert api.changed(f"/club/{club['id']}", body) == club
        assert api.changed(f"/club/{club['id']}", {"publishDate": None}) == club
        assert api.changed(f"/club/{club['id']}", {}) == club
    assert site.fired() == fired


def test_a_change(site: Site, api: Caller) -> None:
    club = api.made("/club", FULL)
    sent = {"title": "Reds", "webStatus": "Not Available", "content": None}
    with clock.frozen(clock.now() + 60_000):
        changed = api.changed(f"/club/{club['id']}", sent)
        assert changed == {**club, **sent, "updatedAt": clock.to_wire(clock.now())}
    assert site.fired() == [("Club", "Create"), ("Club", "Update")]


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"title": None}, ("title", "must be a string")),
        ({"title": "<b>Red</b>"}, ("title", HTML)),
        ({"type": "Monthly"}, ("type", NOT_ONE_OF)),
        ({"webStatus": "Retired"}, ("webStatus", NOT_ONE_OF)),
        ({"adminStatus": "Hidden"}, ("adminStatus", NOT_ONE_OF)),
        ({"image": "http://images.example.com/red.png"}, ("image", "must be https")),
        ({"addOns": [{"price": 100}]}, ("addOns[0].productVariantId", REQUIRED)),
        ({"addOns": [{"productVariantId": NIL, "price": -1}]}, ("addOns[0].price", "must be >= 0")),
        ({"addOns": [{"productVariantId": NIL, "price": 1}]}, ("addOns[0].productVariantId", LOST)),
        ({"id": NIL}, ("id", UNKNOWN)),
        ({"createdAt": "2020-01-01T00:00:00Z"}, ("createdAt", UNKNOWN)),
        ({"discount": 10}, ("discount", UNKNOWN)),
    ],
)
def test_faults(api: Caller, sent: dict[str, Any], fault: tuple[str, str]) -> None:
    is_invalid(api.post("/club", {"title": "Red", **sent}), fault)
    assert api.seen("/club")["total"] == 0


def test_the_title_is_needed_and_the_type_stays(api: Caller) -> None:
    is_invalid(api.post("/club", {"type": "Traditional"}), ("title", REQUIRED))
    club = api.made("/club", FULL)
    is_invalid(api.put(f"/club/{club['id']}", {"type": "Traditional"}), ("type", FIXED))
    assert api.changed(f"/club/{club['id']}", {"type": "Subscription"}) == club


def test_the_list_is_newest_first_and_searched_by_title(api: Caller) -> None:
    for number, title in enumerate(("Château Club", "White Club", "Red")):
        with clock.frozen(clock.now() + number):
            api.made("/club", {"title": title})
    assert [club["title"] for club in api.seen("/club")["clubs"]] == ["Red", "White Club", "Château Club"]
    found = api.seen("/club?q=teau%20CLUB")
    assert ([club["title"] for club in found["clubs"]], found["total"]) == (["Château Club"], 1)
    is_answer(api.get("/club?type=Traditional"), 422, query_param("type"))


def test_the_data_role_pushes_id_and_dates(site: Site) -> None:
    data = site.person("Data")
    id, created, updated = "a" * 8 + NIL[8:], "2018-05-22T16:21:34.940Z", "2018-05-22T16:23:56.381Z"
    club = data.made("/club", {"title": "Old", "id": id, "createdAt": created, "updatedAt": updated})
    assert (club["id"], club["createdAt"], club["updatedAt"]) == (id, created, updated)
    assert data.changed(f"/club/{id}", {"updatedAt": created})["updatedAt"] == created


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("Admin User", 200, 201), ("Standard", 200, 401), ("Basic", 401, 401)]
)
def test_rights(site: Site, role: str, reads: int, writes: int) -> None:
    person = site.person(role)
    assert person.get("/club").status_code == reads
    assert person.post("/club", {"title": "Red"}).status_code == writes


def test_a_deleted_club_is_gone(site: Site, api: Caller) -> None:
    club = api.made("/club", FULL)
    api.gone(f"/club/{club['id']}")
    for answer in (api.get(f"/club/{club['id']}"), api.delete(f"/club/{club['id']}")):
        is_lost(answer, "Club")
    assert api.seen("/club") == {"clubs": [], "total": 0}
    event = site.events()[-1]
    assert (event.object, event.action, event.payload) == ("Club", "Delete", club)
    [row] = site.person("Admin Owner").seen("/trash")["trashes"]
    assert (row["objectType"], row["objectId"], row["title"]) == ("Club", club["id"], "Red Case Club")
    assert api.made("/club", FULL)["slug"] == club["slug"]


def test_a_club_with_members_stays_until_the_last_is_cancelled(api: Caller) -> None:
    club = api.made("/club", {"title": "Red"})
    membership = member_of(api, club)
    tomorrow = clock.now() + clock.DAY_MS
    said = refused("Can not delete a club with active memberships")
    is_answer(api.delete(f"/club/{club['id']}"), 422, said)
    cancel = {"cancelDate": clock.to_wire(tomorrow), "cancellationReason": "Moving"}
    api.changed(f"/club-membership/{membership['id']}", cancel)
    is_answer(api.delete(f"/club/{club['id']}"), 422, said)
    with clock.frozen(tomorrow):
        api.gone(f"/club/{club['id']}")


def test_cancelled_members_go_on_showing_a_deleted_club(api: Caller) -> None:
    club = api.made("/club", {"title": 'The "Old" One'})
    cancel = {"cancelDate": "2024-02-01", "cancellationReason": "Other"}
    membership = member_of(api, club, signupDate="2024-01-01", **cancel)
    api.gone(f"/club/{club['id']}")
    at = f"/club-membership/{membership['id']}"
    assert api.seen(at) == membership
    assert api.seen(f"/customer/{membership['customerId']}")["clubs"][0]["clubTitle"] == club["title"]
    changed = api.changed(at, {"giftMessage": "Thank you"})
    assert changed == {**membership, "giftMessage": "Thank you", "updatedAt": changed["updatedAt"]}
    is_invalid(api.put(at, {"cancelDate": None}), ("clubId", LOST))


def test_a_new_title_shows_in_members_who_have_not_changed(site: Site, api: Caller) -> None:
    club, other = (api.made("/club", {"title": title}) for title in ("Red", "White"))
    memberships = [member_of(api, each) for each in (club, club, other)]
    before = [api.seen(f"/customer/{each['customerId']}") for each in memberships]
    fired = site.fired()
    new = api.changed(f"/club/{club['id']}", {"title": 'Red "R" \\ é'})["title"]
    assert site.fired() == sorted([*fired, ("Club", "Update")])
    for place, (membership, customer) in enumerate(zip(memberships, before, strict=True)):
        title = new if place < 2 else "White"
        now = api.seen(f"/customer/{customer['id']}")
        assert now["clubs"] == [{**customer["clubs"][0], "clubTitle": title}]
        assert now["orderInformation"]["currentClubTitle"] == title
        assert now["updatedAt"] == customer["updatedAt"]
        shown = api.seen(f"/club-membership/{membership['id']}")
        assert (shown["club"]["title"], shown["updatedAt"]) == (title, membership["updatedAt"])
        assert shown["customer"]["orderInformation"] == now["orderInformation"]
