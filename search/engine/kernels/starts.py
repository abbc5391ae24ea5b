"""How are starts read that are u32 in one segment and i64 in another? As words of 32 bits, one or two a number, so that
kernels are compiled once for both.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .lists import inlined

Starts: TypeAlias = tuple[NDArray[np.uint32], int]  # words, low ones first; how many a number


def in_words(starts: NDArray[Any]) -> Starts:
    """An array of `format.narrowed` as kernels take it; nothing is copied."""
    return starts.view(np.uint32), starts.itemsize // 4


@inlined
def start_at(starts: Any, at: Any) -> Any:
    """One number of such an array."""
    words, width = starts
    number = np.int64(words[at * width])
    return number if width == 1 else number | np.int64(words[at * width + 1]) << 32
