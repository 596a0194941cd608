"""What a refund of an order may take, and what it comes to (domain REF-2, REF-4, reference B12).

Pure; all amounts in whole cents and never below 0: the signs of a refund are put on by who stores it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Self

from cellarhand.catalog.product import sku_key
from cellarhand.ids import id_of
from cellarhand.money import half, split
from cellarhand.record.validate import Record

Item = dict[str, Any]
_CONVERTED = "Pickup To Ship"
_MOST_PARTS = 3
"""A line whose amounts do not divide by its quantity becomes so many lines at most."""


class Amounts(NamedTuple):
    """What goods cost: after discounts, the tax added to that, and the deposit."""

    net: int = 0
    tax: int = 0
    deposit: int = 0

    def plus(self, other: "Amounts") -> "Amounts":
        return Amounts(*(one + two for one, two in zip(self, other, strict=True)))

    def less(self, other: "Amounts") -> "Amounts":
        """What is left of each; nothing is ever below 0."""
        return Amounts(*(max(one - two, 0) for one, two in zip(self, other, strict=True)))


NO_AMOUNTS = Amounts()


class Freight(NamedTuple):
    """What shipping costs, and the tax on it."""

    net: int = 0
    tax: int = 0


class Piece(NamedTuple):
    """Some units of a line that cost the same, as one line of a refund has them; `tax` of all of them."""

    quantity: int
    price: int
    deposit: int
    tax: int


@dataclass(slots=True)
class Line:
    """A line that was sold, and what earlier refunds took of it."""

    item: Item
    quantity: int
    whole: Amounts
    returned: int = 0
    taken: Amounts = NO_AMOUNTS

    @property
    def left(self) -> int:
        """Units that can still be given back."""
        return max(self.quantity - self.returned, 0)

    @property
    def amounts_left(self) -> Amounts:
        return self.whole.less(self.taken)

    def take(self, quantity: int, amounts: Amounts) -> None:
        self.returned += quantity
        self.taken = self.taken.plus(amounts)

    def share(self, quantity: int) -> Amounts:
        """What the next units cost: parts of the whole line, so that all of them add up to it (REF-4)."""
        shares = [share(each, self.quantity, self.returned, quantity) for each in self.whole]
        return Amounts(*map(min, shares, self.amounts_left))

    def costing(self, quantity: int, amount: int | None) -> Amounts:
        """What comes back with so many units: their share, or an amount of at most all that is left."""
        usual = self.share(quantity)
        if amount is None or amount == sum(usual):
            return usual
        if amount < sum(usual):
            return Amounts(*split(amount, usual))
        more = split(amount - sum(usual), self.amounts_left.less(usual))
        return usual.plus(Amounts(*more))


@dataclass(slots=True)
class Left:
    """What is left of an order after its earlier refunds."""

    lines: dict[str, Line]
    # What of the goods was taken all in all, in cents, also by lines that fit none of these.
    goods_taken: int
    freight: Freight
    freight_taken: Freight
    tip: int
    taxes: list[int]
    """By entry of the order's `taxes`, of those that were added to its prices; 0 for the others."""

    @property
    def goods(self) -> int:
        """Cents that are left of all goods together."""
        return max(sum(sum(line.whole) for line in self.lines.values()) - self.goods_taken, 0)

    @property
    def ship(self) -> int:
        """Cents of shipping, before tax."""
        return max(self.freight.net - self.freight_taken.net, 0)

    @property
    def is_nothing(self) -> bool:
        """Whether all that was paid has gone back."""
        return not self.goods and not self.ship and not self.tip

    def freight_of(self, amount: int) -> Freight:
        """Some of the shipping with its tax."""
        tax = share(self.freight.tax, self.freight.net, self.freight_taken.net, amount)
        return Freight(amount, min(tax, max(self.freight.tax - self.freight_taken.tax, 0)))

    def taxes_of(self, tax: int) -> list[int]:
        """How a refund's tax is shared by the entries of the order's `taxes`."""
        return split(tax, self.taxes)


def share(whole: int, parts: int, before: int, more: int) -> int:
    """Of a whole in so many parts what some more of them come to, after those before (REF-4)."""
    if not parts:
        return 0
    return half(whole * min(before + more, parts), parts) - half(whole * min(before, parts), parts)


def left_of_order(order: Record, earlier: Iterable[Record]) -> Left:
    """What can still be refunded of an order, given the orders that refunded or exchanged it."""
    sold = _Told.of(order, 1)
    lines = {each.item["id"]: each for each in sold.lines}
    left = Left(lines, 0, sold.freight, Freight(), order["tipTotal"], _added_taxes(order))
    for each in earlier:
        _take(left, each, order)
    return left


