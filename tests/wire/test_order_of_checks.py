"""A4: a request that breaks several rules is answered for the first one of the list."""

from tests.callers import NIL, READ, Caller, Site, basic
from tests.catalogue import (
    BAD_ID,
    HTML,
    NO_TENANT,
    NOT_FOR_ROUTE,
    NOT_JSON,
    REQUIRED,
    UNAUTHENTICATED,
    UNAUTHORIZED,
    UNIQUE,
    UNKNOWN_ROUTE,
    WRONG_METHOD,
    WRONG_TYPE,
    is_answer,
    is_invalid,
    is_lost,
    query_param,
)

WRONG = basic("nobody", "wrong")


def test_route_and_method_come_before_everything(site: Site) -> None:
    nobody = site.stranger().but(tenant=None)
    is_answer(nobody.get("/nope?x=1"), 404, UNKNOWN_ROUTE)
    is_answer(nobody.request("PATCH", "/customer?x=1", content=b"{"), 405, WRONG_METHOD)


def test_credentials_come_before_the_tenant_header(site: Site) -> None:
    is_answer(site.stranger().but(tenant=None).get("/customer"), 401, UNAUTHENTICATED)
    is_answer(site.stranger().but(tenant=None, authorization=WRONG).get("/customer"), 401, UNAUTHENTICATED)


def test_credentials_come_before_access_to_the_tenant(site: Site) -> None:
    wrong = site.stranger().but(tenant="no-such-tenant", authorization=WRONG)
    is_answer(wrong.get("/customer"), 401, UNAUTHENTICATED)


def test_the_tenant_header_comes_before_access_role_and_body(api: Caller) -> None:
    is_answer(api.but(tenant=None).request("POST", "/customer", content=b"{"), 422, NO_TENANT)


def test_access_to_the_tenant_comes_before_the_role(site: Site) -> None:
    reader = site.app(READ).but(tenant="no-such-tenant")
    is_answer(reader.post("/customer", {}), 401, UNAUTHORIZED)


def test_the_grant_comes_before_content_type_syntax_query_and_ids(site: Site) -> None:
    reader = site.app(READ)
    text = {"content-type": "text/plain"}
    for method, path in (
        ("POST", "/customer?x=1"),
        ("PUT", "/customer/no-id?x=1"),
        ("POST", "/customer-address?x=1"),
        ("POST", "/tag-x-object/customer?x=1"),
    ):
        is_answer(reader.request(method, path, content=b"{", headers=text), 401, NOT_FOR_ROUTE)


def test_a_customer_with_address_takes_both_grants_before_its_body_is_read(site: Site) -> None:
    """A3: POST /customer-address needs Customer Address and Customer."""
    for permissions in ({"Customer": "Full"}, {"Customer Address": "Full"}):
        caller = site.app_with({**permissions, "Note": "Full"})
        is_answer(caller.request("POST", "/customer-address?x=1", content=b"{"), 401, NOT_FOR_ROUTE)
    both = site.app_with({"Customer": "Full", "Customer Address": "Full"})
    is_answer(both.request("POST", "/customer-address", content=b"{"), 400, NOT_JSON)


def test_the_content_type_comes_before_size_and_size_before_syntax(api: Caller) -> None:
    huge = b"{" * (3 * 1024 * 1024)
    assert api.request("POST", "/customer", content=huge).status_code == 413
    wrong = {"content-type": "text/plain"}
    is_answer(api.request("POST", "/customer", content=huge, headers=wrong), 415, WRONG_TYPE)


def test_syntax_comes_before_query_parameters_and_ids(api: Caller) -> None:
    is_answer(api.request("PUT", "/customer/no-id?x=1", content=b"{"), 400, NOT_JSON)


def test_query_parameters_come_before_ids(api: Caller) -> None:
    is_answer(api.put("/customer/no-id?x=1", []), 422, query_param("x"))
    is_answer(api.get("/customer/no-id/address?x=1"), 422, query_param("x"))
    is_answer(api.delete("/tag-x-object/customer/a/b?x=1"), 422, query_param("x"))


def test_ids_come_before_the_body(api: Caller) -> None:
    is_invalid(api.put("/customer/no-id", []), ("id", BAD_ID))
    is_invalid(api.post("/customer/no-id/address", {}), ("customerId", BAD_ID))


def test_the_body_comes_before_the_existence_of_the_object(api: Caller) -> None:
    is_invalid(api.put(f"/customer/{NIL}", {"firstName": "<b>"}), ("firstName", HTML))
    is_invalid(api.put(f"/customer/{NIL}", []), ("body", "must be a object"))
    is_invalid(
        api.put(f"/customer/{NIL}/address/{NIL}", {"city": 1, "type": "x"}),
        ("type", "invalid additional property"),
        ("city", "must be a string"),
    )
    assert api.post(f"/customer/{NIL}/address", {}).status_code == 422


def test_existence_comes_before_references_and_uniqueness(api: Caller) -> None:
    api.made("/customer", {"emails": [{"email": "taken@example.com"}]})
    body = {"emails": [{"email": "taken@example.com"}], "tags": [{"id": NIL}]}
    is_lost(api.put(f"/customer/{NIL}", body), "Customer")


def test_the_schema_comes_before_references_and_uniqueness(api: Caller) -> None:
    api.made("/customer", {"emails": [{"email": "taken@example.com"}]})
    body = {"emails": [{"email": "taken@example.com"}], "tags": [{"id": NIL}], "lastName": "<b>"}
    is_invalid(api.post("/customer", body), ("lastName", HTML))
    is_invalid(
        api.post("/customer", {**body, "lastName": "Doe"}),
        ("emails[0].email", UNIQUE),
        ("tags[0].id", "does not exist"),
    )


def test_an_empty_body_is_judged_after_the_query(api: Caller) -> None:
    is_answer(api.post("/customer?x=1"), 422, query_param("x"))
    is_invalid(api.post("/customer"), ("emails", REQUIRED))
