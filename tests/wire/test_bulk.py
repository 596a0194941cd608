"""Bulk import (docs/bulk-import.md): a line each, with the rules of the single call."""

import gzip
import json
import threading
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cellarhand.config import Settings
from cellarhand.record.bulk import MOST_CHUNK, NOT_STORED
from tests.callers import Caller, House, Site
from tests.catalogue import (
    BAD_ID,
    ID_EXISTS,
    LOST,
    NOT_FOR_ROUTE,
    NOT_JSON,
    NOT_ONE_OF,
    REQUIRED,
    TOO_LARGE,
    UNAVAILABLE,
    UNIQUE,
    UNKNOWN,
    invalid,
    is_answer,
    is_invalid,
    lost,
    query_param,
)
from tests.servers import LiveServer, migrated, sqlite_url
from tests.wire.samples import ADDRESS, CARD, CONFIG, CUSTOMER, MANUAL, NOTE

pytestmark = pytest.mark.usefixtures("heard")

CREATED, UPDATED = "2015-03-01T10:00:00.000Z", "2016-04-02T11:30:00.500Z"
TYPE = {"content-type": "application/x-ndjson"}
Line = dict[str, Any]


@pytest.fixture
def data(site: Site) -> Caller:
    return site.person("Data")


def text_of(lines: Iterable[object]) -> bytes:
    return b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in lines)


def customers(count: int, first: int = 0) -> list[Line]:
    """Customers with ids and dates of their own, the same for the same numbers."""
    return [
        {
            "id": str(uuid.UUID(int=number + 1)),
            "createdAt": CREATED,
            "updatedAt": UPDATED,
            "firstName": "Old",
            "emails": [{"id": str(uuid.UUID(int=10**9 + number)), "email": f"old{number}@example.com"}],
        }
        for number in range(first, first + count)
    ]


