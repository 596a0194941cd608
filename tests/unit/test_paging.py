"""Which way to a page is taken, by the indexes that there are (docs/decisions/0008)."""

from cellarhand.orders.order import ORDER
from cellarhand.record.paging import GATHERED, way
from cellarhand.store.conditions import Checked, Compare, Linked, gathered

MANY = 10 * GATHERED
PAID, POS = Compare("paid_at", ">=", 5), Compare("channel", "=", "POS")
UPDATED = Compare("updated_at", ">=", 5)
BY_NUMBER = ORDER.sorted_by("orderNumber", descending=True)


def test_an_index_that_leads_with_the_column_is_walked_along() -> None:
    assert way(ORDER.table, (POS,), ORDER.order, MANY, 50) == ((POS,), ORDER.order)


def test_few_are_gathered_and_sorted() -> None:
    assert way(ORDER.table, (PAID,), ORDER.order, GATHERED, 50) == ((PAID,), gathered(ORDER.order))


def test_many_are_walked_along_the_order_when_its_index_has_the_columns() -> None:
    for order in (ORDER.order, BY_NUMBER):
        found = way(ORDER.table, (PAID, POS), order, MANY, MANY // 2)
        assert found == ((Checked(PAID), Checked(POS)), order)


def test_near_pages_are_walked_to_and_far_ones_gathered() -> None:
    assert way(ORDER.table, (UPDATED,), ORDER.order, MANY, 50) == ((Checked(UPDATED),), ORDER.order)
    assert way(ORDER.table, (UPDATED,), ORDER.order, MANY, MANY // 2) == (
        (UPDATED,),
        gathered(ORDER.order),
    )


def test_what_its_own_index_can_not_sort_is_sorted_by_the_narrow_one() -> None:
    where, order = way(ORDER.table, (UPDATED,), BY_NUMBER, MANY, MANY // 2)
    assert where == (Linked("id", ORDER.table, "id", (UPDATED,)),)
    assert order == gathered(BY_NUMBER)
