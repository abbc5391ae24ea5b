"""How does a found document become a hit? Its texts are read again, marked, and cut to snippets; no engine is asked.

The beginning of a text is read, up to READ code points: a newspaper's article has thousands of them, a book millions,
and nobody may wait for a book to be marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis import Token, tokens
from index.model import Article, Quote

from .explain import explained
from .marking import Found, Leaf, best_levels, find, leaves_of, match_of, spans_of
from .query.build import SCOPES
from .query.tree import Node
from .request import HitType
from .results import ArticleHit, ArticlePlace, Marked, QuoteBrief, QuoteHit
from .snippets import snippets

READ: Final = 300_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One text read for the query: its tokens, and where the leaves stand in it."""

    text: str
    tokens: Sequence[Token]
    found: Sequence[Found]


class Hits:
    """Makes the hits of one question over one kind of document."""

    def __init__(self, node: Node, kind: HitType, *, explain: bool = False) -> None:
        self.node = node
        self.scope = SCOPES[kind]
        self.leaves: tuple[Leaf, ...] = leaves_of(node, self.scope)
        self.explain = explain

    @property
    def ranks(self) -> bool:
        """Whether the question asks for words in texts: only then do scores mean anything."""
        plain = {name for name, _ in self.scope.plain}
        return any(leaf.fields & plain for leaf in self.leaves)

    def article(
        self, article: Article, score: float, weights: Sequence[float], quotes: tuple[QuoteBrief, ...], *, show: bool
    ) -> ArticleHit:
        """The hit of an article. `weights`: one a leaf, its rarity; `show`: with snippets."""
        title, body = self._read(article.title, "title"), self._read(article.readable, "text")
        best = best_levels([*title.found, *body.found])
        return ArticleHit(
            id=article.id,
            score=round(score, 6),
            match=match_of(self.node, self.scope, self.leaves, best),
            title=self._marked(title),
            snippets=snippets(body.text, body.tokens, body.found, self.leaves, weights) if show else (),
            published=article.published,
            source=article.source,
            author=article.author,
            section=article.section,
            url=article.url,
            quotes=quotes,
            explain=explained(self.leaves, title.found, body.found) if self.explain else None,
        )

    def quote(self, quote: Quote, of: dict[str, str | None], score: float) -> QuoteHit:
        """The hit of a quote; `of` says what its article is called and where it was published."""
        words = self._read(quote.text, "quote")
        name = self._read(quote.speaker.name if quote.speaker else "", "speaker")
        best = best_levels([*words.found, *name.found])
        return QuoteHit(
            id=quote.id,
            score=round(score, 6),
            match=match_of(self.node, self.scope, self.leaves, best),
            marked=self._marked(words),
            kind=quote.kind,
            speaker=quote.speaker,
            mention=quote.mention,
            cue=quote.cue,
            resolved_by=quote.resolved_by,
            confidence=quote.confidence,
            article=ArticlePlace(
                id=quote.article_id,
                title=of["title"] or "",
                published=of["published"],
                source=of["source"],
                url=of["url"],
                start=quote.start,
                end=quote.end,
            ),
            explain=explained(self.leaves, [], words.found) if self.explain else None,
        )

    def brief(self, quote: Quote) -> QuoteBrief:
        """A quote under its article's hit."""
        marked = self._marked(self._read(quote.text, "quote"))
        return QuoteBrief(quote.id, marked, quote.kind, quote.speaker, quote.mention)

    def _read(self, text: str, field: str) -> Reading:
        read = tokens(text[:READ])
        return Reading(text, read, find(self.leaves, read, field))

    def _marked(self, reading: Reading) -> Marked:
        return Marked(reading.text, tuple(spans_of(reading.found, self.leaves, reading.tokens)))
