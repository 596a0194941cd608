"""Forms that create and change records, made from the declaration of a resource.

Two people may edit one record at a time: the second is told, sees what the first has made of it, and keeps
all that they typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from cellarhand.admin import forms, records
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode


@dataclass(frozen=True)
class EditScreen:
    """The forms for a resource at `path`/new and `path`/{id}/edit; `back` is where they lead when done.

    The parameters of both paths are called as in the API's own path of the resource.
    """

    resource: Resource
    title: str
    path: str
    members: tuple[str, ...]
    back: str

    def screens(self) -> tuple[Screen, ...]:
        right = self.resource.right
        return (
            Screen("GET", f"{self.path}/new", self._show_new, right, "create"),
            Screen("POST", f"{self.path}/new", self._create, right, "create"),
            Screen("GET", f"{self.path}/{{id}}/edit", self._show_edit, right, "update"),
            Screen("POST", f"{self.path}/{{id}}/edit", self._update, right, "update"),
        )

    async def _show_new(self, visit: Visit) -> Response:
        return self._page(visit, {})

    async def _show_edit(self, visit: Visit) -> Response:
        record = await records.read(visit, self.resource, visit.params)
        values = forms.values_of(forms.inputs_of(self.resource, self.members), record)
        return self._page(visit, values, seen=record["updatedAt"])

    def _page(
        self,
        visit: Visit,
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
            inputs=forms.inputs_of(self.resource, self.members),
            values=values,
            seen=seen,
            faults=faults or {},
            changed=changed,
            back=visit.link(self._back(visit.params)),
        )

    def _back(self, params: Mapping[str, str]) -> str:
        """To the record; from a form for a new one, that was left, to the list."""
        path = self.back
        for name, value in params.items():
            path = path.replace(f"{{{name}}}", value)
        return path.partition("/{")[0]

    async def _create(self, visit: Visit) -> Response:
        values = dict(visit.form)
        body = forms.body_of(forms.inputs_of(self.resource, self.members), values, creating=True)
        try:
            made = decode(
                await writing.create_record(self.resource, visit.store, visit.actor, visit.params, body)
            )
        except HouseError as error:
            return self._refused(visit, values, error)
        return visit.go(self._back({**visit.params, "id": made["id"]}), "created")

    async def _update(self, visit: Visit) -> Response:
        values, seen = dict(visit.form), visit.sent("updatedAt")
        body = forms.body_of(forms.inputs_of(self.resource, self.members), values, creating=False)
        try:
            changed = decode(
                await writing.update_record(
                    self.resource, visit.store, visit.actor, visit.params, body, seen=seen
                )
            )
        except HouseError as error:
            if error.status == 409:
                return await self._outrun(visit, values)
            return self._refused(visit, values, error, seen)
        notice = "unchanged" if changed["updatedAt"] == seen else "saved"
        return visit.go(self._back(visit.params), notice)

    def _refused(
        self, visit: Visit, values: Mapping[str, str], error: HouseError, seen: str = ""
    ) -> Response:
        """The form again, as it was typed, with what is wrong beside each input."""
        if error.status != 422:
            raise error
        inputs = forms.inputs_of(self.resource, self.members)
        faults = forms.faults_of(inputs, values, error.faults or ())
        return self._page(visit, values, 422, seen=seen, faults=faults or {"": error.message})

    async def _outrun(self, visit: Visit, values: Mapping[str, str]) -> Response:
        """The form again, as it was typed, beside what somebody else made of the record meanwhile."""
        record = await records.read(visit, self.resource, visit.params)
        inputs = forms.inputs_of(self.resource, self.members)
        changed = forms.changed_meanwhile(inputs, values, forms.values_of(inputs, record))
        return self._page(visit, values, 409, seen=record["updatedAt"], changed=changed)
