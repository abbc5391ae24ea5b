"""What does a server answer to whatever people and programs send? 200 or a refusal, soon, and never an error of its
own: hostile queries, and requests that are hardly HTTP.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index import Article

from .archive import Archive
from .process import run, served

SLOWEST: Final = 1.0  # seconds on a quiet machine; of the deadline of .8 the rest is for what surrounds a search
PATIENCE: Final = 20.0
CUT_OFF: Final = 1 << 16  # bytes of an address behind which a server may just hang up
PATHS: Final = ("/api/v1/search?q=", "/search?q=", "/search.atom?q=", "/api/v1/suggest?q=", "/api/v1/timeline?q=")
OPERATORS: Final = (
    '"',
    "«",
    "»",
    "(",
    ")",
    "|",
    "-",
    "!",
    "*",
    "~",
    "~2",
    "^",
    ":",
    "..",
    ">=",
    "<",
    "\\",
    "/",
    "+",
    "#",
)
WORDS: Final = (
    *("мост", "город", "сказал", "а", "не", "И", "ИЛИ", "НЕ", "AND", "OR", "NOT", "2015", "дата:", "спикер:", "о:"),
    *(
        "заголовок:",
        "вид:прямая",
        "источник:x",
        "а*",
        "*",
        "террор*",
        "перговоры~",
        "kfdhjd",
        "сириюсша",
        "ё́",
        "\u00ad",
    ),
)
# Written for this test after what people usually try: each is a kind, not a copy of anybody's list.
NAUGHTY: Final = (
    *(
        "",
        " ",
        "\0",
        "мост\0город",
        "\ufeff",
        "\u202eмост",
        "\u200b" * 200,
        "\ud800",
        "\udfff мост",
        "👨‍👩‍👧‍👦",
        "e\u0301" * 300,
    ),
    *(
        "*",
        "**",
        "а*",
        "?*",
        "м*",
        "-",
        "--",
        "-мост",
        "НЕ НЕ НЕ",
        "|",
        "||",
        "()",
        "((((",
        "))))",
        "!",
        "!!",
        "~",
        "~9",
        "мост~9",
    ),
    *("мост^1e308", "мост^-1", "мост^NaN", '"', '""', '"""', '"мост"~1000000', '"мост город"~-1', "«", "»«", "„", "“"),
    *("дата:", "дата:0000", "дата:9999-99-99", "дата:2015..", "дата:..2015", "дата:>=", "дата:2016..2015", "дата:١٢"),
    *(
        "спикер:",
        "спикер:()",
        "спикер:(((",
        "о:о:о:",
        "вид:вид",
        "title:title:title:",
        "http://мост.рф/?q=1#2",
        "a:b:c:d",
    ),
    *("<script>alert(1)</script>", "'; DROP TABLE articles; --", "{{7*7}}", "${7*7}", "%s%s%n", "../../etc/passwd"),
    *("\r\nSet-Cookie: a=b", "%00", "%", "%zz", "%F0%9F%98%80", "&amp;q=2", "a" * 999, "м" * 1_001, "мост " * 500),
    *(
        "(" * 2_000,
        "-(" * 500 + "мост",
        "мост|" * 300,
        "!" * 1_000,
        '"' * 999,
        " ИЛИ ".join(["слово"] * 200),
        "\t\n\v\f",
    ),
    *(
        "NaN",
        "null",
        "undefined",
        "true",
        "-0",
        "1e999",
        "0x10",
        "１２３",
        "Ⅷ",
        "ﬁ",
        "ß",
        "İstanbul",
        "ǅ",
        "🏴",
        "\u0600мост",
    ),
)


