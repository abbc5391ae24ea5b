"""Which fields has a document? Articles and quotes are two kinds of document, each with documents, terms and
statistics of its own.

| field | article | quote |
|---|---|---|
| title, text | yes | – |
| quote | – | its words |
| article_title | – | the title of its article |
| speaker | names of all speakers in it, of retold words left out | its speaker's name |
| source, author, section | words of the name |
| kind | kinds of its quotes | its kind |
| *_key | the exact value, folded: what a facet filters by |
| day | days since 1970-01-01, to filter and to sort by; NO_DAY where there is no date |
| facets | speaker, source, section, kind: the value as written |

The first four rows are text fields: their words have roots, forms and positions. `kind` and `*_key` are key fields.
For Whoosh's query types `day` is a NUMERIC and `published` a DATETIME field, both made of the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from .analysis import fold

Kind = Literal["article", "quote"]

SCHEMA_VERSION: Final = 2
KINDS: Final[tuple[Kind, ...]] = ("article", "quote")
RETOLD: Final = "indirect"
"""Quotes of this kind are nobody's own words: they are found, counted and shown only where they are asked for."""
NO_DAY: Final = -(2**31) + 1
EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of words. `b`: how much a document's length counts in BM25, 0 to 1."""

    name: str
    b: float = 0.75


# Titles and names are short by nature: their length says little.
_NAMES: Final = (TextField("speaker", 0.0), TextField("source"), TextField("author"), TextField("section"))
TEXT_FIELDS: Final[dict[Kind, tuple[TextField, ...]]] = {
    "article": (TextField("title", 0.3), TextField("text"), *_NAMES),
    "quote": (TextField("quote", 0.5), TextField("article_title"), *_NAMES),
}
KEY_FIELDS: Final = ("kind", "speaker_key", "source_key", "author_key", "section_key")
FACETS: Final = ("speaker", "source", "section", "kind")
# Facets of which one document may have several values.
SEVERAL: Final[dict[Kind, frozenset[str]]] = {"article": frozenset({"speaker", "kind"}), "quote": frozenset()}


def field_names(kind: Kind) -> tuple[str, ...]:
    """The fields with terms, text fields first; a field's place is its number."""
    return (*(field.name for field in TEXT_FIELDS[kind]), *KEY_FIELDS)


def exact_key(value: str) -> str:
    """What a facet's value is compared by: words folded, blanks made one, no commas (they part keys)."""
    return " ".join(fold(word) for word in value.replace(",", " ").split())


def day_number(published: str | None) -> int:
    """Days since 1970-01-01 of an ISO date; NO_DAY for None."""
    return NO_DAY if published is None else date.fromisoformat(published).toordinal() - EPOCH


def day_date(day: int) -> date | None:
    """The date of a day number; None for NO_DAY."""
    return None if day == NO_DAY else date.fromordinal(day + EPOCH)
