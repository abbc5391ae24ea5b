"""What may somebody be about to type? Words, speakers and sources of the index that begin as the query does.

The last word is completed, those before it are kept. Words are shown in the letter case in which they mostly stand in
the index, and the most frequent come first; where nothing begins so, the same keys are read in the other layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.analysis import fold, tokens
from index.storage.format import no_value

from .engine.snapshot import Snapshot, View
from .query.names import FIELDS
from .repair.layout import switched
from .repair.vocabulary import Vocabulary, vocabularies_of

if TYPE_CHECKING:
    from .json_types import SuggestionJson, SuggestionsJson

Kind = Literal["word", "speaker", "source"]
KINDS: Final[tuple[Kind, ...]] = ("word", "speaker", "source")
LIMIT: Final = 10
BEHIND: Final = 12  # words of which those come first that stand behind the word before
OFTENER: Final = 10  # times as frequent are words of the other layout that are shown beside those as typed
LONGEST: Final = 200  # characters of a query that is completed
_NAMES: Final[tuple[Literal["speaker", "source"], ...]] = ("speaker", "source")
_LAST = re.compile(r"[^\s()|\"«»„“”!]+$")  # the word that is being typed, with what it may be joined to
_INSIDE = re.compile(r"[^\W_]+(?:['’][^\W_]+)*$")
_QUOTE: Final = frozenset(',:|()"«»!')


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text`: the whole query with its last word, or all of it, completed. `kind` says by what; `count`: how often the
    word stands in the index, or how many articles the speaker or source has.
    """

    text: str
    kind: Kind
    count: int

    def to_dict(self) -> SuggestionJson:
        """`{"text", "kind", "count"}`."""
        return {"text": self.text, "kind": self.kind, "count": self.count}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a reader may be typing, of each kind the most frequent first. `query` is what was typed so far."""

    query: str
    words: tuple[Suggestion, ...] = ()
    speakers: tuple[Suggestion, ...] = ()
    sources: tuple[Suggestion, ...] = ()

    def to_dict(self) -> SuggestionsJson:
        """The JSON of `/api/v1/suggest`: `{"query", "words": […], "speakers": […], "sources": […]}`."""
        return {
            "query": self.query,
            "words": [one.to_dict() for one in self.words],
            "speakers": [one.to_dict() for one in self.speakers],
            "sources": [one.to_dict() for one in self.sources],
        }


def counted_names(view: View, facet: str) -> dict[str, int]:
    """The values of a facet as written, and in how many live articles each stands."""
    counts: dict[str, int] = {}
    for part, live in zip(view.parts, view.live, strict=True):
        codes = part.array(f"facet.{facet}.code")
        if live is not None and part.has(f"facet.{facet}.at"):
            at: NDArray[np.int64] = part.array(f"facet.{facet}.at").astype(np.int64)
            codes = codes[np.repeat(live != 0, at[1:] - at[:-1])]
        elif live is not None:
            codes = codes[live != 0]
        values = part.facet_values(facet)
        found = np.bincount(codes[codes != no_value(codes)].astype(np.int64), minlength=len(values)).tolist()
        for value, count in zip(values, found, strict=True):
            if count:
                counts[value] = counts.get(value, 0) + count
    return counts


class Names:
    """The values of a facet with the number of their articles: as written, and their folded words."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        by_key: dict[str, tuple[str, int]] = {}  # values that a filter takes for the same are one
        for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            shown, known = by_key.get(schema.exact_key(value), (value, 0))
            by_key[schema.exact_key(value)] = shown, known + count
        ordered = sorted(by_key.values(), key=lambda one: (-one[1], one[0]))
        self._values = [(value, count, tuple(token.form for token in tokens(value))) for value, count in ordered]

    def starting(self, typed: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """The values with words that begin as the typed ones do, in any order, the most frequent first."""
        found = []
        for value, count, words in self._values:
            if _all_begin(typed, words):
                found.append((value, count))
                if len(found) == limit:
                    break
        return found


def _all_begin(typed: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each typed word begins a word of its own; all but the last are whole words."""
    left = list(words)
    for place, prefix in enumerate(typed):
        whole = place < len(typed) - 1
        match = next((word for word in left if word == prefix or (not whole and word.startswith(prefix))), None)
        if match is None:
            return False
        left.remove(match)
    return bool(typed)


class Suggester:
    """Suggestions of one published state; `words`: the vocabulary of its titles and texts, `names`: the values of a
    facet. Shared by threads.
    """

    def __init__(self, words: Vocabulary, names: Callable[[str], Names]) -> None:
        self.words = words
        self._names_of = names

    @cached_property
    def names(self) -> Mapping[str, Names]:
        """Speakers and sources, read when they are first asked for."""
        return {facet: self._names_of(facet) for facet in _NAMES}

    def suggest(self, q: str, limit: int = LIMIT) -> Suggestions:
        """What `q` may become, `limit` of each kind at most. Nothing for an empty query."""
        if not q.strip() or len(q) > LONGEST or limit < 1:
            return Suggestions(q)
        found = self._suggest(q, limit, lambda word: [word])
        other = self._suggest(q, limit, switched)
        if _most(other.words) < OFTENER * _most(found.words) and (found.words or found.speakers or found.sources):
            return found
        return Suggestions(
            q,
            (*found.words[: limit // 2], *other.words)[:limit],
            (*found.speakers, *other.speakers)[:limit],
            (*found.sources, *other.sources)[:limit],
        )

    def _suggest(self, q: str, limit: int, read: Callable[[str], list[str]]) -> Suggestions:
        """The same, each word read by `read`."""
        last = _LAST.search(q)
        if last is None:
            return Suggestions(q)
        before, word = q[: last.start()], last[0]
        field, value = _field(word)
        before += word[: len(word) - len(value)]
        readings = read(value) if value else []
        for reading in readings:
            words = self._words(before, reading, limit, read) if field in (None, "title", "text", "about") else ()
            names = {
                facet: self._names(facet, before, field, reading, limit, read) if field in (None, facet) else ()
                for facet in _NAMES
            }
            if words or any(names.values()):
                return Suggestions(q, words, names["speaker"], names["source"])
        return Suggestions(q)

    def _words(self, before: str, word: str, limit: int, read: Callable[[str], list[str]]) -> tuple[Suggestion, ...]:
        inside = _INSIDE.search(word)
        if inside is None:
            return ()
        head = _read_words(before, read) + word[: inside.start()]
        *_, last = ("", *(token.form for token in tokens(head)))
        found = self.words.starting(fold(inside[0]), max(limit, BEHIND) if last else limit)
        if last:
            beside = self.words.following(last, [one.form for one in found])
            order = sorted(range(len(found)), key=lambda place: -beside[place])
            found = [found[place] for place in order[:limit]]
        return tuple(
            Suggestion(head + as_shown(self.words.written(one.form), inside[0]), "word", one.frequency) for one in found
        )

    def _names(
        self,
        facet: Literal["speaker", "source"],
        before: str,
        field: str | None,
        word: str,
        limit: int,
        read: Callable[[str], list[str]],
    ) -> tuple[Suggestion, ...]:
        """Names of which all that was typed is the beginning; behind `спикер:` the name goes in quotes."""
        if field is not None:
            found = self.names[facet].starting([token.form for token in tokens(word)], limit)
            return tuple(Suggestion(before + _quoted(value), facet, count) for value, count in found)
        typed = [token.form for token in tokens(_read_words(before, read) + word)]
        if _QUOTE.intersection(before):
            return ()
        return tuple(Suggestion(value, facet, count) for value, count in self.names[facet].starting(typed, limit))


def suggester_of(snapshot: Snapshot) -> Suggester:
    """What completes queries over a state of segments."""
    view = snapshot.views["article"]
    return Suggester(vocabularies_of(snapshot)(None), lambda facet: Names(counted_names(view, facet)))


def _most(words: Sequence[Suggestion]) -> int:
    return max((one.count for one in words), default=0)


def as_shown(form: str, typed: str) -> str:
    """A completed word as it is shown: with the capitals that were typed or that it has in the index."""
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form


def _field(word: str) -> tuple[str | None, str]:
    """The field that stands before a word, and the word without it."""
    name, colon, value = word.partition(":")
    key = FIELDS.get(name.lstrip("-").lower()) if colon else None
    return (key, value) if key else (None, word)


def _read_words(text: str, read: Callable[[str], list[str]]) -> str:
    """The words before the last one, in the same layout as it."""
    return re.sub(r"\S+", lambda found: next(iter(read(found[0])), found[0]), text)


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\W", value) else value
