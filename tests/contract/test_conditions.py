"""Conditions mean the same over both engines, whatever text they meet."""

import pytest

from cellarhand.ids import new_id
from cellarhand.store.conditions import (
    Among,
    AnyOf,
    By,
    Checked,
    Compare,
    Comparison,
    Condition,
    Contains,
    IsNull,
    Linked,
    StartsWith,
    equal,
    gathered,
)
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE

NAMES = (
    "",
    "a",
    "A",
    "ab",
    "a b",
    "a%b",
    "a_b",
    "a\\b",
    "a\\%b",
    "axb",
    "a'b",
    'a"b',
    "a;--",
    "á",
    "ä",
    "z",
    "zz",
    "é",
    "ß",
    "山",
    "山田",
    "🍷",
    "🍷🍷",
    "a\uffff",
    "a\U0010ffff",
    "\U0010ffff",
    "\ud7ff",
    "\ue000",
    "a\tb\nc",
)


class Rows:
    """One row for each of NAMES, numbered; and one without a name."""

    def __init__(self, store: Store, tenant: int) -> None:
        self.store, self.tenant = store, tenant

    async def fill(self) -> "Rows":
        rows = [(new_id(), "{}", name, number) for number, name in enumerate((*NAMES, None))]

        async def job(unit: WriteUnit) -> None:
            await unit.insert_many(PROBE, ("id", "body", "name", "number"), rows)

        await self.store.write(self.tenant, job)
        return self

    async def met(self, *where: Condition) -> set[str | None]:
        rows = await self.store.reading(self.tenant).rows(PROBE, ("name",), where)
        assert await self.store.reading(self.tenant).count(PROBE, where) == len(rows)
        return {row[0] for row in rows}


@pytest.fixture
async def rows(store: Store, tenant: int) -> Rows:
    return await Rows(store, tenant).fill()


@pytest.mark.parametrize("op", ["=", "<>", ">", ">=", "<", "<="])
async def test_texts_are_compared_by_code_point(rows: Rows, op: Comparison) -> None:
    meant = {
        "=": lambda a, b: a == b,
        "<>": lambda a, b: a != b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
    }[op]
    for value in NAMES:
        assert await rows.met(Compare("name", op, value)) == {name for name in NAMES if meant(name, value)}


async def test_numbers_are_compared_as_numbers(rows: Rows) -> None:
    assert await rows.met(Compare("number", "<", 2)) == set(NAMES[:2])
    assert await rows.met(Compare("number", ">=", len(NAMES))) == {None}
    assert await rows.met(Compare("number", ">", -(2**63)), Compare("number", "<=", 0)) == {NAMES[0]}
    assert await rows.met(Compare("number", ">", 2**63 - 1)) == set()


async def test_null_is_met_by_is_null_alone(rows: Rows) -> None:
    assert await rows.met(IsNull("name")) == {None}
    assert None not in await rows.met(Compare("name", "<>", "a"))


async def test_a_prefix_is_one_at_every_edge_of_unicode(rows: Rows) -> None:
    for prefix in (*NAMES[1:], "zzz", "a\U0010ffff\U0010ffff"):
        expected = {name for name in NAMES if name.startswith(prefix)}
        assert await rows.met(StartsWith("name", prefix)) == expected, repr(prefix)


async def test_a_part_is_found_as_it_is_written(rows: Rows) -> None:
    """The signs of LIKE are plain characters, and case counts."""
    for part in ("a", "A", "%", "_", "\\", "\\%", "'", '"', "b", "", "山", "🍷", "x", "a_", "%b", "\t"):
        assert await rows.met(Contains("name", part)) == {name for name in NAMES if part in name}, repr(part)


async def test_among_none_meets_nothing_and_many_meet_each(rows: Rows) -> None:
    assert await rows.met(Among("name", ())) == set()
    assert await rows.met(Among("name", ("a", "山", "not there", "a"))) == {"a", "山"}
    assert await rows.met(Among("number", tuple(range(-500, 3)))) == set(NAMES[:3])


async def test_conditions_hold_together_and_any_of_them_apart(rows: Rows) -> None:
    either = AnyOf((Compare("name", "=", "a"), StartsWith("name", "z"), IsNull("name")))
    assert await rows.met(either) == {"a", "z", "zz", None}
    assert await rows.met(either, Compare("name", ">", "a")) == {"z", "zz"}
    assert await rows.met(AnyOf((AnyOf((Compare("name", "=", "a"),)), Among("name", ("b", "z"))))) == {
        "a",
        "z",
    }


async def test_a_link_is_followed_inside_the_tenant_alone(rows: Rows, other: int) -> None:
    linked = Linked("id", PROBE, "id", (StartsWith("name", "z"), Compare("number", ">", 0)))
    assert await rows.met(linked) == {"z", "zz"}
    assert await rows.met(linked, Compare("name", "<>", "z")) == {"zz"}
    assert await rows.met(Linked("id", PROBE, "id", equal("name", "not there"))) == set()
    assert list(await rows.store.reading(other).rows(PROBE, ("id",), (linked,))) == []


async def test_any_of_several_links_finds_what_either_does(rows: Rows, other: int) -> None:
    either = AnyOf(tuple(Linked("id", PROBE, "id", equal("name", name)) for name in ("z", "山", "山")))
    assert await rows.met(either) == {"z", "山"}
    assert await rows.met(either, Compare("name", "<>", "z")) == {"山"}
    mixed = AnyOf((Linked("id", PROBE, "id", equal("name", "z")), equal("name", "a")[0]))
    assert await rows.met(mixed) == {"a", "z"}
    assert list(await rows.store.reading(other).rows(PROBE, ("id",), (either,))) == []


async def test_what_is_only_checked_or_gathered_is_the_same(rows: Rows) -> None:
    low = Compare("number", "<", 3)
    assert await rows.met(Checked(low)) == await rows.met(low) == set(NAMES[:3])
    order = (By("number", descending=True), By("id"))
    unit = rows.store.reading(rows.tenant)
    for offset in (0, 4):
        plain, found = [
            await unit.rows(PROBE, ("name",), (), way, 5, offset) for way in (order, gathered(order))
        ]
        assert [row[0] for row in plain] == [row[0] for row in found]


async def test_ids_are_compared_and_listed_as_ids(rows: Rows) -> None:
    found = await rows.store.reading(rows.tenant).rows(PROBE, ("id",), ())
    ids = sorted(row[0] for row in found)
    assert await rows.met(Among("id", (ids[0], ids[1], new_id()))) != set()
    assert len(await rows.met(Compare("id", "<>", ids[0]))) == len(NAMES)
    assert len(await rows.met(Compare("id", ">=", ids[3]), Compare("id", "<", ids[5]))) == 2
