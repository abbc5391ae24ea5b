"""Do prefixes find and rank the same on both engines? `python -m tests.opensearch.prefixes PATH…` indexes articles into
our own engine and into the cluster of the settings, asks both for beginnings of words that stand in them, and prints
how many totals, warnings and snippets differ and how much of the first ten is shared.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

from index import Article, open_writer
from index.analysis import tokens
from index.sources import Loaded, read_paths
from search import Searcher, open_searcher
from search.results import Page

LENGTHS: Final = (3, 4, 5)
OF_EACH: Final = 25
LONG_ENOUGH: Final = 6  # letters of a word whose beginning is asked for
FIRST: Final = 10
PATIENCE: Final = 60.0
TYPES: Final = ("article", "quote")


class Alike(NamedTuple):
    """Of questions with beginnings of one length: how many, of how many totals, warnings and shown hits differ, and the
    mean share of the first ten that both have.
    """

    questions: int
    totals: int
    warnings: int
    shown: int
    overlap: float


def prefixes(articles: Iterable[Article], length: int) -> list[str]:
    """Beginnings of words of the articles, chosen by the hash of the word."""
    words = {token.form for article in articles for token in tokens(article.text) if token.form.isalpha()}
    chosen = sorted((word for word in words if len(word) >= LONG_ENOUGH), key=_hash)
    return list(dict.fromkeys(word[:length] for word in chosen))[:OF_EACH]


def compared(one: Searcher, other: Searcher, questions: Sequence[str], kind: str) -> Alike:
    """How alike two searchers answer."""
    pages = [tuple(searcher.search(q, type=kind, limit=FIRST) for searcher in (one, other)) for q in questions]
    shared = [(a, b, _shown(a).keys() & _shown(b).keys()) for a, b in pages]
    return Alike(
        len(questions),
        sum(a.totals != b.totals for a, b in pages),
        sum(a.warnings != b.warnings for a, b in pages),
        sum(any(_shown(a)[name] != _shown(b)[name] for name in both) for a, b, both in shared),
        fmean(len(both) / max(len(a.hits), len(b.hits), 1) for a, b, both in shared if a.hits or b.hits),
    )


def _shown(page: Page) -> dict[str, object]:
    return {
        hit["id"]: {name: value for name, value in hit.items() if name != "score"} for hit in page.to_dict()["hits"]
    }


def _hash(word: str) -> str:
    return hashlib.blake2b(word.encode(), digest_size=8).hexdigest()


def main() -> None:
    articles = [item.article for item in read_paths(list(map(Path, sys.argv[1:]))) if isinstance(item, Loaded)]
    with tempfile.TemporaryDirectory(prefix="molva-alike-") as made:
        for engine in ("embedded", "opensearch"):
            with open_writer(made, engine=engine, rebuild=True) as writer:
                for article in articles:
                    writer.add(article)
                writer.publish()
        with (
            open_searcher(made, engine="embedded", deadline=PATIENCE) as one,
            open_searcher(made, engine="opensearch", deadline=PATIENCE) as other,
        ):
            for kind in TYPES:
                for length in LENGTHS:
                    questions = [f"{prefix}*" for prefix in prefixes(articles, length)]
                    print(kind, length, compared(one, other, questions, kind), flush=True)


if __name__ == "__main__":
    main()
