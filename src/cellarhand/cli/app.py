"""`cellarhand app`: integrations and what they may do."""

import click

from cellarhand.cli.answers import Failure, answer, as_json, table, with_store
from cellarhand.cli.database import database_option


@click.group()
def app() -> None:
    """Integrations with a secret: create, install, uninstall, list, rotate."""


def _permissions(pairs: tuple[str, ...], everything: str | None) -> dict[str, str]:
    found = {"*": everything} if everything else dict[str, str]()
    for pair in pairs:
        name, equals, grant = pair.rpartition("=")
        if not equals:
            raise Failure(f"'{pair}' is no permission: write it as Customer=Read or Customer=Full")
        found[name.strip()] = grant.strip()
    if not found:
        raise Failure('an app needs permissions: --permission "Customer=Full", or --all Read')
    return found


@app.command()
@click.argument("app_id")
@click.option("--title", help="A name for people. [default: APP_ID]")
@click.option(
    "--permission", multiple=True, metavar="NAME=GRANT", help="Such as Customer=Full. May be repeated."
)
@click.option("--all", "everything", metavar="GRANT", help="Read or Full on everything.")
@database_option
@as_json
def create(
    app_id: str,
    title: str | None,
    permission: tuple[str, ...],
    everything: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Create an app and show its secret, this once. It reaches a tenant when it is installed there.

    \b
    Example:  cellarhand app create my-crm --permission Customer=Full --permission Note=Read
    """
    from cellarhand.accounts.apps import create_app

    granted = _permissions(permission, everything)
    secret = with_store(database, lambda store: create_app(store, app_id, title or app_id, granted))
    text = (
        f"created '{app_id}'. Its secret, shown only now:\n\n  {secret}\n\n"
        f"Next: cellarhand app install {app_id} TENANT"
    )
    answer({"id": app_id, "secret": secret}, text, as_json=as_json)


@app.command()
@click.argument("app_id")
@click.argument("slug")
@database_option
@as_json
def install(app_id: str, slug: str, database: str, as_json: bool) -> None:
    """Let an app reach a tenant with the permissions it declares.

    \b
    Example:  cellarhand app install my-crm my-winery
    """
    from cellarhand.accounts.apps import install_app

    with_store(database, lambda store: install_app(store, app_id, slug))
    answer({"id": app_id, "tenant": slug}, f"'{app_id}' is installed in '{slug}'", as_json=as_json)


@app.command()
@click.argument("app_id")
@click.argument("slug")
@database_option
@as_json
def uninstall(app_id: str, slug: str, database: str, as_json: bool) -> None:
    """End an app's access to a tenant at once, and delete its web hooks there.

    \b
    Example:  cellarhand app uninstall my-crm my-winery
    """
    from cellarhand.accounts.apps import uninstall_app
    from cellarhand.events.web_hook import WEB_HOOK

    with_store(database, lambda store: uninstall_app(store, app_id, slug, WEB_HOOK.table))
    answer({"id": app_id, "tenant": slug}, f"'{app_id}' is out of '{slug}'", as_json=as_json)


@app.command("list")
@database_option
@as_json
def list_all(database: str, as_json: bool) -> None:
    """Show all apps, what they may do and where they are installed.

    \b
    Example:  cellarhand app list --json
    """
    from cellarhand.accounts.apps import list_apps
    from cellarhand.accounts.rights import PERMISSIONS

    apps = with_store(database, list_apps)
    rows = [
        (
            each.id,
            each.title,
            _summary(dict(each.permissions), len(PERMISSIONS)),
            ", ".join(each.tenants) or "-",
        )
        for each in apps
    ]
    value = [
        {
            "id": each.id,
            "title": each.title,
            "permissions": dict(each.permissions),
            "tenants": list(each.tenants),
        }
        for each in apps
    ]
    text = table(("APP", "TITLE", "PERMISSIONS", "TENANTS"), rows) if rows else "there are no apps yet"
    answer({"apps": value}, text, as_json=as_json)


def _summary(permissions: dict[str, str], all_of_them: int) -> str:
    grants = set(permissions.values())
    if len(permissions) == all_of_them and len(grants) == 1:
        return f"everything={grants.pop()}"
    return ", ".join(f"{name}={grant}" for name, grant in sorted(permissions.items()))


@app.command()
@click.argument("app_id")
@database_option
@as_json
def rotate(app_id: str, database: str, as_json: bool) -> None:
    """Make a new secret and show it, this once. The old one stays good for 24 hours.

    \b
    Example:  cellarhand app rotate my-crm
    """
    from cellarhand.accounts.apps import rotate_secret

    secret = with_store(database, lambda store: rotate_secret(store, app_id))
    text = (
        f"the new secret of '{app_id}', shown only now (the old one works for 24 hours more):\n\n  {secret}"
    )
    answer({"id": app_id, "secret": secret}, text, as_json=as_json)
