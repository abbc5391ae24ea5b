"""What can one type? The contract's table of the query language, with examples that find something in this very index.

The examples are made of two words that stand side by side in a new title, and of the most frequent speaker, source,
section, author and year. Without an index to look into they are fixed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from search.errors import QueryError
from search.query.stopwords import is_stopword
from search.request import HitType, SearchRequest
from search.results import ArticleHit, Page, QuoteHit
from search.searcher import Searcher

from .i18n import Words

TITLES: Final = 40  # the newest, which are looked through for two words
SHORTEST: Final = 4  # letters of a word that makes an example
_WORD: Final = re.compile(r"[А-Яа-яЁё]+")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the examples are made of."""

    one: str = "мост"
    other: str = "река"
    said: str = "мост"
    speaker: str = "Берёзов"
    source: str = "вестник"
    author: str = "Орловская"
    section: str = "Город"
    year: int = 2015


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the table: the key of what it means, ways to write it, a query to run, what kind of hits it asks for,
    and how many there are where that is known.
    """

    key: str
    ways: tuple[str, ...]
    q: str
    type: HitType = "article"
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Operators, then fields."""

    words: tuple[Example, ...]
    fields: tuple[Example, ...]


def fixed_table() -> Table:
    """The table where there is no index."""
    return Table(tuple(_words(Sample())), tuple(_fields(Sample())))


def table_of(searcher: Searcher) -> Table:
    """The table with examples of this index, counted. Raises SearchError."""
    sample = _sample(searcher)
    return Table(
        tuple(_counted(searcher, one) for one in _words(sample)),
        tuple(_counted(searcher, one) for one in _fields(sample)),
    )


def first_queries(page: Page, words: Words, facets: tuple[str, ...] = ("speaker", "source", "year")) -> list[str]:
    """Queries for the first page: the index's most quoted speaker, greatest source and fullest year."""
    found = []
    for name in facets:
        counts = (page.facets or {}).get(name, ())
        # A quotation mark inside a name would end the phrase.
        plain = [counted for counted in counts if counted.value and '"' not in counted.value]
        if plain:
            found.append(words.t(f"try.{name}", value=max(plain, key=lambda counted: counted.count).value))
    return found


def _words(sample: Sample) -> Iterator[Example]:
    one, other = sample.one, sample.other
    yield Example("help.all", (f"{one} {other}", f"{one} И {other}", f"{one} AND {other}"), f"{one} {other}")
    yield Example("help.any", (f"{one} | {other}", f"{one} ИЛИ {other}", f"{one} OR {other}"), f"{one} | {other}")
    yield Example("help.not", (f"{one} -{other}", f"{one} НЕ {other}", f"{one} NOT {other}"), f"{one} -{other}")
    yield Example("help.group", (f"({one} | {other}) дата:{sample.year}",), f"({one} | {other}) дата:{sample.year}")
    yield Example("help.phrase", (f"«{one} {other}»", f'"{one} {other}"'), f"«{one} {other}»")
    yield Example("help.exact", (f"!{one}", f"!«{one} {other}»"), f"!{one}")
    yield Example("help.near", (f'"{other} {one}"~5',), f'"{other} {one}"~5')
    yield Example("help.prefix", (f"{_beginning(one)}*",), f"{_beginning(one)}*")
    yield Example("help.fuzzy", (f"{_misspelt(one)}~", f"{_misspelt(one)}~2"), f"{_misspelt(one)}~2")


def _fields(sample: Sample) -> Iterator[Example]:
    def field(key: str, names: tuple[str, str], value: str, hit_type: HitType = "article") -> Example:
        written = f'"{value}"' if re.search(r"\W", value) else value
        return Example(f"help.field.{key}", (f"{names[0]}:", f"{names[1]}:"), f"{names[0]}:{written}", hit_type)

    yield field("title", ("заголовок", "title"), sample.one)
    yield field("text", ("текст", "text"), sample.one)
    yield field("speaker", ("спикер", "speaker"), sample.speaker, "quote")
    yield field("about", ("о", "about"), sample.said, "quote")
    yield field("source", ("источник", "source"), sample.source)
    yield field("author", ("автор", "author"), sample.author)
    yield field("section", ("рубрика", "section"), sample.section)
    yield Example("help.field.kind", ("вид:", "kind:"), "вид:прямая", "quote")
    year = sample.year
    ways = (f"дата:{year}", f"date:{year}-12", f"дата:{year}-12-15", f"дата:{year}..{year + 1}", f"дата:>={year}-12-01")
    yield Example("help.date", ways, f"дата:{year}..{year + 1}")


def _sample(searcher: Searcher) -> Sample:
    page = searcher.search(SearchRequest(sort="newest", limit=TITLES, facets=("speaker", "source", "section", "year")))
    fixed = Sample()
    hits = [hit for hit in page.hits if isinstance(hit, ArticleHit)]
    one, other = next(_pairs(searcher, hits), (fixed.one, fixed.other))
    most = {
        name: max(plain, key=lambda counted: counted.count).value
        for name, counts in (page.facets or {}).items()
        if (plain := [counted for counted in counts if '"' not in counted.value])
    }
    return Sample(
        one=one,
        other=other,
        said=_said(searcher) or fixed.said,
        speaker=most.get("speaker", fixed.speaker),
        source=most.get("source", fixed.source),
        author=next((hit.author for hit in hits if hit.author and '"' not in hit.author), fixed.author),
        section=most.get("section", fixed.section),
        year=int(most.get("year", fixed.year)),
    )


def _said(searcher: Searcher) -> str | None:
    """A word of the newest quotes, the longest of the first that has any."""
    for hit in searcher.search(SearchRequest(type="quote", sort="newest", limit=TITLES)).hits:
        text = hit.marked.text if isinstance(hit, QuoteHit) else ""
        words = [str(word) for word in _WORD.findall(text) if len(word) >= SHORTEST and not is_stopword(word)]
        if words:
            return max(words, key=len).lower()
    return None


def _pairs(searcher: Searcher, hits: list[ArticleHit]) -> Iterator[tuple[str, str]]:
    """Neighbours in titles of which the first also stands without the second, so that «not» has something to show."""
    for hit in hits:
        for before, behind in pairwise(_WORD.finditer(hit.title.text)):
            between = hit.title.text[before.end() : behind.start()]
            if between == " " and all(
                len(word[0]) >= SHORTEST and not is_stopword(word[0]) for word in (before, behind)
            ):
                one, other = before[0].lower(), behind[0].lower()
                if _count(searcher, Example("", (), f"{one} -{other}")):
                    yield one, other


def _counted(searcher: Searcher, example: Example) -> Example:
    return Example(example.key, example.ways, example.q, example.type, _count(searcher, example))


def _count(searcher: Searcher, example: Example) -> int:
    try:
        asked = SearchRequest(q=example.q, type=example.type, limit=1, rewrite=False, snippets=False)
        return searcher.search(asked).total.value
    except QueryError:
        return 0


def _beginning(word: str) -> str:
    return word[: max(3, len(word) - 2)]


def _misspelt(word: str) -> str:
    """Two letters of the middle in the wrong order."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
