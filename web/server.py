"""On what does the application run? waitress: threads, no compiled parts, safe with slow clients, which cost a buffer.

People type Cyrillic into curl, and curl sends it as it is. waitress refuses bytes above 127 in an address, browsers and
most servers take them for UTF-8: here they are percent-encoded before waitress reads the line. What waitress itself
refuses (a header that is no header, a body that is too large) is a problem as all others are.
"""

from __future__ import annotations

import json
import re
import secrets
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Final

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from .limits import FREE, LARGEST_BODY
from .logs import ID_HEADER
from .problems import PROBLEM_JSON, code_of

AGAIN: Final = 1  # seconds after which who was refused may come again
WAITING: Final = 16  # requests that may wait for each thread
GRACE: Final = 10.0  # seconds that requests have to come to their end when the server is stopped
LARGEST_HEADER: Final = 1 << 16  # bytes
CONNECTIONS: Final = 1000  # at a time, of one process; a slow client holds one and no thread
IDLE: Final = 65  # seconds that a connection may be silent; proxies keep theirs for a minute
_TICK: Final = 1.0  # seconds between two looks at whether to go on
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        line, end, rest = header_plus.partition(b"\r\n")
        encoded = _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)
        super().parse_header(encoded + end + rest)


class _Refused(ErrorTask):  # type: ignore[misc]
    """The answer to what never reaches the application."""

    def execute(self) -> None:
        error = self.request.error
        data = {
            "type": "about:blank",
            "title": error.reason,
            "status": error.code,
            "detail": str(error.body),
            "code": code_of(error.code),
        }
        body = json.dumps(data).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", PROBLEM_JSON),
            ("Cache-Control", "no-store"),
            (ID_HEADER, secrets.token_hex(8)),
        ]
        if error.code == _Overloaded.code:
            self.response_headers.append(("Retry-After", str(AGAIN)))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Overloaded:
    """More wait than will be answered soon."""

    code = 503
    reason = "Service Unavailable"
    body = "too many questions wait; ask again in a moment"


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Lets at most `most` requests wait. Those beyond are refused by a thread of its own, so that they know at once;
    it also answers who asks whether the process is alive.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self._refusals: SimpleQueue[HTTPChannel | None] = SimpleQueue()
        self._refuser = threading.Thread(target=self._refuse, name="molva-refuser", daemon=True)
        self._refuser.start()

    def add_task(self, task: Any) -> None:
        """Of the thread that reads, or of one that has just answered."""
        if len(self.queue) < self.most or not task.requests:
            super().add_task(task)
            return
        request = task.requests[0]
        if request.path not in FREE:
            request.error = request.error or _Overloaded()
        self._refusals.put(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """See waitress."""
        self._refusals.put(None)
        return bool(super().shutdown(cancel_pending, timeout))

    def _refuse(self) -> None:
        while (task := self._refusals.get()) is not None:
            try:
                task.service()
            except Exception:
                self.logger.exception("Exception when refusing %r", task)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    error_task_class = _Refused


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen at all addresses of a host; port 0 takes a free one. Raises OSError where nobody can."""
    found: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(addresses):
            if family not in (socket.AF_INET, socket.AF_INET6):
                continue
            one = socket.socket(family, kind, protocol)
            found.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address[0], port or found[0].getsockname()[1], *address[2:]))
            one.listen(1024)
            one.setblocking(False)
    except OSError:
        for one in found:
            one.close()
        raise
    return found


def address_of(host: str, sockets: Sequence[socket.socket]) -> str:
    """Where the server answers, as a URL."""
    return f"http://{f'[{host}]' if ':' in host else host}:{sockets[0].getsockname()[1]}/"


class Server:
    """A waitress server over sockets that listen already, which other processes may share."""

    def __init__(self, app: Flask, sockets: Sequence[socket.socket], *, threads: int) -> None:
        self._map: dict[int, Any] = {}
        dispatcher = _Dispatcher(WAITING * threads)
        dispatcher.set_thread_count(threads)
        self._server = waitress.create_server(
            app,
            map=self._map,
            sockets=list(sockets),
            threads=threads,
            _dispatcher=dispatcher,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            max_request_header_size=LARGEST_HEADER,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # the application believes those of as many proxies as it is told
        )
        self._listeners = [one for one in self._map.values() if isinstance(one, BaseWSGIServer)]
        for listener in self._listeners:
            listener.channel_class = _Channel
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        """Take no more connections, let requests come to their end, and return from `run`. For any thread and signal;
        the second time nothing is waited for.
        """
        if self._stopping.is_set():
            self._grace = 0.0
        self._stopping.set()
        for listener in self._listeners:
            listener.pull_trigger()

    def run(self, *, grace: float = GRACE, going_on: Callable[[], bool] = lambda: True) -> None:
        """Answer until `stop` is called, or `going_on` says no, which is asked every second."""
        self._grace = grace
        while not self._stopping.is_set() and going_on():
            self._turn(_TICK)
        self._let_in()
        self._close_listeners()
        began = time.monotonic()
        while time.monotonic() - began < self._grace and any(map(_is_busy, self._channels())):
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _let_in(self) -> None:
        """Those who have connected already, and what they have sent: else they would be cut off."""
        sockets = [listener.socket for listener in self._listeners]
        for _ in range(CONNECTIONS):
            if not select.select(sockets, [], [], 0)[0]:
                break
            self._turn(0)
        self._turn(0)

    def _close_listeners(self) -> None:
        for listener in self._listeners:
            listener.accepting = False
            listener.del_channel()
            listener.socket.close()

    def _channels(self) -> list[Any]:
        return [one for one in list(self._map.values()) if isinstance(one, HTTPChannel)]


def _is_busy(channel: Any) -> bool:
    """Whether a request is answered, or an answer still to be sent, or who is there has only just connected."""
    silent = channel.last_activity == channel.creation_time
    new = silent and time.time() - channel.creation_time < _TICK
    return bool(channel.requests or channel.total_outbufs_len or channel.close_when_flushed or new)