def told(answer: httpx.Response) -> tuple[list[Line], Line]:
    """The results of the lines, and the summary."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    *results, last = [json.loads(line) for line in answer.content.splitlines()]
    return results, last["summary"]


def sent(caller: Caller, path: str, lines: Iterable[object]) -> tuple[list[Line], Line]:
    return told(caller.post(f"/bulk/{path}", content=text_of(lines), headers=TYPE))


def said(results: list[Line]) -> list[str]:
    return [each["result"] for each in results]


def total(caller: Caller, path: str = "/customer") -> int:
    return caller.seen(f"{path}?limit=1")["total"]


def test_each_line_is_answered_and_becomes_the_record_of_a_single_create(site: Site, data: Caller) -> None:
    lines = customers(3)
    results, summary = sent(data, "customer", lines)
    assert results == [
        {"line": place, "result": "created", "status": 201, "id": line["id"]}
        for place, line in enumerate(lines, 1)
    ]
    assert summary == {"lines": 3, "created": 3, "updated": 0, "unchanged": 0, "refused": 0}
    other = site.house.open().person("Data")
    for line in lines:
        assert data.seen(f"/customer/{line['id']}") == other.made("/customer", line)
    assert total(data) == 3
    assert site.fired() == [("Customer", "Create")] * 3
    assert [each["id"] for each in data.seen("/customer?q=old1@example.com")["customers"]] == [lines[1]["id"]]


def test_all_that_a_line_may_hold_is_kept(data: Caller, api: Caller) -> None:
    tag = api.made("/tag/customer", MANUAL)
    api.made("/meta-data-config/customer", CONFIG)
    line = {**CUSTOMER, "tags": [{"id": tag["id"]}], "metaData": {"spouse-name": "Ann"}}
    (result,), _ = sent(data, "customer?isSendTransactionEmail=false", [line])
    stored = api.seen(f"/customer/{result['id']}")
    assert (stored["tags"][0]["title"], stored["metaData"]) == ("VIP", {"spouse-name": "Ann"})
    assert (stored["hasAccount"], len(stored["phones"])) == (True, 2)
    found = api.seen(f"/customer?tagId={tag['id']}")
    assert [each["id"] for each in found["customers"]] == [result["id"]]


def test_a_line_that_is_wrong_is_refused_alone_with_the_error_of_the_single_call(data: Caller) -> None:
    first, second, third = customers(3)
    lines = [
        first,
        b"{\n",
        {**second, "favouriteColour": "red"},
        b"[]\n",
        {**third, "emails": first["emails"]},
        b"\n",
        {"id": "x"},
        third,
    ]
    results, summary = sent(data, "customer", lines)
    assert [(each["line"], each["result"], each["status"]) for each in results] == [
        (1, "created", 201),
        (2, "refused", 400),
        (3, "refused", 422),
        (4, "refused", 422),
        (5, "refused", 422),
        (7, "refused", 422),
        (8, "created", 201),
    ]
    expected = {
        2: NOT_JSON,
        3: invalid(("favouriteColour", UNKNOWN)),
        4: invalid(("body", "must be a object")),
        5: invalid(("emails[0].email", UNIQUE)),
        7: invalid(("emails", REQUIRED), ("id", BAD_ID)),
    }
    refused = {each["line"]: each["error"] for each in results if "error" in each}
    assert refused == {line: json.loads(error) for line, error in expected.items()}
    assert summary == {"lines": 7, "created": 2, "updated": 0, "unchanged": 0, "refused": 5}
    assert total(data) == 2


def test_a_chunk_may_be_all_or_nothing(site: Site, data: Caller) -> None:
    lines = customers(6)
    lines[1]["city"] = 7
    lines[2]["emails"] = lines[0]["emails"]
    results, summary = sent(data, "customer?atomic=chunk&chunk=3", lines)
    assert said(results) == ["refused"] * 3 + ["created"] * 3
    assert results[0]["error"]["message"] == NOT_STORED
    assert [each["error"]["errors"][0]["field"] for each in results[1:3]] == ["city", "emails[0].email"]
    assert (summary["created"], summary["refused"]) == (3, 3)
    assert total(data) == 3
    assert len(site.events()) == 3
    assert said(sent(data, "customer", customers(3))[0]) == ["created"] * 3


def test_a_file_may_be_sent_again(site: Site, data: Caller) -> None:
    lines = customers(40)
    sent(data, "customer", lines[:15])
    results, summary = sent(data, "customer?chunk=7", lines)
    assert said(results) == ["unchanged"] * 15 + ["created"] * 25
    assert all(each["id"] == line["id"] for each, line in zip(results, lines, strict=True))
    assert (summary["unchanged"], summary["created"]) == (15, 25)
    assert total(data) == 40
    assert len(site.events()) == 40


def test_the_same_line_twice_in_one_file_is_one_record(data: Caller) -> None:
    (line,) = customers(1)
    assert said(sent(data, "customer", [line, line])[0]) == ["created", "unchanged"]
    assert total(data) == 1


def test_what_belongs_to_a_record_may_come_between(data: Caller) -> None:
    """A default address touches its customer; the customer's line still says nothing new."""
    (line,) = customers(1)
    line["password"] = "not to be seen"
    sent(data, "customer", [line])
    data.made(f"/customer/{line['id']}/address", ADDRESS)
    before = data.seen(f"/customer/{line['id']}")
    assert before["updatedAt"] != UPDATED
    assert said(sent(data, "customer", [line])[0]) == ["unchanged"]
    assert data.seen(f"/customer/{line['id']}") == before


def test_an_id_of_another_record_is_refused(data: Caller) -> None:
    here, gone = customers(2)
    sent(data, "customer", [here, gone])
    data.gone(f"/customer/{gone['id']}")
    results, _ = sent(data, "customer", [{**here, "firstName": "New"}, gone])
    assert [each["error"] for each in results] == [json.loads(ID_EXISTS)] * 2
    assert data.seen(f"/customer/{here['id']}")["firstName"] == "Old"


