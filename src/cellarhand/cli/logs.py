"""The server's own log: one line an event on stderr. Requests are on stdout, so that each stays readable."""

import asyncio
import logging
import sys
import time
from typing import Any

import msgspec


class NotCancelled(logging.Filter):
    """Leaves out the traces of requests that end because the server does."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or not issubclass(kind, asyncio.CancelledError)


class TextLines(logging.Formatter):
    """For people: `warning  rate limits: ...`."""

    def format(self, record: logging.LogRecord) -> str:
        text = f"{record.levelname.lower():<8} {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class JsonLines(logging.Formatter):
    """For programs: one JSON object a line, a traceback within it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def log_config(access_log: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: JSON where the requests are and nobody is looking, text elsewhere."""
    lines = "JsonLines" if access_log == "json" and not sys.stderr.isatty() else "TextLines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"not-cancelled": {"()": "cellarhand.cli.logs.NotCancelled"}},
        "formatters": {"lines": {"()": f"cellarhand.cli.logs.{lines}"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["not-cancelled"],
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {"cellarhand": {"level": "INFO"}},
    }
