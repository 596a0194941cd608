"""What scripts add: the search from the keyboard, rows chosen together, and nothing wider than a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.wire.shop import customer, order, product

pytestmark = pytest.mark.browser


def test_the_search_is_used_without_a_mouse(desk: Desk) -> None:
    api = desk.winery.site.app()
    jane = customer(api, f"jane@{desk.winery.slug}.example")
    product(api, "JANE-1")
    owner = desk.staff()
    owner.keyboard.press("/")
    expect(owner.get_by_label("Search everything")).to_be_focused()
    owner.keyboard.type("jane")
    expect(owner.locator("#found").get_by_role("link")).to_have_count(2)
    owner.keyboard.press("ArrowDown")
    owner.keyboard.press("Enter")
    owner.wait_for_url(desk.at(f"/customers/{jane['id']}"))
    owner.get_by_label("Search everything").fill("jane")
    expect(owner.locator("#found").get_by_role("link").first).to_be_visible()
    owner.keyboard.press("Escape")
    expect(owner.locator("#found")).to_be_empty()


def test_rows_are_tagged_and_the_page_follows_the_job(desk: Desk) -> None:
    api = desk.winery.site.app()
    ids = [customer(api, f"{n}@{desk.winery.slug}.example")["id"] for n in range(3)]
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    owner = desk.staff()
    owner.goto(desk.at("/customers"))
    owner.get_by_label("All rows of this page").check()
    owner.get_by_label("Choose row 2").uncheck()
    owner.get_by_role("button", name="Put a tag on").click()
    owner.get_by_label("Tag", exact=True).select_option("Friend")
    owner.get_by_role("button", name="Begin").click()
    expect(owner.get_by_text("It is done:")).to_be_visible()
    carrying = api.seen(f"/customer?tagId={tag['id']}")["customers"]
    assert len({each["id"] for each in carrying} & set(ids)) == 2


def test_no_screen_is_wider_than_a_phone(desk: Desk) -> None:
    api = desk.winery.site.app()
    jane = customer(api, f"jane@{desk.winery.slug}.example")
    made = api.made("/order", order(customerId=jane["id"]))
    wine = product(api, "CAB", stock=5)
    owner = desk.staff(viewport={"width": 390, "height": 844})
    pages = (
        "/",
        "/customers",
        f"/customers/{jane['id']}",
        f"/customers/{jane['id']}/edit",
        "/orders",
        f"/orders/{made['id']}",
        f"/orders/{made['id']}/receipt",
        "/products",
        f"/products/{wine['id']}",
        "/inventory",
        "/memberships",
        "/search?find=jane",
        "/jobs",
        "/activity",
        "/settings/accounts",
    )
    for path in pages:
        owner.goto(desk.at(path))
        wide, shown = owner.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= shown, path
        here = owner.locator(".menu [aria-current]")
        if here.count():
            expect(here).to_be_in_viewport(ratio=1)


def test_filters_are_folded_on_a_phone_and_open_where_there_is_room(desk: Desk) -> None:
    api = desk.winery.site.app()
    web = api.made("/order", order())
    pos = api.made("/order", order(channel="POS", orderDeliveryMethod="Carry Out"))
    phone = desk.staff(viewport={"width": 390, "height": 844})
    phone.goto(desk.at("/orders?channel=POS"))
    expect(phone.locator("#channel")).to_be_hidden()
    expect(phone.get_by_role("link", name=str(pos["orderNumber"]), exact=True)).to_be_in_viewport()
    phone.get_by_text("Filters (1 active)").focus()
    phone.keyboard.press("Enter")
    phone.get_by_label("Payment status").select_option("Paid")
    expect(phone.get_by_text("Filters (2 active)")).to_be_visible()
    phone.get_by_role("link", name="Without the filter Channel").click()
    expect(phone.get_by_role("link", name=str(web["orderNumber"]), exact=True)).to_be_visible()
    wide = desk.staff(viewport={"width": 1280, "height": 844})
    wide.goto(desk.at("/orders?channel=POS"))
    expect(wide.locator("#channel")).to_be_visible()


def test_what_is_done_with_rows_leaves_them_in_sight_until_some_are_chosen(desk: Desk) -> None:
    api = desk.winery.site.app()
    for number in range(30):
        customer(api, f"{number}@{desk.winery.slug}.example")
    phone = desk.staff(viewport={"width": 390, "height": 844})
    phone.goto(desk.at("/customers"))
    button = phone.get_by_role("button", name="Put a tag on")
    expect(button).not_to_be_in_viewport()
    phone.get_by_label("Choose row 1", exact=True).check()
    expect(button).to_be_in_viewport()
