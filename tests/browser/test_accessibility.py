"""Every screen, in light and in dark: axe finds nothing, and no screen is forgotten."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cellarhand.admin.screens import TENANT_SCREENS
from tests.browser.conftest import Desk
from tests.callers import PASSWORD, Caller
from tests.wire.discounts import made, sets
from tests.wire.members import new_member
from tests.wire.shop import PLACE, location, order, product
from tests.wire.test_shipping import zone
from tests.wire.test_taxes import tax

pytestmark = pytest.mark.browser
OUTSIDE = ("/login", "/forgotten", "/reset/nothing", "/invite/nothing", "/nowhere")
PLATFORM = ("/", "/profile", "/forgotten")


def _found(page: Page) -> list[str]:
    """What is wrong on a page: the rule, and where."""
    answer: dict[str, Any] = Axe().run(page).response
    return [
        f"{page.url}: {each['id']} ({each['impact']}) at {node['target']}"
        for each in answer["violations"]
        for node in each["nodes"]
    ]


def _furnish(api: Caller) -> dict[str, str]:
    """A record for each page that shows one, by where the page's path begins."""
    hook = {"object": "Collection", "action": "Create", "url": "https://127.0.0.1/nowhere"}
    condition = {"appliesTo": "Country", "condition": "is equal to", "value": "AT"}
    rule = {"type": "Dynamic", "appliesToCondition": "All conditions", "conditions": [condition]}
    field = {"title": "Taste", "code": "taste", "dataType": "Checkbox", "options": ["Dry", "Sweet"]}
    seen = {
        # First, for what is made after it is sent.
        "/developer/web-hooks": api.made("/web-hook", hook)["id"],
        "/collections": api.made("/collection", {"title": "Reds", "type": "Manual"})["id"],
        "/departments": api.made("/department", {"title": "Wine", "code": "W"})["id"],
        "/vendors": api.made("/vendor", {"title": "Grower"})["id"],
        "/tags": api.made("/tag/customer", {"title": "Near", **rule})["id"],
        "/settings/meta-data": api.made("/meta-data-config/customer", field)["id"],
        "/settings/locations": location(api),
        "/settings/shipping": api.made("/shipping", zone("CA", None))["id"],
        "/settings/taxes": api.made("/tax", tax(wine=7.75))["id"],
        "/products": product(api, "CAB", stock=5)["id"],
    }
    bundle = api.made("/promotion-set", {"title": "Bundle"})["id"]
    reds = {"appliesTo": "Collection", "appliesToObjectIds": [seen["/collections"]]}
    for kind in ("coupon", "promotion"):
        seen[f"/{kind}s"] = made(api, kind, promotionSets=sets(bundle), **reds)["id"]
    seen["/promotion-sets"] = bundle
    card = {"title": "Gift", "type": "Virtual", "initialAmount": 5000}
    seen["/gift-cards"] = api.made("/gift-card", card)["id"]
    api.made("/product", {"type": "Wine", "title": "B", "variants": [{"title": "B", "sku": "B", "price": 1}]})
    return seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk: Desk, scheme: str) -> None:
    api = desk.winery.site.app()
    email = f"guest@{desk.winery.slug}.example"
    ann = api.made("/customer", {"firstName": "Ann", "lastName": "Lee", "emails": [{"email": email}]})
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    api.made("/tag/customer", {"title": "Press", "type": "Manual"})
    api.made("/tag-x-object/customer", {"tagId": tag["id"], "objectId": ann["id"]})
    api.made("/note", {"customerId": ann["id"], "content": "Likes rosé"})
    address = {"firstName": "Ann", "lastName": "Lee", "address": "1 St", "city": "Wien", "countryCode": "AT"}
    address_id = api.made(f"/customer/{ann['id']}/address", address)["id"]
    seen = {"/orders": api.made("/order", order(customerId=ann["id"], billTo=PLACE, tipTotal=100))["id"]}
    member = new_member(api, f"member@{desk.winery.slug}.example", "Bo")
    hold = {"startDate": "2024-01-01T00:00:00.000Z", "endDate": None, "holdReason": "Other"}
    seen["/memberships"] = member.joins(onHolds=[hold])["id"]
    seen |= {"/clubs": member.club, **_furnish(api)}
    owner = desk.staff(color_scheme=scheme)
    owner.goto(desk.at("/settings/accounts"))
    owner.get_by_label("E-mail", exact=True).fill(email)
    owner.get_by_role("button", name="Invite", exact=True).click()
    owner.goto(desk.at("/settings/apps/new"))
    owner.get_by_label("Id", exact=True).fill(app := f"crm-{desk.winery.slug}")
    owner.get_by_label("Customer", exact=True).select_option("Read")
    owner.get_by_role("button", name="Create").click()
    expect(owner.get_by_text("It is shown this once")).to_be_visible()

    faults = _found(owner)
    owner.goto(desk.at("/customers"))
    owner.get_by_label("All rows of this page").check()
    owner.get_by_role("button", name="Put a tag on").click()
    faults += _found(owner)
    owner.get_by_label("Tag", exact=True).select_option("Press")
    owner.get_by_role("button", name="Begin").click()
    owner.wait_for_url(desk.at("/jobs/*"))
    seen["/jobs"] = owner.url.rpartition("/")[2]
    for screen in TENANT_SCREENS:
        if screen.method != "GET" or screen.path.endswith(".csv"):
            continue
        path = screen.path.replace("addresses/{id}", f"addresses/{address_id}").replace("{app}", app)
        path = path.replace("{objectType}", "customer")
        shown = next((id for lead, id in seen.items() if path.startswith(lead)), ann["id"])
        owner.goto(desk.at(path.replace("{id}", shown).replace("{customerId}", ann["id"])))
        assert owner.get_by_text("There is no such page here").count() == 0, path
        faults += _found(owner)
    owner.goto(desk.at("/customers/new"))
    owner.get_by_role("button", name="Save").click()
    assert owner.get_by_text("Nothing was saved yet").count() == 1
    faults += _found(owner)
    for path in PLATFORM:
        owner.goto(desk.platform(path))
        faults += _found(owner)
    invite = desk.winery.mailbox.link(email, "invites you")
    owner.goto(invite)
    faults += _found(owner)
    nobody = desk.window(color_scheme=scheme)
    for url in (invite, *map(desk.platform, OUTSIDE)):
        nobody.goto(url)
        faults += _found(nobody)
    nobody.goto(desk.platform("/login"))
    desk.winery.switch_codes_on()
    nobody.get_by_label("E-mail").fill(desk.winery.email("Admin Owner"))
    nobody.get_by_label("Password").fill(PASSWORD)
    nobody.get_by_role("button", name="Log in").click()
    nobody.wait_for_url(desk.platform("/login/code**"))
    faults += _found(nobody)
    owner.goto(desk.platform("/profile"))
    faults += _found(owner)
    # A page that is not there is a complaint of the browser, and meant to be one.
    desk.complaints[:] = [each for each in desk.complaints if "404" not in each and "422" not in each]
    assert faults == []
