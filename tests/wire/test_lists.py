"""A7, A8, A9, A12: envelopes, pages, cursors and the order of lists."""

import json
import uuid

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import BAD_ID, PAGE_AND_CURSOR, is_answer, is_invalid, is_lost, query_param

KEYS = {
    "/customer": "customers",
    "/customer-address": "customerAddresses",
    "/note": "notes",
    "/tag/customer": "tags",
    "/tag/order": "tags",
    "/meta-data-config/customer": "metaDataConfigs",
    "/meta-data-config/experience": "metaDataConfigs",
    "/web-hook": "webHooks",
    "/refund": "refunds",
    "/gift-card": "giftCards",
    "/trash": "trashes",
    "/web-hook-log": "webHookLogs",
}


def _customers(api: Caller, count: int) -> list[str]:
    """The ids of new customers, in the order of their making, each a second younger."""
    start, ids = clock.now(), list[str]()
    for number in range(count):
        with clock.frozen(start + number * 1000):
            made = api.made("/customer", {"emails": [{"email": f"c{number}@example.com"}], "city": "Napa"})
        ids.append(made["id"])
    return ids


def _ids(api: Caller, path: str) -> list[str]:
    return [row["id"] for row in api.seen(path)["customers"]]


@pytest.mark.parametrize(("path", "key"), KEYS.items())
def test_an_empty_list_is_its_key_and_a_total_and_by_cursor_its_key_alone(
    api: Caller, path: str, key: str
) -> None:
    is_answer(api.get(path), 200, f'{{"{key}":[],"total":0}}'.encode())
    is_answer(api.get(f"{path}?page=9&limit=1"), 200, f'{{"{key}":[],"total":0}}'.encode())
    is_answer(api.get(f"{path}?cursor=start"), 200, f'{{"{key}":[]}}'.encode())
    is_answer(api.get(f"{path}?cursor={NIL}"), 200, f'{{"{key}":[]}}'.encode())


def test_nested_lists_have_their_irregular_keys(api: Caller) -> None:
    [customer] = _customers(api, 1)
    for name, key in (("address", "customerAddresses"), ("credit-card", "customerCreditCards")):
        is_answer(api.get(f"/customer/{customer}/{name}"), 200, f'{{"{key}":[],"total":0}}'.encode())


def test_the_list_of_an_unknown_parent_is_404(api: Caller) -> None:
    for query in ("", "?cursor=start", "?q=x"):
        is_lost(api.get(f"/customer/{NIL}/address{query}"), "Customer")
        is_lost(api.get(f"/customer/{NIL}/credit-card{query}"), "Customer")


def test_rows_of_a_list_are_the_records_as_read_one_by_one(api: Caller) -> None:
    _customers(api, 3)
    rows = api.seen("/customer")["customers"]
    assert [api.seen(f"/customer/{row['id']}") for row in rows] == rows
    bodies = b",".join(api.get(f"/customer/{row['id']}").content for row in rows)
    assert api.get("/customer").content == b'{"customers":[' + bodies + b'],"total":3}'


def test_the_newest_comes_first_and_of_one_moment_the_lowest_id(api: Caller) -> None:
    ids = _customers(api, 3)
    assert _ids(api, "/customer") == ids[::-1]
    with clock.frozen(clock.now() + 60_000):
        twins = [
            api.made("/customer", {"emails": [{"email": f"t{number}@example.com"}]})["id"]
            for number in range(4)
        ]
    assert _ids(api, "/customer") == [*sorted(twins), *ids[::-1]]


def test_pages_count_from_one_and_hold_up_to_limit_rows(api: Caller) -> None:
    ids = _customers(api, 7)[::-1]
    assert _ids(api, "/customer?limit=3") == ids[:3]
    assert _ids(api, "/customer?limit=3&page=1") == ids[:3]
    assert _ids(api, "/customer?limit=3&page=2") == ids[3:6]
    assert _ids(api, "/customer?limit=3&page=3") == ids[6:]
    for path in ("?limit=3&page=2", "?page=99", "?limit=1", "?q=c"):
        assert api.seen(f"/customer{path}")["total"] == 7
    assert api.seen("/customer?page=99") == {"customers": [], "total": 7}
    assert list(api.seen("/customer")) == ["customers", "total"]


def test_a_page_holds_fifty_rows_unless_told_otherwise(api: Caller) -> None:
    _customers(api, 51)
    assert len(_ids(api, "/customer")) == 50
    assert len(_ids(api, "/customer?page=2")) == 1
    assert len(api.seen("/customer?cursor=start")["customers"]) == 50


@pytest.mark.parametrize("name", ["limit", "page"])
def test_paging_takes_whole_numbers_from_one_on(api: Caller, name: str) -> None:
    for value in ("x", "1.5", "1e2", "0x1", "٣", "1,2", "true", "--1", "1 2"):
        is_invalid(api.get(f"/customer?{name}={value}"), (name, "must be a integer"))
    for value in ("0", "-1", "-99999999999999999999"):
        is_invalid(api.get(f"/customer?{name}={value}"), (name, "must be >= 1"))
    assert api.get(f"/customer?{name}=").status_code == 200
    assert api.get(f"/customer?{name}=%201%20").status_code == 200
    assert api.get(f"/customer?{name}=01").status_code == 200


def test_a_limit_above_fifty_is_refused(api: Caller) -> None:
    for value in ("51", "100", "99999999999999999999"):
        is_invalid(api.get(f"/customer?limit={value}"), ("limit", "must be <= 50"))
        is_invalid(api.get(f"/customer?cursor=start&limit={value}"), ("limit", "must be <= 50"))


