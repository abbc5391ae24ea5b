"""How does a kernel hear that it is late? By a byte that it looks at between two windows of documents: a timer sets it.

Kernels run without the interpreter's lock, so the timer's thread has its turn. Only long work is worth a thread.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

LONG: Final = 1 << 20  # postings: some ten milliseconds for the dearest kernels


class Alarm:
    """In its block kernels get a byte (1,) that is not 0 any more after `deadline`, a time of `time.monotonic`; None:
    never.
    """

    __slots__ = ("_timer", "late")

    def __init__(self, deadline: float | None) -> None:
        self.late: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self._timer: threading.Timer | None = None
        if deadline is not None:
            self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self.late.fill, (1,))
            self._timer.daemon = True

    def __enter__(self) -> NDArray[np.uint8]:
        if self._timer is not None:
            self._timer.start()
        return self.late

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()


_NEVER: Final = Alarm(None)


def alarm(deadline: float | None, postings: int) -> Alarm:
    """For work on lists of so many postings together: short work is not worth a timer."""
    return _NEVER if deadline is None or postings < LONG else Alarm(deadline)
