"""How does a request come in, and its answer go out? By waitress's channels, with less ado.

People type Cyrillic into curl, and curl sends it as it is. waitress refuses bytes above 127 in an address, browsers and
most servers take them for UTF-8: here they are percent-encoded before waitress reads the line. What waitress itself
refuses (a header that is no header, a body that is too large) is a problem as all others are.

Each call of the system lets another thread of Python go first, and under load it is some milliseconds until the one
that called goes on. So a connection is read when it is taken, who can't be answered soon is sent away before anything
is made for him, and an answer goes out in one piece.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
import secrets
import socket
import time
from typing import Any, Final

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

from .limits import FREE
from .logs import ID_HEADER
from .problems import PROBLEM_JSON, code_of

AGAIN: Final = 1  # seconds after which who was refused may come again
AT_ONCE: Final = 32  # who are sent away between two looks at those that are there
REST: Final = 0.5  # seconds until somebody may be let in again; those who are there may have left by then
_NO_ROOM: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_FREE: Final = tuple(path.encode() for path in FREE)


def _problem(status: int, title: str, detail: str) -> bytes:
    data = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code_of(status)}
    return json.dumps(data).encode()


_HEADERS: Final = (("Content-Type", PROBLEM_JSON), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_LATER: Final = _problem(503, "Service Unavailable", "too many questions wait; ask again in a moment")
_LATER_HEAD: Final = "\r\n".join(
    [
        "HTTP/1.1 503 Service Unavailable",
        *(f"{name}: {value}" for name, value in _HEADERS),
        f"Retry-After: {AGAIN}",
        "Connection: close",
        f"Content-Length: {len(_LATER)}",
        f"{ID_HEADER}: ",
    ]
)


def _later(body: bytes = _LATER) -> bytes:
    return f"{_LATER_HEAD}{secrets.token_hex(8)}\r\n\r\n".encode() + body


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        line, end, rest = header_plus.partition(b"\r\n")
        encoded = _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)
        super().parse_header(encoded + end + rest)


class _Refused(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request."""

    def execute(self) -> None:
        error = self.request.error
        body = _problem(error.code, error.reason, str(error.body))
        self.status = f"{error.code} {error.reason}"
        self.response_headers += _HEADERS
        self.response_headers.append((ID_HEADER, secrets.token_hex(8)))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Task(WSGITask):  # type: ignore[misc]
    wrote_header: bool

    def build_response_header(self) -> bytes:
        """See waitress. A server that stops hangs up behind the last answer: it would never come to its end else."""
        if self.channel.server.stopping and self.channel.asks_no_more():
            self.request.headers["CONNECTION"] = "close"
        return bytes(super().build_response_header())

    def write(self, data: bytes) -> None:
        """See waitress. Where the first piece is all of the body, it goes out with the head."""
        if self.wrote_header or not self.complete or not self.has_body or self.content_length != len(data):
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    parser_class = _Parser
    task_class = _Task
    error_task_class = _Refused
    request: Any
    requests: list[Any]
    close_when_flushed: bool
    _sending = False  # whether a thread that answers is at it

    def writable(self) -> bool:
        """Not while another thread sends: looking at it again and again would take from that one the time to do so."""
        return not self._sending and bool(super().writable())

    def write_soon(self, data: Any) -> int:
        """See waitress. Of a thread that answers; what it can't send is left to the one that reads."""
        self._sending = True
        try:
            return int(super().write_soon(data))
        finally:
            self._left()

    def _flush_outbufs_below_high_watermark(self) -> None:
        sending = self._sending
        self._left()  # it waits until the other one has made room
        super()._flush_outbufs_below_high_watermark()
        self._sending = sending

    def _left(self) -> None:
        self._sending = False
        if self.total_outbufs_len or self.will_close:
            self.server.pull_trigger()

    def asks_no_more(self) -> bool:
        """Whether nothing has come behind the request that is answered now. Waits for who is about to read some."""
        with self.requests_lock:
            return len(self.requests) < 2 and self.request is None

    def refuse(self) -> None:
        """Say that too many wait, and hang up. Called where the lock of its requests is held."""
        if not self.close_when_flushed:  # else it is what he sent behind the request that was refused
            body = b"" if self.requests[0].command == "HEAD" else _LATER
            with contextlib.suppress(ClientDisconnected):
                self.write_soon(_later(body))
            self.close_when_flushed = True
        for request in self.requests:
            request.close()
        self.requests = []  # not before it is written: without requests the reading thread sends and takes no lock


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """A socket that others connect to."""

    channel_class = Channel
    stopping = False  # whether answers are the last ones of their connections
    _resting_until = 0.0

    def readable(self) -> bool:
        """Not for a moment after the system had no handle for who came: he would only be refused again and again."""
        return bool(super().readable()) and time.monotonic() >= self._resting_until

    def handle_accept(self) -> None:
        """Let in one; a busy process leaves the next ones to others, and sends away many where it can't answer."""
        for _ in range(AT_ONCE):
            try:
                accepted = self.accept()
                if accepted is None:
                    return
                connection, address = accepted
                self.set_socket_options(connection)
            except OSError as error:
                if error.errno in _NO_ROOM:
                    self._resting_until = time.monotonic() + REST
                self.logger.warning("nobody could be let in", exc_info=True)
                return
            asked = self._hear(connection)
            if self.task_dispatcher.full and _is_plain(asked):
                self._refuse(connection)
            else:
                self._let_in(connection, address, asked)
                return

    def _let_in(self, connection: socket.socket, address: Any, asked: bytes) -> None:
        channel = self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map)
        try:
            channel.received(asked)
        except Exception:
            channel.handle_error()

    def _hear(self, connection: socket.socket) -> bytes:
        with contextlib.suppress(OSError):
            return connection.recv(self.adj.recv_bytes, socket.MSG_DONTWAIT)
        return b""

    def _refuse(self, connection: socket.socket) -> None:
        self.task_dispatcher.hurry()
        with contextlib.suppress(OSError):
            connection.send(_later(), socket.MSG_DONTWAIT)
        connection.close()


def _is_plain(asked: bytes) -> bool:
    """Whether somebody asks for an answer, and for nothing else."""
    return asked.startswith(b"GET ") and asked.endswith(b"\r\n\r\n") and not asked[4:].startswith(_FREE)
