"""A10: filters, their operators and their forms in a URL."""

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, House, Site
from tests.catalogue import BAD_ID, NOT_ONE_OF, is_answer, is_invalid, operator, query_param, refused

BAD_DATE = 'must match format "date-time"'
INTEGER = "must be a integer"
MOMENTS = (
    "2024-01-01T00:00:00.000Z",
    "2024-01-31T00:00:00.000Z",
    "2024-01-31T23:59:59.999Z",
    "2024-02-01T00:00:00.000Z",
)


@pytest.fixture(scope="module")
def dated(house: House) -> Caller:
    """Four customers, a to d, made at MOMENTS; for tests that only read."""
    api = house.open().app()
    for name, moment in zip("abcd", MOMENTS, strict=True):
        instant = clock.from_wire(moment)
        assert instant is not None
        with clock.frozen(instant):
            api.made(
                "/customer", {"firstName": name, "lastName": name * 2, "emails": [{"email": f"{name}@b.co"}]}
            )
    return api


def _names(api: Caller, query: str) -> str:
    seen = api.seen(f"/customer?{query}")
    assert seen["total"] == len(seen["customers"])
    return "".join(sorted(row["firstName"] for row in seen["customers"]))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("createdAt=gt:2024-01-31", "cd"),
        ("createdAt=gte:2024-01-31", "bcd"),
        ("createdAt=lt:2024-01-31", "a"),
        ("createdAt=lte:2024-01-31", "ab"),
        ("createdAt=gt:2024-01-31T23:59:59.999Z", "d"),
        ("createdAt=gte:2024-01-31T23:59:59.999Z", "cd"),
        ("createdAt=btw:2024-01-31|2024-02-01", "bcd"),
        ("createdAt=btw:2024-01-01|2024-01-31", "ab"),
        ("createdAt=btw:2024-02-01|2024-01-01", ""),
        ("createdAt=btw: 2024-01-31 | 2024-01-31T23:59:59.999Z ", "bc"),
        ("createdAt=2024-01-31", "bc"),
        ("createdAt= 2024-01-31 ", "bc"),
        ("createdAt=2023-12-31", ""),
        ("createdAt=gte: 2024-01-31", "bcd"),
        ("createdAt= gte : 2024-01-31 ", "bcd"),
        ("createdAt=gte:2024-01-31T01:00:00%2B01:00", "bcd"),
        ("createdAt=gte:2024-01-30T23:00:00-01:00", "bcd"),
        ("createdAt=gt:2024-01-31T00:00:00Z", "cd"),
        ("createdAt=lt:2024-02-01&updatedAt=gt:2024-01-01", "bc"),
        ("createdAt=", "abcd"),
        ("createdAt=%20", "abcd"),
        ("createdAt=gt:0001-01-01", "abcd"),
        ("createdAt=lt:9999-12-31T23:59:59.999Z", "abcd"),
        ("orderCount=0", "abcd"),
        ("orderCount=gt:0", ""),
        ("orderCount=gte:0", "abcd"),
        ("orderCount=lt: 1", "abcd"),
        ("orderCount=lte:-1", ""),
        ("orderCount=btw:-1|1", "abcd"),
        ("orderCount=btw:1|-1", ""),
        ("lifetimeValue=0", "abcd"),
        ("lifetimeValue=gt:100", ""),
        ("lifetimeValue=lt:999999999999999999", "abcd"),
        ("lastName=aa", "a"),
        ("lastName=BB", "b"),
        ("lastName=a", ""),
        ("lastName=gt:aa", ""),
        ("lastName=in:aa,bb", ""),
        ("tagId=", "abcd"),
        (f"tagId={NIL}", ""),
        (f"groupId=in:{NIL}", ""),
    ],
)
def test_a_filter_finds_what_it_asks_for(dated: Caller, query: str, found: str) -> None:
    assert _names(dated, query) == found


