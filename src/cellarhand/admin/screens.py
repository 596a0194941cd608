"""All pages of the site, in one list: those of the platform, and those of each tenant."""

from cellarhand.admin import (
    accounts,
    activity,
    customers,
    dashboard,
    invitation,
    login,
    memberships,
    merging,
    orders,
    outbox,
    password,
    products,
    profile,
    search,
    trash,
)
from cellarhand.admin.visit import Screen

PLATFORM_SCREENS: tuple[Screen, ...] = (
    *login.SCREENS,
    *password.SCREENS,
    *invitation.SCREENS,
    *profile.SCREENS,
    *outbox.PLATFORM_SCREENS,
)
TENANT_SCREENS: tuple[Screen, ...] = (
    *dashboard.SCREENS,
    *search.SCREENS,
    *customers.SCREENS,
    *merging.SCREENS,
    *orders.SCREENS,
    *products.SCREENS,
    *memberships.SCREENS,
    *activity.SCREENS,
    *trash.SCREENS,
    *accounts.SCREENS,
    *outbox.SCREENS,
)
