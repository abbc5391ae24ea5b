"""For how long is kept what is told of a word? Until a function has told so much that memory counts; then it begins
anew.

A cache that drops its oldest entries (`lru_cache`) keeps them in order: more memory than the entries of most functions
here, and a look at one costs half as much again. Functions get full at different times, and what one has let go is
made of what others still keep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST: Final = 100_000
"""Entries of a function. 3,100 news texts have 45,000 words, which no function is asked about more than twice."""

OFTEN: Final = 64
"""Articles after which it is looked who is full."""

_kept: list[Any] = []
_asked = count(1)


def kept(tell: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function tells of words. The arguments must be hashable, the function must depend on nothing else."""
    cached = cache(tell)
    _kept.append(cached)
    return cached  # type: ignore[return-value]


def forget(most: int = MOST) -> None:
    """Let every function that keeps more than `most` entries begin anew."""
    for each in _kept:
        if each.cache_info().currsize > most:
            each.cache_clear()


def forget_now_and_then() -> None:
    """To be called once an article."""
    if next(_asked) % OFTEN == 0:
        forget()
