"""The documented beginning, with each role: an invite, a mail, a password, a log-in, a call of the API."""

import pytest

from cellarhand.accounts.rights import ROLES
from cellarhand.mail.outbox import MAIL
from cellarhand.store.conditions import equal
from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import PASSWORD, basic

CHOSEN = "chosen by the invitee"
# What the API lets a role do (ACC-9): write customers, read settings, write products, read memberships.
MAY = {
    "Admin Owner": (201, 200, 201, 200),
    "Data": (201, 200, 201, 200),
    "Partner": (201, 200, 201, 200),
    "Admin User": (201, 401, 201, 200),
    "POS Standard": (201, 401, 401, 200),
    "Standard": (201, 401, 401, 200),
    "POS Basic": (201, 401, 401, 401),
    "Basic": (201, 401, 401, 401),
    "Reservation Standard": (201, 401, 401, 401),
    "Reservation Basic": (201, 401, 401, 401),
}


@pytest.mark.parametrize("role", ROLES)
def test_from_an_invite_to_calls_of_the_api(winery: Winery, owner: Visitor, role: str) -> None:
    email = f"new.{role.lower().replace(' ', '.')}@{winery.slug}.example"
    owner.see(winery.slug, "/settings/accounts").send("/invite", email=email, role=role)
    link = winery.mailbox.link(email, "invites you")

    newcomer = winery.visitor()
    there = newcomer.open(link).send("", firstName="Bo", lastName="Berg", password=CHOSEN, again=CHOSEN)
    assert (there.host, there.status) == (f"{winery.slug}.admin.platform.localhost", 200)
    there.send_log_out()
    assert newcomer.see(winery.slug, "/customers").path == "/login"
    again = newcomer.log_in(email, CHOSEN)
    assert again.host == there.host

    # The tenant is the first word of the address.
    tenant = again.host.partition(".")[0]
    api = winery.site.stranger().but(tenant=tenant, authorization=basic(email, CHOSEN))
    user = api.seen("/account/user")
    assert (user["email"], user["role"], user["firstName"]) == (email, role, "Bo")
    wine = {"type": "Wine", "title": "A", "variants": [{"title": "A", "sku": "A", "price": 1}]}
    statuses = (
        api.post("/customer", {"emails": [{"email": "guest@a.example"}]}).status_code,
        api.get("/setting").status_code,
        api.post("/product", wine).status_code,
        api.get("/club-membership").status_code,
    )
    assert statuses == MAY[role]


def test_what_a_data_account_writes_mails_no_customer_and_staff_are_told(
    winery: Winery, owner: Visitor
) -> None:
    """ACC-7: who moves ten thousand records in must not write ten thousand letters."""
    data = winery.site.person("Data", winery.email("Data"))
    guest = f"guest@{winery.slug}.example"
    moved = "2019-05-01T17:30:00.000Z"
    club = data.made("/club", {"title": "Circle", "adminStatus": "Available"})
    ann = data.made("/customer", {"emails": [{"email": guest}], "password": "a long one", "createdAt": moved})
    place = {"firstName": "Ann", "lastName": "Lee", "address": "1 St", "city": "Wien", "countryCode": "AT"}
    home = data.made(f"/customer/{ann['id']}/address", place)["id"]
    joins = {
        "customerId": ann["id"],
        "clubId": club["id"],
        "orderDeliveryMethod": "Ship",
        "shipToCustomerAddressId": home,
    }
    asked = "?isSendEmailConfirmation=true&isSendTransactionEmail=true"
    membership = data.made(f"/club-membership{asked}", joins)
    cancelled = {"cancelDate": moved, "cancellationReason": "Moving"}
    data.changed(f"/club-membership/{membership['id']}", cancelled)
    store = winery.site.server.store
    rows = winery.site.server.run(
        store.reading(None).rows(MAIL, ("recipient",), equal("tenant_id", winery.site.tenant_id))
    )
    assert guest not in {row[0] for row in rows}
    owner.see(winery.slug, "/settings/accounts").send("/invite", email=f"x{guest}", role="Data")
    link = winery.mailbox.link(f"x{guest}", "invites you")
    winery.visitor().open(link).send("", firstName="Da", lastName="Ta", password=PASSWORD, again=PASSWORD)
    assert winery.mailbox.newest(winery.email("Admin Owner"), f"x{guest}")
