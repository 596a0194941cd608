"""Bulk jobs as people follow them: how far one is, what it could not do, stopping it and going on."""

from starlette.responses import Response

from cellarhand.admin.visit import Screen, Visit
from cellarhand.events.bulk_job import Job, Works, find, newest, refusals, resume, stop
from cellarhand.record import errors, reading
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.resources import BULK_WORKS

_SHOWN = 50
_PLACES = {"customer": "/customers", "order": "/orders", "club-membership": "/memberships"}


def _sees(visit: Visit, job: Job) -> bool:
    """Who began a job, and who manages the people."""
    return job.account_id == visit.actor.account_id or visit.may("account", "list")


def _works(visit: Visit) -> Works:
    return Works(BULK_WORKS, visit.grounds.settings.api_url)


async def _job(visit: Visit) -> Job:
    job = await find(visit.store.reading(visit.actor.tenant_id), visit.params["id"])
    if job is None or not _sees(visit, job):
        raise errors.not_found("Job")
    return job


async def show_jobs(visit: Visit) -> Response:
    """The newest jobs."""
    jobs = await newest(visit.store.reading(visit.actor.tenant_id), _SHOWN)
    return visit.page("jobs.html", jobs=[job for job in jobs if _sees(visit, job)])


async def show_job(visit: Visit) -> Response:
    """One job; while it runs the page asks again for how far it is."""
    job = await _job(visit)
    unit, resource = visit.store.reading(visit.actor.tenant_id), BULK_WORKS[job.kind].resource(job)
    told = await refusals(unit, job.id, _SHOWN)
    found: dict[str, Record] = {}
    if told and visit.may_with(resource, "list"):
        some = await reading.read_some(resource, unit, [each.id for each in told])
        found = {record["id"]: record for record in some}
    refused = [
        (f"{_PLACES[resource.name]}/{each.id}", _name(resource, found.get(each.id)), each.message)
        for each in told
    ]
    template = "job_progress.html" if visit.is_fragment else "job.html"
    return visit.page(
        template,
        job=job,
        refused=refused,
        place=_PLACES[resource.name],
        may_resume=_works(visit).may_resume(visit.actor, job),
    )


def _name(resource: Resource, record: Record | None) -> str:
    """What people call a record that was refused."""
    if record is None:
        return "(gone)"
    if resource.name == "order":
        return f"Order {record['orderNumber']}"
    person = record.get("customer") or record
    names = (person.get("firstName"), person.get("lastName"))
    return " ".join(filter(None, names)) or "(no name)"


async def stop_job(visit: Visit) -> Response:
    job = await _job(visit)
    await stop(visit.store, visit.actor, _works(visit), job.id)
    return visit.go(f"/jobs/{job.id}", "stopped")


async def resume_job(visit: Visit) -> Response:
    job = await _job(visit)
    if not _works(visit).may_resume(visit.actor, job):
        raise errors.not_found("Job")
    await resume(visit.store, visit.actor, job.id)
    return visit.go(f"/jobs/{job.id}", "resumed")


SCREENS = (
    Screen("GET", "/jobs", show_jobs),
    Screen("GET", "/jobs/{id}", show_job),
    Screen("POST", "/jobs/{id}/stop", stop_job),
    Screen("POST", "/jobs/{id}/resume", resume_job),
)
