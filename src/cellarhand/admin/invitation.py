"""Following an invite: a new person chooses a password, a known one joins as who they are (ACC-2)."""

from starlette.responses import Response

from cellarhand.accounts import invites
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.invites import Invitation
from cellarhand.admin.login import start_session
from cellarhand.admin.visit import Screen, Visit, said


async def show_invitation(visit: Visit) -> Response:
    invitation = await invites.read_invitation(visit.store, visit.params["token"])
    return _page(visit, invitation)


def _page(visit: Visit, invitation: Invitation | None, fault: str = "", status: int = 200) -> Response:
    if invitation is None:
        return visit.page("spent.html", 404, thing="invite", again=False)
    here = f"/_/invite/{visit.params['token']}"
    mine = visit.known is not None and visit.known.id == invitation.account_id
    values = {"first": visit.sent("firstName"), "last": visit.sent("lastName")}
    return visit.page(
        "invitation.html", status, invitation=invitation, mine=mine, here=here, fault=fault, **values
    )


async def accept(visit: Visit) -> Response:
    token = visit.params["token"]
    invitation = await invites.read_invitation(visit.store, token)
    if invitation is None:
        return _page(visit, None)
    try:
        if invitation.account_id is not None:
            if visit.known is None or visit.known.id != invitation.account_id:
                return _page(visit, invitation, status=403)
            await invites.accept_as_known(visit.store, token, visit.known.id)
            return visit.go_to(invitation.slug, "/")
        if visit.known is not None:
            return _page(visit, invitation, status=403)
        password = visit.secret("password")
        if password != visit.secret("again"):
            return _page(visit, invitation, "The two passwords are not the same.", 422)
        first, last = visit.sent("firstName"), visit.sent("lastName")
        newcomer = await invites.accept_as_new(visit.store, token, password, first, last)
    except AdministrationFault as fault:
        return _page(visit, invitation, said(fault), 422)
    return await start_session(visit, newcomer.account_id, visit.go_to(invitation.slug, "/"))


SCREENS = (
    Screen("GET", "/invite/{token}", show_invitation, open=True),
    Screen("POST", "/invite/{token}", accept, open=True),
)
