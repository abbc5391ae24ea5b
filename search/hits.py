"""How does a found document become a hit? What stands where in its texts is read, marked, and cut to snippets.

Whoever found the document says how its texts are read: from the positions of an index (`places`), or word by word
(`marking.read`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.model import Article, Quote, Shown, Speaker

from .agreement import decided
from .explain import explained
from .leaves import Leaf
from .marking import Matching, Reading, best_levels, spans_of
from .query.scope import SCOPES
from .query.tree import Node
from .request import HitType
from .results import ArticleHit, ArticlePlace, Marked, QuoteBrief, QuoteHit, Reprints
from .snippets import Choose, Snippets

Read = Callable[[str, str], Reading]  # a text and the field where it stands → what the query's leaves are in it


class Hits:
    """Makes the hits of one question over one kind of document. `weights`: one a leaf, its rarity, if articles are to
    have snippets, which `choose` chooses.
    """

    def __init__(
        self,
        node: Node,
        kind: HitType,
        leaves: Sequence[Leaf],
        weights: Sequence[float] | None = None,
        *,
        explain: bool = False,
        choose: Choose | None = None,
    ) -> None:
        self.matching = Matching(node, SCOPES[kind], leaves)
        self.leaves = leaves
        self.snippets = None if weights is None else Snippets(leaves, weights, choose)
        self.explain = explain

    def article(
        self,
        article: Article | Shown,
        score: float,
        quotes: tuple[QuoteBrief, ...],
        read: Read,
        closer: str | None = None,
    ) -> ArticleHit:
        """The hit of an article. `closer`: what a second look saw, for an explanation."""
        title = decided(read(article.title, "title"), self.leaves)
        body = decided(read(article.readable, "text"), self.leaves)
        return ArticleHit(
            id=article.id,
            score=round(score, 6),
            match=self.matching.of(best_levels(title, body)),
            title=self._marked(title),
            snippets=() if self.snippets is None else self.snippets.of(body),
            published=article.published,
            source=article.source,
            author=article.author,
            section=article.section,
            url=article.url,
            quotes=quotes,
            explain=explained(self.leaves, title.found, body.found, closer) if self.explain else None,
        )

    def marked(self, article: Article | Shown, read: Read) -> tuple[Marked, Marked]:
        """Title and readable text with all that answers in them."""
        texts = (article.title, "title"), (article.readable, "text")
        title, body = (self._marked(decided(read(text, field), self.leaves)) for text, field in texts)
        return title, body

    def quote(
        self,
        quote: Quote,
        of: dict[str, str | None],
        score: float,
        read: Read,
        speaker: Speaker | None,
        reprints: Reprints | None = None,
    ) -> QuoteHit:
        """The hit of a quote; `of` says what its article is called and where it was published, `speaker` who it is
        across the archive.
        """
        words = decided(read(quote.text, "quote"), self.leaves)
        name = read(quote.speaker.name if quote.speaker else "", "speaker")
        return QuoteHit(
            id=quote.id,
            score=round(score, 6),
            match=self.matching.of(best_levels(words, name)),
            marked=self._marked(words),
            kind=quote.kind,
            speaker=speaker,
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
            reprints=reprints,
        )

    def brief(self, quote: Quote, read: Read, speaker: Speaker | None) -> QuoteBrief:
        """A quote under its article's hit."""
        marked = self._marked(decided(read(quote.text, "quote"), self.leaves))
        return QuoteBrief(quote.id, marked, quote.kind, speaker, quote.mention)

    def _marked(self, reading: Reading) -> Marked:
        return Marked(reading.text, tuple(spans_of(reading, self.leaves)))


def nothing_to_mark(text: str, field: str) -> Reading:
    """Reads a text for no question."""
    return Reading(text)
