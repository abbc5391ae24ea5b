"""How are lists of words written in this code? As a text that one can read."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())
