"""Who is who in what a cluster holds? Worked out as over our own segments (`index.voices`), of what each article's
document keeps for it, by the first process that asks (`opensearch_kept`), and held in memory: sightings, and which
quotes are reprints.

Documents are never written anew for it: a speaker is a set of sightings, which documents hold as numbers, and a filter
asks for these. So it takes memory and time by the number of sightings and quotes: about a kilobyte each and 30 s for a
million. `molva` on a cluster is honest about that in ARCHITECTURE.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.extracts import Said, extract_from
from index.extracts import arrays_of as arrays_of_said
from index.model import Speaker
from index.opensearch_documents import sighting, term, unpacked_said
from index.schema import Kind
from index.storage.format import MemoryArrays
from index.voices_file import arrays_of, known_of

from .archive import ALONE, Archive
from .opensearch_kept import Gathered, Kept
from .opensearch_query import Sightings
from .who import Who

if TYPE_CHECKING:
    from .opensearch_state import ClusterState

_TOLD: Final = ["id", "day", "facet_source", "extract", "quote_ids"]
NAME: Final = "cluster"  # of the one segment that all documents are told of as


class _Part:
    """What `Voices` asks of one kind of document of a segment: days, and the values of a facet."""

    def __init__(self, days: Sequence[int], sources: Sequence[str | None] = ()) -> None:
        self.day = np.array(days, np.int32)
        self._values = sorted({value for value in sources if value})
        number = {value: place for place, value in enumerate(self._values)}
        none = np.iinfo(np.uint32).max
        self._codes = np.array([number.get(value, none) if value else none for value in sources], np.uint32)

    def array(self, name: str) -> NDArray[Any]:
        return self._codes

    def facet_values(self, name: str) -> list[str]:
        return self._values


class _Everything:
    """All documents with quotes as one segment, as `Voices` sees it."""

    name = NAME

    def __init__(self, parts: dict[Kind, _Part]) -> None:
        self._parts = parts

    def part(self, kind: Kind) -> _Part:
        return self._parts[kind]

    def docs(self, kind: Kind) -> int:
        return len(self._parts[kind].day)

    def live(self, kind: Kind) -> None:
        return None


class Speakers:
    """Who is who in one generation. Shared by threads."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        kept = Kept(state.cluster, state.index.generation, state.overrides)
        found = kept.read()
        known = found is not None
        if found is None:
            found = _gathered(state)
        self.article_ids, self.quote_ids = found.article_ids, found.quote_ids
        quotes = [day for day, count in zip(found.days, found.quotes, strict=True) for _ in range(count)]
        parts: dict[Kind, _Part] = {"article": _Part(found.days, found.sources), "quote": _Part(quotes)}
        segments: Any = [_Everything(parts)]
        extract = extract_from(MemoryArrays(found.extract, {}), len(quotes), len(found.days))
        self.archive = Archive(state.folder, segments, state.overrides, {NAME: extract})
        if known:
            self.archive.take(known_of(found.voices, segments))
        elif quotes:
            self.archive.made()
            if not state.former:  # what is kept is that of the generation which answers
                kept.write(found._replace(voices=arrays_of(self.archive.known())))
        self.who = Who(self.archive)

    @cached_property
    def number_of_quote(self) -> dict[str, int]:
        """Quote id → its number here."""
        return {quote_id: number for number, quote_id in enumerate(self.quote_ids)}

    @cached_property
    def _sightings(self) -> NDArray[np.int64]:
        """(N,) The number of each sighting in documents."""
        extract, at = self.archive.extracts[0], self.archive.sightings.at[0]
        found = np.zeros(len(self.archive.sightings.rows), np.int64)
        for place, article, name in zip(at.tolist(), extract.article.tolist(), extract.name.tolist(), strict=True):
            if place >= 0:
                found[place] = sighting(self.article_ids[article], extract.names[name])
        return found

    @cached_property
    def owner_of(self) -> dict[int, int]:
        """The number of a sighting in documents → its speaker."""
        return dict(zip(self._sightings.tolist(), self.archive.owner.tolist(), strict=True))

    @cached_property
    def twice(self) -> dict[str, list[int]]:
        """Articles that have own words of one speaker under two names and more → the sightings behind the first."""
        known: dict[tuple[int, int], int] = {}
        found: dict[str, list[int]] = {}
        extract, at, own = self.archive.extracts[0], self.archive.sightings.at[0], self.archive.sightings.own[0]
        for place, article, speaks in zip(at.tolist(), extract.article.tolist(), own.tolist(), strict=True):
            if place >= 0 and speaks:
                first = known.setdefault((article, int(self.archive.owner[place])), place)
                if first != place:
                    found.setdefault(self.article_ids[article], []).append(int(self._sightings[place]))
        return found

    def of(self, chosen: NDArray[np.bool_]) -> Sightings:
        """(N,) sightings as documents know them."""
        return Sightings(self._sightings[chosen].tolist())

    def spoken_by(self, text: str, *, kind: Kind) -> Any:
        """The sightings of those whom words mean; what `plan.Chosen` holds here."""
        return self.of(self.who.meant(text))

    def speaking(self, value: str) -> Sightings:
        """Those of a value of the filter: an id, a label, a name, else whom words mean."""
        numbers = self.archive.called(value)
        return self.of(self.archive.of_speakers(numbers) if numbers else self.who.meant(value))

    def speaker_of(self, quote_id: str) -> Speaker | None:
        """Whose words a quote is, across the archive."""
        number = self.number_of_quote.get(quote_id)
        found = None if number is None else self.archive.speaker(0, number)
        return None if found is None else Speaker(found.id, found.name, found.label if found.namesakes else None)

    # -- reprints

    @cached_property
    def clustered(self) -> list[str]:
        """The quotes that have reprints."""
        return [self.quote_ids[quote] for some in self.archive.reprints for _, quote in some]

    def cluster_of(self, quote_id: str) -> int:
        """The number of a quote's cluster; ALONE where it has no reprint."""
        number = self.number_of_quote.get(quote_id)
        return ALONE if number is None else int(self.archive.cluster[0][number])

    def reprints_of(self, quote_id: str) -> list[str]:
        """All quotes of its cluster, from the first date on; none where it has no reprint."""
        number = self.number_of_quote.get(quote_id)
        if number is None:
            return []
        return [self.quote_ids[quote] for _, quote in self.archive.reprints_of(0, number)]

    def told_again(self, answering: Sequence[str], told: Sequence[str]) -> list[str]:
        """Of quotes with reprints that answer, those of which another one is earlier, or was told."""
        docs = [np.sort(np.array([self.number_of_quote[one] for one in some], np.uint32)) for some in (answering, told)]
        hidden = self.archive.told_again(docs[:1], docs[1:])
        return [self.quote_ids[quote] for quote in hidden[0].tolist()]


