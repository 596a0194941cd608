"""A client for the Commerce7 v1 REST API and for Cellarhand: `Client` for threads, `AsyncClient` for tasks.

    with Client("https://api.commerce7.com/v1", "my-winery", app=("my-app", secret)) as client:
        for customer in client.customers.list(updated_at=gte(date(2025, 1, 1))):
            print(customer["emails"][0]["email"])

Records are plain dictionaries: members that this version does not know are there, and are given back.
"""

try:
    from cellarhand.client.clients import AsyncClient, Client
except ModuleNotFoundError as _missing:
    if _missing.name != "httpx":
        raise
    raise ModuleNotFoundError(
        "the client needs httpx: pip install 'cellarhand[client]'", name="httpx"
    ) from None
from cellarhand.client.conditions import Condition, btw, gt, gte, in_, lt, lte
from cellarhand.client.errors import (
    ApiError,
    ClientError,
    ConnectionBroken,
    FieldError,
    Invalid,
    NotFound,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Unreadable,
)
from cellarhand.client.exchange import Answer, Retries
from cellarhand.client.walk import Page

__all__ = [
    "Answer",
    "ApiError",
    "AsyncClient",
    "Client",
    "ClientError",
    "Condition",
    "ConnectionBroken",
    "FieldError",
    "Invalid",
    "NotFound",
    "Page",
    "RateLimited",
    "Retries",
    "ServerFailed",
    "Unauthorized",
    "Unreadable",
    "btw",
    "gt",
    "gte",
    "in_",
    "lt",
    "lte",
]
