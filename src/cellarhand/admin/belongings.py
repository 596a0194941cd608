"""A customer's addresses and cards, on the customer's page: which is the default, and deleting one."""

from dataclasses import dataclass

from starlette.responses import Response

from cellarhand.admin.marks import Again, said
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource


@dataclass(frozen=True)
class Belongings:
    """Records of one kind below `/customers/{customerId}`/`word`; their page is the customer's."""

    resource: Resource
    word: str
    page: Again

    def screens(self) -> tuple[Screen, ...]:
        at, right = f"/customers/{{customerId}}/{self.word}/{{id}}", self.resource.right
        return (
            Screen("POST", f"{at}/default", self._make_default, right, "update"),
            Screen("POST", f"{at}/delete", self._delete, right, "delete"),
        )

    async def _make_default(self, visit: Visit) -> Response:
        body = {"isDefault": True}
        try:
            await writing.update_record(self.resource, visit.store, visit.actor, visit.params, body)
        except HouseError as error:
            return await self._refused(visit, error)
        return visit.go(f"/customers/{visit.params['customerId']}", "defaulted")

    async def _delete(self, visit: Visit) -> Response:
        try:
            await writing.delete_record(self.resource, visit.store, visit.actor, visit.params)
        except HouseError as error:
            return await self._refused(visit, error)
        return visit.go(f"/customers/{visit.params['customerId']}", "deleted")

    async def _refused(self, visit: Visit, error: HouseError) -> Response:
        if error.status != 422:
            raise error
        return await self.page(visit, said(error), error.status)
