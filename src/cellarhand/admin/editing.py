"""Forms that create and change records, made from the declaration of a resource.

Two people may edit one record at a time: the second is told, sees what the first has made of it, and keeps
all that they typed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from cellarhand.admin import filled, forms, records
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Input, Saying
from cellarhand.admin.meta_data import meta_data_inputs
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record

BESIDE = ("location", "loyalty")
"""The members of a single record that stand beside it, and that reading it adds."""
Choosing = Callable[[Visit], Awaitable[list[Choice]]]


@dataclass(frozen=True)
class EditScreen:
    """The forms for a resource at `path`/new and `path`/{id}/edit; `back` is where they lead when done.

    The parameters of both paths are called as in the API's own path of the resource. `sayings` are words and
    help for members, `choices` what can be chosen for them, both by path such as `variants.taxType`.
    """

    resource: Resource
    title: str
    path: str
    members: tuple[str, ...]
    back: str
    intro: str = ""
    sayings: Mapping[str, Saying] = field(default_factory=dict[str, Saying])
    choices: Mapping[str, Choosing] = field(default_factory=dict[str, Choosing])
    # Where a form that is left leads, when that is not above `back`.
    leave: str = ""
    # Parameters of the path that are members of a new record.
    given: tuple[str, ...] = ()
    # What a new record begins with, besides the declaration's defaults.
    first: Callable[[Visit], Awaitable[dict[str, str]]] | None = None
    creates: bool = True
    changes: bool = True
    # Of what there is one of in a tenant: how it is read. Its form stands at `path` itself.
    single: Callable[[Visit], Awaitable[Record]] | None = None

    def screens(self) -> tuple[Screen, ...]:
        right = self.resource.right
        new = (
            Screen("GET", f"{self.path}/new", self._show_new, right, "create"),
            Screen("POST", f"{self.path}/new", self._create, right, "create"),
        )
        place = self.path if self.single else f"{self.path}/{{id}}/edit"
        edit = (
            Screen("GET", place, self._show_edit, right, "update"),
            Screen("POST", place, self._update, right, "update"),
        )
        return (*(new if self.creates else ()), *(edit if self.changes else ()))

    async def inputs(self, visit: Visit, *, creating: bool) -> list[Input]:
        """The form's inputs, with what can be chosen now, and those of the tenant's own meta data."""
        choices = {path: await choosing(visit) for path, choosing in self.choices.items()}
        names = [name for name in self.members if name != "metaData"]
        found = forms.inputs_of(self.resource, names, self.sayings, choices, creating=creating)
        if "metaData" in self.members:
            parts = await meta_data_inputs(visit, self.resource)
            if parts:
                found.append(Input("metaData", "Meta data", "group", parts=parts, merged=True))
        return found

    async def _show_new(self, visit: Visit) -> Response:
        inputs = await self.inputs(visit, creating=True)
        first = await self.first(visit) if self.first is not None else {}
        asked = filled.among(visit.request.query_params, inputs)
        return self._page(visit, inputs, {**forms.first_values(inputs), **first, **asked})

    async def _show_edit(self, visit: Visit) -> Response:
        inputs = await self.inputs(visit, creating=False)
        record = await self._record(visit)
        return self._page(visit, inputs, forms.values_of(inputs, record), seen=_version(record))

    async def _record(self, visit: Visit) -> Record:
        if self.single is not None:
            return await self.single(visit)
        return await records.read(visit, self.resource, self._params(visit))

    def _params(self, visit: Visit) -> Mapping[str, str]:
        return records.params_of(self.resource, visit.params)

    def _page(
        self,
        visit: Visit,
        inputs: list[Input],
        values: Mapping[str, str],
        status: int = 200,
        *,
        seen: str = "",
        faults: Mapping[str, str] | None = None,
        changed: Mapping[str, str] | None = None,
    ) -> Response:
        return visit.page(
            "edit.html",
            status,
            screen=self,
            inputs=inputs,
            values=values,
            seen=seen,
            faults=faults or {},
            changed=changed,
            back=visit.link(records.filled_path(self.leave, visit.params) or self._back(visit.params)),
        )

    def _back(self, params: Mapping[str, str]) -> str:
        """To the record; from a form for a new one, that was left, to the list."""
        return records.filled_path(self.back, params).partition("/{")[0]

    async def _create(self, visit: Visit) -> Response:
        values, inputs = dict(visit.form), await self.inputs(visit, creating=True)
        body = filled.body_of(inputs, values, creating=True)
        body |= {name: visit.params[name] for name in self.given}
        try:
            made = decode(
                await writing.create_record(
                    self.resource, visit.store, visit.actor, self._params(visit), body
                )
            )
        except HouseError as error:
            return self._refused(visit, inputs, values, error)
        return visit.go(self._back({**visit.params, "id": made["id"]}), "created")

    async def _update(self, visit: Visit) -> Response:
        values, seen = dict(visit.form), visit.sent("updatedAt")
        inputs = await self.inputs(visit, creating=False)
        body = filled.body_of(inputs, values, creating=False)
        try:
            changed = await self._changed(visit, body, seen)
        except HouseError as error:
            if error.status == 409:
                return await self._outrun(visit, inputs, values)
            return self._refused(visit, inputs, values, error, seen)
        notice = "unchanged" if _version(changed) == seen and self.single is None else "saved"
        return visit.go(self._back(visit.params), notice)

    async def _changed(self, visit: Visit, body: dict[str, Any], seen: str) -> Record:
        params = self._params(visit)
        if self.single is not None:
            params = {"id": (await self.single(visit))["id"]}
        return decode(
            await writing.update_record(self.resource, visit.store, visit.actor, params, body, seen=seen)
        )

    def _refused(
        self,
        visit: Visit,
        inputs: list[Input],
        values: Mapping[str, str],
        error: HouseError,
        seen: str = "",
    ) -> Response:
        """The form again, as it was typed, with what is wrong beside each input."""
        if error.status != 422:
            raise error
        faults = filled.faults_of(inputs, values, error.faults or ())
        return self._page(visit, inputs, values, 422, seen=seen, faults=faults or {"": error.message})

    async def _outrun(self, visit: Visit, inputs: list[Input], values: Mapping[str, str]) -> Response:
        """The form again, as it was typed, beside what somebody else made of the record meanwhile."""
        record = await self._record(visit)
        now = forms.values_of(inputs, record)
        stays = {each.name: now.get(each.name, "") for each in inputs if each.fixed}
        changed = filled.changed_meanwhile(inputs, values, now)
        return self._page(visit, inputs, {**values, **stays}, 409, seen=_version(record), changed=changed)


def _version(record: Record) -> str:
    """As the form keeps it; what stands beside the record, for single ones, is not part of it."""
    return writing.version_of({name: value for name, value in record.items() if name not in BESIDE})
