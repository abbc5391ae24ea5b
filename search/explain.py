"""Why did this answer? In words that a reader follows: where each word of the query stands, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .marking import Found, Leaf

_FORMS: Final = ("как в запросе", "в другой форме", "совпала только основа")


def explained(leaves: Sequence[Leaf], in_title: Sequence[Found], in_text: Sequence[Found]) -> str:
    """One clause a leaf, parted by semicolons."""
    clauses = []
    for number, leaf in enumerate(leaves):
        parts = []
        for where, found in (("в заголовке", in_title), ("в тексте", in_text)):
            levels = [place.level for place in found if place.leaf == number]
            if levels:
                times = f" ×{len(levels)}" if len(levels) > 1 else ""
                parts.append(f"{where}{times} ({_FORMS[min(levels)]})")
        clauses.append(f"«{leaf.name}»: {', '.join(parts) or 'здесь не стоит'}")
    return "; ".join(clauses)
