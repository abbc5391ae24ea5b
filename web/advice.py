"""What helps a reader where nothing was found? Which words stand nowhere, and what is left without each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from search.errors import QueryError
from search.request import SearchRequest
from search.searcher import Searcher

PLAIN_WORD: Final = re.compile(r"\w[\w-]*")
OPERATORS: Final = {"И", "ИЛИ", "НЕ", "AND", "OR", "NOT"}
MOST_WORDS: Final = 6  # each is a question of its own


@dataclass(frozen=True, slots=True)
class Shorter:
    """The query without one of its words, and how much it finds."""

    word: str
    q: str
    count: int


@dataclass(frozen=True, slots=True)
class Advice:
    """`unknown`: words that stand nowhere; `shorter`: what finds something."""

    unknown: tuple[str, ...] = ()
    shorter: tuple[Shorter, ...] = ()


def advice_on(asked: SearchRequest, searcher: Searcher) -> Advice:
    """For a query of a few plain words; nothing for any other. Filters stay as they are, but a word that stands nowhere
    does so without them.
    """
    words = _plain_words(asked.q)
    if not words:
        return Advice()
    unfiltered = SearchRequest(type=asked.type)
    unknown = tuple(word for word in dict.fromkeys(words) if not _count(searcher, unfiltered, word))
    rests = [] if len(words) < 2 else [" ".join(words[:n] + words[n + 1 :]) for n in range(len(words))]
    found = [Shorter(word, rest, _count(searcher, asked, rest)) for word, rest in zip(words, rests, strict=False)]
    return Advice(unknown, tuple(one for one in found if one.count))


def _count(searcher: Searcher, asked: SearchRequest, q: str) -> int:
    try:
        page = searcher.search(replace(asked, q=q, limit=1, offset=0, facets=(), rewrite=False, snippets=False))
    except QueryError:
        return 0
    return page.total.value


def _plain_words(q: str) -> list[str]:
    typed = q.split()
    if len(typed) > MOST_WORDS or OPERATORS & set(typed):
        return []
    return typed if all(PLAIN_WORD.fullmatch(word) for word in typed) else []