def test_by_wish_a_line_changes_the_record_that_is_there(site: Site, data: Caller) -> None:
    here, other = customers(2)
    sent(data, "customer", [here])
    lines = [{"id": here["id"], "firstName": "New"}, other, {"id": here["id"], "emails": other["emails"]}]
    results, summary = sent(data, "customer?mode=upsert", [*lines, {"id": here["id"], "firstName": "New"}])
    assert said(results) == ["updated", "created", "refused", "unchanged"]
    assert [each["status"] for each in results] == [200, 201, 422, 200]
    assert results[2]["error"]["errors"] == [{"field": "emails[0].email", "message": UNIQUE}]
    assert (summary["updated"], summary["created"]) == (1, 1)
    stored = data.seen(f"/customer/{here['id']}")
    assert (stored["firstName"], stored["emails"][0]["email"]) == ("New", "old0@example.com")
    assert site.fired() == [("Customer", "Create")] * 2 + [("Customer", "Update")]


def test_a_line_without_the_members_of_a_create_is_no_create(data: Caller) -> None:
    (result,), _ = sent(data, "customer?mode=upsert", [{"id": str(uuid.uuid4()), "firstName": "A"}])
    assert result["error"] == json.loads(invalid(("emails", REQUIRED)))


def test_what_the_path_says_of_a_single_call_is_a_member_of_the_line(data: Caller) -> None:
    (customer,) = customers(1)
    sent(data, "customer", [customer])
    owner = {"customerId": customer["id"].upper()}
    addresses = [{**ADDRESS, **owner, "id": str(uuid.uuid4()), "isDefault": place == 1} for place in range(3)]
    results, _ = sent(data, "customer-address", addresses)
    assert said(results) == ["created"] * 3
    listed = data.seen(f"/customer/{customer['id']}/address")["customerAddresses"]
    assert {each["id"]: each["isDefault"] for each in listed} == {
        each["id"]: each["isDefault"] for each in addresses
    }
    assert (
        said(sent(data, "customer-credit-card", [{**CARD, **owner}, {**CARD, **owner}])[0]) == ["created"] * 2
    )
    cards = data.seen(f"/customer/{customer['id']}/credit-card")["customerCreditCards"]
    assert sorted(each["isDefault"] for each in cards) == [False, True]
    results, _ = sent(data, "tag", [{**MANUAL, "objectType": "Customer"}, {**MANUAL, "objectType": "Order"}])
    assert said(results) == ["created"] * 2
    assert data.seen("/tag/order")["tags"][0]["objectType"] == "Order"
    assert said(sent(data, "note", [{**NOTE, "customerId": customer["id"]}])[0]) == ["created"]


def test_such_a_member_is_needed_and_must_lead_somewhere(data: Caller) -> None:
    nobody = str(uuid.uuid4())
    results, _ = sent(
        data, "customer-address", [ADDRESS, {**ADDRESS, "customerId": 7}, {**ADDRESS, "customerId": nobody}]
    )
    assert [each["error"] for each in results] == [
        json.loads(invalid(("customerId", REQUIRED))),
        json.loads(invalid(("customerId", BAD_ID))),
        json.loads(lost("Customer")),
    ]
    results, _ = sent(data, "tag", [MANUAL, {**MANUAL, "objectType": "customer"}])
    assert [each["error"]["errors"][0]["message"] for each in results] == [REQUIRED, NOT_ONE_OF]
    (result,), _ = sent(data, "note", [{**NOTE, "customerId": nobody}])
    assert result["error"] == json.loads(invalid(("customerId", LOST)))


