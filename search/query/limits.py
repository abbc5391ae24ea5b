"""How long may a query be? Beyond these bounds it is refused, or read in part and told so."""

from __future__ import annotations

from typing import Final

MAX_LENGTH: Final = 1000  # code points, as typed
MAX_TERMS: Final = 64
MAX_DEPTH: Final = 32
