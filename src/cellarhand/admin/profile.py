"""One's own affairs: name, password, one-time codes, sessions."""

from starlette.responses import Response

from cellarhand.accounts import people, second_step, sessions, totp
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.admin.login import TOO_MANY, code_fault, start_session
from cellarhand.admin.visit import Screen, Visit, said
from cellarhand.record.errors import HouseError


async def show_profile(visit: Visit) -> Response:
    return await _page(visit)


async def _page(
    visit: Visit, status: int = 200, recovery: list[str] | None = None, /, **faults: str
) -> Response:
    own = await sessions.list_own(visit.store, visit.person.id)
    tenants = await people.tenants_of(visit.store, visit.person.id)
    told = {"name_fault": "", "secret_fault": "", "code_fault": "", **faults}
    # A secret that was shown stays until the app has it, or the page is left.
    secret = visit.sent("secret") or totp.new_secret()
    uri = totp.uri(secret, visit.person.email)
    shown = {
        "secret": secret,
        "uri": uri,
        "picture": _picture(uri),
        "codes": await second_step.is_on(visit.store, visit.person.id),
        "recovery": recovery or [],
        "left": await second_step.codes_left(visit.store, visit.person.id),
    }
    return visit.page("profile.html", status, sessions=own, tenants=tenants, **shown, **told)


def _picture(uri: str) -> str:
    """The address of a picture that a phone reads: the whole picture, nothing is fetched for it."""
    import segno

    return segno.make(uri, error="m").svg_data_uri(scale=4, border=2)


async def change_name(visit: Visit) -> Response:
    try:
        await people.rename(visit.store, visit.person.id, visit.sent("firstName"), visit.sent("lastName"))
    except AdministrationFault as fault:
        return await _page(visit, 422, name_fault=said(fault))
    return visit.go("/profile", "saved")


async def change_password(visit: Visit) -> Response:
    """Set a new password, for who knows the old one; this browser stays logged in with a new session."""
    password = visit.secret("password")
    if password != visit.secret("again"):
        return await _refused(visit, "The two passwords are not the same.")
    try:
        proven = await visit.grounds.identities.log_in(
            visit.person.email, visit.secret("current"), visit.source
        )
        if proven != visit.person.id:
            return await _refused(visit, "Your current password is another one.")
        await people.set_password(visit.store, visit.person.email, password, themselves=True)
    except AdministrationFault as fault:
        return await _refused(visit, said(fault))
    except HouseError as error:
        if error.status != 429:
            raise
        return await _refused(visit, TOO_MANY, 429)
    return await start_session(visit, visit.person.id, visit.go("/profile", "password"))


async def switch_codes_on(visit: Visit) -> Response:
    try:
        codes = await second_step.switch_on(
            visit.store, visit.person.id, visit.sent("secret"), visit.sent("code")
        )
    except AdministrationFault as fault:
        return await _page(visit, 422, code_fault=said(fault))
    return await _page(visit, 200, codes)


async def renew_codes(visit: Visit) -> Response:
    """New recovery codes, on this page and nowhere else."""
    refusal = await _without_code(visit)
    if refusal is not None:
        return refusal
    return await _page(visit, 200, await second_step.renew_codes(visit.store, visit.person.id))


async def switch_codes_off(visit: Visit) -> Response:
    refusal = await _without_code(visit)
    if refusal is not None:
        return refusal
    await second_step.switch_off(visit.store, visit.person.email, themselves=True)
    return visit.go("/profile", "no-codes")


async def _without_code(visit: Visit) -> Response | None:
    """The refusal of who has no code at hand: a browser left open is not enough."""
    fault = await code_fault(visit, visit.person.id)
    return await _page(visit, 429 if fault == TOO_MANY else 422, code_fault=fault) if fault else None


async def _refused(visit: Visit, why: str, status: int = 422) -> Response:
    return await _page(visit, status, **{"secret_fault": why})


async def end_session(visit: Visit) -> Response:
    await sessions.end(visit.store, visit.person.id, visit.params["id"])
    return visit.go("/profile", "ended")


SCREENS = (
    Screen("GET", "/profile", show_profile),
    Screen("POST", "/profile/name", change_name),
    Screen("POST", "/profile/password", change_password),
    Screen("POST", "/profile/codes/on", switch_codes_on),
    Screen("POST", "/profile/codes/renew", renew_codes),
    Screen("POST", "/profile/codes/off", switch_codes_off),
    Screen("POST", "/profile/sessions/{id}/end", end_session),
)
