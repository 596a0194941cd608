"""The order in which a push sends the records of one list."""

from pathlib import Path

from cellarhand.transfer.in_order import Placed, Sorting, Turns


def test_what_a_killed_push_left_while_it_sorted_is_gone_with_the_next_one(tmp_path: Path) -> None:
    """It holds bodies of orders, of all of them at worst."""
    left = tmp_path / ".sorting-left"
    left.mkdir()
    (left / "part 00").write_bytes(b"the bodies of orders")
    late, early = (Placed(id, f"00 {id}", b"{}") for id in "21")
    with Sorting(tmp_path, Turns(), bulk=True) as sorting:
        sorting.fill((late, early))
        (turn,) = sorting.in_turns()
        assert list(turn) == [early, late]
    assert list(tmp_path.iterdir()) == []


def test_what_came_of_one_order_comes_in_the_order_in_which_that_shows_it() -> None:
    """Each in a turn of its own, and after it what came of that one."""
    turns = Turns()
    linked = [{"orderId": "late"}, {"orderId": "early"}, {"orderId": "last"}]
    turns.note({"id": "sale", "linkedOrders": linked})
    turns.note({"id": "late", "previousOrderId": "sale", "linkedOrders": []})
    turns.note({"id": "last", "previousOrderId": "sale", "linkedOrders": [{"orderId": "again"}]})
    turns.note({"id": "again", "previousOrderId": "last", "linkedOrders": []})
    found = {id: turns.of(id) for id in ("sale", "late", "early", "last", "again", "other")}
    assert found == {"sale": 0, "late": 0, "early": 1, "last": 2, "again": 2, "other": 0}


def test_orders_that_lead_in_a_circle_end_somewhere() -> None:
    turns = Turns()
    turns.note({"id": "a", "previousOrderId": "b", "linkedOrders": [{"orderId": "b"}, {"orderId": "a"}]})
    turns.note({"id": "b", "previousOrderId": "a", "linkedOrders": [{"orderId": "a"}, {"orderId": "b"}]})
    assert {turns.of("a"), turns.of("b")} <= {1, 2}
