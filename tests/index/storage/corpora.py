"""Small made-up newspapers for hypothesis: words that share roots in several forms and cases, keys, dates, quotes."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import strategies as st

from index.schema import NO_DAY, exact_key
from index.storage.rows import ArticleRows, Row

WORDS: Final = (
    *("мост", "моста", "Мост", "МОСТ", "мосты", "мостом", "паром", "паромы", "паромом", "Вьюга", "вьюги", "вьюгой"),
    *("Берёзов", "берёзов", "Берёзова", "БЕРЁЗОВ", "березовым", "МИД", "МИДа", "мид", "лодка", "лодки", "лодок"),
    *("река", "реке", "Реки", "в", "и", "на", "не", "x1", "𝔸", "5"),
)
NAMES: Final = ("Иван Берёзов", "Анна Вьюгина", "Пётр Паромов")
SOURCES: Final = ("Вестник", "Заречье", "Утро, вечер")
SECTIONS: Final = ("Город", "Река")
KINDS: Final = ("direct", "partial", "indirect", "pull")
DAYS: Final = st.one_of(st.just(NO_DAY), st.integers(-3, 40), st.sampled_from((-719_162, 16_784, 16_785, 2_932_896)))


def texts(most: int = 12) -> st.SearchStrategy[str]:
    """Some words with a blank between them."""
    return st.lists(st.sampled_from(WORDS), max_size=most).map(" ".join)


@st.composite
def _row(draw: st.DrawFn, row_id: str, words: dict[str, str], speakers: list[str], kinds: list[str], about: Any) -> Row:
    texts_of = dict(words)
    keys = {"kind": kinds, "speaker_key": sorted({exact_key(name) for name in speakers})}
    facets = {"speaker": speakers, "kind": kinds}
    if speakers:
        texts_of["speaker"] = "\n".join(speakers)
    for name, value in about.items():
        if value:
            texts_of[name] = value
            keys[name + "_key"] = [exact_key(value)]
            if name != "author":
                facets[name] = [value]
    stored = json.dumps({"id": row_id, "note": draw(st.text(max_size=8))}, ensure_ascii=False).encode()
    return Row(row_id, texts_of, keys, facets, draw(DAYS), stored)


@st.composite
def articles(draw: st.DrawFn, article_id: str, *, most_words: int = 12) -> ArticleRows:
    """One article and up to three quotes."""
    about = {
        "source": draw(st.sampled_from((None, *SOURCES))),
        "author": draw(st.sampled_from((None, *NAMES))),
        "section": draw(st.sampled_from((None, *SECTIONS))),
    }
    title = draw(texts(4))
    quotes = []
    for number in range(draw(st.integers(0, 3))):
        speaker = draw(st.sampled_from((None, *NAMES)))
        words = {"quote": draw(texts(6)), "article_title": title}
        kind = draw(st.sampled_from(KINDS))
        row_id = f"{article_id}#q{number + 1}"
        quotes.append(draw(_row(row_id, words, [speaker] if speaker else [], [kind], about)))
    speakers = sorted({name for quote in quotes for name in quote.facets["speaker"]})
    kinds = sorted({kind for quote in quotes for kind in quote.facets["kind"]})
    row = draw(_row(article_id, {"title": title, "text": draw(texts(most_words))}, speakers, kinds, about))
    return ArticleRows(row, tuple(quotes), json.dumps([article_id, None, draw(st.text("0123", max_size=3))]).encode())


@st.composite
def segments(draw: st.DrawFn, *, most: int = 3, most_articles: int = 6) -> list[list[ArticleRows]]:
    """Articles of one to `most` segments, each id once."""
    sizes = draw(st.lists(st.integers(0, most_articles), min_size=1, max_size=most))
    return [[draw(articles(f"a{place}-{at}")) for at in range(size)] for place, size in enumerate(sizes)]


def deletions(sizes: list[int]) -> st.SearchStrategy[list[list[bool]]]:
    """Which articles of each segment are deleted."""
    return st.tuples(*(st.lists(st.booleans(), min_size=size, max_size=size) for size in sizes)).map(list)
