"""A tenant of any server as one side of a comparison, read through its API while the other side is read."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial

from cellarhand import clock
from cellarhand.client import ApiError, AsyncClient
from cellarhand.client.conditions import Value
from cellarhand.client.exchange import request_of
from cellarhand.client.walk import Walk, next_rows
from cellarhand.transfer.explained import Moments
from cellarhand.transfer.pull import read_rows
from cellarhand.transfer.sources import Rows
from cellarhand.transfer.targets import Target, is_closed, targets


class ApiSource:
    """Every list that the account may read, but those that take a call for each customer."""

    def __init__(self, client: AsyncClient, name: str, found: Mapping[Target, int | None]) -> None:
        self.name = name
        self._client = client
        self._targets = {each.name: each for each in found}
        self._totals = {each.name: total for each, total in found.items()}
        self._opened = clock.now()

    @staticmethod
    async def of(client: AsyncClient, name: str) -> "ApiSource":
        """Ask which lists there are."""
        found: dict[Target, int | None] = {}
        for target in targets():
            if target.parent:
                continue
            query: dict[str, Value | None] = {"page": 1, "limit": 1} if target.paged else {}
            request = request_of("GET", target.path, query)
            try:
                listing = await client.run(client.call(request, partial(read_rows, key=target.key)))
            except ApiError as refused:
                if not is_closed(refused):
                    raise
            else:
                found[target] = listing.total if isinstance(listing.total, int) else None
        return ApiSource(client, name, found)

    def lists(self) -> Sequence[str]:
        return tuple(self._targets)

    def about(self, list_name: str) -> int | None:
        return self._totals[list_name]

    def moments(self, _: str) -> Moments:
        return Moments(self._opened, clock.now())

    async def records(self, list_name: str) -> AsyncGenerator[Rows]:
        target = self._targets[list_name]
        read = partial(read_rows, key=target.key)
        if not target.paged:
            request = request_of("GET", target.path)
            yield sorted((await self._client.run(self._client.call(request, read))).rows)
            return
        walk, by_pages = Walk(target.path, {}), list[tuple[str, bytes]]()

        async def step() -> Rows:
            return await self._client.run(next_rows(self._client.call, walk, read))

        # The next page is asked for while the one that came is compared.
        coming: asyncio.Task[Rows] | None = asyncio.create_task(step())
        try:
            while coming is not None:
                rows = await coming
                # By pages a list comes in an order of its own.
                paged = walk.page > 1 or bool(by_pages)
                coming = None if walk.ended else asyncio.create_task(step())
                if paged:
                    by_pages += rows
                elif rows:
                    yield rows
            if by_pages:
                yield sorted(by_pages)
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
