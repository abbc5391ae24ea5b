"""How may a query that finds nothing be read? Its words repaired where they stand, everything around them as typed.

The order is the contract's: the other keyboard layout, Latin letters for Cyrillic ones, spelling. A word that the index
has, in any form, stays as it is, but for words beside which it never stands (`real_words`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from index.analysis import fold
from search.query.names import FIELDS
from search.query.stopwords import is_stopword
from search.query.tree import FieldName, Node
from search.results import Rewrite

from . import layout
from .sites import Site, sites
from .vocabulary import Vocabulary
from .words import Choice, in_context, joined, real_words, spelt, transliterated

Kind = Literal["layout", "translit", "spelling"]
Vocabularies = Callable[[FieldName | None], Vocabulary]
Option = tuple[Kind, str, bool]  # the last: whether it is sure
Options = dict[Site, list[Option]]
MOST: Final = 6  # candidates; each is a search
SITES: Final = 8  # words that are repaired in one query
OFTENER: Final = 10  # times as many documents must a word have that stands for one that the index has as typed
SURE_BESIDE: Final = 5  # letters from which one word may be of the other layout beside a word of this one
ABBREVIATION: Final = 4  # letters; one in capitals is only one of the other layout if that is an abbreviation too
SURE: Final = 3  # letters from which a word alone may be one of the other layout


@dataclass(frozen=True, slots=True)
class Repair:
    """A query to try instead, and what was replaced in it, in the order of the text. `sure`: it is meant though it may
    find nothing either; a name that the index does not have is never surely another one.
    """

    query: str
    rewrites: tuple[Rewrite, ...]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """`text` instead of what stands at [start, end) of the query; `sure` as that of a Repair."""

    kind: Kind
    start: int
    end: int
    text: str
    sure: bool = False


def repairs(query: str, node: Node, vocabularies: Vocabularies) -> list[Repair]:
    """What to ask instead of `query`, of which `node` was read: MOST at most, the likeliest first."""
    found: list[Sequence[Change]] = [*_layouts(query, vocabularies)]
    words = sites(node, query)[:SITES]
    troubled = [site for site in words if not _documents(site.text, site.prefix, vocabularies(site.field))]
    if troubled:
        options = {site: _options(site, words, vocabularies(site.field)) for site in troubled}
        doubtful = {site: _doubts(site, vocabularies(site.field)) for site in words if site not in options}
        found.extend(_combined(options, {site: some for site, some in doubtful.items() if some}))
    found.extend(_joins(query, words, troubled, vocabularies))
    if not troubled and len(words) > 1:
        found.extend(_of_real_words(words, vocabularies))
    unique = {changed.query: changed for changes in found if changes and (changed := _changed(query, changes))}
    unique.pop(query, None)
    return list(unique.values())[:MOST]


def _changed(query: str, changes: Iterable[Change]) -> Repair:
    out, at = [], 0
    rewrites = []
    sure = True
    for change in sorted(changes, key=lambda change: change.start):
        if change.start >= at:
            out += [query[at : change.start], change.text]
            at = change.end
            rewrites.append(Rewrite(change.kind, query[change.start : change.end], change.text))
            sure = sure and change.sure
    return Repair("".join((*out, query[at:])), tuple(rewrites), sure)


def _documents(word: str, prefix: bool, vocabulary: Vocabulary) -> int:
    """In how many documents a word stands; of a beginning, how often the word that it mostly begins."""
    if prefix:
        return max((one.frequency for one in vocabulary.starting(fold(word), 1)), default=0)
    return vocabulary.documents(word)


# -- keyboard layout


def _layouts(query: str, vocabularies: Vocabularies) -> list[list[Change]]:
    """All words of the query in the other layout where the index has them so; then only those that it does not have as
    typed. Beside one that is surely so, others may be mistyped as well.
    """
    every: list[Change] = []
    needed: list[Change] = []
    mistyped: list[Change] = []
    sure = False
    chunks = list(layout.chunks(query))[:SITES]
    for chunk in chunks:
        vocabulary = vocabularies(_field_of(chunk.field))
        readings = layout.switched(chunk.text)
        other = next((text for text in readings if _documents(text, chunk.prefix, vocabulary)), None)
        if other is None and readings and not (chunk.prefix or _documents(chunk.text, False, vocabulary)):
            mistyped += [
                Change("layout", *chunk[1:3], one.text, sure=True) for one in spelt(readings[0], vocabulary)[:1]
            ]
        if other is None or (_is_abbreviation(chunk.text) and not _is_one(other, vocabulary)):
            continue
        change = Change("layout", chunk.start, chunk.end, other, sure=True)
        as_it_is = _documents(chunk.text, chunk.prefix, vocabulary)
        if not as_it_is:
            needed.append(change)
            cyrillic = _is_cyrillic(other)
            beside = len(chunks) > 1 and (not cyrillic or any(_is_cyrillic(one.text) for one in chunks))
            sure = sure or sum(map(str.isalpha, other)) >= (SURE_BESIDE if beside else SURE)
        if _documents(other, chunk.prefix, vocabulary) > OFTENER * as_it_is:
            every.append(change)
    return [[*every, *mistyped], [*needed, *mistyped]] if sure else []


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and sum(map(str.isalpha, word)) <= ABBREVIATION


def _is_one(word: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.written(fold(word)).isupper()


def _is_cyrillic(word: str) -> bool:
    return any("а" <= char <= "я" for char in word.lower())


def _field_of(name: str | None) -> FieldName | None:
    key = FIELDS.get(name or "")
    return None if key is None or key == "date" else key


# -- words


def _options(site: Site, words: Sequence[Site], vocabulary: Vocabulary) -> list[Option]:
    """What may stand at a site instead, best first. A fuzzy word bears its misspelling itself."""
    foreign = any(_is_cyrillic(other.text) for other in words) and site.text[:1].isupper()
    found: list[Option] = [("translit", text, not foreign) for text in transliterated(site.text, vocabulary)]
    if not (site.prefix or site.fuzzy):
        first = site is words[0]
        choices = in_context(spelt(site.text, vocabulary, first=first), _beside(site, words), vocabulary)
        name = site.text[:1].isupper() and not first
        found.extend(("spelling", choice.text, not name) for choice in choices)
    return found


def _doubts(site: Site, vocabulary: Vocabulary) -> list[Option]:
    """The same for a word that the index has, but hardly as it was meant, when a word beside it needs a repair."""
    found: list[Option] = [
        ("translit", text, False)
        for text in transliterated(site.text, vocabulary)
        if vocabulary.documents(text) > OFTENER * vocabulary.documents(site.text)
    ]
    if not (found or site.prefix or site.fuzzy):
        found = [("spelling", choice.text, False) for choice in real_words(site.text, (), vocabulary)]
    return found


def _beside(site: Site, words: Sequence[Site]) -> list[str]:
    """The nearest words on both sides that say something."""
    at = words.index(site)
    telling = [other.text for other in words[:at] if not is_stopword(other.text)][-1:]
    return telling + [other.text for other in words[at + 1 :] if not is_stopword(other.text)][:1]


def _combined(options: Options, doubtful: Options) -> list[list[Change]]:
    """The best of every site; that with what is doubtful; then the best with the next best of one site."""
    best = {site: some[0] for site, some in options.items() if some}
    if not best:
        return []
    ways = [best, {**best, **{site: some[0] for site, some in doubtful.items()}}]
    for place in (1, 2):
        for site, some in options.items():
            if len(some) > place:
                ways.append({**best, site: some[place]})
    return [
        [Change(kind, site.start, site.end, text, sure) for site, (kind, text, sure) in way.items()] for way in ways
    ]


def _joins(
    query: str, words: Sequence[Site], troubled: Sequence[Site], vocabularies: Vocabularies
) -> list[list[Change]]:
    """Two words of the query as one."""
    found = []
    for one, other in pairwise(words):
        plain = not (one.prefix or one.fuzzy or other.prefix or other.fuzzy) and one.field == other.field
        if plain and query[one.end : other.start].isspace():
            vocabulary = vocabularies(one.field)
            text = joined(one.text, other.text, vocabulary, unknown=one in troubled or other in troubled)
            if text is not None:
                found.append([Change("spelling", one.start, other.end, text)])
    return found


def _of_real_words(words: Sequence[Site], vocabularies: Vocabularies) -> list[list[Change]]:
    """A word of the index as another one beside which the rest of the query stands."""
    found: list[tuple[float, list[Change]]] = []
    for site in words:
        if site.field is None and not (site.prefix or site.fuzzy or is_stopword(site.text)):
            rest = [other.text for other in words if other is not site and not is_stopword(other.text)]
            choices: list[Choice] = real_words(site.text, rest, vocabularies(None)) if rest else []
            found.extend(
                (choice.score, [Change("spelling", site.start, site.end, choice.text)]) for choice in choices[:2]
            )
    return [changes for _, changes in sorted(found, key=lambda one: -one[0])]