@pytest.mark.parametrize(
    "target",
    [
        "createdAt=btw:2024-01-31|2024-02-01",
        "createdAt=btw%3A2024-01-31%7C2024-02-01",
        "createdAt=btw:2024-01-31%7c2024-02-01",
        "createdAt=btw:2024-01-31T00:00:00.000Z|2024-02-01T00:00:00.000Z",
        "createdAt=btw%3A2024-01-31T00%3A00%3A00.000Z%7C2024-02-01T00%3A00%3A00.000Z",
        "createdAt=btw:+2024-01-31|2024-02-01",
        "%63reatedAt=btw:2024-01-31|2024-02-01",
        "createdAt=btw:2024-01-31|2024-02-01&",
        "&createdAt=btw:2024-01-31|2024-02-01",
    ],
)
def test_raw_and_percent_forms_of_a_url_are_the_same(site: Site, dated: Caller, target: str) -> None:
    with site.raw() as raw:
        answer = raw.ask("GET", f"/v1/customer?{target}", dated.headers)
    assert (answer.status, answer.body.count(b'"firstName"'), b'"total":3}' in answer.body) == (200, 3, True)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("createdAt=2024-01-01T10:00:00Z", "2024-01-01T10"),
        ("createdAt=like:2024", "like"),
        ("createdAt=ne:2024-01-01", "ne"),
        ("createdAt=nin:2024-01-01", "nin"),
        ("createdAt=in:2024-01-01", "in"),
        ("createdAt=GT:2024-01-01", "GT"),
        ("createdAt=:2024-01-01", ""),
        ("createdAt=eq:2024-01-01", "eq"),
        ("orderCount=in:1,2", "in"),
        ("orderCount=ne:1", "ne"),
        ("orderCount=>:1", ">"),
        (f"tagId=gt:{NIL}", "gt"),
        (f"tagId=nin:{NIL}", "nin"),
        (f"tagId= ne : {NIL}", "ne"),
        ("limit=1&orderCount=like:1", "like"),
    ],
)
def test_an_operator_that_is_unknown_or_not_for_that_class_is_named(
    api: Caller, query: str, said: str
) -> None:
    is_answer(api.get(f"/customer?{query}"), 422, operator(said))


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("createdAt=yesterday", ("createdAt", BAD_DATE)),
        ("createdAt=2024-02-30", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2023-02-29", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-13-01", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-1-1", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-01-01T25:00:00Z", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-01-01T10:00:00", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-01-01T10:00:00 02:00", ("createdAt", BAD_DATE)),
        ("createdAt=gt:2024-01-01T10", ("createdAt", BAD_DATE)),
        ("createdAt=gt:20240101", ("createdAt", BAD_DATE)),
        ("createdAt=gt:1704067200000", ("createdAt", BAD_DATE)),
        ("createdAt=gt:0000-01-01", ("createdAt", BAD_DATE)),
        ("createdAt=gt:", ("createdAt", BAD_DATE)),
        ("createdAt=btw:x|y", ("createdAt", BAD_DATE)),
        ("createdAt=btw:2024-01-01|", ("createdAt", BAD_DATE)),
        ("orderCount=x", ("orderCount", INTEGER)),
        ("orderCount=1.5", ("orderCount", INTEGER)),
        ("orderCount=gt:", ("orderCount", INTEGER)),
        ("orderCount=gt:٣", ("orderCount", INTEGER)),
        ("orderCount=99999999999999999999", ("orderCount", INTEGER)),
        ("tagId=x", ("tagId", BAD_ID)),
        (f"tagId=in:{NIL},x", ("tagId", BAD_ID)),
        ("tagId=x:y", ("tagId", BAD_ID)),
        (f"tagId=1:{NIL}", ("tagId", BAD_ID)),
    ],
)
def test_a_value_that_can_not_be_read_is_named(api: Caller, query: str, fault: tuple[str, str]) -> None:
    if query == "tagId=x:y":
        is_answer(api.get(f"/customer?{query}"), 422, operator("x"))
        return
    is_invalid(api.get(f"/customer?{query}"), fault)


@pytest.mark.parametrize("value", ["btw:2024-01-01", "btw:", "btw:2024-01-01|2024-01-02|2024-01-03"])
def test_between_takes_two_values(api: Caller, value: str) -> None:
    answer = api.get(f"/customer?createdAt={value}")
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, ["createdAt"])


