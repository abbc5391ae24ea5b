"""Does a server answer well while its index is rebuilt? Every answer whole, and of one state."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from index import Article

from .archive import Archive
from .process import run, served

WORDS: Final = ("выпуск", "город", "сказал", "год", "сказал город", '"в городе"', "", "мост", "дом -мост")
CLIENTS: Final = 2


@dataclass
class Rebuilt:
    """Answers by the clients, their times in seconds, and what was wrong with any."""

    answers: int = 0
    states: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


def rebuild(home: Path, articles: Sequence[Article], times: int, seed: int) -> Rebuilt:
    """Clients ask while `molva reindex` runs so many times.

    In each state every article has a word of its own, «выпуск3»; so an answer with hits of two states shows.
    """
    archive = Archive(home / "archive", [_of_issue(one, 0) for one in articles], seed)
    index = home / "index"
    run("index", archive.folder, "--index", index)
    found = Rebuilt()
    with served(index) as address:
        done = threading.Event()
        clients = [threading.Thread(target=_ask, args=(address, found, done)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for number in range(1, times + 1):
                archive.articles = [_of_issue(one, number) for one in articles]
                archive.state = {}
                archive.change()
                code, _, talk = run("reindex", archive.folder, "--index", index)
                if code:
                    found.errors.append(f"molva reindex ended with {code}: {talk}")
                time.sleep(0.3)
        finally:
            done.set()
            for client in clients:
                client.join()
    return found


def _of_issue(article: Article, number: int) -> Article:
    return replace(
        article, title=f"{article.title} (выпуск{number})", text=f"{article.text}\n\nВыпуск, выпуск{number}."
    )


def _ask(address: str, found: Rebuilt, done: threading.Event) -> None:
    asked = 0
    while not done.is_set():
        query = WORDS[asked % len(WORDS)]
        asked += 1
        url = f"{address}/api/v1/search?{urllib.parse.urlencode({'q': query, 'limit': 50})}"
        began = time.monotonic()
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - an address of our own server
                page: dict[str, Any] = json.load(answer)
        except (OSError, ValueError) as error:
            told = error.read().decode() if isinstance(error, urllib.error.HTTPError) else ""
            found.errors.append(f"{query!r}: {error} {told}")
            continue
        found.seconds.append(time.monotonic() - began)
        found.answers += 1
        found.states.add(page["index"]["generation"])
        issues = {hit["title"]["text"].rpartition("(")[2] for hit in page["hits"]}
        everything = query in ("", "выпуск") and page["total"]["value"] != page["index"]["articles"]
        if len(issues) > 1 or everything:
            found.mixed.append(f"{query!r}: {sorted(issues)}, total {page['total']}, index {page['index']}")
