"""Which invented articles do the tests of the web side search in?"""

from __future__ import annotations

from index.model import Article, Pull, Quote, QuoteKind, Span, Speaker
from search.results import StoredArticle

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
