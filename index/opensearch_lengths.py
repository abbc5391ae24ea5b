"""Which mean lengths is a new index made with? Those of as many of the first articles as are worth a wait.

They stand in all documents of an index (`opensearch_mapping`), so they are fixed when it is made; one that is made
beside another takes the exact ones of that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from .analysis import tokens
from .model import Article, Quote
from .opensearch_mapping import PLAIN, USUAL_LENGTHS, Lengths
from .prepare import checked
from .schema import KINDS, Kind
from .storage.rows import Row, rows_of
from .writer import SyncState

SAMPLE: Final = 2_000  # articles: means are then right within 2 or 3 %
BYTES: Final = 16 << 20  # of articles that are worth a wait
PREPARED: Final = 10  # of so many articles one is prepared, where that is done only to know lengths of quotes
_STATELESS: Final = SyncState(None, None)


class MeanLengths:
    """Of plain fields, in articles and quotes that are told one by one."""

    def __init__(self) -> None:
        self.articles = self.bytes = 0
        self._documents: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._tokens = {kind: dict.fromkeys(PLAIN[kind], 0) for kind in KINDS}

    @property
    def enough(self) -> bool:
        """Whether more are not worth a wait."""
        return self.articles >= SAMPLE or self.bytes >= BYTES

    def add(self, article: Article, quotes: Sequence[Quote]) -> None:
        """Count an article and its quotes. Raises InvalidArticleError for what cannot be stored."""
        rows = rows_of(article, quotes, _STATELESS)
        self._count("article", [rows.article])
        self._count("quote", rows.quotes)
        self.articles += 1
        self.bytes += len(rows.article.stored)

    def _count(self, kind: Kind, rows: Sequence[Row]) -> None:
        self._documents[kind] += len(rows)
        for name in PLAIN[kind]:
            self._tokens[kind][name] += sum(len(tokens(row.texts.get(name, ""))) for row in rows)

    def means(self) -> dict[Kind, Lengths]:
        """Means in tokens; usual ones where nothing was counted."""
        return {
            kind: {
                name: total / self._documents[kind] if (total := self._tokens[kind][name]) else usual
                for name, usual in USUAL_LENGTHS[kind].items()
            }
            for kind in KINDS
        }


def lengths_in(
    articles: Iterable[Article], prepare: Callable[[Article], tuple[Article, Sequence[Quote]]]
) -> dict[Kind, Lengths]:
    """The mean lengths of articles that nobody has prepared yet, and of the quotes of one in PREPARED."""
    found, quoting = MeanLengths(), MeanLengths()
    for place, article in enumerate(articles):
        if found.enough:
            break
        with contextlib.suppress(Exception):  # what is wrong with it is told where it is put in
            found.add(checked(article), ())
            if place % PREPARED == 0:
                quoting.add(*prepare(article))
    return {"article": found.means()["article"], "quote": quoting.means()["quote"]}
