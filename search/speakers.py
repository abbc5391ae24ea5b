"""What is told of speakers, and of a question over time? Frozen values with their JSON, and the book of one state."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.analysis import fold, tokens
from index.analysis.lemma import readings
from index.extracts import REPORTED
from index.speakers.profiles import Profile
from index.voices_file import Place

from .archive import ALONE, Archive
from .engine.snapshot import View
from .query.stopwords import is_stopword
from .results import FacetCount, IndexState, Total
from .results import Warning as QueryWarning

if TYPE_CHECKING:
    from .json_types import IndexJson, RoleJson, SpeakerFoundJson, SpeakerPageJson, TimelineJson
    from .question import Question
    from .request import SearchRequest

SORTS: Final = ("quotes", "name", "newest")
MOST_READ: Final = 500  # quotes, the newest ones, of which the words are counted
MOST_WORDS: Final = 12
LEAST_SAID: Final = 2  # quotes that a word must stand in
SHORTEST: Final = 3  # letters of a word that says something
SURE: Final = 6.6  # of the likelihood ratio: one word in a hundred comes so often by chance
MOST_PERIODS: Final = 1200  # up to which periods without anything are told too


@dataclass(frozen=True, slots=True)
class RoleTold:
    """A role that articles give a speaker; dates as ISO."""

    role: str
    articles: int
    first: str | None
    last: str | None

    def to_dict(self) -> RoleJson:
        """As named."""
        return {"role": self.role, "articles": self.articles, "first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class SpeakerFound:
    """A speaker of the archive. `quotes` counts own words, a quote and its reprints once; `reported` what is only
    reported; `merged`: ids that a person has joined with this one; `namesakes`: ids of others of the same name.
    """

    id: str
    name: str
    label: str
    is_person: bool
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    roles: tuple[RoleTold, ...]
    quotes: int
    reported: int
    articles: int
    first: str | None
    last: str | None
    sources: tuple[FacetCount, ...]
    namesakes: tuple[str, ...]
    merged: tuple[str, ...]

    def to_dict(self) -> SpeakerFoundJson:
        """A speaker of `/api/v1/speakers`."""
        return {
            "id": self.id,
            "name": self.name,
            "label": self.label,
            "kind": "person" if self.is_person else "organisation",
            "names": list(self.names),
            "aliases": list(self.aliases),
            "roles": [one.to_dict() for one in self.roles],
            "quotes": self.quotes,
            "reported": self.reported,
            "articles": self.articles,
            "first": self.first,
            "last": self.last,
            "sources": [{"value": one.value, "count": one.count} for one in self.sources],
            "namesakes": list(self.namesakes),
            "merged": list(self.merged),
        }


@dataclass(frozen=True, slots=True)
class SpeakerPage:
    """Some of the speakers that `query` means, all of an empty one."""

    query: str
    total: Total
    speakers: tuple[SpeakerFound, ...]
    index: IndexState

    def to_dict(self) -> SpeakerPageJson:
        """The JSON of `/api/v1/speakers`."""
        return {
            "query": self.query,
            "total": {"value": self.total.value, "relation": self.total.relation},
            "index": _index_dict(self.index),
            "speakers": [one.to_dict() for one in self.speakers],
        }


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a speaker says oftener than others do, by itself, and in how many of their quotes."""

    text: str
    quotes: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many documents answer in each year or month, gaps among them; `undated` are in none of these."""

    query: str
    type: Literal["article", "quote"]
    by: Literal["year", "month"]
    interpreted: str
    total: Total
    periods: tuple[FacetCount, ...]
    undated: int
    index: IndexState
    warnings: tuple[QueryWarning, ...] = ()

    def to_dict(self) -> TimelineJson:
        """The JSON of `/api/v1/timeline`."""
        return {
            "query": self.query,
            "type": self.type,
            "by": self.by,
            "interpreted": self.interpreted,
            "warnings": [one.to_dict() for one in self.warnings],
            "total": {"value": self.total.value, "relation": self.total.relation},
            "undated": self.undated,
            "index": _index_dict(self.index),
            "periods": [{"period": one.value, "count": one.count} for one in self.periods],
        }


def _index_dict(index: IndexState) -> IndexJson:
    return {"generation": index.generation, "articles": index.articles, "quotes": index.quotes}


def timeline_of(
    request: SearchRequest,
    by: Literal["year", "month"],
    question: Question,
    found: tuple[tuple[FacetCount, ...], int, Total],
    index: IndexState,
) -> Timeline:
    """The timeline of a question, of the periods that an engine `found`, how many are undated, and how many in all."""
    periods, undated, total = found
    told = (request.q, request.type, by, question.interpreted, total, with_gaps(periods, by), undated)
    return Timeline(*told, index, question.warnings)


def with_gaps(counts: Sequence[FacetCount], by: str) -> tuple[FacetCount, ...]:
    """Periods in which there is nothing too, unless they are too many."""
    if not counts:
        return ()
    known = {_period(one.value): one.count for one in counts}
    first, last = min(known), max(known)
    if last - first >= MOST_PERIODS:
        return tuple(counts)
    return tuple(FacetCount(_written(number, by), known.get(number, 0)) for number in range(first, last + 1))


def _period(value: str) -> int:
    year, _, month = value.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)


def _written(number: int, by: str) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}" if by == "month" else f"{number:04d}"


# -- the book of one state


class SpeakerBook:
    """What is told of the speakers of one state; counted once. Shared by threads."""

    def __init__(self, archive: Archive, view: View) -> None:
        self.archive = archive
        self.view = view  # of quotes

    @cached_property
    def shown(self) -> tuple[NDArray[np.int64], ...]:
        """For each segment the speaker of each quote that is shown; ALONE for its reprints, for what is only reported,
        and for deleted ones.
        """
        return self._of_sort(reported=False)

    def _of_sort(self, *, reported: bool) -> tuple[NDArray[np.int64], ...]:
        found = []
        archive = self.archive
        for who, rank, extract, live in zip(archive.who, archive.rank, archive.extracts, self.view.live, strict=True):
            speakers = np.where((rank == 0) & ((extract.sort == REPORTED) == reported), who, ALONE)
            found.append(speakers if live is None else np.where(live != 0, speakers, ALONE))
        return tuple(found)

    def _counted(self, of_quotes: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        size = len(self.archive.speakers)
        counts = np.zeros(size, np.int64)
        for speakers in of_quotes:
            counts += np.bincount(speakers[speakers != ALONE], minlength=size)
        return counts

    @cached_property
    def quotes(self) -> NDArray[np.int64]:
        """How many quotes each speaker has, reprints not counted."""
        return self._counted(self.shown)

    @cached_property
    def reported(self) -> NDArray[np.int64]:
        """How often each speaker's words are reported, reprints not counted."""
        return self._counted(self._of_sort(reported=True))

    @cached_property
    def speaking(self) -> list[int]:
        """The speakers of whom there are own words."""
        found: list[int] = np.flatnonzero(self.quotes).tolist()
        return found

    @cached_property
    def last_day(self) -> list[int]:
        """The last day of each speaker; NO_DAY where nothing is dated."""
        rows = self.archive.sightings.rows
        return [
            max((day for n in one.sightings if (day := rows[n].day) is not None), default=schema.NO_DAY)
            for one in self.archive.speakers
        ]

    def found(self, number: int) -> SpeakerFound:
        """What is told of a speaker."""
        one = self.archive.speakers[number]
        rows = [self.archive.sightings.rows[place] for place in one.sightings]
        days = [row.day for row in rows if row.day is not None]
        sources: Counter[str] = Counter()
        for row in rows:
            if row.source:
                sources[row.source] += row.quotes
        return SpeakerFound(
            id=one.id,
            name=one.name,
            label=one.label,
            is_person=one.is_person,
            names=one.names,
            aliases=one.aliases,
            roles=tuple(RoleTold(r.text, r.articles, _iso(r.first), _iso(r.last)) for r in one.roles),
            quotes=int(self.quotes[number]),
            reported=int(self.reported[number]),
            articles=len({row.article for row in rows}),
            first=_iso(min(days, default=None)),
            last=_iso(max(days, default=None)),
            sources=tuple(FacetCount(*s) for s in sorted(sources.items(), key=lambda s: (-s[1], s[0]))),
            namesakes=one.namesakes,
            merged=one.merged,
        )

    def listed(self, numbers: Sequence[int], sort: str) -> list[int]:
        """Speakers in the order that is asked for; ties by id."""
        speakers = self.archive.speakers

        def order(number: int) -> tuple[object, ...]:
            one: Profile = speakers[number]
            if sort == "name":
                return schema.exact_key(one.label), one.id
            if sort == "newest":
                return -self.last_day[number], one.id
            return -int(self.quotes[number]), one.id

        return sorted(numbers, key=order)

    def words(self, texts: Callable[[Sequence[Place]], Iterable[str]], number: int) -> tuple[Word, ...]:
        """The words that are most theirs; `texts` reads quotes. Dunning's likelihood ratio («Accurate methods for the
        statistics of surprise and coincidence», 1993) of quotes that have them, theirs against all.
        """
        own = {root for name in self.archive.speakers[number].names for t in tokens(name) for root in t.roots}
        quotes: Counter[str] = Counter()
        written: dict[str, Counter[str]] = defaultdict(Counter)
        places = list(self._newest(number))
        for text in texts(places):
            seen = set()
            for token in tokens(text):
                form = _inside_a_sentence(text[token.start : token.end], text[: token.start])
                root = tokens(form)[0].roots[0]
                if len(form) <= SHORTEST or not form.isalpha() or is_stopword(form) or root in own:
                    continue
                written[root][form] += 1
                seen.add(root)
            quotes.update(seen)
        mine, all_quotes = len(places), self.view.docs
        found = []
        for root, count in quotes.items():
            everywhere = max(self.view.entry("quote", root.encode()).df, count)
            worth = likelihood_ratio(count, mine, everywhere, all_quotes)
            if count >= LEAST_SAID and worth >= SURE and count * all_quotes > everywhere * mine:
                found.append((-worth, -count, root))
        best = sorted(found)[:MOST_WORDS]
        return tuple(Word(_as_shown(root, written[root]), -count) for _, count, root in best)

    def _newest(self, number: int) -> Iterator[tuple[int, int]]:
        """(segment, document) of a speaker's newest quotes."""
        rows = []
        for segment, (speakers, part) in enumerate(zip(self.shown, self.view.parts, strict=True)):
            docs = np.flatnonzero(speakers == number)
            rows += [(-int(day), segment, int(doc)) for day, doc in zip(part.day[docs], docs, strict=True)]
        for _, segment, doc in sorted(rows)[:MOST_READ]:
            yield segment, doc


