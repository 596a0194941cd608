"""The order in which a push sends orders."""

import random
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from cellarhand.transfer import in_order
from cellarhand.transfer.in_order import Placed, Sorting, Turns

YEARS = range(2015, 2023)


def orders(count: int) -> list[Placed]:
    """Orders of ten customers and of guests, over eight years, as they come: by ids that tell nothing."""
    chance = random.Random(5)
    made: list[Placed] = []
    for number in range(count):
        customer = chance.choice([*map(str, range(10)), "None"])
        month = f"{chance.choice(YEARS)}-{chance.randint(1, 12):02}"
        place = f"{customer} {month}-{chance.randint(1, 28):02}T10:00:00.000Z"
        content = f'{{"number":{number}}}'.encode()
        made.append(Placed(f"{chance.getrandbits(64):016x}", place, content))
    return made


def sent(folder: Path, given: list[Placed], turns: Turns, *, bulk: bool) -> list[list[Placed]]:
    """What comes out, turn by turn."""
    with Sorting(folder, turns, bulk=bulk) as sorting:
        sorting.fill(given)
        found = [list(some) for some in sorting.in_turns()]
    assert not list(folder.iterdir()), "what was put aside is gone"
    return found


def _month(order: Placed) -> str:
    return order.place.split(" ")[1][:7]


def test_in_bulk_orders_come_season_by_season_and_customer_by_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_order, "COHORT", 50)
    given = orders(500)
    [found] = sent(tmp_path, given, Turns(), bulk=True)
    assert sorted(found) == sorted(given), "each of them once, as it was"
    # Where the customers begin anew, a new season begins.
    begins = [0, *(at for at in range(1, 500) if found[at].place < found[at - 1].place), 500]
    seasons = [found[a:b] for a, b in pairwise(begins)]
    assert len(seasons) > 5
    for season, later in pairwise(seasons):
        assert len(season) >= 50, "a season has so many, and all that came in its last month"
        assert max(map(_month, season)) < min(map(_month, later))
    for season in seasons:
        customers = [who for who, _ in groupby(each.place.split(" ")[0] for each in season)]
        assert len(customers) == len(set(customers)), "all that a customer ordered comes together"


def test_single_calls_come_by_the_moment_of_their_submission(tmp_path: Path) -> None:
    given = [each._replace(place=each.place.split(" ")[1]) for each in orders(300)]
    [found] = sent(tmp_path, given, Turns(), bulk=False)
    assert found == sorted(given, key=lambda each: (each.place, each.id))


def test_an_order_that_waits_for_another_comes_in_a_later_turn(tmp_path: Path) -> None:
    given, turns = orders(100), Turns()
    first, second, third = (each.id for each in given[:3])
    turns.note({"id": "of", "linkedOrders": [{"orderId": id} for id in (first, second, third)]})
    found = sent(tmp_path, given, turns, bulk=True)
    assert [len(some) for some in found] == [98, 1, 1]
    assert [some[0].id for some in found[1:]] == [second, third]


def test_an_order_is_itself_whatever_its_source_has_put_there(tmp_path: Path) -> None:
    given = [
        Placed("1\t2", "None \n", b'{"text":"\t"}'),
        Placed("\u2028", "\tA 2020-01\x85\r", '{"text":"ü"}'.encode()),
        Placed("3", "B 2020-01\x1e/../../x", b"{}"),
    ]
    [found] = sent(tmp_path, given, Turns(), bulk=True)
    assert sorted(found) == sorted(given)


def test_what_a_killed_push_put_aside_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".sorting-of-yesterday"
    left.mkdir()
    (left / "month 2020-01").write_bytes(b"something")
    sent(tmp_path, orders(3), Turns(), bulk=True)
    assert not left.exists()
