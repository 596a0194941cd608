"""Departments and vendors: how products are grouped (reference B17, B18)."""

from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import moment
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.vendor import VENDOR

_DATES = (
    Column("created", "Created", "createdAt", moment),
    Column("updated", "Updated", "updatedAt", moment),
)
_TITLE = Column("title", "Title", "title")
_CODE = Column("code", "Code", "code")
_STAY = "Its products stay, without it."

DEPARTMENTS = ListScreen(
    DEPARTMENT, "Departments", "/departments", (_TITLE, _CODE, *_DATES), opens=True, adds="Add department"
)
EDIT_DEPARTMENT = EditScreen(
    DEPARTMENT,
    "department",
    "/departments",
    ("title", "code"),
    back="/departments/{id}",
    sayings={"code": Saying("Code", "For reports and other programs; unique")},
)
VENDORS = ListScreen(VENDOR, "Vendors", "/vendors", (_TITLE, *_DATES), opens=True, adds="Add vendor")
EDIT_VENDOR = EditScreen(VENDOR, "vendor", "/vendors", ("title",), back="/vendors/{id}")
SCREENS = (
    *EDIT_DEPARTMENT.screens(),
    *DEPARTMENTS.screens(),
    *RecordScreen(
        DEPARTMENT, "department", "/departments", "title", (_CODE, *_DATES), warning=_STAY
    ).screens(),
    *EDIT_VENDOR.screens(),
    *VENDORS.screens(),
    *RecordScreen(VENDOR, "vendor", "/vendors", "title", _DATES, warning=_STAY).screens(),
)
