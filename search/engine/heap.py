"""What goes from segment to segment? The k best so far, and how many documents match."""

from __future__ import annotations

from typing import Final

import numpy as np

from .evaluate import Relation, Top

_NUMBER: Final = np.dtype(np.int64)


class Heap:
    """The k best so far: `filled` of `scores` and `documents`, best first between kernels; `total` documents match."""

    __slots__ = ("documents", "filled", "scores", "total")

    def __init__(self, k: int) -> None:
        self.scores = np.empty(k)
        self.documents = np.empty(k, _NUMBER)
        self.filled = 0
        self.total = 0

    def top(self, relation: Relation) -> Top:
        """The answer."""
        n, scores, documents = self.filled, self.scores, self.documents
        total = self.total if self.total > n else n
        if n < len(scores):
            return Top(documents[:n], scores[:n], total, relation)
        return Top(documents, scores, total, relation)
