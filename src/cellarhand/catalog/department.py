"""Departments: how products are grouped for discounts and reports (reference B17)."""

from typing import Annotated, TypedDict

from cellarhand.events.trash import into_trash
from cellarhand.record import formats
from cellarhand.record.resource import Draft, Extract, Resource, TextSearch, Unique
from cellarhand.record.types import Format, Instant, Size, Text, Title, Uuid
from cellarhand.store.tables import Column

Code = Annotated[str, Format("code", formats.trimmed), Size(1, 100)]


class DepartmentWrite(TypedDict):
    title: Title
    code: Code


class Department(TypedDict):
    id: Uuid
    title: Text
    code: Text
    createdAt: Instant
    updatedAt: Instant


async def _show_in_products(draft: Draft) -> None:
    # Products show their department, and so their module imports this one.
    from cellarhand.catalog.classes import show_department

    await show_department(draft)


async def _leave_products(draft: Draft) -> None:
    from cellarhand.catalog.classes import forget_department

    await forget_department(draft)


DEPARTMENT = Resource(
    name="department",
    thing="Department",
    path="/department",
    key="departments",
    read=Department,
    write=DepartmentWrite,
    right="department",
    permission="Department",
    extracts=(Extract(Column("code", "text"), lambda department: department["code"]),),
    search=TextSearch(lambda department: f"{department['title']}\n{department['code']}"),
    unique=(Unique("department.code", lambda department: [(department["code"].casefold(), "code")]),),
    trash_title=lambda department: department["title"],
    spreads=True,
    follow=(_show_in_products,),
    follow_delete=(_leave_products, into_trash),
)
