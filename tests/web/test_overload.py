"""What does a server do with more questions than it can answer soon? It says so at once, and goes on answering."""

from __future__ import annotations

import http.client
import threading
import urllib.parse
from collections.abc import Iterator

import pytest
from flask import Flask

from web import server as serving
from web.server import Server, address_of, listening

PATIENCE = 30


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int, threading.Event, threading.Semaphore]]:
    """A server of one thread, where one more request may wait; what lets requests end, and tells that they began."""
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

    sockets = listening("127.0.0.1", 0)
    server = Server(app, sockets, threads=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    where = urllib.parse.urlsplit(address_of("127.0.0.1", sockets))
    yield where.hostname or "", where.port or 0, may_end, begun
    may_end.set()
    server.stop()
    thread.join(PATIENCE)


def test_who_would_wait_too_long_is_told_at_once_when_to_come_again(
    busy: tuple[str, int, threading.Event, threading.Semaphore],
) -> None:
    host, port, may_end, begun = busy
    connections = [http.client.HTTPConnection(host, port, timeout=PATIENCE) for _ in range(4)]
    answered, waiting, refused, asking = connections
    answered.request("GET", "/")
    assert begun.acquire(timeout=PATIENCE)
    waiting.request("GET", "/")
    while True:  # until the other one waits
        refused.request("GET", "/")
        answer = refused.getresponse()
        problem = answer.read()
        if answer.status == 503:
            break
    assert (answer.getheader("Retry-After"), answer.getheader("Content-Type")) == ("1", "application/problem+json")
    assert b'"code": "service_unavailable"' in problem
    asking.request("GET", "/healthz")
    assert asking.getresponse().read() == b"alive"
    may_end.set()
    assert [one.getresponse().status for one in (answered, waiting)] == [200, 200]
    refused.request("GET", "/")
    assert refused.getresponse().status == 200
    for one in connections:
        one.close()
