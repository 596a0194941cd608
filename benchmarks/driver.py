"""The least that a Python server can do with this driver: `python -m benchmarks.driver PORT DATABASE TENANT`.

A page of customers from PostgreSQL in the same uvicorn: one prepared statement on held connections, and the
rows' texts joined. No credentials, tenants, rights, limits, log or metrics; what stands between it and ours
is that.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import asyncpg

from benchmarks.ceiling import Message, Receive, Send, answer, serve

_CONNECTIONS = 12
_PAGE = 50
_SQL = (
    f"SELECT body::varchar, id FROM customer WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT {_PAGE + 1}"
)


class BareDriver:
    """Answers every GET with the page that begins where its path ends, after a `=`."""

    def __init__(self, url: str, tenant_id: int) -> None:
        self._url = url
        self._tenant_id = tenant_id
        self._connections: list[Any] = []
        self._statements: asyncio.LifoQueue[Any] = asyncio.LifoQueue()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._lifespan(receive, send)
            return
        begins = scope["query_string"].rpartition(b"=")[2].decode()
        statement = await self._statements.get()
        rows = await statement.fetch(self._tenant_id, begins)
        self._statements.put_nowait(statement)
        texts = b",".join([row[0] for row in rows[:_PAGE]])
        following = str(rows[_PAGE][1]) if len(rows) > _PAGE else ""
        await answer(send, 200, b'{"customers":[%b],"cursor":"%b"}' % (texts, following.encode()))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        for _ in range(_CONNECTIONS):
            connection: Any = await asyncpg.connect(self._url)
            # The fastest way to have the texts as bytes.
            await connection.set_type_codec(
                "varchar", encoder=bytes, decoder=bytes, schema="pg_catalog", format="binary"
            )
            self._connections.append(connection)
            self._statements.put_nowait(await connection.prepare(_SQL))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for connection in self._connections:
            await connection.close()
        await send({"type": "lifespan.shutdown.complete"})


def main() -> None:
    port, url, tenant_id = sys.argv[1:]
    serve(BareDriver(url, int(tenant_id)), int(port))


if __name__ == "__main__":
    main()
