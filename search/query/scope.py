"""Where are the words of a query looked for, and under which terms, each with which weight?

A word asks for its surest roots (a surname's, else the stem), is worth more where the very form stands, and takes the
stem of a surname only as last resort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from index.analysis import Token, query_roots
from index.schema import Kind
from search.engine.scoring import FORM_WEIGHT

# Weights of a word's terms, set by hand for this version: the exact form above other forms, both far above a stem
# that a surname shares with another word. Step by step they are to be chosen on judgements.
ROOT_WEIGHT: Final = 1.0
LAST_RESORT_WEIGHT: Final = 0.1
ADJACENT_WEIGHT: Final = 0.6
FUZZY_PREFIX: Final = 1  # letters that a misspelled word must begin with

Fields = tuple[tuple[str, float], ...]  # (name, weight)
KIND: Final[Fields] = (("kind", 1.0),)
UNSCORED: Final = ("source", "author", "section", "speaker")  # fields that a query names to filter by

__all__ = [
    "ADJACENT_WEIGHT",
    "ARTICLES",
    "FORM_WEIGHT",
    "FUZZY_PREFIX",
    "KIND",
    "LAST_RESORT_WEIGHT",
    "QUOTES",
    "ROOT_WEIGHT",
    "SCOPES",
    "UNSCORED",
    "Fields",
    "Scope",
    "weighted_roots",
]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where plain words of a query are looked for in one kind of document, and which fields its names mean."""

    doc: Kind
    plain: Fields
    named: dict[str, Fields]


ARTICLES: Final = Scope(
    "article",
    (("title", 2.5), ("text", 1.0)),
    {
        "title": (("title", 1.0),),
        "text": (("text", 1.0),),
        "about": (("title", 2.5), ("text", 1.0)),
    },
)
QUOTES: Final = Scope(
    "quote",
    (("quote", 1.0), ("speaker", 0.5)),
    {
        "title": (("article_title", 1.0),),
        "text": (("quote", 1.0),),
        "about": (("quote", 1.0),),
    },
)
SCOPES: Final[dict[Kind, Scope]] = {"article": ARTICLES, "quote": QUOTES}


def weighted_roots(token: Token, written: str, *, last_resort: bool = True) -> list[tuple[str, float]]:
    """The roots that a word asks for, any of them, each with its weight, the surest first. Without `last_resort` a
    surname does not find the words that only share its stem.
    """
    asked = query_roots(token.form, written=written)
    found = [(root, ROOT_WEIGHT) for root in asked.roots]
    if last_resort and asked.last_resort is not None:
        found.append((asked.last_resort, LAST_RESORT_WEIGHT))
    return found
