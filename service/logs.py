"""The log: one record a line on standard error, JSON for machines or text for people, with the request's id.

What is asked for is sensitive: records hold ids, counts and hashes. Names, paths and the values of parameters are
written only where `SANCTIONS_XREF_LOG_NAMES` is on; a key is never written, wherever it came.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import structlog
from pydantic_core import PydanticSerializationError, to_json
from structlog.typing import Processor

from service.notes import CURRENT, QUIET, Notes

SECRET = re.compile(r"(?i)\b(api_key|token|key)=[^&\s\"']*|\bsxr_[0-9a-f]+_[\w-]+")
"""Parameters that carry a secret, and keys of ours wherever they stand."""


def redacted(text: str) -> str:
    """Return a text without keys and tokens.

    >>> redacted("/search/default?q=x&api_key=abc&limit=1")
    '/search/default?q=x&api_key=***&limit=1'
    """
    return SECRET.sub(lambda found: f"{found[1]}=***" if found[1] else "sxr_***", text)


def _redact(_logger: object, _name: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if isinstance(event := record.get("event"), str):
        record["event"] = redacted(event)
    return record


def _add_request_id(
    _logger: object, _name: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    notes = CURRENT.get()
    return record if notes is None else {"request_id": notes.request_id, **record}


def _as_json(record: MutableMapping[str, Any], **_: object) -> str:
    try:
        return to_json(record, fallback=repr).decode()
    except PydanticSerializationError:  # half characters, which a caller may send and which UTF-8 cannot say
        return json.dumps(record, default=repr)


def _processors() -> list[Processor]:
    return [
        _add_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(_as_json)
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def formatter(form: str) -> structlog.stdlib.ProcessorFormatter:
    """Return what formats the records of the standard library's loggers like ours; `form` is `json` or `text`."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_processors(), structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact,
            _renderer(form),
        ],
    )


def log_config(form: str) -> dict[str, Any]:
    """Return the configuration of the standard library's logging for the server and its worker processes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one": {"()": "service.logs.formatter", "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "one"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {"httpx": {"level": "WARNING"}},
    }


class RequestLog:
    """Writes a record for every request, and one for every failure."""

    def __init__(self, form: str, *, names: bool, stream: TextIO | None = None) -> None:
        self.names = names
        self._stream = stream or sys.stderr
        self._render = _renderer(form)

    def answered(self, about: dict[str, object], notes: Notes, address: str) -> None:
        """Record that a request was answered; `about` has its method, route, status and time in milliseconds."""
        if about.get("route") in QUIET:
            return
        status = about.get("status")
        good = isinstance(status, int) and status < 500
        if notes.caller:
            about["caller"] = notes.caller
        if notes.items:
            about |= {**notes.items, "matches": len(notes.confidences), "asked": notes.fingerprint}
        if self.names:
            about |= {"address": redacted(address), "names": notes.texts}
        self._write("info" if good else "warning", {**about, "event": "request"})

    def failed(self, error: BaseException) -> None:
        """Record an error that nobody foresaw: its kind and where; its message may hold names."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]]
        message = {"message": redacted(str(error))} if self.names else {}
        self._write("error", {"error": type(error).__name__, "places": places, **message, "event": "failure"})

    def _write(self, level: str, record: Mapping[str, object]) -> None:
        """Write a record, stamped as `_processors` does it for the other loggers."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        stamped = _add_request_id(None, level, {**record, "level": level, "timestamp": now})
        self._stream.write(cast(str, self._render(None, level, stamped)) + "\n")
        self._stream.flush()
