"""What is a word? A run of letters and digits; marks of stress and invisible characters stand inside it unseen.

Hyphens, dots and apostrophes part words («Эр-Рияд» is two, next to each other), so that every way of writing them
meets; a query keeps them together as a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .fold import COMBINING, INVISIBLE

_SEEN = r"[^\W_]"
TOKEN = re.compile(f"{_SEEN}(?:[{INVISIBLE}{COMBINING}]*{_SEEN})*[{COMBINING}]*")


def tokenise(text: str) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each word, in code points of `text`."""
    for found in TOKEN.finditer(text):
        yield found.span()
