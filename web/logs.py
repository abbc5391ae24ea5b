"""What does a server say of its work? One line a request on stderr, and what went wrong: as JSON or for people.

What people search for is theirs: the log has no query, neither in the address nor elsewhere, unless `--log-queries`
says so. A request is named by its X-Request-Id, which the answer carries, too.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

from flask import Response, g, has_request_context, request

Format = Literal["plain", "json", "none"]

ACCESS: Final = logging.getLogger("molva.access")
ID_HEADER: Final = "X-Request-Id"
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def begin() -> None:
    """Name the request and look at the clock."""
    g.began = time.perf_counter()
    given = request.headers.get(ID_HEADER, "")
    g.request_id = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


def seconds() -> float:
    """How long the request has taken so far."""
    return time.perf_counter() - g.began if "began" in g else 0.0


def named(response: Response) -> Response:
    """The answer with the name of its request."""
    response.headers[ID_HEADER] = g.get("request_id", "")
    return response


def note_access(response: Response, *, queries: bool) -> None:
    """One line for this request."""
    if not ACCESS.isEnabledFor(logging.INFO):
        return
    length = response.content_length
    fields: dict[str, Any] = {
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "bytes": length,
        "ms": round(seconds() * 1000, 2),
    }
    if queries and request.query_string:
        fields["query"] = request.query_string.decode("ascii", "backslashreplace")
    path = fields["path"] if "query" not in fields else f"{fields['path']}?{fields['query']}"
    line = f"{fields['client']} {fields['method']} {path} {fields['status']} {length} {fields['ms']} ms"
    ACCESS.info("%s", line, extra={"fields": fields})


class _Named(logging.Filter):
    """Puts the name of the request on whatever is logged while it is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id") if has_request_context() else None
        return True


class PlainFormatter(logging.Formatter):
    """A line for people; what a client sent cannot begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = getattr(record, "request_id", None)
        message = _on_one_line(record.getMessage())
        line = f"{when} {record.levelname.lower()} {record.name}{f' {name}' if name else ''}: {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """A line of JSON: time, level, logger, request_id; of a request its fields, else the message, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        found: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", None),
        }
        fields = getattr(record, "fields", None)
        found |= fields if fields is not None else {"message": record.getMessage()}
        if record.exc_info:
            found["traceback"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=True, default=str)


def _on_one_line(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def configure(form: Format, stream: TextIO | None = None) -> None:
    """All that is logged goes to stderr in this form, requests among it; `none`: what went wrong alone, plainly."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else PlainFormatter())
    handler.addFilter(_Named())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    ACCESS.setLevel(logging.CRITICAL if form == "none" else logging.INFO)
