"""Where is HTML made of found text? Here only: escaped text in which `<mark>` is the only markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = re.compile("[&<>\"']")


def mark_html(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` escaped, each span of it inside `<mark>…</mark>`. Spans are sorted and do not overlap."""
    out: list[str] = []
    at = 0
    for start, end in spans:
        out += text[at:start], "<mark>", text[start:end], "</mark>"
        at = end
    out.append(text[at:])
    if _SPECIAL.search(text):
        from html import escape  # brings the names of all characters

        out[::2] = map(escape, out[::2])
    return "".join(out)
