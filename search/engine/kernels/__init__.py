"""Compiled evaluation: the k best documents of flat shapes, without reading what cannot win.

Importing this package imports numba; `engine.acceleration` does that in the background. `engine.shapes` calls these
functions; what they compute is defined by `engine.evaluate` and `engine.reference`, in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .caching import forget_stale

forget_stale()

from . import primitives  # noqa: E402
from .alternatives import patterns_top, phrases_top  # noqa: E402
from .bits import any_count  # noqa: E402
from .conjunction import all_top  # noqa: E402  (what is stale must be gone before numba looks for it)
from .disjunction import any_top  # noqa: E402
from .expansion import count_of, first_of, fuzzy, prefixed  # noqa: E402
from .grouped import groups_top  # noqa: E402
from .lists import best_first  # noqa: E402
from .looking import looked_into  # noqa: E402
from .offsets import token_places  # noqa: E402
from .sentences import best_sentences  # noqa: E402
from .single import term_top  # noqa: E402
from .standing import words_in  # noqa: E402
from .words import words_top  # noqa: E402

__all__ = [
    "all_top",
    "any_count",
    "any_top",
    "best_first",
    "best_sentences",
    "compile_all",
    "count_of",
    "first_of",
    "fuzzy",
    "groups_top",
    "looked_into",
    "patterns_top",
    "phrases_top",
    "prefixed",
    "primitives",
    "term_top",
    "token_places",
    "words_in",
    "words_top",
]


def compile_all(stop: Callable[[], bool] = lambda: False, widths: Iterable[np.dtype[Any]] | None = None) -> None:
    """Compile every kernel for the types that it is called with, or load it where it is kept. `stop` is asked between
    kernels; `widths`: of the positions that it will be called with, all if None.
    """
    from .warming import WIDTHS, calls

    for call in calls(WIDTHS if widths is None else widths):
        if stop():
            return
        call()
