"""The beginning of the system's own story: an invite, a mail, a password, a log-in, a call of the API."""

import pytest
from playwright.sync_api import expect

from cellarhand.accounts.rights import ROLES
from tests.browser.conftest import Desk
from tests.callers import basic
from tests.wire.members import new_member
from tests.wire.shop import PLACE, available, order, product

pytestmark = pytest.mark.browser
CHOSEN = "chosen by the invitee"


# What the menu shows (ACC-9), and a screen that is beyond the role.
_EVERYONE = ("Dashboard", "Customers", "Orders", "Products", "Collections", "Departments", "Vendors")
_DESK = (*_EVERYONE, "Bulk jobs")
_OFFERS = ("Gift cards", "Loyalty tiers", "Coupons", "Promotions", "Promotion sets")
_SHOP = (*_DESK, *_OFFERS, "Inventory", "Clubs", "Memberships", "Tags", "Locations", "Shipping", "Meta data")
_OFFICE = (*_SHOP, "Activity", "Trash")
_HEAD = (*_OFFICE, "Company", "Taxes", "API access", "Web hooks", "Requests", "API docs")
SHOWN = {
    "Admin Owner": ((*_HEAD, "Accounts", "Apps", "Outbox"), None),
    "Data": (_HEAD, "/settings/accounts"),
    "Partner": (_HEAD, "/settings/apps"),
    "Admin User": (_OFFICE, "/settings/company"),
    "POS Standard": (_SHOP, "/activity"),
    "Standard": (_SHOP, "/trash/customers"),
    "POS Basic": (_DESK, "/memberships"),
    "Basic": (_DESK, "/inventory"),
    "Reservation Standard": (_EVERYONE, "/jobs"),
    "Reservation Basic": (_EVERYONE, "/tags"),
}


@pytest.mark.parametrize("role", ROLES)
def test_from_an_invite_to_a_call_of_the_api(desk: Desk, role: str) -> None:
    menu, beyond = SHOWN[role]
    email = f"newcomer-{role.lower().replace(' ', '-')}@{desk.winery.slug}.example"
    owner = desk.staff()
    owner.get_by_role("link", name="Accounts").click()
    owner.get_by_label("E-mail", exact=True).fill(email)
    owner.get_by_label("Role", exact=True).select_option(role)
    owner.get_by_role("button", name="Invite", exact=True).click()
    expect(owner.get_by_role("status")).to_have_text("The invite is on its way.")

    newcomer = desk.window()
    newcomer.goto(desk.winery.mailbox.link(email, "invites you"))
    newcomer.get_by_label("First name").fill("Bo")
    newcomer.get_by_label("Last name").fill("Berg")
    newcomer.get_by_label("New password").fill(CHOSEN)
    newcomer.get_by_label("The same again").fill(CHOSEN)
    newcomer.get_by_role("button", name="Join").click()
    newcomer.wait_for_url(desk.at("/"))
    expect(newcomer.get_by_role("heading", name="Dashboard")).to_be_visible()
    links = newcomer.get_by_role("navigation", name="Main").get_by_role("link")
    assert sorted(links.all_inner_texts()) == sorted(menu)
    if beyond is not None:
        answer = newcomer.goto(desk.at(beyond))
        assert answer is not None
        assert answer.status == 404
        expect(newcomer.get_by_text("There is no such page here")).to_be_visible()
        # Chromium says so of every page that is not there.
        assert "404" in desk.complaints.pop()
        newcomer.goto(desk.at("/"))

    newcomer.get_by_role("button", name="Log out").click()
    newcomer.get_by_label("E-mail").fill(email)
    newcomer.get_by_label("Password").fill(CHOSEN)
    newcomer.keyboard.press("Enter")
    newcomer.wait_for_url(desk.at("/"))

    # The tenant is the first word of the address.
    tenant = newcomer.url.removeprefix("http://").partition(".")[0]
    api = desk.winery.site.stranger().but(tenant=tenant, authorization=basic(email, CHOSEN))
    user = api.seen("/account/user")
    assert (user["email"], user["role"], user["firstName"]) == (email, role, "Bo")
    assert api.get("/customer").status_code == 200
    assert api.get("/club-membership").status_code == (200 if "Memberships" in menu else 401)


