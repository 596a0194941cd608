"""All pages of the site, in one list: those of the platform, and those of each tenant."""

from cellarhand.admin import (
    accounts,
    activity,
    customers,
    dashboard,
    invitation,
    jobs,
    login,
    memberships,
    orders,
    outbox,
    password,
    products,
    profile,
    search,
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
    *orders.SCREENS,
    *products.SCREENS,
    *memberships.SCREENS,
    *jobs.SCREENS,
    *activity.SCREENS,
    *accounts.SCREENS,
    *outbox.SCREENS,
)
