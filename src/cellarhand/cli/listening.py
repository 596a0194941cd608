"""The socket of a server, bound before anything else is done: what is wrong with it shows at once."""

import errno
import socket

from cellarhand.cli.answers import Failure

BACKLOG = 2048


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket. Callers that come before the server has started wait a moment."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind)
    except OSError as error:
        raise Failure(
            f"'{host}' is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them"
        ) from error
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        raise Failure(_reason(error, host, port, option)) from error
    return door


def _reason(error: OSError, host: str, port: int, option: str) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {host} is in use: stop what runs there, or choose another with {option}"
        case errno.EACCES:
            return f"port {port} is for administrators: choose one above 1023 with {option}"
        case errno.EADDRNOTAVAIL:
            return f"'{host}' is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them"
        case _:
            return f"can not listen on port {port} of {host}: {error.strerror or error}"


def base_url(door: socket.socket) -> str:
    """Where a client on this machine finds the server."""
    host, port = door.getsockname()[:2]
    host = str({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host))  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
