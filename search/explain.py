"""Why did this answer? In words that a reader follows: where each word of the query stands, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from index.analysis.capitals import as_written

from .leaves import EXACT, LEMMA, STEM, UNSURE, Leaf
from .marking import Found

_FORMS: Final = {
    EXACT: "как в запросе",
    LEMMA: "в другой форме",
    UNSURE: "в другой форме",
    STEM: "совпала только основа",
}


def explained(
    leaves: Sequence[Leaf], in_title: Sequence[Found], in_text: Sequence[Found], closer: str | None = None
) -> str:
    """One clause a leaf, parted by semicolons, then what a second look saw (`closer`)."""
    clauses = []
    for number, leaf in enumerate(leaves):
        parts = []
        for where, found in (("в заголовке", in_title), ("в тексте", in_text)):
            places = [place for place in found if place.leaf == number]
            if places:
                times = f" ×{len(places)}" if len(places) > 1 else ""
                beside = _beside(places, [place for place in found if place.leaf == number + 1])
                next_to = f", рядом с «{as_written(leaves[number + 1].name)}»" if beside else ""
                parts.append(f"{where}{times} ({_FORMS[min(place.level for place in places)]}{next_to})")
        clauses.append(f"«{as_written(leaf.name)}»: {', '.join(parts) or 'здесь не стоит'}")
    return "; ".join(clauses if closer is None else [*clauses, closer])


def _beside(places: Sequence[Found], others: Sequence[Found]) -> bool:
    """Whether one of the others stands right behind one of the places, as neighbours in the query count more."""
    return not {place.last + 1 for place in places}.isdisjoint(other.first for other in others)
