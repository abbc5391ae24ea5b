"""How fast is the JSON endpoint? A page of ten hits with snippets, from the request to the last byte of its answer.

Molva's own application, and a Flask application over tantivy and one over SQLite's FTS5 that return the same fields:
title and snippet with marks and their places, score, totals. Every query comes once, to all of them in turn.
"""

from __future__ import annotations

import http.client
import io
import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response, request

from index.analysis import analyze

from .engines import FTS5, MOLVA, TANTIVY, TOP, Engine
from .queries import Words, sample
from .setting import Setting
from .showing import SHAPES
from .tables import Cell, Table, ratio

LARGEST: Final = 100_000
TIMES: Final = 8  # as many queries of a shape as other tables have: the slowest of a hundred is looked at
SNIPPET: Final = 240  # characters
MILLI: Final = 1e3
SMALL: Final = 10_000  # articles, of which three words seldom find a page
Answer = dict[str, Any]


def tables(setting: Setting) -> list[Table]:
    """CPU of the thread that answers, without a socket; then by the clock, one client at a socket."""
    size = min(LARGEST, setting.sizes[-1])
    engines = setting.present(MOLVA, TANTIVY, FTS5)
    with ExitStack() as stack:
        apps = {one.name: application(one, setting, size, stack) for one in engines}
        words = Words(sample(setting.documents("short", size), size, 5_000), setting.same)
        shapes = list(SHAPES.values())
        many = TIMES * setting.queries
        full = _full(setting, size)
        texts = [next(filter(full, _texts(shapes[number % 3], words))) for number in range(3 * many)]
        calls = {name: partial(called, one) for name, one in apps.items()}
        _rounds(texts[:many], calls, cpu=True)  # what a server has read and looked up before long
        cpu = _rounds(texts[many : 2 * many], calls, cpu=True)
        clients = {name: stack.enter_context(client(one)) for name, one in apps.items()}
        wall = _rounds(texts[2 * many :], clients, cpu=False)
    rows = [_row("CPU of the thread, no socket", cpu), _row("by the clock, one client at a socket", wall)]
    notes = [
        f"{many} queries of one, two and three words that find ten hits and more, each once, behind as many that are"
        " not counted."
        " All return the same fields. Molva: forms of words, totals of both kinds of document, its endpoint with all"
        " its headers. tantivy: marks and snippets by its generator. FTS5: our stems, marks by an expression."
    ]
    return [Table("endpoint", f"JSON endpoint, {size:,} short articles, ten hits with snippets, ms", rows, notes)]


def _texts(shape: Callable[[Words], tuple[str, ...]], words: Words) -> Iterator[str]:
    """Queries without end."""
    while True:
        yield " ".join(shape(words))


def _full(setting: Setting, size: int) -> Callable[[str], bool]:
    """Whether a query finds a page of hits: what finds less is answered with less by some, and widened by Molva."""
    if not setting.present(TANTIVY):
        return lambda text: True
    engine: Any = TANTIVY.open(setting.index(TANTIVY, "short", size))
    return lambda text: size < SMALL or bool(engine.counted(engine.typed(text)) >= TOP)


def _row(title: str, times: dict[str, list[float]]) -> dict[str, Cell]:
    row: dict[str, Cell] = {"measured": title}
    for name, found in times.items():
        row[f"{name} p50"] = quantile(found, 0.5) * MILLI
        row[f"{name} p99"] = quantile(found, 0.99) * MILLI
        row[f"{name}, a second"] = len(found) / sum(found)
    for other in (TANTIVY.name, FTS5.name):
        ours, theirs = times.get(MOLVA.name), times.get(other)
        row[f"req/s ÷ {other} ×"] = ratio(sum(theirs), sum(ours)) if ours and theirs else None
    return row


def quantile(found: Sequence[float], share: float) -> float:
    """The value that this share of them is not above."""
    return sorted(found)[min(len(found) - 1, int(share * len(found)))]


def _rounds(texts: Sequence[str], calls: Mapping[str, Callable[[str], object]], *, cpu: bool) -> dict[str, list[float]]:
    """Seconds of each call, whose turn is first in some rounds."""
    clock = time.thread_time if cpu else time.perf_counter
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number, text in enumerate(texts):
        turns = list(calls.items())
        first = number % len(turns)
        for name, call in turns[first:] + turns[:first]:
            begin = clock()
            call(text)
            times[name].append(clock() - begin)
    return times


