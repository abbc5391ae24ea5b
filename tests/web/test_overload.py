"""What does a server do with more questions than it can answer soon? It says so at once, and goes on answering."""

from __future__ import annotations

import errno
import hashlib
import http.client
import socket
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from flask import Flask, Response

from web import dispatching
from web import server as serving
from web.channels import Listener
from web.server import Server, address_of, listening

PATIENCE = 30
LARGE = 40 << 20  # bytes, more than is kept for who reads slowly


class Served(NamedTuple):
    """Where it is, and who answers there."""

    host: str
    port: int
    server: Server

    def sent(self, *pieces: bytes) -> bytes:
        """What comes back until the server hangs up; the pieces go one behind the other."""
        answer = b""
        with self.connected() as connection:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.05 if len(pieces) > 1 else 0)
            while piece := connection.recv(1 << 16):
                answer += piece
        return answer

    def connected(self) -> socket.socket:
        """To it."""
        return socket.create_connection((self.host, self.port), timeout=PATIENCE)

    def lets_in(self) -> bool:
        """Whether it still does."""
        try:
            self.connected().close()
        except ConnectionError:
            return False
        return True

    def client(self) -> http.client.HTTPConnection:
        """One more."""
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)


class Busy(NamedTuple):
    """A server of one thread, where one more request may wait; what lets requests end, and tells that they began."""

    at: Served
    may_end: threading.Event
    begun: threading.Semaphore

    def fill(self) -> list[http.client.HTTPConnection]:
        """Who is answered, and who waits: nobody more may."""
        answered, waiting = self.at.client(), self.at.client()
        answered.request("GET", "/")
        assert self.begun.acquire(timeout=PATIENCE)
        waiting.request("GET", "/")
        until = time.monotonic() + PATIENCE
        while not self.at.server.full and time.monotonic() < until:
            time.sleep(0.01)
        return [answered, waiting]


@contextmanager
def served(app: Flask, threads: int) -> Iterator[Served]:
    """A server of the application."""
    sockets = listening("127.0.0.1", 0)
    server = Server(app, sockets, threads=threads)
    thread = threading.Thread(target=server.run)
    thread.start()
    where = urllib.parse.urlsplit(address_of("127.0.0.1", sockets))
    try:
        yield Served(where.hostname or "", where.port or 0, server)
    finally:
        server.stop()
        thread.join(PATIENCE)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    """One that answers when it is told to."""
    monkeypatch.setattr(serving, "WAITING", 1)
    may_end, begun = threading.Event(), threading.Semaphore(0)
    app = Flask(__name__)

    @app.get("/")
    def slow() -> str:
        begun.release()
        assert may_end.wait(PATIENCE)
        return "answered"

    @app.get("/healthz")
    def alive() -> str:
        return "alive"

    with served(app, 1) as at:
        yield Busy(at, may_end, begun)
        may_end.set()


def test_who_would_wait_too_long_is_told_at_once_when_to_come_again(busy: Busy) -> None:
    let_in = busy.fill()
    refused, asking = busy.at.client(), busy.at.client()
    refused.request("GET", "/")
    answer = refused.getresponse()
    problem = answer.read()
    assert answer.status == 503
    assert (answer.getheader("Retry-After"), answer.getheader("Content-Type")) == ("1", "application/problem+json")
    assert b'"code": "service_unavailable"' in problem
    asking.request("GET", "/healthz")
    assert asking.getresponse().read() == b"alive"
    busy.may_end.set()
    assert [one.getresponse().status for one in let_in] == [200, 200]
    refused.request("GET", "/")
    assert refused.getresponse().status == 200
    for one in (*let_in, refused, asking):
        one.close()


