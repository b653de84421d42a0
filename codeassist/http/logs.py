"""The log of the server: one JSON object a line on standard error, without questions, texts and secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from codeassist.privacy import masked

LOGGER = logging.getLogger("codeassist.http")


class JsonLines(logging.Formatter):
    """A record as one JSON object: time, level, message and its fields, secrets masked."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(masked(entry))  # masked before quotes and line breaks are escaped, which hide secrets


def start_logging(stream: TextIO | None = None, *, quiet: bool = False) -> None:
    """Write the log of the server and the warnings of uvicorn to a stream; `quiet` keeps warnings and errors alone."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in ((LOGGER.name, logging.WARNING if quiet else logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False


def log(event: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Write one entry."""
    LOGGER.log(level, event, extra={"fields": fields}, exc_info=error)
