"""What makes written documents an index that answers? Quotes that no article has any more go, counts and sums are what
was sent, and then both aliases lead to it. Errors of the cluster are the client's: see `opensearch_client.reported`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .errors import DamagedIndexError
from .opensearch_digest import Sum
from .opensearch_generations import Generations, Kept, State
from .opensearch_reading import Reader

COPYING: Final = 600.0  # seconds that replicas of a new generation may take before it goes live with fewer
_AGAIN: Final = "nothing was published; run again, and if that does not help: molva reindex PATH…"


def without_stale_quotes(reader: Reader, *, since: int) -> Iterator[list[str]]:
    """What the cluster knows quotes by that are to be deleted, and seen to be gone, before the next ones are asked for:
    those of articles of version `since` and later; should there be too many quotes still, those of all articles, and of
    none.
    """
    for first in (since, 0):
        _, told, there = reader.counts()
        if told == there:
            return
        stale = list(reader.stale_quotes(first))
        if first == 0:
            stale += reader.orphans()
        yield stale


def agreed_counts(reader: Reader, where: str) -> tuple[int, int]:
    """How many articles and quotes there are. Raises DamagedIndexError where articles tell of other quotes."""
    articles, told, there = reader.counts()
    if told != there:
        raise DamagedIndexError(
            f"{where}: articles tell of {told:,} quotes, and {there:,} are there; nothing was published; somebody else "
            "has written to these indices: rebuild them with: molva reindex PATH…"
        )
    return articles, there


def same_as_sent(reader: Reader, sent: Sum, where: str) -> None:
    """Raises DamagedIndexError where ids and digests of a new generation are not those that were sent."""
    found, told, quotes = reader.sums()
    if found != sent or told != quotes:
        problem = f"found {found}, sent {sent}" if found != sent else f"quotes: found {quotes}, told of {told}"
        raise DamagedIndexError(f"{where} is not what was sent ({problem}); {_AGAIN}")


def as_many_as_sent(articles: int, sent: Sum, where: str) -> None:
    """Raises DamagedIndexError where there are more articles or fewer."""
    if articles != sent.count:
        raise DamagedIndexError(
            f"{where} is not what was sent (found {articles:,} articles, expected {sent.count:,}); {_AGAIN}"
        )


def made_live(generations: Generations, number: int, state: State, *, before: Kept | None) -> tuple[str, Kept]:
    """Have a new generation copied, and its aliases moved; its name, and itself. The one `before` it is kept, or where
    that is not known the newest that was published; all others go.
    """
    generations.raise_replicas(number)
    generations.wait(number, until=COPYING)
    name = generations.publish(generations.kept(number), state)
    generations.switch(number)
    kept = generations.all()
    if before is None:
        before = next((one for one in reversed(kept) if one.number != number and one.state), None)
    for one in kept:
        if one.number not in (number, None if before is None else before.number):
            generations.remove(one.number)
    return name, generations.kept(number)
