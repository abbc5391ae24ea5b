"""Where is HTML made of found text? Here only: escaped text in which `<mark>` is the only markup."""

from __future__ import annotations

from collections.abc import Iterable


def mark_html(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` escaped, each span of it inside `<mark>…</mark>`. Spans are sorted and do not overlap."""
    from html import escape  # brings the names of all characters

    out: list[str] = []
    at = 0
    for start, end in spans:
        out += escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"
        at = end
    out.append(escape(text[at:]))
    return "".join(out)
