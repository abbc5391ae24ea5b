"""On what does the application run? On waitress: threads, nothing compiled; a slow client costs a buffer, no thread."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments

from .channels import Channel, Listener
from .dispatching import Dispatcher
from .limits import LARGEST_BODY

WAITING: Final = 16  # requests that may wait for each thread
GRACE: Final = 10.0  # seconds that requests have to come to their end when the server is stopped
LARGEST_HEADER: Final = 1 << 16  # bytes
CONNECTIONS: Final = 1000  # at a time, of one process; a slow client holds one and no thread
IDLE: Final = 65  # seconds that a connection may be silent; proxies keep theirs for a minute
_TICK: Final = 1.0  # seconds between two looks at whether to go on


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
        dispatcher = Dispatcher(WAITING * threads)
        dispatcher.set_thread_count(threads)
        self._dispatcher = dispatcher
        adjustments = Adjustments(
            threads=threads,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            max_request_header_size=LARGEST_HEADER,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE,
            clear_untrusted_proxy_headers=False,  # the application believes those of as many proxies as it is told
        )
        self._listeners = [
            Listener(
                app,
                self._map,
                True,
                one,
                dispatcher=dispatcher,
                adj=adjustments,
                sockinfo=(one.family, one.type, one.proto, one.getsockname()),
                bind_socket=False,
            )
            for one in sockets
        ]
        self._stopping = threading.Event()
        self._ended = False

    @property
    def full(self) -> bool:
        """Whether who asks now is told to come again."""
        return self._dispatcher.full

    def stop(self, *_: object) -> None:
        """Take no more connections, let requests come to their end, and return from `run`. For any thread and signal;
        the second time nothing is waited for.
        """
        if self._stopping.is_set():
            self._grace = 0.0
        self._stopping.set()
        for listener in () if self._ended else self._listeners:
            listener.pull_trigger()

    def run(self, *, grace: float = GRACE, going_on: Callable[[], bool] = lambda: True) -> None:
        """Answer until `stop` is called, or `going_on` says no, which is asked every second."""
        self._grace = grace
        while not self._stopping.is_set() and going_on():
            self._turn(_TICK)
        for listener in self._listeners:
            listener.stopping = True
        self._let_in()
        self._close_listeners()
        began = time.monotonic()
        while time.monotonic() - began < self._grace and any(map(_is_busy, self._channels())):
            self._turn(0.05)
        self._dispatcher.shutdown(timeout=1)
        self._ended = True
        wasyncore.close_all(self._map, ignore_all=True)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _let_in(self) -> None:
        """Those who have connected already, and what they have sent: else they would be cut off."""
        for _ in range(CONNECTIONS):
            sockets = [listener.socket for listener in self._listeners if listener.readable()]
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
        return [one for one in list(self._map.values()) if isinstance(one, Channel)]


def _is_busy(channel: Any) -> bool:
    """Whether a request is answered, or an answer still to be sent, or who is there has only just connected."""
    silent = channel.last_activity == channel.creation_time
    new = silent and time.time() - channel.creation_time < _TICK
    return bool(channel.requests or channel.total_outbufs_len or channel.close_when_flushed or new)
