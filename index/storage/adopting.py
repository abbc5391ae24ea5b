"""How are segments taken over that were written side by side? Of an id in two of them the later article counts.

A process that wrote several makes them one before it hands them over: so the processes merge at the same time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import folder as layout
from .gathering import NewSegment
from .held import HeldSegment, merged
from .segment import open_segment


def opened(folder: Path, made: NewSegment) -> HeldSegment:
    """A new segment, without what it dropped itself."""
    held = HeldSegment(open_segment(folder, made.entry), made.entry, published=False)
    held.delete(made.dropped)
    return held


def adopted(folder: Path, made: Sequence[NewSegment]) -> list[HeldSegment]:
    """New segments, an id in one of them only."""
    found = [opened(folder, one) for one in made]
    for place, one in enumerate(found):
        for other_place, other in enumerate(found[:place]):
            for document, here in other.also_in(one):
                later = made[place].order[here] > made[other_place].order[document]
                (other if later else one).delete([document if later else here])
    return found


def joined(folder: Path, made: Sequence[NewSegment]) -> list[NewSegment]:
    """The same in one segment, if anything lives."""
    if len(made) < 2:
        return list(made)
    found = adopted(folder, made)
    kept = [one.with_deletions.deleted for one in found]
    order = [one.order if gone is None else one.order[~gone] for one, gone in zip(made, kept, strict=True)]
    whole = merged(folder, found)
    for one in (*found, *whole):
        one.segment.close()
    with contextlib.suppress(OSError):
        layout.discard(folder, [one.entry for one in found])
    return [NewSegment(one.entry, np.concatenate(order), []) for one in whole]
