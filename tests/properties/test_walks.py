"""Walks and pages under change (reference A8, A9, A12): what stays is seen exactly once, in order."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callers import Caller, House

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def customer(api: Caller, name: str) -> str:
    return api.made("/customer", {"lastName": name, "emails": [{"email": f"{name}@example.com"}]})["id"]


def step(api: Caller, limit: int, cursor: str) -> tuple[list[str], str | None]:
    answer = api.seen(f"/customer?limit={limit}&cursor={cursor}")
    assert list(answer) in (["customers"], ["customers", "cursor"])
    return [row["id"] for row in answer["customers"]], answer.get("cursor")


@FEW
@given(
    size=st.integers(0, 12),
    limit=st.integers(1, 7),
    changes=st.lists(st.sampled_from(["add", "drop"]), max_size=8),
)
def test_a_walk_sees_each_record_that_stays_exactly_once(
    house: House, size: int, limit: int, changes: list[str]
) -> None:
    api = house.open().app()
    living = [customer(api, f"first{number}") for number in range(size)]
    stays, seen = set(living), list[str]()
    cursor: str | None = "start"
    while cursor is not None:
        rows, cursor = step(api, limit, cursor)
        assert len(rows) <= limit
        seen += rows
        if changes:
            change = changes.pop()
            if change == "add":
                customer(api, f"later{len(changes)}")
            elif living:
                gone = living.pop(0)
                stays.discard(gone)
                api.gone(f"/customer/{gone}")
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


@FEW
@given(size=st.integers(0, 9), limit=st.integers(1, 6), gone=st.sets(st.integers(0, 8)))
def test_pages_together_are_the_list_and_total_counts_it(
    house: House, size: int, limit: int, gone: set[int]
) -> None:
    api = house.open().app()
    made = [customer(api, f"c{number}") for number in range(size)]
    for number in gone:
        if number < size:
            api.gone(f"/customer/{made[number]}")
    left = {id for number, id in enumerate(made) if number not in gone}
    rows, page = list[dict[str, Any]](), 1
    while True:
        answer = api.seen(f"/customer?limit={limit}&page={page}")
        assert answer["total"] == len(left)
        if not answer["customers"]:
            break
        rows += answer["customers"]
        page += 1
    assert {row["id"] for row in rows} == left
    assert len(rows) == len(left)
    order = [(row["createdAt"], row["id"]) for row in rows]
    assert order == sorted(sorted(order, key=lambda key: key[1]), key=lambda key: key[0], reverse=True)