@dataclass
class Asked:
    """How many requests went out, what came back, the slowest, and what was wrong, told."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    wrong: list[str] = field(default_factory=list)


def ask(home: Path, articles: Sequence[Article], random_queries: int, seed: int, *, timed: bool) -> Asked:
    """Send the naughty ones, long ones, and so many random ones."""
    chance = random.Random(seed)  # noqa: S311
    index = home / "index"
    archive = Archive(home / "archive", articles, seed)
    run("index", archive.folder, "--index", index, patience=3_600)
    found = Asked()
    slowest = SLOWEST if timed else PATIENCE
    with served(index) as address:
        for query in [*NAUGHTY, *_long(), *(_made(chance) for _ in range(random_queries))]:
            path = PATHS[found.requests % len(PATHS)]
            _send(
                found, address, path + urllib.parse.quote(query, safe="", errors="surrogatepass"), repr(query), slowest
            )
        for raw in _raw(chance, random_queries // 10):
            _send(found, address, "/api/v1/search?" + raw, raw, slowest)
        for name, request in SHAPES.items():
            _shape(found, address, name, request)
        _send(found, address, "/healthz", "afterwards", slowest)
    return found


def _long() -> Iterator[str]:
    yield "мост " * 200_000
    yield "(" * 100_000
    yield " | ".join(f"слово{n}" for n in range(10_000))


def _made(chance: random.Random) -> str:
    pieces = []
    for _ in range(chance.randint(1, 12)):
        kind = chance.random()
        if kind < 0.4:
            pieces.append(chance.choice(WORDS))
        elif kind < 0.8:
            pieces.append(chance.choice(OPERATORS))
        else:
            pieces.append("".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randint(1, 5))))
        pieces.append(chance.choice(("", " ")))
    return "".join(pieces)


def _raw(chance: random.Random, count: int) -> Iterator[str]:
    """Query strings that are none."""
    yield from ("q", "q=%", "q=%FF%FE", "q=%C0%AE", "=", "&&&", "q=a&q=b", "limit=1", "limit=١٢&q=а", "limit=1_000&q=а")
    yield from (
        "q=а".encode().decode("latin-1"),
        "offset=-1",
        "offset=1e3",
        "cursor=x",
        "cursor=%00",
        "facets=x",
        "q=" + "a" * 9_000,
    )
    for _ in range(count):
        yield "q=" + "".join(f"%{chance.randrange(256):02X}" for _ in range(chance.randint(1, 20)))


class _Raw(http.client.HTTPConnection):
    """Sends addresses as they are typed."""

    def _encode_request(self, request: str) -> bytes:
        return request.encode("utf-8", "surrogatepass")


def _send(found: Asked, address: str, target: str, told: str, slowest: float) -> None:
    where = urllib.parse.urlsplit(address)
    began = time.monotonic()
    found.requests += 1
    connection = _Raw(where.hostname or "", where.port, timeout=PATIENCE)
    try:
        connection.putrequest("GET", target, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        if len(target) > CUT_OFF and isinstance(error, OSError):
            found.statuses[0] += 1
            return
        found.wrong.append(f"{told:.80}: {target:.60}: {error!r}")
        return
    finally:
        connection.close()
    seconds = time.monotonic() - began
    found.statuses[answer.status] += 1
    found.slowest = max(found.slowest, (round(seconds, 3), f"{target:.40} {told:.40}"))
    if answer.status >= 500:
        found.wrong.append(f"{told:.80}: {target:.60}: {answer.status} {body[:200]!r}")
    if seconds > slowest:
        found.wrong.append(f"{told:.80}: {target:.60}: {seconds:.1f} s")
    if answer.getheader("Content-Type", "").startswith("application/json"):
        json.loads(body)
    if any(name.lower() == "set-cookie" for name, _ in answer.getheaders()):
        found.wrong.append(f"{told:.80}: a cookie")


# -- requests that are hardly HTTP

_GET: Final = b"GET /api/v1/search?q=a HTTP/1.1\r\n"
_HOST: Final = b"Host: molva.example\r\n"
_FORWARDED: Final = (
    b"".join(
        b"%s: %s\r\n" % pair
        for pair in (
            (b"X-Forwarded-Host", b"evil.example"),
            (b"Forwarded", b"host=evil.example"),
            (b"X-Original-URL", b"/metrics"),
        )
    )
    + b"\r\n"
)
SHAPES: Final[dict[str, bytes]] = {
    "no host": _GET + b"\r\n",
    "two hosts": _GET + _HOST + b"Host: evil.example\r\n\r\n",
    "a host that is none": _GET + b'Host: a b"><script>\r\n\r\n',
    "an endless host": _GET + b"Host: " + b"a" * 60_000 + b"\r\n\r\n",
    "absolute form": b"GET http://evil.example/api/v1/search?q=a HTTP/1.1\r\n" + _HOST + b"\r\n",
    "two slashes": b"GET //evil.example/%2f.. HTTP/1.1\r\n" + _HOST + b"\r\n",
    "traversal": b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "packed traversal": b"GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "twice packed traversal": b"GET /static/%252e%252e/%252e%252e/etc/passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "backslashes": b"GET /static/..\\..\\etc\\passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "NUL in the path": b"GET /static/a%00.css HTTP/1.1\r\n" + _HOST + b"\r\n",
    "method override": b"POST /api/v1/search?q=a HTTP/1.1\r\n"
    + _HOST
    + b"X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n",
    "DELETE": b"DELETE /api/v1/articles/a HTTP/1.1\r\n" + _HOST + b"\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\n" + _HOST + b"Cookie: secret=1\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:80 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "no method": b"\r\n\r\n\r\n",
    "noise": bytes(range(256)) + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "two lengths": _GET + _HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "length and chunks": _GET + _HOST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "hidden chunks": _GET + _HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc",
    "a negative length": _GET + _HOST + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": _GET + _HOST + b"Content-Length: +5\r\n\r\nhello",
    "a huge length": _GET + _HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
    "a large body": b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: 200000\r\n\r\n" + b"a" * 200_000,
    "a folded header": _GET + _HOST + b"X-A: b\r\n c\r\n\r\n",
    "a space before the colon": _GET + _HOST + b"X-A : b\r\n\r\n",
    "a header without a name": _GET + _HOST + b": b\r\n\r\n",
    "control characters in a header": _GET + _HOST + b"Accept-Language: \x00\x01\x7f\r\n\r\n",
    "ten thousand headers": _GET + _HOST + b"".join(b"X-%d: b\r\n" % n for n in range(10_000)) + b"\r\n",
    "a long header": _GET + _HOST + b"X-A: " + b"b" * 200_000 + b"\r\n\r\n",
    "a strange language": b"GET / HTTP/1.1\r\n"
    + _HOST
    + b"Accept-Language: ru;q=1e9,*;q=-1,;;;,"
    + b"x-" * 3_000
    + b"\r\n\r\n",
    "a strange encoding": _GET + _HOST + b"Accept-Encoding: gzip;q=nan, *;q=2, \xff\r\n\r\n",
    "a strange tag": _GET + _HOST + b'If-None-Match: W/"\xff", "", ***\r\n\r\n',
    "a strange range": b"GET /static/molva.css HTTP/1.1\r\n"
    + _HOST
    + b"Range: bytes=0-,5-2,99999999999999999999-\r\n\r\n",
    "a strange id": _GET + _HOST + b"X-Request-Id: a\tb<script>\r\n\r\n",
    "forwarded by nobody": b"GET /sitemap.xml HTTP/1.1\r\n" + _HOST + _FORWARDED,
}
_HARMLESS_ECHO: Final = {"two slashes", "absolute form", "two hosts"}


def _shape(found: Asked, address: str, name: str, request: bytes) -> None:
    """One of them over a connection of its own."""
    where = urllib.parse.urlsplit(address)
    found.requests += 1
    answer = b""
    try:
        with socket.create_connection((where.hostname or "", where.port or 80), timeout=3) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                answer += piece
    except TimeoutError:
        pass  # the server waits for more: it costs a buffer, until the connection is too long silent
    except OSError:
        return  # cut off, which is an answer
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
    found.statuses[status] += 1
    if status >= 500 and status not in (501, 505):
        found.wrong.append(f"{name}: {answer[:200]!r}")
    if b"root:" in answer or b"secret=1" in answer:
        found.wrong.append(f"{name}: gives away what is not its own: {answer[:300]!r}")
    if name not in _HARMLESS_ECHO and b"evil.example" in answer:
        found.wrong.append(f"{name}: leads elsewhere: {answer[:300]!r}")
    if status in range(300, 400) and b"evil.example" in answer:
        found.wrong.append(f"{name}: redirects elsewhere: {answer[:300]!r}")
    if b"<script>" in answer.split(b"\r\n\r\n", 1)[0]:
        found.wrong.append(f"{name}: markup in a header: {answer[:300]!r}")
    if answer.count(b"HTTP/1.") > 1 + answer.count(b"HTTP/1.1 400"):
        found.wrong.append(f"{name}: answered twice: {answer[:300]!r}")
