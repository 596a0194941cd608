"""Which way to a page is taken, by the indexes that there are (docs/decisions/0008)."""

from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER
from cellarhand.record.paging import GATHERED, way, within_indexes
from cellarhand.store.conditions import Checked, Compare, Linked, gathered

MANY = 10 * GATHERED
PAID, POS = Compare("paid_at", ">=", 5), Compare("channel", "=", "POS")
AT = Compare("pos_profile_id", "=", "a")
UPDATED, VALUE = Compare("updated_at", ">=", 5), Compare("lifetime_value", ">=", 5)
BY_VALUE = CUSTOMER.sorted_by("orderInformation.lifetimeValue", descending=True)
BY_NUMBER = ORDER.sorted_by("orderNumber", descending=True)


def test_an_index_that_leads_with_the_column_is_walked_along() -> None:
    of_club = (Compare("club_id", "=", "a"),)
    assert way(CLUB_MEMBERSHIP.table, of_club, CLUB_MEMBERSHIP.order, MANY, 50) == (
        of_club,
        CLUB_MEMBERSHIP.order,
    )


def test_few_are_gathered_and_sorted() -> None:
    assert way(ORDER.table, (PAID,), ORDER.order, GATHERED, 50) == ((PAID,), gathered(ORDER.order))


def test_many_are_walked_along_the_order_when_its_index_has_the_columns() -> None:
    for order in (ORDER.order, BY_NUMBER):
        found = way(ORDER.table, (PAID, POS), order, MANY, MANY // 2)
        assert found == ((Checked(PAID), Checked(POS)), order)


def test_few_of_a_column_that_no_index_begins_with_are_walked_to() -> None:
    assert way(ORDER.table, (POS,), ORDER.order, 10, 50) == ((Checked(POS),), ORDER.order)


def test_near_pages_are_walked_to_and_far_ones_gathered() -> None:
    assert way(ORDER.table, (AT,), ORDER.order, MANY, 50) == ((Checked(AT),), ORDER.order)
    # What no index has to sort by comes from the narrow one by id.
    assert way(ORDER.table, (AT,), BY_NUMBER, MANY, MANY // 2) == (
        (Linked("id", ORDER.table, "id", (AT,)),),
        gathered(BY_NUMBER),
    )


def test_what_an_index_has_but_not_in_order_is_gathered_there() -> None:
    where, order = way(CUSTOMER.table, (UPDATED, VALUE), BY_VALUE, MANY, 50)
    assert where == (UPDATED, Checked(VALUE)), "the index by value lacks the date of change"
    assert order == gathered(BY_VALUE)


def test_an_index_that_lacks_a_column_is_not_asked_to_find_rows() -> None:
    paid = Compare("payment_status", "=", "Paid")
    assert within_indexes(ORDER.table, (paid, POS)) == (paid, POS)
    held = Compare("compliance_status", "=", "Held")
    assert within_indexes(ORDER.table, (paid, held)) == (Checked(paid), held)