def test_who_floods_a_busy_server_is_sent_away_whatever_he_sends(busy: Busy) -> None:
    let_in = busy.fill()
    asked = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    flood = [busy.at.connected() for _ in range(100)]
    for one in flood:
        one.sendall(asked)
    for one in flood:
        with one, one.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    for pieces in ((asked + asked,), (asked[:9], asked[9:]), (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", b"ab")):
        head, _, body = busy.at.sent(*pieces).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503")
        assert b"\r\nContent-Length: %d\r\n" % len(body) in head
        assert b"\r\nRetry-After: 1\r\n" in head
    assert busy.at.sent(b"HEAD / HTTP/1.1\r\n\r\n").endswith(b"\r\n\r\n")
    for no_request in (b"no request\r\n\r\n", b"POST / HTTP/1.1\r\nno header\r\n\r\n"):
        assert busy.at.sent(no_request).startswith(b"HTTP/1.0 400 Bad Request\r\n")
    busy.may_end.set()
    assert [client.getresponse().read() for client in let_in] == [b"answered", b"answered"]
    for client in let_in:
        client.close()


def test_who_reads_comes_first_only_while_others_are_sent_away(busy: Busy) -> None:
    before = sys.getswitchinterval()
    let_in = busy.fill()
    assert sys.getswitchinterval() == before
    assert busy.at.sent(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 503")
    assert sys.getswitchinterval() < before
    busy.may_end.set()
    assert [client.getresponse().read() for client in let_in] == [b"answered", b"answered"]
    assert sys.getswitchinterval() == before
    for client in let_in:
        client.close()


def test_quick_answers_are_given_one_at_a_time_and_beside_slow_ones_others_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together, most = 0, 0
    lock, all_there = threading.Lock(), threading.Barrier(4)
    app = Flask(__name__)

    @app.get("/quick")
    def quick() -> str:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.002)
        with lock:
            together -= 1
        return "answered"

    @app.get("/slow")
    def slow() -> str:
        all_there.wait(PATIENCE)
        return "answered"

    def ask(path: str) -> None:
        connection = at.client()
        connection.request("GET", path)
        assert connection.getresponse().read() == b"answered"
        connection.close()

    def ask_together(path: str) -> None:
        clients = [threading.Thread(target=ask, args=(path,)) for _ in range(12)]
        for client in clients:
            client.start()
        for client in clients:
            client.join(PATIENCE)

    with served(app, 4) as at:
        ask_together("/slow")  # or the barrier breaks
        assert not all_there.broken
        monkeypatch.setattr(dispatching, "QUICK", PATIENCE)
        ask_together("/quick")
    assert most == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_large_answer_reaches_a_slow_reader_whole(told: bool) -> None:
    app = Flask(__name__)
    piece = bytes(range(256)) * 4096

    @app.get("/")
    def large() -> Response:
        pieces = (piece for _ in range(LARGE // len(piece)))
        return Response(pieces, headers={"Content-Length": str(LARGE)} if told else {})

    with served(app, 2) as at:
        connection = at.client()
        connection.request("GET", "/")
        answer = connection.getresponse()
        found = hashlib.sha256(answer.read(1000))
        time.sleep(1)
        found.update(answer.read())
        connection.close()
    assert found.digest() == hashlib.sha256(piece * (LARGE // len(piece))).digest()


def test_requests_of_one_packet_are_answered_in_their_order() -> None:
    app = Flask(__name__)

    @app.get("/<int:number>")
    def told(number: int) -> str:
        return f"answer {number};"

    packet = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(40))
    last = b"GET /40 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(app, 4) as at:
        answers = at.sent(packet + last)
    found = [int(part.partition(b";")[0]) for part in answers.split(b"answer ")[1:]]
    assert found == list(range(41))


def test_behind_a_request_that_is_refused_nothing_is_answered(busy: Busy) -> None:
    let_in = busy.fill()
    for behind in (b"/healthz", b"/"):
        answers = busy.at.sent(b"POST / HTTP/1.1\r\n\r\nGET " + behind + b" HTTP/1.1\r\n\r\n")
        assert answers.count(b"HTTP/1.1 ") == 1
    assert busy.at.sent(b"GET /healthz HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n").count(b"HTTP/1.1 ") == 2
    busy.may_end.set()
    assert [client.getresponse().read() for client in let_in] == [b"answered", b"answered"]
    for client in let_in:
        client.close()


def test_a_server_that_stops_hangs_up_behind_the_last_answer_of_each_client(busy: Busy) -> None:
    asked = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    with busy.at.connected() as connection, connection.makefile("rb") as answers:
        connection.sendall(asked + asked)
        assert busy.begun.acquire(timeout=PATIENCE)
        busy.at.server.stop()
        until = time.monotonic() + PATIENCE
        while busy.at.lets_in():
            assert time.monotonic() < until
            time.sleep(0.01)
        busy.may_end.set()
        first, second, rest = answers.read().split(b"answered")
    assert b"\r\nConnection: close\r\n" not in first
    assert b"\r\nConnection: close\r\n" in second
    assert rest == b""


def test_a_server_that_has_stopped_may_be_told_so_again() -> None:
    with served(Flask(__name__), 1) as at:
        assert at.sent(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 404")
    at.server.stop()
    with pytest.raises(ConnectionRefusedError):
        at.connected()


def test_whoever_asks_what_ends_a_thread_is_not_left_waiting() -> None:
    app = Flask(__name__)

    @app.get("/")
    def ends() -> str:
        raise SystemExit

    @app.get("/quick")
    def quick() -> str:
        return "answered"

    with served(app, 1) as at:
        assert at.sent(b"GET / HTTP/1.1\r\n\r\n") == b""
        assert at.sent(b"GET /quick HTTP/1.1\r\nConnection: close\r\n\r\n").endswith(b"answered")


def test_a_server_without_handles_waits_until_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    room = threading.Event()
    accept = Listener.accept

    def accept_if_there_is_room(listener: Listener) -> object:
        nonlocal tried
        if not room.is_set():
            tried += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return accept(listener)

    app = Flask(__name__)
    app.get("/")(lambda: "answered")
    monkeypatch.setattr(Listener, "accept", accept_if_there_is_room)
    with served(app, 1) as at:
        connection = at.client()
        connection.request("GET", "/")
        time.sleep(1)
        assert 1 <= tried < 10, "it does not try again and again"
        room.set()
        assert connection.getresponse().read() == b"answered"
        connection.close()
