"""How sure is a speaker, by what told it?

Each rule of `resolve` says what it saw as a *sign*; the share of speakers that were right among those told by a sign,
on judged articles, is its confidence. `python -m tests.speakers` counts them.
"""

from __future__ import annotations

NOBODY = 0.5  # an attribution that names nobody we know
NO_MENTION = 0.4  # words in marks without an attribution
LEAST_SURE = 0.5  # a speaker told by a sign that was wrong more often than right is not told
UNCOUNTED = 0.6  # a sign that no judged article shows
SHARES: dict[str, float] = {
    "full name": 0.98,  # 124 of 125
    "surname": 0.99,  # 91 of 91
    "bare role": 0.96,  # 52 of 53
    "subject": 0.90,  # 35 of 38
    "speaker": 0.94,  # 32 of 33
    "taken up": 0.81,  # 24 of 29
    "wider role": 0.86,  # 24 of 27
    "turn": 0.96,  # 21 of 21
    "turn, last named": 0.70,  # 6 of 6; of interviews read in other news about two of three
    "spoke before": 0.81,  # 20 of 24
    "body": 0.83,  # 18 of 21
    "asks": 0.94,  # 15 of 15
    "body by kind": 0.62,  # 4 of 6
    "role": 0.88,  # 6 of 6
    "object": 0.88,  # 6 of 6
    "speaker, others between": 0.83,  # 4 of 4
    "surname, doubtful": 0.67,  # 3 of 4
    "spoke last": 0.80,  # 3 of 3
    "body, one word": 0.75,  # 2 of 2
    "speaker, far": 0.75,  # 2 of 2
    "bare role, several": 0.75,  # 2 of 2
    "wider role, several": 0.50,  # 1 of 2
    "new surname": 0.67,  # 1 of 1
    "subject, far": 0.67,  # 1 of 1
    "issued before": 0.67,  # 1 of 1
    "new name": 0.67,  # 1 of 1
}
"""Sign → share right, (right + 1) / (told + 2) of judged quotes."""


def confidence(sign: str, *, mentioned: bool) -> float:
    """The confidence of a speaker told by `sign`; without a sign nobody is told."""
    if not sign:
        return NOBODY if mentioned else NO_MENTION
    return SHARES.get(sign, UNCOUNTED)