def test_in_takes_one_to_a_hundred_values(api: Caller) -> None:
    for value in ("in:", "in: , "):
        answer = api.get(f"/customer?tagId={value}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tagId")
    hundred = ",".join([NIL] * 100)
    assert api.get(f"/customer?tagId=in:{hundred}").status_code == 200
    answer = api.get(f"/customer?tagId=in:{hundred},{NIL}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tagId")


def test_ids_in_a_filter_have_no_case_and_may_have_blanks(api: Caller) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    made = api.made("/customer", {"emails": [{"email": "a@b.co"}], "tags": [{"id": tag}]})
    for name in ("tagId", "groupId"):
        for value in (tag, tag.upper(), f" {tag} ", f"in:{NIL}, {tag.upper()} ", f" in : {tag}"):
            seen = api.seen(f"/customer?{name}={value}")
            assert ([row["id"] for row in seen["customers"]], seen["total"]) == ([made["id"]], 1)


def test_values_of_an_enumeration_are_those_of_the_list(api: Caller) -> None:
    made = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    for value, found in (
        ("Manual", [made["id"]]),
        ("Dynamic", []),
        ("in:Manual,Dynamic", [made["id"]]),
        ("in: Manual , Dynamic ", [made["id"]]),
        ("", [made["id"]]),
    ):
        assert [row["id"] for row in api.seen(f"/tag/customer?type={value}")["tags"]] == found
    for value in ("manual", "Other", "in:Manual,Other"):
        is_invalid(api.get(f"/tag/customer?type={value}"), ("type", NOT_ONE_OF))
    is_answer(api.get("/tag/customer?type=ne:Manual"), 422, operator("ne"))


def test_dates_are_filters_of_every_list_whose_rows_have_them(api: Caller) -> None:
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    for path in (
        "/customer",
        f"/customer/{customer}/address",
        f"/customer/{customer}/credit-card",
        "/customer-address",
        "/note",
        "/tag/customer",
        "/meta-data-config/customer",
        "/web-hook",
        "/web-hook-log",
        "/trash",
        "/wine-varietal",
        "/wine-appellation",
    ):
        for name in ("createdAt", "updatedAt"):
            assert api.get(f"{path}?{name}=gt:2000-01-01").status_code == 200
            is_answer(api.get(f"{path}?{name}=like:x"), 422, operator("like"))


def test_nul_in_a_value_is_refused_and_in_a_name_unknown(api: Caller) -> None:
    for path, name in (
        ("/customer", "q"),
        ("/customer", "lastName"),
        ("/customer", "createdAt"),
        ("/customer", "tagId"),
        ("/note", "q"),
        ("/web-hook", "object"),
        ("/wine-varietal", "q"),
        ("/wine-appellation", "region"),
    ):
        assert api.get(f"{path}?{name}=%00").status_code == 422
    is_answer(
        api.get("/customer?a%00b=1"), 422, refused("Invalid query param: a\0b").replace(b"\0", b"\\u0000")
    )


def test_bytes_that_are_no_utf_8_are_no_failure(site: Site, api: Caller) -> None:
    with site.raw() as raw:
        for target in (
            b"q=%ff%fe",
            b"lastName=%c3%28",
            b"%ff=1",
            b"q=%",
            b"q=%zz",
            b"q=%u0041",
        ):
            answer = raw.ask("GET", b"/v1/customer?" + target, api.headers)
            assert answer.status in (200, 400, 422)
        assert raw.ask("GET", "/v1", api.headers).status == 200


def test_parameters_of_other_lists_are_unknown(api: Caller) -> None:
    for path, name in (
        ("/customer", "searchText"),
        ("/customer", "customerId"),
        ("/customer", "queryId"),
        ("/customer", "email"),
        ("/note", "tagId"),
        ("/web-hook", "isSuccess"),
        ("/tag/customer", "title"),
        ("/trash", "title"),
    ):
        is_answer(api.get(f"{path}?{name}=x"), 422, query_param(name))
