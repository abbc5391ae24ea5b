"""Does a document hold a phrase? Positions of its postings, each looked for once."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lists import BLOCK, FIRST_BLOCK, START, bare, frequency
from .starts import start_at


@bare
def stands(places: Any, tf: Any, big_at: Any, big_tf: Any, lists: Any, offsets: Any, now: Any, known: Any) -> Any:
    """Whether the postings `now` have positions that lie as far apart as the lists' offsets say.

    `known` (4, lists): the last posting whose positions were looked for (−1: none), where they begin, and where this
    posting's are read and end.
    """
    block_pos, positions = places
    count = len(lists)
    for t in range(count):
        ahead = (now[t] - lists[t, START]) // BLOCK
        posting = lists[t, START] + ahead * BLOCK
        place = start_at(block_pos, lists[t, FIRST_BLOCK] + ahead)
        if posting <= known[0, t] <= now[t]:
            posting, place = known[0, t], known[1, t]
        while posting < now[t]:
            place += frequency(tf, big_at, big_tf, posting)
            posting += 1
        known[0, t], known[1, t] = posting, place
        known[2, t] = place
        known[3, t] = place + frequency(tf, big_at, big_tf, posting)
    for place in range(known[2, 0], known[3, 0]):
        begin = np.int64(positions[place]) - offsets[0]
        stood = True
        for t in range(1, count):
            wanted = begin + offsets[t]
            one = known[2, t]
            while one < known[3, t] and np.int64(positions[one]) < wanted:
                one += 1
            known[2, t] = one
            if one == known[3, t]:
                return False
            if np.int64(positions[one]) != wanted:
                stood = False
                break
        if stood:
            return True
    return False
