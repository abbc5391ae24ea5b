"""What is a word worth? The numbers and formulas of BM25F, without an engine.

A word's frequencies in all fields are added up, each weighted and normalised by its own field's length, before they
saturate: a word in title and text is one word, not two.

Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6, with the
idf of Lucene, ln(1 + (N − n + ½) / (n + ½)), which is never negative.
"""

from __future__ import annotations

from math import log
from typing import Final

K1: Final = 1.2
# What the very form adds to its root, by hand for this version; step by step to be chosen on judgements.
FORM_WEIGHT: Final = 0.25
EXPANSIONS: Final = 64  # terms that a prefix or a misspelled word may stand for


def idf(documents: int, frequency: int) -> float:
    """Inverse document frequency of a term that stands in `frequency` of `documents`."""
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def saturated(x: float) -> float:
    """What a normalised frequency is worth: K1 + 1 at most."""
    return x * (K1 + 1) / (x + K1)
