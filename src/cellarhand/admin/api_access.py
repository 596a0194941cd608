"""Settings, API access: how programs and people call, who may, and how much of the limits is used."""

from dataclasses import dataclass

from starlette.responses import Response

from cellarhand.accounts import people
from cellarhand.admin.visit import Screen, Visit
from cellarhand.ids import new_id


@dataclass(frozen=True, slots=True)
class Used:
    """A limit of the tenant, 0 for none, and how much of the window is used."""

    title: str
    most: int
    used: int


async def show_access(visit: Visit) -> Response:
    settings, tenant_id = visit.grounds.settings, visit.actor.tenant_id
    count = visit.grounds.limiter.used
    sees_people = visit.may("account", "list")
    return visit.page(
        "api.html",
        api=visit.grounds.addresses.api,
        docs=settings.docs,
        people_may_call=settings.people_may_call,
        people=await people.list_people(visit.store, visit.actor.tenant) if sees_people else [],
        new_id=new_id(),
        window=settings.rate_window,
        limits=[
            Used("Calls", settings.rate_limit, await count(f"tenant:{tenant_id}")),
            Used("Pages beyond the hundredth", settings.deep_page_limit, await count(f"deep:{tenant_id}")),
        ],
        web_limit=settings.web_rate_limit,
        alone=settings.rate_limit_store == "memory",
    )


SCREENS = (Screen("GET", "/settings/api", show_access, "setting", "read"),)
