"""What the platform does and our server does not: shapes of answers, served by a stub."""

import json
from typing import Any

import httpx
import pytest

from cellarhand.client import ApiError, Invalid, Unreadable
from tests.client.conftest import Both

ROWS = [{"id": f"00000000-0000-4000-8000-{n:012}", "title": f"T{n}"} for n in range(120)]


class Stub:
    """Answers each request by a function of its query, and remembers what was asked."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.asked.append(query)
        status, body = self._answer(query)
        return httpx.Response(status, content=body if isinstance(body, bytes) else json.dumps(body))

    def client(self, both: Both) -> Any:
        kind = httpx.Client if both.kind == "sync" else httpx.AsyncClient
        return both.at("https://stub.example/v1", http=kind(transport=httpx.MockTransport(self)))


def page_of(query: dict[str, str], rows: list[dict[str, str]] = ROWS) -> dict[str, Any]:
    page, limit = int(query.get("page", 1)), int(query["limit"])
    return {"vendors": rows[(page - 1) * limit : page * limit], "total": len(rows)}


def test_an_endpoint_that_ignores_the_cursor_is_walked_by_pages(both: Both) -> None:
    stub = Stub(lambda query: (200, page_of(query)))
    assert both.all(stub.client(both).vendors.list()) == ROWS
    assert [each.get("page") for each in stub.asked] == [None, "2", "3"]


@pytest.mark.parametrize(
    "refusal",
    [
        {"message": "Invalid query param: cursor"},
        {"message": "One or more elements is missing or invalid", "errors": [{"field": "cursor"}]},
    ],
)
def test_an_endpoint_that_refuses_the_cursor_is_walked_by_pages(both: Both, refusal: Any) -> None:
    def answer(query: dict[str, str]) -> tuple[int, Any]:
        body = {"statusCode": "422", "type": "validationError", **refusal}
        return (422, body) if "cursor" in query else (200, page_of(query))

    assert both.all(Stub(answer).client(both).vendors.list()) == ROWS


def test_a_list_that_shifts_while_it_is_paged_brings_nothing_twice(both: Both) -> None:
    shifted = [{"id": "new"}, *ROWS]
    stub = Stub(lambda query: (200, page_of(query, ROWS if "cursor" in query else shifted)))
    assert both.all(stub.client(both).vendors.list()) == ROWS


def test_an_endpoint_without_paging_is_read_once(both: Both) -> None:
    assert both.all(Stub(lambda _: (200, {"vendors": ROWS})).client(both).vendors.list()) == ROWS


def test_the_same_cursor_twice_ends_the_walk(both: Both) -> None:
    body = {"vendors": ROWS[:50], "cursor": ROWS[50]["id"]}
    with pytest.raises(Unreadable, match="does not move on"):
        both.all(Stub(lambda _: (200, body)).client(both).vendors.list())


def test_a_status_code_as_text_and_errors_that_are_absent(both: Both) -> None:
    body = {"statusCode": "422", "type": "validationError", "message": "Can not do that"}
    with pytest.raises(Invalid) as refused:
        both.done(Stub(lambda _: (422, body)).client(both).vendors.get("x"))
    assert (refused.value.status, refused.value.errors) == (422, ())


def test_a_page_of_some_proxy_is_an_error_all_the_same(both: Both) -> None:
    with pytest.raises(ApiError) as refused:
        both.done(Stub(lambda _: (403, b"<html>no</html>")).client(both).vendors.get("x"))
    assert refused.value.status == 403


def test_success_without_what_was_promised_is_unreadable(both: Both) -> None:
    with pytest.raises(Unreadable, match="'vendors'"):
        both.done(Stub(lambda _: (200, {"things": []})).client(both).vendors.page())


def test_members_that_we_do_not_know_are_there(both: Both) -> None:
    strange = {"id": "1", "newMember": {"deep": [1, 2.5, None]}}
    assert both.done(Stub(lambda _: (200, strange)).client(both).vendors.get("1")) == strange


def test_a_201_or_200_is_as_good_for_a_creation(both: Both) -> None:
    assert both.done(Stub(lambda _: (200, {"id": "1"})).client(both).vendors.create({})) == {"id": "1"}


@pytest.mark.parametrize(("status", "body"), [(204, b""), (200, b""), (200, {"id": "1", "title": "gone"})])
def test_a_deletion_may_answer_with_the_object_or_with_nothing(both: Both, status: int, body: Any) -> None:
    assert both.done(Stub(lambda _: (status, body)).client(both).vendors.delete("1")) is None


def test_a_total_that_changes_while_a_list_is_paged_ends_it_all_the_same(both: Both) -> None:
    totals = iter((500, 90, 120, 3))

    def answer(query: dict[str, str]) -> tuple[int, Any]:
        return 200, {**page_of(query), "total": next(totals)}

    found = both.all(Stub(answer).client(both).vendors.list())
    assert found == ROWS[: len(found)]
    assert len(found) >= 100


@pytest.mark.parametrize("body", [ROWS[:2], "vendors", None, {"vendors": {"0": ROWS[0]}}])
def test_a_list_of_another_shape_is_unreadable(both: Both, body: Any) -> None:
    with pytest.raises(Unreadable):
        both.all(Stub(lambda _: (200, body)).client(both).vendors.list())


def test_a_missing_cursor_is_the_end(both: Both) -> None:
    def answer(query: dict[str, str]) -> tuple[int, Any]:
        if query["cursor"] == "start":
            return 200, {"vendors": ROWS[:50], "cursor": ROWS[50]["id"]}
        return 200, {"vendors": ROWS[50:]}

    assert both.all(Stub(answer).client(both).vendors.list()) == ROWS
