"""Which invented articles do the tests of the web side search in, and with what searcher?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from index.model import Article, Pull, Quote, QuoteKind, Span, Speaker
from search.errors import NotFoundError, QueryError
from search.request import SearchRequest
from search.results import (
    ArticleHit,
    ArticlePlace,
    FacetCount,
    IndexState,
    Marked,
    Page,
    QuoteBrief,
    QuoteHit,
    Rewrite,
    Stats,
    StoredArticle,
    Total,
    Warning,  # noqa: A004 - the contract's word
)

EVIL = "<script>document.title='захвачено'</script>"
EVIL_ID = "злой/№ 1?#:x/../<b>"
SHORTCODE = '[gallery ids="1,2"]'
PULL = "Мост ждали четыре года"
BEREZOV = Speaker("arkadii-berezov", "Аркадий Берёзов")
SOKOLOVA = Speaker("marina-sokolova", "Марина Соколова")
LIS = Speaker("daria-lis", "Дарья Лис")


def quote_in(
    article_id: str, text: str, n: int, words: tuple[str, ...], kind: QuoteKind, speaker: Speaker | None, mention: str
) -> Quote:
    """The n-th quote of an article, found by its words."""
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in words)
    return Quote(
        id=f"{article_id}#q{n}",
        article_id=article_id,
        spans=spans,
        text=" ".join(words),
        kind=kind,
        speaker=speaker,
        mention=mention or None,
        cue="сказал" if mention else None,
        resolved_by="surname" if speaker else None,
        confidence=0.9 if speaker else 0.0,
    )


def bridge() -> StoredArticle:
    """Every kind of quote, one inside another, one over two paragraphs, a hole and a pull-quote block."""
    text = (
        f"{SHORTCODE}\nМост через Вьюгу открыли в четверг. "
        "«Ждали долго, — сказал мэр Аркадий Берёзов. — И дождались».\n\n"
        f"{PULL}\n\n"
        "По словам вице-мэра Марины Соколовой, мост назвали «самым упрямым объектом области» не зря. "
        "Дарья Лис написала в дневнике: «Шли пешком.\n\nПотом бежали». Кто-то крикнул: «Ура мосту!»"
    )
    quotes = (
        quote_in("zv-bridge", text, 1, ("Ждали долго", "И дождались"), "direct", BEREZOV, "мэр Аркадий Берёзов"),
        quote_in("zv-bridge", text, 2, (PULL,), "pull", None, ""),
        quote_in(
            "zv-bridge",
            text,
            3,
            ("мост назвали «самым упрямым объектом области» не зря",),
            "indirect",
            SOKOLOVA,
            "вице-мэра Марины Соколовой",
        ),
        quote_in(
            "zv-bridge", text, 4, ("самым упрямым объектом области",), "partial", SOKOLOVA, "вице-мэра Марины Соколовой"
        ),
        quote_in("zv-bridge", text, 5, ("Шли пешком.\n\nПотом бежали",), "direct", LIS, "Дарья Лис"),
        quote_in("zv-bridge", text, 6, ("Ура мосту!",), "direct", None, "Кто-то"),
    )
    pull_at = text.index(PULL)
    article = Article(
        id="zv-bridge",
        title="Мост через Вьюгу открыли с третьей попытки",
        text=text,
        published="2016-09-01",
        source="Зареченский вестник",
        author="Надежда Орловская",
        section="Город",
        url="https://vestnik.zarechensk.example/2016/09/bridge",
        holes=(Span(0, len(SHORTCODE)),),
        pulls=(Pull(Span(pull_at, pull_at + len(PULL))),),
    )
    return StoredArticle(article, quotes)


def evil() -> StoredArticle:
    """Markup in every field, and an id that needs every kind of escaping."""
    text = f'{EVIL} Паром & мост. «{EVIL}" onclick="x», — заявил {EVIL}.'
    said = f'{EVIL}" onclick="x'
    start = text.index(said)
    quote = Quote(
        id=f"{EVIL_ID}#q1",
        article_id=EVIL_ID,
        spans=(Span(start, start + len(said)),),
        text=said,
        kind="direct",
        speaker=Speaker("evil", EVIL),
        mention=EVIL,
    )
    article = Article(
        id=EVIL_ID,
        title=f"{EVIL} Паром",
        text=text,
        published="2019-02-14",
        source=EVIL,
        author=EVIL,
        section=EVIL,
        url="javascript:document.title='захвачено'",
    )
    return StoredArticle(article, (quote,))


def series() -> list[StoredArticle]:
    """Enough dull articles for several pages and several years."""
    found = []
    for n in range(1, 25):
        day = f"{2012 + n % 7}-{1 + n % 12:02}-{n:02}"
        text = f"Номер {n}. Уровень реки Вьюги поднялся. «Река спокойна», — сообщил Григорий Полевой."
        speaker = Speaker("grigorii-polevoi", "Григорий Полевой")
        quote = quote_in(f"reka-{n}", text, 1, ("Река спокойна",), "direct", speaker, "Григорий Полевой")
        source = "Окольские новости" if n % 3 else "Зареченский вестник"
        article = Article(id=f"reka-{n}", title=f"Сводка о реке № {n}", text=text, published=day, source=source)
        found.append(StoredArticle(article, (quote,)))
    return found


def articles() -> list[StoredArticle]:
    """All of them."""
    return [bridge(), evil(), *series()]


class NaiveSearcher:
    """Finds what contains every typed word as it stands; slow, small, and of the same interface as the real one."""

    def __init__(self, stored: list[StoredArticle]) -> None:
        self.stored = stored
        self.generation = "g1"
        self.asked: list[SearchRequest] = []

    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        asked = q if isinstance(q, SearchRequest) else SearchRequest(q, **parameters)
        self.asked.append(asked)
        words, rewrites = self._words(asked)
        hits: dict[str, list[Any]] = {"article": [], "quote": []}
        facts: dict[str, Counter[str]] = {"speaker": Counter(), "source": Counter(), "year": Counter()}
        for stored in self.stored:
            article = stored.article
            if not _admits(asked, article):
                continue
            quotes = [quote for quote in stored.quotes if _has(quote.text, words) and _spoken_by(asked, quote)]
            found = [_quote_hit(article, quote, words) for quote in quotes]
            if _has(article.title + article.text, words) and (found or not asked.speaker):
                hits["article"].append(_article_hit(stored, quotes, words))
            hits["quote"] += found
            if found or _has(article.title + article.text, words):
                facts["speaker"].update({quote.speaker.name for quote in stored.quotes if quote.speaker})
                facts["source"][article.source or ""] += 1
                facts["year"][(article.published or "")[:4]] += 1
        chosen = hits[asked.type]
        facets = {name: tuple(FacetCount(v, n) for v, n in facts[name].most_common()) for name in facts}
        return Page(
            query=asked.q,
            type=asked.type,
            interpreted=" ".join(words),
            total=Total(len(chosen)),
            totals={name: len(found) for name, found in hits.items()},
            hits=tuple(chosen[asked.offset : asked.offset + asked.limit]),
            took_ms=0.1,
            index=IndexState(self.generation, len(self.stored), sum(len(s.quotes) for s in self.stored)),
            warnings=(Warning("unclosed_quote", "Кавычка", Span(0, len(asked.q))),) if asked.q.count('"') % 2 else (),
            rewrites=rewrites,
            facets={name: facets[name] for name in asked.facets if name in facets} if asked.facets else None,
        )

    def _words(self, asked: SearchRequest) -> tuple[list[str], tuple[Rewrite, ...]]:
        if asked.q.startswith("-"):
            raise QueryError("only_negative", "the query only excludes", span=(0, len(asked.q)))
        if asked.q == "vjcn" and asked.rewrite:
            return ["мост"], (Rewrite("layout", "vjcn", "мост"),)
        return asked.q.replace('"', "").lower().split(), ()

    def article(self, article_id: str) -> StoredArticle:
        for stored in self.stored:
            if stored.article.id == article_id:
                return stored
        raise NotFoundError(f"no article has the id {article_id!r}")

    def quote(self, quote_id: str) -> QuoteHit:
        for stored in self.stored:
            for quote in stored.quotes:
                if quote.id == quote_id:
                    return _quote_hit(stored.article, quote, [])
        raise NotFoundError(f"no quote has the id {quote_id!r}")

    def stats(self) -> Stats:
        return Stats(len(self.stored), 0, 0, 1, 0, self.generation, "2025-01-01T00:00:00Z", 1, "naive")

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _has(text: str, words: list[str]) -> bool:
    return all(word in text.lower() for word in words)


def _marked(text: str, words: list[str]) -> Marked:
    at = text.lower().find(words[0]) if words else -1
    return Marked(text, (Span(at, at + len(words[0])),) if at >= 0 else ())


def _admits(asked: SearchRequest, article: Article) -> bool:
    day = article.published or ""
    in_time = (not asked.since or day >= asked.since.isoformat()) and (
        not asked.until or day <= asked.until.isoformat()
    )
    return in_time and (not asked.source or article.source in asked.source)


def _spoken_by(asked: SearchRequest, quote: Quote) -> bool:
    return not asked.speaker or (quote.speaker is not None and quote.speaker.name in asked.speaker)


def _article_hit(stored: StoredArticle, quotes: list[Quote], words: list[str]) -> ArticleHit:
    article = stored.article
    briefs = tuple(QuoteBrief(q.id, _marked(q.text, words), q.kind, q.speaker, q.mention) for q in quotes)
    return ArticleHit(
        id=article.id,
        score=1.0,
        match="exact",
        title=_marked(article.title, words),
        snippets=(replace(_marked(article.body.strip()[:160], words), start=0),),
        published=article.published,
        source=article.source,
        author=article.author,
        section=article.section,
        url=article.url,
        quotes=briefs,
    )


def _quote_hit(article: Article, quote: Quote, words: list[str]) -> QuoteHit:
    return QuoteHit(
        id=quote.id,
        score=1.0,
        match="exact",
        marked=_marked(quote.text, words),
        kind=quote.kind,
        speaker=quote.speaker,
        mention=quote.mention,
        cue=quote.cue,
        resolved_by=quote.resolved_by,
        confidence=quote.confidence,
        article=ArticlePlace(
            article.id, article.title, article.published, article.source, article.url, quote.start, quote.end
        ),
    )
