"""What of an order can be refunded, and what that comes to (domain REF-2, REF-4)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.money import half, split
from cellarhand.orders.refund_record import Back, Refund, refund_order
from cellarhand.orders.refund_rules import (
    Amounts,
    Left,
    left_of_order,
    pieces,
    share,
)

Record = dict[str, Any]
amounts = st.integers(0, 5_000)


def line(id: str, quantity: int, price: int, tax: int = 0, deposit: int = 0, **more: Any) -> Record:
    return {
        "id": id,
        "purchaseType": "Regular",
        "sku": id,
        "price": price,
        "bottleDeposit": deposit,
        "quantity": quantity,
        "tax": tax,
        "bundleItems": None,
        **more,
    }


def order(*items: Record, ship: int = 0, ship_tax: int = 0, tip: int = 0, **more: Any) -> Record:
    """A sale that adds up, unless `more` says otherwise."""
    sub = sum(each["price"] * each["quantity"] for each in items)
    deposit = sum(each["bottleDeposit"] * each["quantity"] for each in items)
    tax = sum(each["tax"] for each in items) + ship_tax
    shipping = [{"title": "Ground", "price": ship, "tax": ship_tax}] if ship else []
    return {
        "id": "N",
        "orderNumber": 1001,
        "purchaseType": "Regular",
        "items": list(items),
        "subTotal": sub,
        "shipTotal": ship,
        "taxTotal": tax,
        "bottleDepositTotal": deposit,
        "tipTotal": tip,
        "shipping": shipping,
        "taxes": [],
        "tenders": [],
        **dict.fromkeys(("shipTo", "billTo", "pickupBy", "carryOut")),
        **more,
    }


def give_back(
    sold: Record, left: Left, items: dict[str, int], *, ship: int = 0, tip: int = 0, **amount: int
) -> Record:
    """The order that refunds so many of each line, perhaps for an amount of one's own."""
    backs = [
        Back(left.lines[id], quantity, left.lines[id].costing(quantity, amount.get(id)), False)
        for id, quantity in items.items()
    ]
    return refund_order(sold, left, Refund(backs, left.freight_of(ship), tip), [], None, "now")


def adds_up(refund: Record) -> bool:
    """ORD-4."""
    lines = refund["items"]
    return (
        refund["subTotal"] == sum(each["price"] * each["quantity"] for each in lines)
        and refund["bottleDepositTotal"] == sum(each["bottleDeposit"] * each["quantity"] for each in lines)
        and refund["taxTotal"] == sum(each["tax"] for each in (*lines, *refund["shipping"]))
        and refund["total"]
        == sum(refund[name] for name in ("subTotal", "shipTotal", "taxTotal", "bottleDepositTotal"))
    )


def test_the_example_of_two_bottles_of_six_and_then_the_rest() -> None:
    sold = order(line("A", 6, 2700, 1296), ship=1500, ship_tax=120)
    first = give_back(sold, left_of_order(sold, []), {"A": 2})
    assert (first["subTotal"], first["taxTotal"], first["total"]) == (-5400, -432, -5832)
    left = left_of_order(sold, [first])
    rest = give_back(sold, left, {"A": 4}, ship=1500)
    assert (rest["subTotal"], rest["shipTotal"], rest["taxTotal"]) == (-10800, -1500, -984)
    assert rest["total"] == -13284
    assert left_of_order(sold, [first, rest]).is_nothing


@st.composite
def sales(draw: st.DrawFn) -> Record:
    lines = [
        line(name, draw(st.integers(1, 9)), draw(amounts), draw(amounts), draw(st.integers(0, 30)))
        for name in "ABC"[: draw(st.integers(1, 3))]
    ]
    ship = draw(amounts)
    ship_tax = draw(st.integers(0, 300)) if ship else 0
    return order(*lines, ship=ship, ship_tax=ship_tax, tip=draw(amounts))


@given(sales(), st.data())
def test_any_partial_refunds_add_up_to_the_order_and_none_takes_more(
    sold: Record, data: st.DataObject
) -> None:
    refunds: list[Record] = []
    while not (left := left_of_order(sold, refunds)).is_nothing or any(e.left for e in left.lines.values()):
        items = {id: data.draw(st.integers(0, each.left)) for id, each in left.lines.items() if each.left}
        ship, tip = data.draw(st.integers(0, left.ship)), data.draw(st.integers(0, left.tip))
        if not any((*items.values(), ship, tip)):
            # Something goes back each time, or it would never end.
            items, ship, tip = {id: each.left for id, each in left.lines.items()}, left.ship, left.tip
        items = {id: quantity for id, quantity in items.items() if quantity}
        refund = give_back(sold, left, items, ship=ship, tip=tip) | {"id": f"M{len(refunds)}"}
        # The ids of its lines follow from the refund's own, which is another one here.
        refund["items"] = _renamed(sold, refund)
        assert adds_up(refund)
        assert all(each["tax"] <= 0 and each["price"] >= 0 for each in refund["items"])
        refunds.append(refund)
    for member in ("subTotal", "shipTotal", "taxTotal", "bottleDepositTotal", "tipTotal"):
        assert sum(each[member] for each in refunds) == -sold[member], member


def _renamed(sold: Record, refund: Record) -> list[Record]:
    """Lines as another system gives them: known by their SKUs alone."""
    return [{**each, "id": f"{refund['id']}-{place}"} for place, each in enumerate(refund["items"])]


