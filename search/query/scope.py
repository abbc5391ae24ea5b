"""Where are the words of a query looked for, and under which terms, each with which weight?

A word asks for its roots, each as much as the others: of its readings nobody knows which was meant. It is worth more
where the very form stands, and takes what only looks like a form of it as last resort.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import Token, query_roots
from index.schema import Kind
from search.engine.scoring import FORM_WEIGHT

# Chosen on two thirds of two sets of judgements, looked at on the third that was kept aside (tests/ranking).
ROOT_WEIGHT: Final = 1.0
LAST_RESORT_WEIGHT: Final = 0.1
DOUBTFUL_WEIGHT: Final = 0.3  # of a root that is hardly meant, beside those that are
ADJACENT_WEIGHT: Final = 1.2  # of all pairs of neighbouring words that stand together: in a long query each says less
LIGHT_WEIGHT: Final = 0.3  # of function words, which need not occur
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
    "LAST_RESORT",
    "LAST_RESORT_WEIGHT",
    "LIGHT_WEIGHT",
    "QUOTES",
    "ROOT_WEIGHT",
    "SCOPES",
    "UNSCORED",
    "Fields",
    "Scope",
    "pair_weight",
    "weighted_roots",
]


class Scope(NamedTuple):
    """Where plain words of a query are looked for in one kind of document, and which fields its names mean."""

    doc: Kind
    plain: Fields
    named: dict[str, Fields]
    last_resort: bool = False  # whether names are also looked for under what only looks like a form of them
    spoken_by: Callable[[str], tuple[NDArray[np.uint32], ...]] | None = None  # documents in which somebody speaks


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
LAST_RESORT: Final[dict[Kind, Scope]] = {kind: scope._replace(last_resort=True) for kind, scope in SCOPES.items()}


def pair_weight(pairs: int) -> float:
    """What each of so many pairs of neighbours weighs."""
    return ADJACENT_WEIGHT / pairs


class AskedRoot(NamedTuple):
    """A root that a word asks for, what it weighs, and whether the word asks for it in earnest."""

    root: str
    weight: float
    sure: bool


def weighted_roots(token: Token, written: str, *, last_resort: bool) -> list[AskedRoot]:
    """The roots that a word asks for, any of them, the surest first. With `last_resort` a surname finds the
    words too that it only looks like a form of.
    """
    asked = query_roots(token.form, written=written)
    weights = [DOUBTFUL_WEIGHT if root in asked.doubtful else ROOT_WEIGHT for root in asked.roots]
    whole = sum(weights)
    found = [AskedRoot(root, weight / whole, True) for root, weight in zip(asked.roots, weights, strict=True)]
    if last_resort:
        found += [AskedRoot(root, LAST_RESORT_WEIGHT, False) for root in asked.last_resort]
    return found
