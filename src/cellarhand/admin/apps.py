"""Settings, Apps: the integrations of a winery, their secrets and what they may do (APP-1 to APP-4)."""

from collections.abc import Mapping

from starlette.responses import Response

from cellarhand.accounts import apps, own_apps
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.own_apps import TenantApp
from cellarhand.accounts.rights import PERMISSIONS
from cellarhand.admin.visit import Screen, Visit, said
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.record import errors

PATH = "/settings/apps"


async def show_apps(visit: Visit) -> Response:
    return visit.page("apps.html", apps=await own_apps.apps_of(visit.store, visit.actor.tenant))


async def show_new(visit: Visit) -> Response:
    return _new(visit)


def _new(visit: Visit, fault: str = "", status: int = 200) -> Response:
    return visit.page(
        "app_new.html",
        status,
        fault=fault,
        permissions=PERMISSIONS,
        grants=_grants(visit),
        names=_names(visit),
    )


def _names(visit: Visit) -> tuple[str, str]:
    return visit.sent("app"), visit.sent("title")


def _grants(visit: Visit) -> dict[str, str]:
    """The permissions that were chosen, each Read or Full."""
    sent = {name: visit.sent(f"grant.{name}") for name in PERMISSIONS}
    return {name: grant for name, grant in sent.items() if grant}


async def create(visit: Visit) -> Response:
    app_id, title = _names(visit)
    granted = _grants(visit)
    if not granted:
        return _new(visit, "Choose at least one thing that the app may do.", 422)
    actor = visit.actor
    try:
        secret = await apps.create_app(
            visit.store, app_id, title or app_id, granted, owner=actor.tenant, actor=actor
        )
    except AdministrationFault as fault:
        return _new(visit, said(fault), 422)
    return await _page(visit, await _app(visit, app_id), secret=secret)


async def _app(visit: Visit, app_id: str = "") -> TenantApp:
    wanted = app_id or visit.params["app"]
    found = await own_apps.apps_of(visit.store, visit.actor.tenant)
    app = next((each for each in found if each.id == wanted), None)
    if app is None:
        raise errors.unknown_route()
    return app


async def show_app(visit: Visit) -> Response:
    return await _page(visit, await _app(visit))


async def _page(
    visit: Visit,
    app: TenantApp,
    fault: str = "",
    status: int = 200,
    *,
    secret: str = "",
    grants: Mapping[str, str] | None = None,
) -> Response:
    return visit.page(
        "app.html",
        status,
        app=app,
        secrets=await own_apps.secrets_of(visit.store, app.id) if app.is_own else [],
        secret=secret,
        permissions=PERMISSIONS,
        grants=app.declared if grants is None else grants,
        api=visit.grounds.addresses.api,
        fault=fault,
    )


async def rotate(visit: Visit) -> Response:
    """The new secret is on this page and nowhere else; looking at the app again does not show it."""
    app = await _app(visit)
    try:
        secret = await own_apps.rotate(visit.store, app.id, visit.actor)
    except AdministrationFault as fault:
        return await _page(visit, app, said(fault), 422)
    return await _page(visit, app, secret=secret)


async def end_old(visit: Visit) -> Response:
    app = await _app(visit)
    try:
        await own_apps.end_old_secret(visit.store, app.id, visit.actor)
    except AdministrationFault as fault:
        return await _page(visit, app, said(fault), 422)
    return visit.go(f"{PATH}/{app.id}", "old-secret")


async def permit(visit: Visit) -> Response:
    app, granted = await _app(visit), _grants(visit)
    if not granted:
        return await _page(visit, app, "Choose at least one thing that the app may do.", 422, grants=granted)
    try:
        await own_apps.change_permissions(visit.store, app.id, visit.actor, granted)
    except AdministrationFault as fault:
        return await _page(visit, app, said(fault), 422, grants=granted)
    return visit.go(f"{PATH}/{app.id}", "saved")


async def install(visit: Visit) -> Response:
    app = await _app(visit)
    await own_apps.install(visit.store, app.id, visit.actor)
    return visit.go(f"{PATH}/{app.id}", "installed")


async def uninstall(visit: Visit) -> Response:
    app = await _app(visit)
    try:
        await apps.uninstall_app(visit.store, app.id, visit.actor.tenant, WEB_HOOK.table, actor=visit.actor)
    except AdministrationFault as fault:
        return await _page(visit, app, said(fault), 422)
    return visit.go(PATH, "uninstalled")


async def delete(visit: Visit) -> Response:
    app = await _app(visit)
    try:
        await own_apps.delete_app(visit.store, app.id, visit.actor, WEB_HOOK.table)
    except AdministrationFault as fault:
        return await _page(visit, app, said(fault), 422)
    return visit.go(PATH, "deleted")


_ONE = f"{PATH}/{{app}}"
SCREENS = (
    Screen("GET", PATH, show_apps, "app", "list"),
    Screen("GET", f"{PATH}/new", show_new, "app", "create"),
    Screen("POST", f"{PATH}/new", create, "app", "create"),
    Screen("GET", _ONE, show_app, "app", "read"),
    Screen("POST", f"{_ONE}/rotate", rotate, "app", "update"),
    Screen("POST", f"{_ONE}/old-secret", end_old, "app", "update"),
    Screen("POST", f"{_ONE}/permissions", permit, "app", "update"),
    Screen("POST", f"{_ONE}/install", install, "app", "create"),
    Screen("POST", f"{_ONE}/uninstall", uninstall, "app", "delete"),
    Screen("POST", f"{_ONE}/delete", delete, "app", "delete"),
)
