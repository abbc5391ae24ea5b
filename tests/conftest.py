"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from index import Article, open_writer
from search import Searcher, open_searcher

# A shell starts what goes on behind it with Ctrl-C ignored, and so would be all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No example has to end in time: a machine may be busy.
settings.register_profile("molva", deadline=None)
settings.load_profile("molva")

Indexed = Callable[[Sequence[Article]], Searcher]


@pytest.fixture
def indexed(tmp_path: Path) -> Iterator[Indexed]:
    """A function that indexes articles in a new folder and opens a searcher over it."""
    opened: list[Searcher] = []

    def make(articles: Sequence[Article]) -> Searcher:
        folder = tmp_path / f"index-{len(opened)}"
        with open_writer(folder) as writer:
            for article in articles:
                writer.add(article)
            writer.publish()
        opened.append(open_searcher(folder))
        return opened[-1]

    yield make
    for searcher in opened:
        searcher.close()
