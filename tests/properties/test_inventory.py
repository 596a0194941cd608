"""Buckets never lie and never fall below zero under `Dont Sell`, whatever 50 hands do to them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callers import Caller, House, Site
from tests.verifying import differences
from tests.wire.shop import Record, available, handover, line, location, order, product

SOME = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HANDS = 50
BARN = {"title": "Barn", "address": "1 Vine Road", "city": "Napa", "stateCode": "CA", "zipCode": "94558"}
BUCKETS = ("availableForSaleCount", "reserveCount", "allocatedCount")
Deed = tuple[str, int, int]
"""What a hand does, at which of two locations, and how many bottles it is about."""


class Cellar:
    """One wine at two locations, and the orders that want it."""

    def __init__(self, site: Site, stock: int, hands: int) -> None:
        self.api: Caller = site.app()
        self.wine = product(self.api, "CAB", stock=stock)
        barn = self.api.made("/inventory-location", {**BARN, "countryCode": "US"})["id"]
        self.places = (location(self.api), barn)
        self.orders = [self.api.made("/order", order(line(quantity=9)))["id"] for _ in range(hands)]
        self.start = self.counts()

    def counts(self) -> dict[str, tuple[int, ...]]:
        rows = self.api.seen(f"/inventory?productId={self.wine['id']}")["inventories"]
        return {row["inventoryLocationId"]: tuple(row[name] for name in BUCKETS) for row in rows}

    def does(self, hand: int, deed: Deed) -> dict[str, tuple[int, ...]]:
        """Do it; the changes of each location, as far as the answer tells them."""
        kind, place, quantity = deed
        at, other = self.places[place], self.places[1 - place]
        match kind:
            case "buy":
                sent = handover(items=[{"sku": "CAB", "quantityFulfilled": quantity}], inventoryLocationId=at)
                done = self._try(f"/order/{self.orders[hand]}/fulfillment", sent, 200)
                return {at: (-quantity, 0, 0)} if done else {}
            case "buy and return":
                sent = handover(items=[{"sku": "CAB", "quantityFulfilled": quantity}], inventoryLocationId=at)
                path = f"/order/{self.orders[hand]}/fulfillment"
                if done := self._try(path, sent, 200):
                    gone = self.api.delete(f"{path}/{done['fulfillments'][0]['id']}")
                    assert gone.status_code == 200, gone.text
                return {}
            case "rename":
                self.api.changed(f"/product/{self.wine['id']}", {"title": f"Wine of hand {hand}"})
                return {}
            case "take" | "bring":
                change = quantity if kind == "bring" else -quantity
                return self._counted("Adjust", at, availableForSaleCount=change)
            case "set aside":
                return self._counted("Adjust", at, availableForSaleCount=-quantity, reserveCount=quantity)
            case _:
                moved = self._counted(
                    "Transfer", at, toInventoryLocationId=other, availableForSaleCount=quantity
                )
                return moved | ({other: (quantity, 0, 0)} if moved else {})

    def _counted(self, action: str, at: str, **counts: object) -> dict[str, tuple[int, ...]]:
        sent = {"action": action, "sku": "CAB", "inventoryLocationId": at, **counts}
        done = self._try("/inventory-transaction", sent, 201)
        return {at: tuple(done[name] for name in BUCKETS)} if done else {}

    def _try(self, path: str, sent: Record, success: int) -> Record | None:
        answer = self.api.post(path, sent)
        if answer.status_code == success:
            return answer.json()
        assert (answer.status_code, answer.json()["message"]) == (422, "Not enough inventory")
        return None


def together(hands: int, act: Callable[[int], object]) -> list[object]:
    """Let all hands begin at one moment; what came of each."""
    ready = Barrier(hands)

    def one(hand: int) -> object:
        ready.wait()
        return act(hand)

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


kinds = st.sampled_from(["buy", "buy and return", "take", "bring", "set aside", "transfer", "rename"])
deeds = st.lists(st.tuples(kinds, st.integers(0, 1), st.integers(1, 9)), min_size=HANDS, max_size=HANDS)


@SOME
@given(stock=st.integers(0, 60), drawn=deeds)
def test_counts_are_the_sum_of_what_was_done_and_never_below_zero(
    house: House, stock: int, drawn: list[Deed]
) -> None:
    site = house.open()
    cellar = Cellar(site, stock, HANDS)

    def act(hand: int) -> dict[str, tuple[int, ...]]:
        changed = cellar.does(hand, drawn[hand])
        assert all(count >= 0 for counts in cellar.counts().values() for count in counts)
        return changed

    expected = {place: list(counts) for place, counts in cellar.start.items()}
    for changed in together(HANDS, act):
        assert isinstance(changed, dict)
        for place, change in changed.items():
            expected[place] = [was + by for was, by in zip(expected[place], change, strict=True)]
    assert cellar.counts() == {place: tuple(counts) for place, counts in expected.items()}
    assert differences(site) == []


def test_of_fifty_buyers_as_many_get_a_bottle_as_there_are(house: House) -> None:
    site = house.open()
    cellar = Cellar(site, stock=20, hands=HANDS)
    bought = together(HANDS, lambda hand: bool(cellar.does(hand, ("buy", 0, 1))))
    assert bought.count(True) == 20
    assert available(cellar.api, cellar.wine) == 0
    assert differences(site) == []
