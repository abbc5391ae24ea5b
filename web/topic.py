"""Who is found by a query? Those whom it names, and those whose quotes answer it: the third tab."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from search.facets import MOST_VALUES
from search.request import SearchRequest
from search.results import FacetCount
from search.searcher import Searcher
from search.speakers import SpeakerFound

from .params import for_speakers

MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class People:
    """`named`: whom the words mean by name or role; `speaking`: others, by how many of their quotes answer. `total` is
    how many there are, `whole` whether that is all.
    """

    named: tuple[SpeakerFound, ...]
    speaking: tuple[FacetCount, ...]
    total: int
    whole: bool


def who_is_found(searcher: Searcher, asked: SearchRequest) -> People:
    """Without words and filters nobody by name, and the number of all. Under filters only who speaks under them.
    Raises QueryError.
    """
    quotes = for_speakers(asked)
    words, filtered = asked.q.strip(), quotes != SearchRequest(q=asked.q, rewrite=asked.rewrite)
    if not (words or filtered):
        return People((), (), searcher.stats().speakers, True)
    quotes = replace(quotes, type="quote", limit=1, snippets=False)
    speakers: tuple[SpeakerFound, ...] = ()
    total, whole = 0, True
    if words:
        named = searcher.speakers(asked.q, limit=MOST_NAMED)
        speakers, total = named.speakers, named.total.value
    if words and filtered:
        speakers = tuple(one for one in speakers if _speaks(searcher, one, quotes))
        total, whole = len(speakers), total <= MOST_NAMED
    speaking = (searcher.search(replace(quotes, facets=("speaker",))).facets or {}).get("speaker", ())
    labels = {one.label for one in speakers}
    others = tuple(counted for counted in speaking if counted.value not in labels)
    return People(speakers, others, total + len(others), whole and len(speaking) < MOST_VALUES)


def _speaks(searcher: Searcher, speaker: SpeakerFound, quotes: SearchRequest) -> bool:
    """Whether a quote of theirs passes the filters, whatever it is about."""
    return searcher.search(replace(quotes, q="", speaker=(speaker.id,))).total.value > 0