def _gathered(state: ClusterState) -> Gathered:
    """What the documents of articles tell."""
    found = Gathered([], [], [], [], [], {}, {})
    told: list[tuple[int, Said]] = []
    for hit in state.every("article", {"_source": _TOLD, "query": {"range": {"quotes": {"gt": 0}}}}):
        source = hit["_source"]
        told.append((len(found.article_ids), unpacked_said(source["extract"])))
        found.article_ids.append(source["id"])
        found.quote_ids.extend(source["quote_ids"])
        found.quotes.append(len(source["quote_ids"]))
        found.days.append(source.get("day", schema.NO_DAY))
        found.sources.append(next(iter(source.get("facet_source", ())), None))
    return found._replace(extract=arrays_of_said(told, len(found.quote_ids)))


class QuoteView:
    """What the book of speakers asks of the quotes of an index (`speakers.SpeakerBook`)."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state
        quotes = state.speakers.quote_ids
        self.docs = state.documents["quote"]
        self.live: tuple[None, ...] = (None,)
        self.parts = (state.speakers.archive._segments[0].part("quote"),)
        self._quotes = len(quotes)

    def entry(self, field: str, root: bytes) -> Any:
        """How many quotes have a root."""
        return _Entry(self._state.frequencies["quote"].of(term(root.decode())))


class _Entry:
    def __init__(self, df: int) -> None:
        self.df = df