def test_a_line_undone_takes_nothing_of_its_neighbours_along(data: Caller) -> None:
    """Between good lines stand lines that fail after others were sent to the database."""
    (customer,) = customers(1)
    sent(data, "customer", [customer])
    good = [
        {**ADDRESS, "customerId": customer["id"], "id": str(uuid.UUID(int=place + 1)), "isDefault": True}
        for place in range(6)
    ]
    bad = {**ADDRESS, "customerId": customer["id"], "metaData": {"nothing": 1}, "isDefault": True}
    results, _ = sent(data, "customer-address", [line for each in good for line in (each, bad)])
    assert said(results) == ["created", "refused"] * 6
    listed = data.seen(f"/customer/{customer['id']}/address")
    assert listed["total"] == 6
    assert [each["id"] for each in listed["customerAddresses"] if each["isDefault"]] == [good[-1]["id"]]


def test_only_people_of_role_data_import(site: Site, api: Caller) -> None:
    for caller in (api, site.person("Admin Owner"), site.person("Partner")):
        is_answer(caller.post("/bulk/customer", content=b"", headers=TYPE), 401, NOT_FOR_ROUTE)


def test_what_can_not_be_created_can_not_be_imported(data: Caller) -> None:
    for name in ("trash", "setting", "inventory", "nothing", "Customer"):
        assert data.post(f"/bulk/{name}", content=b"", headers=TYPE).status_code == 404
    assert data.get("/bulk/customer").status_code == 405


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("atomic=yes", [("atomic", NOT_ONE_OF)]),
        ("mode=replace&chunk=0", [("mode", NOT_ONE_OF), ("chunk", "must be >= 1")]),
        (f"chunk={MOST_CHUNK + 1}", [("chunk", f"must be <= {MOST_CHUNK}")]),
        ("chunk=x", [("chunk", "must be a integer")]),
    ],
)
def test_options_that_mean_nothing_are_refused(
    data: Caller, query: str, faults: list[tuple[str, str]]
) -> None:
    is_invalid(data.post(f"/bulk/customer?{query}", content=b"", headers=TYPE), *faults)


def test_what_has_no_ids_of_its_own_can_not_be_upserted(data: Caller) -> None:
    is_invalid(data.post("/bulk/tag?mode=upsert", content=b"", headers=TYPE), ("mode", NOT_ONE_OF))
    answer = data.post("/bulk/note?isSendTransactionEmail=false", content=b"", headers=TYPE)
    is_answer(answer, 422, query_param("isSendTransactionEmail"))


def test_another_type_is_refused_and_none_is_taken_for_lines(data: Caller) -> None:
    for type in ("application/json", "text/plain"):
        answer = data.post("/bulk/customer", content=b"{}", headers={"content-type": type})
        assert answer.status_code == 415
        assert answer.json()["message"] == "Content-Type must be application/x-ndjson"
    answer = data.post("/bulk/customer", content=b"{}", headers={**TYPE, "content-encoding": "br"})
    assert answer.status_code == 415
    assert told(data.post("/bulk/customer", content=b""))[1]["lines"] == 0


def test_lines_may_come_packed(data: Caller) -> None:
    lines = text_of(customers(5)).rstrip(b"\n")
    half = lines.index(b"\n") + 7
    packed = gzip.compress(lines[:half]) + gzip.compress(lines[half:])
    headers = {**TYPE, "content-encoding": "gzip"}
    results, _ = told(data.post("/bulk/customer", content=packed, headers=headers))
    assert said(results) == ["created"] * 5
    results, summary = told(data.post("/bulk/customer", content=packed[:-9], headers=headers))
    assert summary["error"] == json.loads(NOT_JSON)
    assert summary["stoppedAt"] == len(results) + 1


def test_a_packed_line_beyond_all_bounds_is_refused_and_never_in_memory(data: Caller) -> None:
    good, after = customers(2)
    packed = gzip.compress(text_of([good, b'"' + b"x" * 30_000_000 + b'"\n', after]))
    headers = {**TYPE, "content-encoding": "gzip"}
    results, _ = told(data.post("/bulk/customer", content=packed, headers=headers))
    assert said(results) == ["created", "refused", "created"]
    assert results[1]["error"] == json.loads(TOO_LARGE)