@given(sales(), st.data())
def test_refunds_of_any_amount_never_take_more_than_was_paid(sold: Record, data: st.DataObject) -> None:
    refunds: list[Record] = []
    for _ in range(data.draw(st.integers(1, 5))):
        left = left_of_order(sold, refunds)
        some = {
            id: data.draw(st.integers(1, each.left), label=id)
            for id, each in left.lines.items()
            if each.left and data.draw(st.booleans())
        }
        paid = {id: data.draw(st.integers(0, sum(left.lines[id].amounts_left))) for id in some}
        refund = give_back(sold, left, some, **paid)
        assert adds_up(refund)
        assert refund["total"] == -sum(paid.values())
        refunds.append(refund)
    left = left_of_order(sold, refunds)
    for each in left.lines.values():
        assert each.returned <= each.quantity
        assert all(taken <= whole for taken, whole in zip(each.taken, each.whole, strict=True))
    goods = sold["subTotal"] + sold["bottleDepositTotal"] + sum(each["tax"] for each in sold["items"])
    assert left.goods == goods + sum(each["total"] for each in refunds)


def test_an_import_that_tells_of_the_order_alone_shares_that_by_its_lines() -> None:
    """A discount of 10.00, tax of 7.20 and no word of either in the lines."""
    sold = order(line("A", 2, 4000), line("B", 1, 2000), subTotal=9000, taxTotal=720)
    left = left_of_order(sold, [])
    assert [left.lines[id].whole for id in "AB"] == [Amounts(7200, 576), Amounts(1800, 144)]
    assert left.lines["A"].share(1) == Amounts(3600, 288)


def test_shipping_that_tells_of_its_tax_has_that_and_lines_share_the_rest() -> None:
    sold = order(line("A", 1, 2000), ship=1000, ship_tax=50, taxTotal=250)
    left = left_of_order(sold, [])
    assert (left.lines["A"].whole.tax, left.freight.tax) == (200, 50)
    first = give_back(sold, left, {}, ship=200)
    assert (first["shipTotal"], first["taxTotal"]) == (-200, -10)
    assert left_of_order(sold, [first]).lines["A"].amounts_left == Amounts(2000, 200)


def test_what_an_exchange_took_back_is_gone_and_what_it_gave_can_be_refunded() -> None:
    sold = order(line("A", 1, 3000, 240))
    back = line("x", -1, 3000, -240, sku="A", purchaseType="Refund")
    new = line("y", 1, 5000, 400, purchaseType="Exchange")
    exchange = order(back, new, purchaseType="Exchange")
    assert left_of_order(sold, [exchange]).lines["A"].left == 0
    left = left_of_order(exchange, [])
    assert list(left.lines) == ["y"]
    assert left.lines["y"].whole == Amounts(5000, 400)


def test_lines_that_only_change_their_place_bring_no_money_back() -> None:
    moved = [line("x", quantity, 3000, purchaseType="Pickup To Ship") for quantity in (-1, 1)]
    left = left_of_order(order(*moved, ship=1500, purchaseType="Pickup To Ship"), [])
    assert (left.lines, left.goods, left.ship) == ({}, 0, 1500)


def test_a_refund_from_elsewhere_that_fits_no_line_still_leaves_less() -> None:
    sold = order(line("A", 2, 1000))
    other = order(line("x", -1, 1500, sku="GOODWILL"), purchaseType="Refund")
    left = left_of_order(sold, [other])
    assert (left.lines["A"].left, left.goods) == (2, 500)


def test_an_amount_that_does_not_divide_makes_lines_of_whole_cents() -> None:
    assert pieces(3, Amounts(1000, 10)) == [(1, 334, 0, 3), (2, 333, 0, 7)]
    assert pieces(2, Amounts(1000, 80, 20)) == [(2, 500, 10, 80)]


@given(st.integers(1, 60), amounts, amounts, amounts)
def test_pieces_come_to_the_amounts(quantity: int, net: int, tax: int, deposit: int) -> None:
    found = pieces(quantity, Amounts(net, tax, deposit))
    assert len(found) <= 3
    assert sum(each.quantity for each in found) == quantity
    assert sum(each.price * each.quantity for each in found) == net
    assert sum(each.deposit * each.quantity for each in found) == deposit
    assert sum(each.tax for each in found) == tax
    assert min(min(each) for each in found) >= 0


@given(amounts, st.integers(1, 50), st.data())
def test_shares_of_a_whole_add_up(whole: int, parts: int, data: st.DataObject) -> None:
    done, found = 0, list[int]()
    while done < parts:
        more = data.draw(st.integers(1, parts - done))
        found.append(share(whole, parts, done, more))
        done += more
    assert sum(found) == whole
    assert min(found) >= 0


@given(amounts, st.lists(amounts, min_size=1, max_size=6))
def test_split_gives_all_away_and_no_share_more_than_its_weight(amount: int, weights: list[int]) -> None:
    found = split(amount, weights)
    assert sum(found) == (amount if any(weights) else 0)
    if amount <= sum(weights):
        assert all(one <= most for one, most in zip(found, weights, strict=True))


def test_half_rounds_up() -> None:
    assert [half(each, 2) for each in (0, 1, 2, 3)] == [0, 1, 1, 2]
