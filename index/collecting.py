"""How often is garbage collected in a process that indexes? Rarely: what it makes is dictionary and tables, which stay.

Python looks at its newest objects every 700 of them, and at all of them again and again: a quarter of the time that it
takes to find the quotes of three thousand articles. What has cycles and goes is little, and still goes.
"""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (200_000, 20, 50)


def collect_rarely() -> None:
    """For a process of our own, not for somebody's who imports us."""
    gc.set_threshold(*THRESHOLDS)
