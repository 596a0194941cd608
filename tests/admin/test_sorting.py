"""Lists are sorted by the columns that have an index, both ways, and so is their export."""

import re
from typing import Any

import pytest

from cellarhand.resources import RESOURCES
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.wire.shop import order


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def _names(page: Page) -> list[str]:
    return re.findall(r'<a href="[^"]*/customers/[0-9a-f-]{36}">([^<]*)</a>', page.answer.text)


def test_a_column_sorts_both_ways_and_says_so(winery: Winery, owner: Visitor, api: Any) -> None:
    for name in ("Baker", "adams", "Évans"):
        api.made("/customer", {"lastName": name, "emails": [{"email": f"{ord(name[0])}@a.example"}]})
    page = owner.see(winery.slug, "/customers")
    assert 'aria-sort="' not in page.answer.text
    up = page.follow("sort=lastName")
    assert _names(up) == ["adams", "Baker", "Évans"]
    assert 'aria-sort="ascending"' in up.answer.text
    down = up.follow("sort=-lastName")
    assert _names(down) == ["Évans", "Baker", "adams"]
    assert 'aria-sort="descending"' in down.answer.text
    exported = down.follow(".csv").answer.text
    assert [row.partition(",")[0] for row in exported.splitlines()[1:]] == ["Évans", "Baker", "adams"]
    narrowed = owner.see(winery.slug, "/customers?sort=-lastName&q=bak&createdAt.from=2001-01-01")
    assert _names(narrowed) == ["Baker"]
    assert _names(owner.see(winery.slug, "/customers?sort=city")) == _names(page)


def test_a_sorted_list_goes_on_where_its_page_ended(winery: Winery, owner: Visitor, api: Any) -> None:
    numbers = [api.made("/order", order())["orderNumber"] for _ in range(53)]

    def shown(page: Page) -> list[int]:
        return [int(n) for n in re.findall(r"/orders/[0-9a-f-]{36}\">(\d+)<", page.answer.text)]

    first = owner.see(winery.slug, "/orders?sort=orderNumber")
    second = first.follow("page=2", "sort=orderNumber")
    assert [*shown(first), *shown(second)] == sorted(numbers)
    down = [shown(owner.see(winery.slug, f"/orders?sort=-orderNumber&page={n}")) for n in (1, 2)]
    assert [*down[0], *down[1]] == sorted(numbers, reverse=True)


@pytest.mark.parametrize("resource", [each for each in RESOURCES if each.sorts], ids=lambda each: each.name)
def test_every_sort_has_its_index(resource: Any) -> None:
    for member, index in resource.sorts.items():
        assert any(each.columns[: len(index.columns)] == index.columns for each in resource.table.indexes)
        assert resource.sorted_by(member, descending=False)[-1].column == "id"
