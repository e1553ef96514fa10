"""What is logged: constant event names and ids, one JSON object a line. Never what people typed, nor what they read."""

import json
import logging
import sys
from collections.abc import Mapping

from knowledge.clock import system_clock

LOGGER = logging.getLogger("safeguarding")
_QUIET = tuple(
    "aiohttp asyncio msrest urllib3 msal botbuilder botframework sqlalchemy alembic aiosqlite asyncpg".split()
)


class _JsonLines(logging.Formatter):
    """A traceback is given by file and line only: an exception's words may repeat what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, object] = getattr(record, "fields", {})
        line = {
            "at": system_clock().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.msg,
            **fields,
        }
        return json.dumps(line)


def configure(level: int = logging.INFO) -> None:
    """Send our events to stderr; keep libraries, which may repeat what they were given, to themselves."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False
    for name in _QUIET:
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def event(name: str, **fields: object) -> None:
    """Log that something happened: `name` in the past participle, `fields` ids and counts."""
    LOGGER.info(name, extra={"fields": fields})


def warning(name: str, **fields: object) -> None:
    """Log what somebody has to look after, as `event` does."""
    LOGGER.warning(name, extra={"fields": fields})


def failure(name: str, error: BaseException, **fields: object) -> None:
    """Log that something failed: its kind and where, not its words."""
    LOGGER.error(name, extra={"fields": {**fields, "error": type(error).__name__, "where": _where(error)}})


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, ""
    while trace:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