def _inside_a_sentence(form: str, before: str) -> str:
    """A word as it is written where no sentence begins with it."""
    begins = not before.strip() or before.rstrip(' «"„(—–-')[-1:] in ".!?…:"
    return form.lower() if begins and form[1:].islower() and readings(fold(form)) else form


def _as_shown(root: str, written: Counter[str]) -> str:
    """A word by itself: in its first form, where a dictionary knows it; else as it is written most often."""
    frequent = min(written, key=lambda form: (-written[form], form))
    if frequent[:1].isupper():
        return frequent
    as_written = [form for form in sorted(written) if fold(form) == root]
    known = any(one.lemma == root for one in readings(fold(frequent)))
    return as_written[0] if as_written else root if known else frequent


def likelihood_ratio(mine: int, of_mine: int, everywhere: int, of_all: int) -> float:
    """G² of a word in `mine` of `of_mine` quotes against `everywhere` of `of_all`, the first among the second."""
    others, of_others = everywhere - mine, of_all - of_mine
    share = everywhere / of_all if of_all else 0.0
    found = 0.0
    for seen, of in ((mine, of_mine), (others, of_others)):
        for count, expected in ((seen, of * share), (of - seen, of * (1 - share))):
            if count > 0 and expected > 0:
                found += 2 * count * math.log(count / expected)
    return found


def _iso(day: int | None) -> str | None:
    found = None if day is None else schema.day_date(day)
    return None if found is None else found.isoformat()


__all__ = ["SORTS", "RoleTold", "SpeakerBook", "SpeakerFound", "SpeakerPage", "Timeline", "Word", "with_gaps"]