def _take(left: Left, earlier: Record, order: Record) -> None:
    """Take what an earlier order gave back from what is left."""
    told = _Told.of(earlier, -1)
    ids = _ids_of_pieces(earlier["id"], left.lines)
    for back in told.lines:
        left.goods_taken += sum(back.whole)
        line = left.lines.get(ids.get(back.item["id"], ""))
        for own, quantity, amounts in [(line, back.quantity, back.whole)] if line else _fitting(left, back):
            own.take(quantity, amounts)
    if earlier["purchaseType"] != "Refund":
        return
    taken = left.freight_taken
    left.freight_taken = Freight(taken.net + told.freight.net, taken.tax + told.freight.tax)
    left.tip = max(left.tip + earlier["tipTotal"], 0)
    for place, tax in enumerate(order["taxes"]):
        of_it = sum(-each["price"] for each in earlier["taxes"] if _names(each) == _names(tax))
        left.taxes[place] = max(left.taxes[place] - of_it, 0)


def _fitting(left: Left, back: Line) -> Iterator[tuple[Line, int, Amounts]]:
    """Of a line that another system gave back: the lines that it fits, each with its share of it."""
    same = [line for line in left.lines.values() if sku_key(line.item["sku"]) == sku_key(back.item["sku"])]
    # The price tells lines of one SKU apart.
    same.sort(key=lambda line: line.item["price"] != back.item["price"])
    done = 0
    for line in same:
        quantity = min(line.left, back.quantity - done)
        if quantity:
            yield (
                line,
                quantity,
                Amounts(*(share(each, back.quantity, done, quantity) for each in back.whole)),
            )
            done += quantity


@dataclass(frozen=True, slots=True)
class _Told:
    """What an order says of its lines of one direction, sold or given back, and of its shipping.

    The order's totals are shared by its lines. Of an order that adds up each line has what it says itself;
    some imports tell of taxes, discounts or deposits by the order alone.
    """

    lines: list[Line]
    freight: Freight

    @classmethod
    def of(cls, order: Record, sign: int) -> Self:
        items: list[Item] = order["items"]
        mine = [each for each in items if each["quantity"] * sign > 0 and each["purchaseType"] != _CONVERTED]
        others = [each for each in items if not any(each is own for own in mine)]
        said = [_said(each) for each in mine]
        ship = max(sign * order["shipTotal"], 0)
        ship_tax = sum(abs(each["tax"]) for each in order["shipping"])

        def total(member: str, of_others: Iterable[int]) -> int:
            return max(sign * (order[member] - sum(of_others)), 0)

        nets = split(total("subTotal", (e["price"] * e["quantity"] for e in others)), [e.net for e in said])
        deposits = split(
            total("bottleDepositTotal", (e["bottleDeposit"] * e["quantity"] for e in others)),
            [e.deposit for e in said],
        )
        tax = total("taxTotal", (each["tax"] for each in others))
        taxes = _tax_shares(tax, [each.tax for each in said], ship_tax, nets, ship)
        amounts = map(Amounts, nets, taxes, deposits)
        lines = [Line(item, abs(item["quantity"]), each) for item, each in zip(mine, amounts, strict=False)]
        return cls(lines, Freight(ship, taxes[-1]))


def _tax_shares(total: int, said: list[int], ship_tax: int, nets: list[int], ship: int) -> list[int]:
    """The tax of each line, and last of shipping; where lines tell of none, by what they cost."""
    if any(said):
        return split(total, [*said, ship_tax])
    if ship_tax:
        of_ship = min(ship_tax, total) if any(nets) else total
        return [*split(total - of_ship, nets), of_ship]
    return split(total, [*nets, ship])


def _said(item: Item) -> Amounts:
    quantity = abs(item["quantity"])
    return Amounts(item["price"] * quantity, abs(item["tax"]), item["bottleDeposit"] * quantity)


def _added_taxes(order: Record) -> list[int]:
    return [0 if tax["isIncludedInPrice"] else max(tax["price"], 0) for tax in order["taxes"]]


def _names(tax: Record) -> tuple[Any, ...]:
    """What tells an entry of `taxes` from the others."""
    return tuple(tax[name] for name in ("vendor", "title", "countryCode", "stateCode", "isIncludedInPrice"))


def piece_id(refund_id: str, item_id: str, place: int) -> str:
    """The id of a refund's line follows from the line that it gives back.

    So it tells which one that is, here and in every copy of the tenant.
    """
    return id_of("refund", refund_id, item_id, str(place))


def _ids_of_pieces(refund_id: str, item_ids: Iterable[str]) -> Mapping[str, str]:
    of = partial(piece_id, refund_id)
    return {of(item_id, place): item_id for item_id in item_ids for place in range(_MOST_PARTS)}


def pieces(quantity: int, amounts: Amounts) -> list[Piece]:
    """Units with their prices in whole cents: those that cost the same in one piece (ORD-4)."""
    prices, deposits = (_each(total, quantity) for total in (amounts.net, amounts.deposit))
    ends = sorted({prices.dearer, deposits.dearer, quantity} - {0})
    found: list[Piece] = []
    done = 0
    for end in ends:
        tax = share(amounts.tax, quantity, done, end - done)
        found.append(Piece(end - done, prices.of(done), deposits.of(done), tax))
        done = end
    return found


class _Each(NamedTuple):
    """The price of each of some units: the first ones a cent dearer."""

    price: int
    dearer: int

    def of(self, place: int) -> int:
        return self.price + (place < self.dearer)


def _each(total: int, quantity: int) -> _Each:
    return _Each(*divmod(total, quantity))
