"""Does a server stay well under load? Many clients, slow ones, and one that asks the dearest questions in a loop: those
who are answered are answered soon, beyond that 503 says when to come again, and memory and handles stay flat.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from index import Article, open_writer

from .archive import Archive
from .clients import Seen
from .process import ROOT, run, start

GOOD: Final = ("/api/v1/search?q=мост", "/api/v1/search?q=город+сказал", "/search?q=мост", "/api/v1/suggest?q=мо", "/")
WARM: Final = 60.0  # seconds until a server remembers what it will
# What costs most of a reader's question: many frequent words, prefixes and misspellings of many, phrases far apart.
DEAR: Final = (
    *("сказал в городе и на мосту но не у реки", "с* п* м* к*", "сто* при* про* пре* под* пер*", "говорят~2 сказали~2"),
    *('"в на"~1000', '"и не"', '"в городе на мосту у реки"~50', "спикер:мэр | спикер:губернатор", "по* | на* | за*"),
    *(
        "в | и | не | на | с | по | к | у | о | а | но | что | как | это | так | же | бы",
        "прг*",
        "зреченск~2 пром~2 мрст~2",
    ),
    *("не -мост -город -река -сказал", "(в | на) (и | а) (не | ни) (по | под)", "kfdhjd vjcn hjccbz", "о:мэр в на и"),
    *(
        "какой мост построили в городе через реку и когда его открыли",
        '"мост" | "город" | "река"',
        "пре* -при*",
        "дата:2012..2025 в",
    ),
)


@dataclass
class Loaded(Seen):
    """What clients saw, and bytes and handles of the server, early and late."""

    memory: tuple[int, int] = (0, 0)
    handles: tuple[int, int] = (0, 0)


class Held:
    """A server over an index of these articles, and what it holds."""

    def __init__(self, home: Path, articles: Sequence[Article], *, index: Path | None = None) -> None:
        if index is None:
            index = home / "index"
            run("index", Archive(home / "archive", articles, 1).folder, "--index", index)
        self.index = index
        self.process = start("serve", "--index", index, "--port", "0", "--log-format", "none")
        assert self.process.stderr is not None
        said = ""
        while "http://" not in said:
            said = self.process.stderr.readline()
            if not said:
                raise RuntimeError("the server does not serve")
        where = urllib.parse.urlsplit("http://" + said.partition("http://")[2].split()[0])
        self.host, self.port = where.hostname or "", where.port or 80
        self._reader = threading.Thread(target=self.process.stderr.read, daemon=True)  # what it says is taken from it
        self._reader.start()

    def memory(self) -> int:
        """Bytes that are its own."""
        _, resident, shared, *_ = map(int, Path(f"/proc/{self.process.pid}/statm").read_text().split())
        return (resident - shared) * 4096

    def handles(self) -> int:
        """Open files and sockets."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(60)
        self._reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def load(home: Path, articles: Sequence[Article], clients: int, seconds: float) -> Loaded:
    """So many clients ask without a pause."""
    server = Held(home, articles)
    found = Loaded()
    try:
        warm = _ask(server, min(clients, 20), min(seconds / 4, WARM), GOOD)  # what it remembers is remembered
        early = server.memory(), server.handles()
        _add(found, _ask(server, clients, seconds, GOOD))
        found.wrong += warm.wrong
        time.sleep(1)
        _note_held(found, server, early)
    finally:
        server.stop()
    return found


def dear(home: Path, articles: Sequence[Article], seconds: float) -> tuple[Seen, Seen]:
    """What a good client sees alone, and beside one that asks the dearest questions in a loop."""
    server = Held(home, articles)
    try:
        alone = _ask(server, 1, seconds / 4, GOOD)
        bad = _asking(server, 1, seconds, [f"/api/v1/search?limit=100&facets=speaker,source,year&q={q}" for q in DEAR])
        beside = _ask(server, 1, seconds, GOOD)
        _seen(bad)
    finally:
        server.stop()
    return alone, beside


def slow(home: Path, articles: Sequence[Article], clients: int, seconds: float) -> tuple[Seen, Seen]:
    """A good client alone, and beside so many that send, or read, a byte a second."""
    server = Held(home, articles)
    done = threading.Event()
    crawling = threading.Thread(target=_crawl, args=(server, clients, done))
    try:
        alone = _ask(server, 1, seconds / 2, GOOD)
        crawling.start()
        time.sleep(1)
        beside = _ask(server, 1, seconds, GOOD)
    finally:
        done.set()
        server.stop()
    crawling.join()
    return alone, beside


def leak(home: Path, articles: Sequence[Article], queries: int, publishes: int) -> Loaded:
    """So many questions, one after the other, and states published between them; what the server holds after a third
    of them, and in the end.
    """
    server = Held(home, articles)
    found = Loaded()
    try:
        early: tuple[int, int] | None = None
        connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        for number in range(queries):
            if number == queries // 3:
                early = server.memory(), server.handles()
            connection.request("GET", "/api/v1/search?q=" + urllib.parse.quote(f"мост {number} | город{number % 977}"))
            answer = connection.getresponse()
            answer.read()
            found.statuses[answer.status] += 1
            if number % max(1, queries // publishes) == 0:
                one = articles[number % len(articles)]
                with open_writer(server.index) as writer:
                    writer.add(replace(one, text=f"{one.text}\n\nДополнено {number}."))
                    writer.publish()
        connection.close()
        _note_held(found, server, early or (server.memory(), server.handles()))
    finally:
        server.stop()
    return found


def _note_held(found: Loaded, server: Held, early: tuple[int, int]) -> None:
    found.memory = early[0], server.memory()
    found.handles = early[1], server.handles()


def _asking(server: Held, clients: int, seconds: float, targets: Sequence[str]) -> subprocess.Popen[str]:
    paths = [urllib.parse.quote(one, safe="/?=&+,") for one in targets]
    command = [sys.executable, "-m", "tests.faults.clients", server.host, str(server.port), str(clients), str(seconds)]
    return subprocess.Popen([*command, *paths], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _seen(clients: subprocess.Popen[str]) -> Seen:
    said, _ = clients.communicate()
    if clients.returncode:
        raise RuntimeError(f"the clients ended with {clients.returncode}")
    return Seen.of_json(said)


def _ask(server: Held, clients: int, seconds: float, targets: Sequence[str]) -> Seen:
    return _seen(_asking(server, clients, seconds, targets))


def _add(found: Loaded, seen: Seen) -> None:
    found.statuses.update(seen.statuses)
    found.answered.update(seen.answered)
    found.refused.update(seen.refused)
    found.wrong += seen.wrong


def _crawl(server: Held, clients: int, done: threading.Event) -> None:
    """A third of them sends a header, a third a body, a third reads an answer: a byte a second."""
    sockets: list[tuple[str, socket.socket]] = []
    begin = {
        "header": b"GET /?q=a HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
        "read": b"GET /api/v1/search?q=a&limit=100 HTTP/1.1\r\nHost: a\r\n\r\n",
    }
    for number in range(clients):
        kind = list(begin)[number % 3]
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        one.settimeout(5)
        try:
            one.connect((server.host, server.port))
            one.sendall(begin[kind])
            sockets.append((kind, one))
        except OSError:
            one.close()
    while not done.wait(1):
        for kind, one in sockets:
            try:
                if kind == "read":
                    one.setblocking(False)
                    one.recv(1)
                else:
                    one.sendall(b"a")
            except OSError:
                pass  # the server may let go of it
    for _, one in sockets:
        one.close()
