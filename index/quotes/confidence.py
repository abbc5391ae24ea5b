"""How sure is a speaker, by what told it?

Each rule of `resolve` says what it saw as a *sign*; the share of speakers that were right among those told by a sign,
on judged articles, is its confidence. `python -m tests.speakers` counts them.
"""

from __future__ import annotations

NOBODY = 0.5  # an attribution that names nobody we know
NO_MENTION = 0.4  # words in marks without an attribution
UNCOUNTED = 0.6  # a sign that no judged article shows
SHARES: dict[str, float] = {}
"""Sign → share right, (right + 1) / (told + 2) of judged quotes."""


def confidence(sign: str, *, mentioned: bool) -> float:
    """The confidence of a speaker told by `sign`; without a sign nobody is told."""
    if not sign:
        return NOBODY if mentioned else NO_MENTION
    return SHARES.get(sign, UNCOUNTED)
