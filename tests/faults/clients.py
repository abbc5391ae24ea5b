"""What do many clients of a server see? `python -m tests.faults.clients HOST PORT CLIENTS SECONDS PATH …` prints it as
JSON; see `loaded`.

One process and one thread for all of them: two hundred threads would wait for each other longer than for the server,
and that wait would be told as the server's.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 30.0  # seconds that a client waits for an answer
PAUSE: Final = 0.05  # seconds behind which who was refused comes again: sooner than it was told
PIECE: Final = 1 << 16
_TOLD: Final = 5  # of what was wrong


class Times:
    """How long many answers took, in thousandths of a second: an hour of them takes no more room than a minute."""

    def __init__(self, counts: dict[int, int] | None = None) -> None:
        self.counts: Counter[int] = Counter(counts)

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[int(seconds * 1000)] += 1

    def update(self, other: Times) -> None:
        """Those of others too."""
        self.counts.update(other.counts)

    def within(self, share: float) -> float:
        """Seconds within which such a share of them came; 0 of none."""
        most = share * self.counts.total()
        for milliseconds in sorted(self.counts):
            most -= self.counts[milliseconds]
            if most <= 0:
                return (milliseconds + 1) / 1000
        return 0.0

    def __bool__(self) -> bool:
        return bool(self.counts)


@dataclass
class Seen:
    """Answers by status, how long those took that were answered and refused, and what was wrong, told."""

    statuses: Counter[int] = field(default_factory=Counter)
    answered: Times = field(default_factory=Times)
    refused: Times = field(default_factory=Times)
    wrong: list[str] = field(default_factory=list)

    def to_json(self) -> str:
        """For `of_json`."""
        times = {"answered": self.answered.counts, "refused": self.refused.counts}
        return json.dumps({"statuses": self.statuses, "wrong": self.wrong[:_TOLD], **times})

    @classmethod
    def of_json(cls, text: str) -> Seen:
        """What another process saw."""
        told = json.loads(text)
        statuses, answered, refused = (
            {int(name): count for name, count in told[of].items()} for of in ("statuses", "answered", "refused")
        )
        return cls(Counter(statuses), Times(answered), Times(refused), told["wrong"])


class _Client:
    """One that keeps its connection as long as it is answered."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.began = 0.0
        self.connection: socket.socket | None = None
        self.request = b""
        self.answer = bytearray()
        self.length = -1  # of head and body; −1 as long as the head is not there


class Crowd:
    """So many clients ask `requests` in turn."""

    def __init__(self, host: str, port: int, clients: int, paths: Sequence[str]) -> None:
        self._where = host, port
        head = f"HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n"
        self._requests = [f"GET {path} {head}".encode() for path in paths]
        self._clients = [_Client(number) for number in range(clients)]
        self._events = selectors.DefaultSelector()
        self._again: list[tuple[float, _Client]] = []  # in the order of their times
        self.seen = Seen()

    def ask(self, seconds: float) -> Seen:
        """For so long."""
        ends = time.monotonic() + seconds
        for client in self._clients:
            self._begin(client)
        while (now := time.monotonic()) < ends:
            while self._again and self._again[0][0] <= now:
                self._begin(self._again.pop(0)[1])
            soon = self._again[0][0] - now if self._again else 1.0
            for key, events in self._events.select(min(soon, ends - now)):
                self._go_on(key.data, events)
            for client in self._clients if not self._again else ():
                if client.connection is not None and now - client.began > PATIENCE:
                    self._broken(client, "no answer")
        for client in self._clients:
            self._leave(client)
        self._events.close()
        return self.seen

    def _begin(self, client: _Client) -> None:
        client.number += 1
        client.request = self._requests[client.number % len(self._requests)]
        client.answer.clear()
        client.length = -1
        client.began = time.monotonic()
        if client.connection is None:
            client.connection = socket.socket()
            client.connection.setblocking(False)
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.connection.connect_ex(self._where)
            self._events.register(client.connection, selectors.EVENT_WRITE, client)
            return
        self._send(client)

    def _send(self, client: _Client) -> None:
        assert client.connection is not None
        try:
            client.connection.sendall(client.request)
        except OSError as error:
            self._broken(client, repr(error))

    def _go_on(self, client: _Client, events: int) -> None:
        assert client.connection is not None
        if events & selectors.EVENT_WRITE:  # connected, or not
            self._events.modify(client.connection, selectors.EVENT_READ, client)
            self._send(client)
            return
        try:
            piece = client.connection.recv(PIECE)
        except OSError as error:
            self._broken(client, repr(error))
            return
        client.answer += piece
        if client.length < 0 and (end := client.answer.find(b"\r\n\r\n")) >= 0:
            client.length = end + 4 + _length(bytes(client.answer[:end]))
        if client.length >= 0 and len(client.answer) >= client.length:
            self._answered(client)
        elif not piece:
            self._broken(client, "hung up")

    def _answered(self, client: _Client) -> None:
        seconds = time.monotonic() - client.began
        head = bytes(client.answer).partition(b"\r\n\r\n")[0]
        status = int(head[9:12])
        self.seen.statuses[status] += 1
        if status == 503:
            self.seen.refused.add(seconds)
            if b"\r\nretry-after: " not in head.lower():
                self.seen.wrong.append(f"{client.request[:80]!r}: 503 without Retry-After")
            self._leave(client)
            self._again.append((time.monotonic() + PAUSE, client))
            return
        if status == 200:
            self.seen.answered.add(seconds)
        else:
            self.seen.wrong.append(f"{client.request[:80]!r}: {status}")
        if b"\r\nconnection: close" in head.lower():
            self._leave(client)
        self._begin(client)

    def _broken(self, client: _Client, why: str) -> None:
        self.seen.wrong.append(f"{client.request[:80]!r}: {why}")
        self._leave(client)
        self._again.append((time.monotonic() + PAUSE, client))

    def _leave(self, client: _Client) -> None:
        if client.connection is not None:
            self._events.unregister(client.connection)
            client.connection.close()
            client.connection = None


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def main(host: str, port: str, clients: str, seconds: str, *paths: str) -> None:
    """See above."""
    print(Crowd(host, int(port), int(clients), paths).ask(float(seconds)).to_json())


if __name__ == "__main__":
    main(*sys.argv[1:])
