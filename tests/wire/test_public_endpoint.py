"""A3, B33: what the web may read without credentials."""

from tests.callers import Caller, Site, basic
from tests.catalogue import NO_TENANT, UNAUTHORIZED, is_answer, query_param

ORDER = [
    "url",
    "timeZone",
    "timeFormat",
    "defaultCountryCode",
    "defaultAddressFormat",
    "currency",
    "defaultWeightUnit",
    "logo",
    "location",
    "logoLinkUrl",
    "companyName",
    "facebookLogin",
    "googleLogin",
    "primaryPhone",
    "primaryEmail",
    "continueShopping",
    "routerType",
    "baseRoute",
    "clubList",
    "reservationList",
    "operatingCountryCodes",
    "operatingStateCodes",
    "websiteMessages",
    "minimumAge",
    "compliance",
    "payment",
    "reservations",
    "shipCompliant",
    "wineShipping",
    "loyalty",
    "hasClubs",
    "hasReservations",
    "hasAllocations",
    "hasShipping",
    "createdAt",
    "apps",
    "stripe",
    "cached",
]


def test_the_settings_for_the_web_need_a_tenant_and_nothing_else(site: Site) -> None:
    seen = site.stranger().seen("/setting/for-web")
    assert list(seen) == ORDER
    assert seen["companyName"] == "A Winery"


def test_credentials_are_ignored_there_good_or_bad(site: Site) -> None:
    for header in (basic("nobody", "wrong"), "a.b.c", "Basic !!!"):
        assert site.stranger().but(authorization=header).get("/setting/for-web").status_code == 200


def test_an_unknown_tenant_is_unauthorized_and_a_missing_one_said_so(site: Site) -> None:
    is_answer(site.stranger().but(tenant="no-such-tenant").get("/setting/for-web"), 401, UNAUTHORIZED)
    is_answer(site.stranger().but(tenant=None).get("/setting/for-web"), 422, NO_TENANT)


def test_any_version_is_accepted_and_no_other_parameter(site: Site) -> None:
    for version in ("V2", "V1", "x", ""):
        assert site.stranger().get(f"/setting/for-web?version={version}").status_code == 200
    is_answer(site.stranger().get("/setting/for-web?x=1"), 422, query_param("x"))
    is_answer(site.stranger().get("/setting/for-web?version=1&version=2"), 422, query_param("version"))


def test_a_shop_has_clubs_when_the_web_can_sell_a_membership(site: Site, api: Caller) -> None:
    def has_clubs() -> bool:
        return site.stranger().seen("/setting/for-web")["hasClubs"]

    assert has_clubs() is False
    club = api.made("/club", {"title": "Reds", "content": '"webStatus":"Available"'})["id"]
    assert has_clubs() is False
    api.changed(f"/club/{club}", {"webStatus": "Available"})
    assert has_clubs() is True


def test_nested_objects_have_their_documented_members(site: Site) -> None:
    seen = site.stranger().seen("/setting/for-web")
    location = ["company", "address", "address2", "city", "stateCode", "zipCode", "countryCode", "phone"]
    assert list(seen["location"]) == location
    assert seen["facebookLogin"] == {"usesFacebookLogin": False, "appId": None}
    assert seen["googleLogin"] == {"usesGoogleLogin": False, "clientId": None}
    routes = ["profile", "product", "reservation", "checkout", "collection", "cart", "club"]
    assert list(seen["baseRoute"]) == routes
    assert set(seen["compliance"].values()) <= {"Only When Required", "Always", "Never"}
    assert list(seen["compliance"]) == [
        "askForBillingAddress",
        "askForBillingBirthdate",
        "askForShippingBirthdate",
    ]
    assert list(seen["reservations"]) == [
        "leadTimeInHours",
        "availabilityStartTime",
        "availabilityEndTime",
        "availabilityStartGuestCount",
        "availabilityEndGuestCount",
    ]
    assert list(seen["wineShipping"]) == ["usesWineShipping", "customerNumber", "mode"]
    assert seen["shipCompliant"]["usesShipCompliant"] is False
    assert list(seen["loyalty"]) == [
        "hasLoyalty",
        "status",
        "pointsOnCustomerCreate",
        "arePointsEarnedOnShipping",
        "arePointsEarnedOnTaxes",
        "redemptionRate",
        "redemptionLimitPercentage",
        "tiers",
    ]
    assert seen["stripe"] == {"accountId": None}


def test_the_address_format_of_the_united_states_checks_and_lists(site: Site) -> None:
    form = site.stranger().seen("/setting/for-web")["defaultAddressFormat"]
    assert list(form) == [
        "label",
        "code",
        "address",
        "address2",
        "zipCode",
        "city",
        "stateCode",
        "formFormat",
        "viewFormat",
        "compliance",
    ]
    assert list(form["zipCode"]) == [
        "label",
        "autoComplete",
        "isZipLookup",
        "helpLabel",
        "normalize",
        "format",
        "validate",
    ]
    assert form["stateCode"]["states"]["CA"] == "California"
    assert {"value": "CA", "option": "California"} in form["stateCode"]["options"]


def test_the_settings_list_has_one_element_no_total_and_no_secret(api: Caller) -> None:
    answer = api.get("/setting")
    seen = answer.json()
    assert list(seen) == ["settings"]
    assert list(seen["settings"][0]) == [
        "id",
        "companyName",
        "businessNumber",
        "logo",
        "primaryEmail",
        "primaryPhone",
        "continueShopping",
        "clubList",
        "reservationList",
        "routerType",
        "url",
        "timeZone",
        "timeFormat",
        "currency",
        "defaultWeightUnit",
        "defaultCountryCode",
        "operatingCountryCodes",
        "operatingStateCodes",
        "usesOpusOneFedEx",
        "emailLogo",
        "minimumAge",
        "setupGuideStatus",
        "baseRoute",
    ]
    assert not {"secret", "password", "token"} & set(answer.text.lower().replace('"', " ").split())


def test_the_settings_take_no_parameters(api: Caller) -> None:
    for name in ("page", "limit", "cursor", "q"):
        is_answer(api.get(f"/setting?{name}=1"), 422, query_param(name))
