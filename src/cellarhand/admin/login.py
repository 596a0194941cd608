"""Logging in and out, and choosing among one's tenants (TEN-3)."""

from urllib.parse import urlencode

from starlette.responses import Response

from cellarhand.accounts import second_step, sessions
from cellarhand.accounts.addresses import as_return, parse_return
from cellarhand.accounts.people import tenants_of
from cellarhand.admin.cookies import remember
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record.errors import HouseError

WRONG = "E-mail or password is wrong."
TOO_MANY = "Too many attempts. Wait for a quarter of an hour, then try again."


async def show_tenants(visit: Visit) -> Response:
    """Where a person may go; straight on when there is only one place."""
    return visit.page("tenants.html", tenants=await tenants_of(visit.store, visit.person.id))


async def show_login(visit: Visit) -> Response:
    if visit.known is not None:
        return _onward(visit, visit.request.query_params.get("next", ""))
    return _form(visit, visit.request.query_params.get("next", ""))


def _form(visit: Visit, wanted: str, fault: str = "", email: str = "", status: int = 200) -> Response:
    wanted = wanted if parse_return(wanted) else ""
    return visit.page("login.html", status, wanted=wanted, fault=fault, email=email)


def _onward(visit: Visit, wanted: str) -> Response:
    tenant, path = parse_return(wanted) or (None, "/")
    return visit.go_to(tenant, path)


async def log_in(visit: Visit) -> Response:
    """A session for who knows the password. Whether there is such an account shows in nothing."""
    email, wanted = visit.sent("email"), visit.sent("next")
    try:
        account_id = await visit.grounds.identities.log_in(email, visit.secret("password"), visit.source)
    except HouseError as error:
        if error.status != 429:
            raise
        return _form(visit, wanted, TOO_MANY, email, 429)
    if account_id is None:
        return _form(visit, wanted, WRONG, email, 401)
    if not wanted:
        tenants = await tenants_of(visit.store, account_id)
        wanted = as_return(tenants[0].slug, "/") if len(tenants) == 1 else ""
    if await second_step.is_on(visit.store, account_id):
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        return await start_session(visit, account_id, visit.go(f"/login/code{query}"), proven=False)
    return await start_session(visit, account_id, _onward(visit, wanted))


async def show_code(visit: Visit) -> Response:
    """The second step, for who has taken the first."""
    if await sessions.find_pending(visit.store, visit.token) is None:
        return visit.go("/login")
    return _code_form(visit, visit.request.query_params.get("next", ""))


def _code_form(visit: Visit, wanted: str, fault: str = "", status: int = 200) -> Response:
    return visit.page("code.html", status, wanted=wanted if parse_return(wanted) else "", fault=fault)


async def check_code(visit: Visit) -> Response:
    """A session for who has the code, too. Wrong codes are counted for the account, from wherever."""
    account_id, wanted = await sessions.find_pending(visit.store, visit.token), visit.sent("next")
    if account_id is None:
        return visit.go("/login")
    fault = await code_fault(visit, account_id)
    if fault:
        return _code_form(visit, wanted, fault, 429 if fault == TOO_MANY else 401)
    return await start_session(visit, account_id, _onward(visit, wanted))


async def code_fault(visit: Visit, account_id: str) -> str:
    """Why the code of the form opens nothing; empty when it does."""
    wrong_codes = visit.grounds.wrong_codes
    if wrong_codes.locked_for("code", account_id):
        return TOO_MANY
    # Counted before it is looked at: of many that come at once no more are tried.
    wrong_codes.failed("code", account_id)
    if not await second_step.prove(visit.store, account_id, visit.sent("code")):
        return "This code is wrong, or was used before."
    wrong_codes.succeeded("code", account_id)
    return ""


async def start_session(visit: Visit, account_id: str, answer: Response, *, proven: bool = True) -> Response:
    """Let the browser in as that person, with the answer that takes it on."""
    agent = visit.request.headers.get("user-agent", "")
    token = await sessions.begin(
        visit.store, account_id, visit.source, agent, instead_of=visit.token, proven=proven
    )
    remember(visit, answer, token)
    return answer


async def log_out(visit: Visit) -> Response:
    """End this session, and return to the log-in or to an invite that is for somebody else."""
    if visit.session is not None:
        await sessions.end(visit.store, visit.person.id, visit.session.id)
    wanted = parse_return(visit.sent("next"))
    if wanted is not None and wanted[0] is None:
        return visit.go_to(None, wanted[1])
    return visit.go("/login", "out")


SCREENS = (
    Screen("GET", "/", show_tenants),
    Screen("GET", "/login", show_login, open=True),
    Screen("POST", "/login", log_in, open=True),
    Screen("GET", "/login/code", show_code, open=True),
    Screen("POST", "/login/code", check_code, open=True),
    Screen("POST", "/logout", log_out, open=True),
)
