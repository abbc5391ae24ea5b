"""How is a document's length kept in one byte? Exactly below 64, then in steps of 2^(1/12), six per cent, to four
million tokens.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# Length byte → tokens; (256,) ascending.
LENGTHS: Final[NDArray[np.float64]] = np.array(
    [byte if byte < 64 else round(64 * 2 ** ((byte - 64) / 12)) for byte in range(256)], np.float64
)
LENGTHS.flags.writeable = False


def length_bytes(lengths: Any) -> NDArray[np.uint8]:
    """The byte of each length: the largest that is not longer."""
    found: NDArray[np.uint8] = (np.searchsorted(LENGTHS, lengths, side="right") - 1).astype(np.uint8)
    return found


def inverse_norms(b: float, mean: float) -> NDArray[np.float64]:
    """(256,) What a frequency is multiplied by in a document of each length byte: 1 / (1 − b + b·length/mean), BM25."""
    return 1.0 / (1.0 - b + b * LENGTHS / mean)
