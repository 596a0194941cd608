"""All pages of the site, in one list: those of the platform, and those of each tenant."""

from cellarhand.admin import (
    accounts,
    api_access,
    apps,
    classes,
    collections,
    company,
    customers,
    fields,
    invitation,
    locations,
    login,
    memberships,
    orders,
    outbox,
    password,
    products,
    profile,
    requests,
    tags,
    web_hooks,
    welcome,
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
    *welcome.SCREENS,
    *customers.SCREENS,
    *orders.SCREENS,
    *products.SCREENS,
    *collections.SCREENS,
    *classes.SCREENS,
    *memberships.SCREENS,
    *tags.SCREENS,
    *company.SCREENS,
    *accounts.SCREENS,
    *locations.SCREENS,
    *fields.SCREENS,
    *apps.SCREENS,
    *api_access.SCREENS,
    *web_hooks.SCREENS,
    *requests.SCREENS,
    *outbox.SCREENS,
)
