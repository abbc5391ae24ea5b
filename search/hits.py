"""How does a found document become a hit? What stands where in its texts is read, marked, and cut to snippets.

Whoever found the document says how its texts are read: from the positions of an index (`places`), or word by word
(`marking.read`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.model import Article, Quote

from .explain import explained
from .marking import Leaf, Reading, best_levels, match_of, spans_of
from .query.scope import SCOPES
from .query.tree import Node
from .request import HitType
from .results import ArticleHit, ArticlePlace, Marked, QuoteBrief, QuoteHit
from .snippets import snippets

Read = Callable[[str, str], Reading]  # a text and the field where it stands → what the query's leaves are in it


class Hits:
    """Makes the hits of one question over one kind of document."""

    def __init__(self, node: Node, kind: HitType, leaves: Sequence[Leaf], *, explain: bool = False) -> None:
        self.node = node
        self.scope = SCOPES[kind]
        self.leaves = leaves
        self.explain = explain

    def article(
        self,
        article: Article,
        score: float,
        weights: Sequence[float],
        quotes: tuple[QuoteBrief, ...],
        read: Read,
        *,
        show: bool,
    ) -> ArticleHit:
        """The hit of an article. `weights`: one a leaf, its rarity; `show`: with snippets."""
        title, body = read(article.title, "title"), read(article.readable, "text")
        best = best_levels([*title.found, *body.found])
        return ArticleHit(
            id=article.id,
            score=round(score, 6),
            match=match_of(self.node, self.scope, self.leaves, best),
            title=self._marked(title),
            snippets=snippets(body, self.leaves, weights) if show else (),
            published=article.published,
            source=article.source,
            author=article.author,
            section=article.section,
            url=article.url,
            quotes=quotes,
            explain=explained(self.leaves, title.found, body.found) if self.explain else None,
        )

    def quote(self, quote: Quote, of: dict[str, str | None], score: float, read: Read) -> QuoteHit:
        """The hit of a quote; `of` says what its article is called and where it was published."""
        words = read(quote.text, "quote")
        name = read(quote.speaker.name if quote.speaker else "", "speaker")
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

    def brief(self, quote: Quote, read: Read) -> QuoteBrief:
        """A quote under its article's hit."""
        marked = self._marked(read(quote.text, "quote"))
        return QuoteBrief(quote.id, marked, quote.kind, quote.speaker, quote.mention)

    def _marked(self, reading: Reading) -> Marked:
        return Marked(reading.text, tuple(spans_of(reading, self.leaves)))
