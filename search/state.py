"""What does a searcher hold of an index? One published state: its segments, open for reading, and what is remembered
of them. It says the same to all who ask; shared by threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.model import Speaker
from index.schema import KINDS, Kind
from index.storage.payload import unpack_quote
from index.storage.segment import Opened

from .engine.evaluate import Evaluator
from .engine.second_look import LookInto
from .engine.snapshot import Snapshot
from .filters import Memory
from .offsets import Locate, bounds_of, compiled_bounds
from .people import People
from .places import Postings, WordsIn
from .question import Question, names_speakers, question_of, with_speakers
from .recent import Recent
from .request import SearchRequest
from .results import IndexState, Page, Reprints
from .snippets import Choose
from .synonyms import NO_SYNONYMS, Synonyms

if TYPE_CHECKING:
    from .archive import Archive
    from .engine.acceleration import Accelerated
    from .facets import Facets
    from .speakers import SpeakerBook
    from .suggest import Suggester
    from .who import Who

PAGES: Final = 500  # answers that are remembered
LISTS: Final = 4  # whole lists of hits that are, 12 bytes a document

T = TypeVar("T")


class Listed(NamedTuple):
    """All documents that answer, N of them, in the order of the hits. `scores` are 0 where dates order them."""

    docs: NDArray[np.integer[Any]]  # (N,) global numbers
    scores: NDArray[np.float64]  # (N,)
    total: int


class State:
    """One published state, open for reading, and what is remembered of it."""

    def __init__(self, opened: Opened, stamp: object, people: People, synonyms: Synonyms = NO_SYNONYMS) -> None:
        self.stamp = stamp
        self.people = people
        self.synonyms = synonyms
        self.opened = opened
        self.manifest = opened.manifest
        self.segments = opened.segments
        self.snapshot = Snapshot(opened.segments, opened.manifest.name)
        self.evaluator = Evaluator(self.snapshot)
        self.locate: Locate = bounds_of
        self.look_into: LookInto | None = None
        self.choose: Choose | None = None
        self._words_in: Callable[..., Any] | None = None
        self.memories = {kind: Memory(self.snapshot.views[kind], people) for kind in KINDS}
        self.postings = {kind: [Postings(part) for part in self.snapshot.views[kind].parts] for kind in KINDS}
        decided = people.archive.overrides.digest if self.manifest.quotes else ""  # nobody speaks where no quote is
        self.index = IndexState(self.manifest.name, self.manifest.articles, self.manifest.quotes, decided)
        self.pages: Recent[SearchRequest, Page] = Recent(PAGES)
        self.lists: Recent[tuple[SearchRequest, str], Listed] = Recent(LISTS)
        self._questions: Recent[str, Question] = Recent(PAGES)  # those that name speakers of this state

    def use(self, accelerated: Accelerated) -> None:
        """Answer with compiled code from now on; what it answers is the same. Kernels do not look where they read, so
        every byte of the segments must have been verified.
        """
        self.evaluator = Evaluator(self.snapshot, accelerated.primitives, accelerated.flat)
        from .compiled_snippets import chosen_sentences, kinds_of_characters
        from .engine.compiled_look import looked_into
        from .engine.compiled_words import words_in

        kinds_of_characters()  # no question waits for them
        self.locate = compiled_bounds()
        self.choose, self.look_into, self._words_in = chosen_sentences, looked_into, words_in

    def words_in(self, kind: Kind, segment: int) -> WordsIn | None:
        """What reads where words stand in documents of a segment; None: not by kernels."""
        return None if self._words_in is None else partial(self._words_in, self.snapshot.views[kind], segment)

    @property
    def archive(self) -> Archive:
        """Its speakers, and its reprints."""
        return self.people.archive

    @property
    def who(self) -> Who:
        """Whom words mean."""
        return self.people.who

    @cached_property
    def facets(self) -> dict[Kind, Facets]:
        """What counts them; made for the first that asks."""
        from .facets import Facets

        return {kind: Facets(self.snapshot.views[kind], self.archive) for kind in KINDS}

    @cached_property
    def suggester(self) -> Suggester:
        """What completes queries; made for the first that asks."""
        from .suggest import suggester_of

        return suggester_of(self.snapshot)

    def question(self, text: str) -> Question:
        """The question that is typed so, asked of this state. Raises QueryError."""
        known = self._questions.get(text)
        if known is None:
            known = question_of(text, self.synonyms)
            if names_speakers(known.node):
                known = with_speakers(known, self.who.spoken_by)
                self._questions.put(text, known)
        return known

    @cached_property
    def book(self) -> SpeakerBook:
        """What is told of its speakers; made for the first that asks."""
        from .speakers import SpeakerBook

        return SpeakerBook(self.archive, self.snapshot.views["quote"])

    @property
    def besides(self) -> str:
        """What answers hang on beside the published state; see `cursors`."""
        return f"{self.index.decided} {self.synonyms.digest}"

    @property
    def verified(self) -> bool:
        """Whether every byte of its segments has been found as it was written."""
        return all(one.verified for one in self.segments)

    def faults(self) -> list[str]:
        """Every byte of its segments against its checksum: a line for each fault."""
        return [fault for one in self.segments for fault in one.faults()]

    def stored(self, kind: Kind, segment: int, doc: int, unpack: Callable[[bytes], T]) -> T:
        """A document whole. Raises DamagedIndexError."""
        data = self.snapshot.views[kind].parts[segment].stored[doc]
        try:
            return unpack(data)
        except (ValueError, KeyError, TypeError) as error:
            where = f"{self.segments[segment].where}: array {kind}.stored.data: document {doc}"
            raise DamagedIndexError(f"{where} cannot be read ({error!r}); run: molva check") from error

    def quote_texts(self, places: Iterable[tuple[int, int]]) -> Iterator[str]:
        """The words of quotes (segment, document)."""
        return (self.stored("quote", *place, unpack_quote)[0].text for place in places)

    def speaker(self, segment: int, quote: int) -> Speaker | None:
        """Whose words a quote is, across the archive."""
        found = self.archive.speaker(segment, quote)
        if found is None:
            return None
        return Speaker(found.id, found.name, found.label if found.namesakes else None)

    def reprints(self, segment: int, quote: int) -> Reprints | None:
        """What is told of a quote's cluster; None where it has no reprint."""
        places = self.archive.reprints_of(segment, quote)
        if not places:
            return None
        stored = [self.stored("quote", *place, unpack_quote) for place in places]
        sources = dict.fromkeys(of["source"] for _, of in stored if of["source"])
        articles = {one.article_id for one, _ in stored}
        return Reprints(len(places), len(articles), tuple(sources), stored[0][1]["published"])

    def place(self, kind: Kind, document: int) -> tuple[int, int]:
        """(segment, local number) of a global document number."""
        return self.snapshot.views[kind].segment_of(document)