def test_a_page_far_beyond_the_end_is_empty(api: Caller) -> None:
    _customers(api, 1)
    for page in ("1000", "999999999999999", "9" * 40):
        assert api.seen(f"/customer?page={page}") == {"customers": [], "total": 1}


def test_all_faulty_values_are_named_together(api: Caller) -> None:
    is_invalid(
        api.get("/customer?limit=51&page=0&createdAt=gte:x&orderCount=y&tagId=z"),
        ("limit", "must be <= 50"),
        ("page", "must be >= 1"),
        ("createdAt", 'must match format "date-time"'),
        ("orderCount", "must be a integer"),
        ("tagId", BAD_ID),
    )


def test_a_walk_by_cursor_meets_every_record_once_ordered_by_id(api: Caller) -> None:
    ids = sorted(_customers(api, 7))
    cursor, walked = "start", list[str]()
    while cursor:
        seen = api.seen(f"/customer?limit=3&cursor={cursor}")
        walked += [row["id"] for row in seen["customers"]]
        cursor = seen.get("cursor")
        if cursor:
            assert list(seen) == ["customers", "cursor"]
            assert cursor == ids[len(walked)]
        else:
            assert list(seen) == ["customers"]
    assert walked == ids


def test_the_last_page_has_no_cursor_even_when_it_is_full(api: Caller) -> None:
    ids = sorted(_customers(api, 4))
    seen = api.seen(f"/customer?limit=2&cursor={ids[2]}")
    assert ([row["id"] for row in seen["customers"]], list(seen)) == (ids[2:], ["customers"])


def test_a_cursor_is_a_place_so_its_record_may_be_gone_or_never_have_been(api: Caller) -> None:
    ids = sorted(_customers(api, 4))
    api.gone(f"/customer/{ids[2]}")
    assert _ids(api, f"/customer?cursor={ids[2]}") == ids[3:]
    assert _ids(api, f"/customer?cursor={ids[2].upper()}") == ids[3:]
    assert _ids(api, f"/customer?cursor={NIL}") == [ids[0], ids[1], ids[3]]
    assert _ids(api, "/customer?cursor=ffffffff-ffff-ffff-ffff-ffffffffffff") == []
    assert api.get(f"/customer?cursor={uuid.uuid1()}").status_code == 200


@pytest.mark.parametrize("cursor", ["START", "begin", "1", "null", "start2", NIL[:-1], f"{{{NIL}}}", "*"])
def test_a_cursor_that_is_neither_start_nor_an_id_is_refused(api: Caller, cursor: str) -> None:
    is_invalid(api.get(f"/customer?cursor={cursor}"), ("cursor", BAD_ID))


def test_an_empty_cursor_is_page_mode(api: Caller) -> None:
    is_answer(api.get("/customer?cursor="), 200, b'{"customers":[],"total":0}')


def test_page_and_cursor_together_are_refused(api: Caller) -> None:
    for query in (
        "page=1&cursor=start",
        "cursor=start&page=1",
        f"page=2&limit=5&cursor={NIL}",
        "page=0&cursor=x",
    ):
        is_answer(api.get(f"/customer?{query}"), 422, PAGE_AND_CURSOR)


def test_a_cursor_works_with_filters_search_and_limit(api: Caller) -> None:
    ids = sorted(_customers(api, 4))
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    for customer in ids[:3]:
        api.changed(f"/customer/{customer}", {"tags": [{"id": tag}]})
    seen = api.seen(f"/customer?cursor=start&limit=2&tagId={tag}&q=c")
    assert ([row["id"] for row in seen["customers"]], seen["cursor"]) == (ids[:2], ids[2])
    assert _ids(api, f"/customer?cursor={ids[2]}&tagId={tag}") == [ids[2]]


@pytest.mark.parametrize("path", [*KEYS, f"/customer/{NIL}/address", f"/customer/{NIL}/credit-card"])
def test_every_list_refuses_unknown_and_repeated_parameters(api: Caller, path: str) -> None:
    for name in ("sort", "order", "populate", "fields", "Page", "CURSOR"):
        is_answer(api.get(f"{path}?{name}=x"), 422, query_param(name))
    for query in ("limit=1&limit=1", "limit=&limit=2", "limit=1&page=1&limit=1"):
        is_answer(api.get(f"{path}?{query}"), 422, query_param("limit"))


def test_a_single_record_takes_no_parameters(api: Caller) -> None:
    [customer] = _customers(api, 1)
    for method in ("GET", "DELETE"):
        for name in ("limit", "cursor", "createdAt", "x"):
            answer = api.request(method, f"/customer/{customer}?{name}=1")
            is_answer(answer, 422, query_param(name))


def test_notes_come_newest_first_and_tags_too(api: Caller) -> None:
    [customer] = _customers(api, 1)
    start, notes, tags = clock.now() + 60_000, list[str](), list[str]()
    for number in range(3):
        with clock.frozen(start + number * 1000):
            notes.append(api.made("/note", {"content": f"{number}", "customerId": customer})["id"])
            tags.append(api.made("/tag/customer", {"title": f"{9 - number}", "type": "Manual"})["id"])
    assert [row["id"] for row in api.seen("/note")["notes"]] == notes[::-1]
    assert [row["id"] for row in api.seen("/tag/customer")["tags"]] == tags[::-1]


def test_the_total_follows_deletions(api: Caller, site: Site) -> None:
    ids = _customers(api, 3)
    api.gone(f"/customer/{ids[0]}")
    assert api.seen("/customer")["total"] == 2
    assert api.seen("/customer?q=c")["total"] == 2
    other = site.house.open().app()
    assert other.seen("/customer")["total"] == 0


def test_lists_are_compact_json(api: Caller) -> None:
    _customers(api, 2)
    content = api.get("/customer").content
    assert content == json.dumps(json.loads(content), separators=(",", ":")).encode()
