"""Under which roots does a query look for a word? Those that it would be indexed by, and what people type besides.

Surnames are typed in small letters too; abbreviations are typed in any case. A capitalised surname («Лавров») asks for
its surname root; the stem that it shares with another word (лавр) is its last resort.
"""

from __future__ import annotations

from typing import NamedTuple

from .lemma import may_be_surname
from .roots import ABBREVIATION_MAX, stem, surname_root


class Asked(NamedTuple):
    """`roots` answer in earnest; `last_resort` is a stem that they share with other words."""

    roots: tuple[str, ...]
    last_resort: str | None = None


def query_roots(form: str, *, written: str) -> Asked:
    """What to look a folded form up by; `written` is the word as typed."""
    base = stem(form)
    if 1 < len(written) <= ABBREVIATION_MAX and written.isupper():
        return Asked((form,), None if base == form else base)
    surname = surname_root(form)
    if surname is None:
        return Asked((base,))
    if written[:1].isupper() and may_be_surname(form):
        return Asked((surname,), base)
    return Asked((base, surname))