def called(app: Flask, text: str) -> Answer:
    """What the application answers, asked as a server asks it."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/api/v1/search",
        "QUERY_STRING": f"q={quote(text)}",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    statuses: list[str] = []

    def start(status: str, headers: object, exc_info: object = None, /) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _: None

    answer = app.wsgi_app(environ, start)
    body = b"".join(answer)
    if statuses[0][:3] != "200":
        raise RuntimeError(body.decode())
    if hasattr(answer, "close"):
        answer.close()
    return {"body": body}


@contextmanager
def client(app: Flask) -> Iterator[Callable[[str], Answer]]:
    """Asks the application at a socket, by one connection that stays."""
    from web.server import Server, listening

    sockets = listening("127.0.0.1", 0)
    connection = http.client.HTTPConnection(*sockets[0].getsockname()[:2])
    server = Server(app, sockets, threads=1)
    thread = threading.Thread(target=server.run)
    thread.start()

    def ask(text: str) -> Answer:
        connection.request("GET", f"/api/v1/search?q={quote(text)}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body.decode())
        return {"body": body}

    yield ask
    connection.close()
    server.stop()
    thread.join()


# -- applications


def application(engine: Engine, setting: Setting, size: int, stack: ExitStack) -> Flask:
    """The endpoint over an engine."""
    opened: Any = engine.open(setting.index(engine, "short", size))
    stack.callback(opened.close)
    if engine is MOLVA:
        from web import create_app
        from web.settings import Settings

        return create_app(opened.searcher, settings=Settings())
    page = _of_tantivy(opened) if engine is TANTIVY else _of_fts5(opened.base)
    return _plain(engine.name, page)


def _plain(name: str, page: Callable[[str], Answer]) -> Flask:
    """What one writes in a minute."""
    app = Flask(name)

    @app.get("/api/v1/search")
    def search() -> Response:
        found = page(request.args.get("q", ""))
        return Response(json.dumps(found, ensure_ascii=False).encode(), content_type="application/json")

    return app


def _of_tantivy(engine: Any) -> Callable[[str], Answer]:
    def generator(query: Any, field: str) -> Any:
        made = engine.tantivy.SnippetGenerator.create(engine.searcher, query, engine.schema, field)
        made.set_max_num_chars(SNIPPET)
        return made

    def marked(found: Any) -> Answer:
        text = found.fragment()
        raw = text.encode()
        spans = [[len(raw[: one.start].decode()), len(raw[: one.end].decode())] for one in found.highlighted()]
        return {"text": text, "spans": spans, "html": found.to_html()}

    def page(text: str) -> Answer:
        query = engine.typed(text)
        titles, snippets = generator(query, "title"), generator(query, "text")
        found = engine.searcher.search(query, TOP, count=True)
        hits = []
        for score, address in found.hits:
            document = engine.searcher.doc(address)
            title = marked(titles.snippet_from_doc(document))
            if not title["text"]:  # it has no snippet where nothing is marked
                title = {"text": document["title"][0], "spans": [], "html": escape(document["title"][0])}
            shown = snippets.snippet_from_doc(document)
            before = document["text"][0].encode()[: shown.fragment_range().start] if shown.fragment() else b""
            hits.append(_hit(str(address.doc), score, title, {**marked(shown), "start": len(before.decode())}))
        return _page(text, found.count, engine.searcher.num_docs, hits)

    return page


def _of_fts5(base: sqlite3.Connection) -> Callable[[str], Answer]:
    best = "SELECT rowid, rank FROM stems WHERE stems MATCH ? ORDER BY rank LIMIT ?"
    local = threading.local()
    file = base.execute("PRAGMA database_list").fetchone()[2]
    (articles,) = base.execute("SELECT max(id) + 1 FROM article").fetchone()

    def page(text: str) -> Answer:
        if not hasattr(local, "base"):  # a connection is its thread's own
            local.base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            local.base.execute("PRAGMA mmap_size = 8589934592")
        stems = [token.roots[0] for token in analyze(text)]
        query = " AND ".join(f'"{stem}"' for stem in stems)
        # Words that begin as a stem does.
        ends = "|".join(re.escape(stem[:-2] if len(stem) > 4 else stem) for stem in stems)
        words = re.compile(rf"\b(?:{ends})\w*", re.IGNORECASE)
        hits = []
        for number, rank in local.base.execute(best, (query, TOP)).fetchall():
            title, body = local.base.execute("SELECT title, text FROM article WHERE id = ?", (number,)).fetchone()
            first = words.search(body)
            begin = max(0, first.start() - SNIPPET // 3) if first else 0
            shown = {**_marked(body[begin : begin + SNIPPET], words), "start": begin}
            hits.append(_hit(str(number), -rank, _marked(title, words), shown))
        (total,) = local.base.execute("SELECT count(*) FROM stems WHERE stems MATCH ?", (query,)).fetchone()
        return _page(text, total, articles, hits)

    return page


def _marked(text: str, words: re.Pattern[str]) -> Answer:
    """All such words marked."""
    html, spans, at = [], [], 0
    for found in words.finditer(text):
        spans.append(list(found.span()))
        html += [escape(text[at : found.start()]), "<mark>", escape(found[0]), "</mark>"]
        at = found.end()
    return {"text": text, "spans": spans, "html": "".join(html) + escape(text[at:])}


def _hit(name: str, score: float, title: Answer, snippet: Answer) -> Answer:
    """What Molva tells of an article, as far as others know it; these articles have no more."""
    of_article = dict.fromkeys(("published", "source", "author", "section", "url"))
    told = {"id": name, "type": "article", "score": score, "match": None, "title": title, "snippets": [snippet]}
    return {**told, **of_article, "quotes": []}


def _page(text: str, total: int, articles: int, hits: list[Answer]) -> Answer:
    found = {"total": {"value": total, "relation": "eq"}, "totals": {"article": total, "quote": 0}}
    told = {"query": text, "type": "article", "interpreted": text, "rewrites": [], "warnings": [], **found}
    return {**told, "index": {"generation": None, "articles": articles, "quotes": 0}, "hits": hits, "next": None}