def test_a_morning_with_customers(desk: Desk) -> None:
    """Find somebody by typing, fix an address, put a tag on, and look at it on a phone."""
    api = desk.winery.site.app()
    ann = api.made(
        "/customer", {"firstName": "Ann", "lastName": "Lee", "emails": [{"email": "ann@a.example"}]}
    )
    api.made("/customer", {"firstName": "Bo", "lastName": "Berg", "emails": [{"email": "bo@a.example"}]})
    api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    address = {
        "firstName": "Ann",
        "lastName": "Lee",
        "address": "1 Main St",
        "city": "Wien",
        "countryCode": "AT",
    }
    api.made(f"/customer/{ann['id']}/address", address)

    page = desk.staff("Admin User")
    page.get_by_role("link", name="Customers").click()
    expect(page.get_by_text("2 found", exact=True)).to_be_visible()
    page.get_by_label("Search in this list").press_sequentially("ann@")
    expect(page.get_by_text("1 found", exact=True)).to_be_visible()
    assert "q=ann" in page.url, "what is found can be sent to a colleague"
    page.reload()
    page.get_by_role("link", name="Lee").click()
    expect(page.get_by_role("heading", name="Ann Lee")).to_be_visible()

    page.get_by_role("link", name="Edit the address 1 Main St").click()
    page.get_by_label("Address", exact=True).fill("2 Main St")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.locator("address", has_text="2 Main St")).to_be_visible()

    page.get_by_label("Tag").select_option("Friend")
    page.get_by_role("button", name="Put on").click()
    expect(page.get_by_role("button", name="Take the tag Friend off")).to_be_visible()
    assert [tag["title"] for tag in api.seen(f"/customer/{ann['id']}")["tags"]] == ["Friend"]

    page.set_viewport_size({"width": 360, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, "nothing sticks out on a phone"


def test_a_day_in_the_shop(desk: Desk) -> None:
    """Hand an order over, put a membership on hold, adjust stock: each by what the page offers."""
    api = desk.winery.site.app()
    member = new_member(api, "bo@a.example", "Bo")
    joined = member.joins()
    sold = api.made("/order", order(customerId=member.customer, shipTo=PLACE))
    wine = product(api, "CAB", stock=5)

    page = desk.staff("Admin User")
    page.get_by_role("link", name="Orders").click()
    page.get_by_role("link", name=str(sold["orderNumber"]), exact=True).click()
    page.get_by_role("button", name="Fulfill all that is left").click()
    expect(page.get_by_role("status")).to_have_text("All that was left is handed over.")
    assert api.seen(f"/order/{sold['id']}")["fulfillmentStatus"] == "Fulfilled"
    page.set_viewport_size({"width": 360, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, "nothing sticks out on a phone"
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_role("link", name="Memberships").click()
    page.locator("#results a", has_text="(none)").first.click()
    page.get_by_label("Reason of the hold").select_option("Away from home")
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_role("status")).to_have_text("The hold is kept.")
    assert api.seen(f"/club-membership/{joined['id']}")["status"] == "On Hold"

    page.get_by_role("link", name="Products").click()
    page.get_by_role("link", name="Wine CAB").click()
    page.get_by_label("Count", exact=True).fill("-2")
    page.get_by_label("Reason").fill("Broken")
    page.get_by_role("button", name="Adjust").click()
    expect(page.get_by_role("status")).to_have_text("The stock is changed.")
    assert available(api, wine) == 3


def test_the_page_can_be_used_by_keyboard_alone(desk: Desk) -> None:
    page = desk.staff()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_an_account_is_removed_only_after_a_yes(desk: Desk) -> None:
    desk.winery.site.person("Basic", desk.winery.email("Basic"))
    page = desk.staff()
    page.goto(desk.at("/settings/accounts"))
    button = page.get_by_role("button", name=f"Remove {desk.winery.email('Basic')}")
    page.once("dialog", lambda dialog: dialog.dismiss())
    button.click()
    expect(button).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    button.click()
    expect(page.get_by_role("status")).to_have_text("The account is removed.")
