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
    "full name": 0.99,  # 128 of 128
    "surname": 0.99,  # 93 of 93
    "bare role": 0.95,  # 58 of 60
    "subject": 0.96,  # 36 of 36; 13 of 14 read
    "speaker": 0.94,  # 32 of 33 before
    "turn": 0.96,  # 21 of 21
    "asks": 0.94,  # 15 of 15
    "role": 0.89,  # 7 of 7
    "institution": 0.92,  # 2 of 2; 8 of 8 read
    "people of a body": 0.88,  # 6 of 6 read
    "seat": 0.88,  # 1 of 1; 5 of 5 read
    "wider role": 0.86,  # 24 of 27 before; 12 of 14 read
    "taken up": 0.78,  # 24 of 29 before; 10 of 14 read
    "body": 0.77,  # 18 of 21 before; 5 of 8 read
    "speaker, others between": 0.80,  # 3 of 3
    "asked last": 0.70,  # 6 of 8 read
    "turn, last named": 0.70,  # 6 of 6; of interviews read in other news about two of three
    "spoke before": 0.69,  # 20 of 24 before; 4 of 10 read
    "object": 0.71,  # 4 of 5; 5 of 7 read
    "surname, doubtful": 0.73,  # 3 of 3; 4 of 6 read
    "family": 0.75,  # 2 of 2
    "spoke last": 0.75,  # 2 of 2
    "body, one word": 0.75,  # 2 of 2
    "speaker, far": 0.75,  # 2 of 2
    "bare role, several": 0.75,  # 2 of 2
    "body by kind": 0.62,  # 4 of 6 before
    "answers": 0.67,  # 1 of 1
    "new surname": 0.67,  # 1 of 1
    "subject, far": 0.67,  # 1 of 1
    "issued before": 0.67,  # 1 of 1
    "new name": 0.67,  # 1 of 1
    "wider role, several": 0.50,  # 1 of 2
}
"""Sign → share right, (right + 1) / (told + 2) of judged quotes.

«Before» is before rules were made on the errors among these very quotes, «read» what a reader judged in other news.
"""


def confidence(sign: str, *, mentioned: bool) -> float:
    """The confidence of a speaker told by `sign`; without a sign nobody is told."""
    if not sign:
        return NOBODY if mentioned else NO_MENTION
    return SHARES.get(sign, UNCOUNTED)
