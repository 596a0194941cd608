"""The reference says what is so: no page is stale, and the coverage table has no hole that is not named."""

import pytest

from cellarhand.http.routes import Routes
from cellarhand.resources import ACTIONS, RESOURCES
from documentation.__main__ import FOLDER
from documentation.coverage import (
    MEMBERS_NOT_THERE,
    NOT_YET,
    OURS,
    call_of,
    documented,
    members,
)
from documentation.pages import pages, table


@pytest.fixture(scope="module")
def routes() -> Routes:
    return Routes(RESOURCES, ACTIONS)


@pytest.fixture(scope="module")
def there(routes: Routes) -> set[str]:
    return {call_of(endpoint) for endpoint in routes.endpoints}


def test_the_pages_are_those_that_the_declarations_make() -> None:
    made = pages()
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert stale == [], "run `make docs`"


def test_each_core_operation_is_there_or_named_with_the_reason(there: set[str]) -> None:
    core = {each.call for each in documented() if each.phase == "core"}
    assert core - there == NOT_YET.keys()


def test_each_operation_is_documented_or_ours(there: set[str]) -> None:
    assert there - {each.call for each in documented()} == OURS.keys()


def test_each_documented_member_of_what_is_there_is_there_too(routes: Routes) -> None:
    found = {f"{each.of} {each.side} {name}" for each in members(routes) for name in each.missing}
    assert found == MEMBERS_NOT_THERE


def test_members_are_known_for_every_core_resource(routes: Routes) -> None:
    """What a body or an answer should hold is said for each that can be written or read."""
    told = {(each.of, each.side) for each in members(routes)}
    for resource in RESOURCES:
        if resource.operations:
            assert (resource.name, "answer") in told, resource.name
            assert resource.write is None or (resource.name, "body") in told, resource.name


def test_a_cell_of_a_table_stays_one() -> None:
    assert table(("a",), [("one | two\nthree",)]) == "| a |\n| --- |\n| one \\| two three |\n"
