"""Who is found by a query? Those whom it names, and those whose quotes answer it: the third tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search.facets import MOST_VALUES
from search.request import SearchRequest
from search.results import FacetCount
from search.searcher import Searcher
from search.speakers import SpeakerFound

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


def who_is_found(searcher: Searcher, q: str, *, rewrite: bool = True) -> People:
    """For an empty query nobody by name, and the number of all. `rewrite`: as of a search. Raises QueryError."""
    if not q.strip():
        return People((), (), searcher.stats().speakers, True)
    named = searcher.speakers(q, limit=MOST_NAMED)
    page = searcher.search(
        SearchRequest(q=q, type="quote", limit=1, facets=("speaker",), snippets=False, rewrite=rewrite)
    )
    speaking = (page.facets or {}).get("speaker", ())
    labels = {one.label for one in named.speakers}
    others = tuple(counted for counted in speaking if counted.value not in labels)
    return People(named.speakers, others, named.total.value + len(others), len(speaking) < MOST_VALUES)
