"""How sure is a speaker, by what told it?"""

from __future__ import annotations

from dataclasses import dataclass

from index.model import ResolvedBy


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule saw: how far back (0 near), how strong (more is stronger), how many others would do as well."""

    distance: int = 0
    strength: int = 3
    candidates: int = 0


NOBODY = 0.5  # an attribution that names nobody we know
NO_MENTION = 0.4  # words in marks without an attribution
BASE: dict[ResolvedBy, float] = {"name": 0.98, "surname": 0.97, "role": 0.9, "pronoun": 0.9, "previous": 0.8}


def confidence(by: ResolvedBy | None, evidence: Evidence, *, mentioned: bool) -> float:
    """The share of speakers right, on judged articles, that were told in this way."""
    if by is None:
        return NOBODY if mentioned else NO_MENTION
    return BASE[by]
