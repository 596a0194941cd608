"""The order in which a push sends the records of one list."""

from pathlib import Path

from cellarhand.transfer.in_order import in_order
from cellarhand.transfer.moved import moved_lists
from cellarhand.transfer.sending import Prepared


def test_what_a_killed_push_left_while_it_sorted_is_gone_with_the_next_one(tmp_path: Path) -> None:
    """It holds bodies of orders, of all of them at worst."""
    left = tmp_path / ".sorting-left"
    left.mkdir()
    (left / "part 00").write_bytes(b"the bodies of orders")
    orders = next(each for each in moved_lists() if each.name == "order")
    late, early = (Prepared(id, "digest", b"{}", f"00 {id}") for id in "21")
    assert list(in_order(orders, iter((late, early)), tmp_path, bulk=True)) == [early, late]
    assert list(tmp_path.iterdir()) == []