def test_a_body_may_be_far_larger_than_that_of_a_single_call(data: Caller) -> None:
    """The caller reads nothing before it has sent all: neither side may wait for the other."""
    count = 12_000
    bad = b'{"emails": 1, "lastName": "' + b"x" * 250 + b'"}\n'

    def parts() -> Iterator[bytes]:
        for _ in range(count // 100):
            yield bad * 100

    answer = data._client.post(
        "/v1/bulk/customer?chunk=1000", content=parts(), headers={**data.headers, **TYPE}, timeout=60
    )
    results, summary = told(answer)
    assert len(bad) * count > 3_000_000
    assert [each["line"] for each in results] == list(range(1, count + 1))
    assert summary["refused"] == count


def test_lines_are_answered_before_the_last_one_is_sent(site: Site, data: Caller) -> None:
    first, second = (text_of(customers(2, first=place)) for place in (0, 2))
    with site.raw() as line:
        head = {**data.headers, **TYPE, "content-length": str(len(first) + len(second))}
        lead = "POST /v1/bulk/customer?chunk=2 HTTP/1.1\r\nHost: x\r\n"
        line.send((lead + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n").encode() + first)
        response = line.begin()
        early = [json.loads(response.readline()) for _ in range(2)]
        assert said(early) == ["created"] * 2
        assert total(data) == 2
        line.send(second)
        rest = [json.loads(each) for each in response.read().splitlines()]
        assert said(rest[:2]) == ["created"] * 2
        assert rest[-1]["summary"]["created"] == 4


def test_a_caller_who_goes_away_leaves_what_was_answered_and_nothing_half(site: Site, data: Caller) -> None:
    lines = customers(9)
    content = text_of(lines)
    with site.raw() as line:
        head = {**data.headers, **TYPE, "content-length": str(len(content))}
        lead = "POST /v1/bulk/customer?chunk=4 HTTP/1.1\r\nHost: x\r\n"
        line.send((lead + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n").encode())
        line.send(content[:-20])
        response = line.begin()
        assert said([json.loads(response.readline()) for _ in range(8)]) == ["created"] * 8
    assert total(data) == 8
    assert said(sent(data, "customer", lines)[0]) == ["unchanged"] * 8 + ["created"]


def test_two_imports_of_one_file_at_once_make_each_record_once(site: Site, data: Caller) -> None:
    lines = customers(60)
    answers: list[tuple[list[Line], Line]] = []

    def work(order: list[Line], chunk: int) -> None:
        with httpx.Client(base_url=site.server.url, trust_env=False, timeout=60) as client:
            answers.append(sent(Caller(client, data.headers), f"customer?chunk={chunk}", order))

    threads = [
        threading.Thread(target=work, args=(order, chunk))
        for order, chunk in ((lines, 7), (lines[::-1], 11), (lines, 60))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [summary["refused"] for _, summary in answers] == [0, 0, 0]
    assert sum(summary["created"] for _, summary in answers) == 60
    assert total(data) == 60
    assert len(site.events()) == 60


def test_an_import_that_meets_a_full_disk_says_from_where_to_send_again(tmp_path: Path) -> None:
    settings = Settings(migrated(sqlite_url(tmp_path)), rate_limit=0, access_log="off")
    with (
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
    ):
        data = House(server, client).open().person("Data")

        def room(pages: int) -> None:
            """Let the file grow by so many pages and no more."""

            async def work() -> None:
                sqlite = server.store._writer._sqlite  # type: ignore[attr-defined]
                now = sqlite.execute("PRAGMA page_count").fetchone()[0]
                sqlite.execute(f"PRAGMA max_page_count = {now + pages}")

            server.run(work())

        lines = [{**line, "city": "x" * 200} for line in customers(400)]
        room(30)
        results, summary = sent(data, "customer?chunk=20", lines)
        assert 0 < len(results) < len(lines)
        assert said(results) == ["created"] * len(results)
        assert summary["stoppedAt"] == len(results) + 1
        assert summary["error"] == json.loads(UNAVAILABLE)
        assert total(data) == len(results)
        room(10_000)
        _, summary = sent(data, "customer", lines)
        assert (summary["unchanged"], summary["created"]) == (len(results), len(lines) - len(results))


def test_the_identity_of_every_resource_can_be_brought(data: Caller) -> None:
    tag = {**MANUAL, "id": str(uuid.uuid4()), "objectType": "Customer"}
    tag |= {"createdAt": "2015-03-01T10:00:00.000Z", "updatedAt": "2016-03-01T10:00:00.000Z"}
    results, _ = sent(data, "tag", [tag])
    assert said(results) == ["created"]
    shown = data.seen(f"/tag/customer/{tag['id']}")
    assert {name: shown[name] for name in tag} == tag
    results, _ = sent(data, "tag", [tag, {**tag, "id": "x"}, {**tag, "title": "Another"}])
    assert said(results) == ["unchanged", "refused", "refused"]
    assert results[1]["error"]["errors"] == [{"field": "id", "message": BAD_ID}]
    # A single create takes none of it.
    single = {name: value for name, value in tag.items() if name != "objectType"}
    answer = data.post("/tag/customer", {**single, "title": "Third"})
    assert {each["field"] for each in answer.json()["errors"]} == {"id", "createdAt", "updatedAt"}


def test_a_customer_is_found_by_the_company_of_the_last_default_of_a_chunk(data: Caller) -> None:
    holder = customers(1)[0]
    sent(data, "customer", [holder])
    lines = [
        {**ADDRESS, "customerId": holder["id"], "company": company, "isDefault": True}
        for company in ("Zephyr Barrels", "Quartz Corks")
    ]
    strange = {**ADDRESS, "customerId": str(uuid.uuid4()), "company": "Nobody"}
    results, _ = sent(data, "customer-address", [lines[0], strange, lines[1]])
    assert said(results) == ["created", "refused", "created"]
    assert results[1]["status"] == 404
    for company, found in (("zephyr", []), ("quartz", [holder["id"]])):
        assert [each["id"] for each in data.seen(f"/customer?q={company}")["customers"]] == found


def test_the_default_address_before_keeps_its_date_in_a_history(data: Caller) -> None:
    holder = customers(1)[0]
    sent(data, "customer", [holder])
    lines = [
        {**ADDRESS, "customerId": holder["id"], "createdAt": CREATED, "updatedAt": UPDATED, "isDefault": True}
        for _ in range(2)
    ]
    results, _ = sent(data, "customer-address?dates=keep", lines)
    shown = [data.seen(f"/customer/{holder['id']}/address/{each['id']}") for each in results]
    assert [(each["isDefault"], each["updatedAt"]) for each in shown] == [(False, UPDATED), (True, UPDATED)]
    assert data.seen(f"/customer/{holder['id']}")["updatedAt"] == UPDATED
    answer = data.post("/bulk/customer?dates=now", content=b"", headers=TYPE)
    is_invalid(answer, ("dates", NOT_ONE_OF))


def test_a_rank_comes_with_its_customer_and_says_nothing_against_it_later(site: Site, data: Caller) -> None:
    line = {**customers(1)[0], "orderInformation": {"rank": 42, "rankTrend": "Up"}}
    assert said(sent(data, "customer", [line])[0]) == ["created"]
    shown = data.seen(f"/customer/{line['id']}")["orderInformation"]
    assert (shown["rank"], shown["rankTrend"]) == (42, "Up")
    ranked_anew = {**line, "orderInformation": {"rank": 7, "rankTrend": None}}
    assert said(sent(data, "customer", [ranked_anew])[0]) == ["unchanged"]
    results, _ = sent(data, "customer", [{**customers(1, 1)[0], "orderInformation": {"rank": 101}}])
    assert results[0]["error"]["errors"][0]["field"] == "orderInformation.rank"
    alone = data.post("/customer", {**CUSTOMER, "orderInformation": {"rank": 42}})
    is_invalid(alone, ("orderInformation.rank", UNKNOWN))
