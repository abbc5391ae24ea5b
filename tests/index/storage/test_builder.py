"""The fast builder gives what the slow one gives, array by array, with kernels and without."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.analysis import FORM_MARK, capitals
from index.analysis.tokenise import TOKEN
from index.model import Article, Quote, Span, Speaker
from index.schema import NO_DAY
from index.storage import builder as builder_module
from index.storage import writing_kernels
from index.storage.builder import SegmentBuilder
from index.storage.rows import ArticleRows, Row, rows_of
from index.storage.terms import KernelTerms, PlainTerms, Texts
from index.storage.tokens import (
    SEEN,
    Analyses,
    KernelTokeniser,
    PlainTokeniser,
    Words,
    all_analysed,
    all_remembered,
    analysed,
    character_classes,
)
from index.storage.values import Values
from index.writer import SyncState

from .naive import build

WAYS = pytest.mark.parametrize("kernels", [None, writing_kernels], ids=["numpy", "kernels"])


def assert_built_like_naive(batch: Sequence[ArticleRows], kernels: Any) -> None:
    expected = build(batch)
    builder = SegmentBuilder(kernels=kernels)
    for rows in batch:
        builder.add(rows)
    arrays, meta = builder.build()
    assert meta == expected.meta
    assert sorted(arrays) == sorted(expected.arrays)
    for name, wanted in expected.arrays.items():
        assert arrays[name].dtype == wanted.dtype, name
        np.testing.assert_array_equal(arrays[name], wanted, name)


def texted(*texts: str, title: str = "Мост") -> list[ArticleRows]:
    return [
        ArticleRows(Row(f"n{n}", {"title": title, "text": text}, stored=f'{{"text":"{text}"}}'.encode()))
        for n, text in enumerate(texts)
    ]


# Letters of several kinds, what hides in words, what parts them, and beyond the first 65,536 code points.
LETTERS = "аяАЯёЁйabZ1٣ß" + "\u0301\u0308\u0345" + "\u00ad\u200b\ufeff" + " \n.-_«»" + "😀𝔸𝟙" + "\u0000\uffff"
WORDS = ["мост", "Мост", "МОСТ", "мосты", "Лавров", "Лаврова", "лавров", "МИД", "МИДом", "Эр-Рияд", "ёж", "еж"]
TEXTS = st.one_of(
    st.text(LETTERS, max_size=30), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.text(max_size=10)
).map(lambda text: text.encode("utf-8", "ignore").decode())
VALUES = st.lists(st.text("абв ,", min_size=1, max_size=3), max_size=3)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    texts = draw(
        st.dictionaries(
            st.sampled_from(("title", "text", "quote", "article_title", "speaker", "source", "author", "section")),
            TEXTS,
            max_size=5,
        )
    )
    keys = draw(st.dictionaries(st.sampled_from(("kind", "speaker_key", "source_key")), VALUES, max_size=3))
    facets = draw(st.dictionaries(st.sampled_from(("speaker", "kind")), VALUES, max_size=2))
    facets |= draw(st.dictionaries(st.sampled_from(("source", "section")), VALUES.map(lambda some: some[:1])))
    day = draw(st.sampled_from((NO_DAY, 0, 16_000)))
    return Row(draw(st.text(max_size=3).filter(encodable)), texts, keys, facets, day, draw(st.binary(max_size=9)))


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


BATCHES = st.lists(st.builds(ArticleRows, rows(), st.lists(rows(), max_size=2).map(tuple), st.binary(max_size=5)))


@WAYS
@settings(max_examples=80, deadline=None)
@given(batch=BATCHES)
def test_any_articles_become_the_arrays_of_the_format(batch: list[ArticleRows], kernels: Any) -> None:
    assert_built_like_naive(batch, kernels)


@WAYS
def test_no_articles_are_a_segment_too(kernels: Any) -> None:
    assert_built_like_naive([], kernels)


@WAYS
def test_an_article_and_its_quotes(kernels: Any) -> None:
    article = Article("a", "Мост", "Мост открыт, сказал мэр.", "2016-09-01", "Вестник", "И. Ветров", "Город")
    quotes = [
        Quote(f"a#q{n}", "a", (Span(0, 4),), "Мост открыт", "direct", Speaker("x", name))
        for n, name in enumerate(("Пётр Снегирёв", "Анна Лугова"))
    ]
    assert_built_like_naive([rows_of(article, quotes, SyncState("/a.txt", "d"))], kernels)


@WAYS
def test_a_root_of_more_than_255_forms(kernels: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_one(written: str) -> tuple[str, tuple[str, ...], int]:
        form, roots, case = analysed(written)
        return form, ("а",) if form.endswith("э") else roots, case

    monkeypatch.setattr("index.storage.tokens.analysed", all_one)
    monkeypatch.setattr("index.analysis._analysed", lambda written: all_one(written)[:2])
    batch = texted(" ".join(f"{n}э" for n in range(700)), "100э 699э мост 100э 100э")
    assert_built_like_naive(batch, kernels)
    assert len(build(batch).arrays["article.wide.at"]) == 700 - 255 + 1  # and 699э, which comes twice


@WAYS
def test_one_root_in_every_letter_case(kernels: Any) -> None:
    words = [f"{stem}{end}" for stem in ("мост", "Мост", "МОСТ", "моСт") for end in ("", "а", "ами")]
    assert_built_like_naive(texted(" ".join(words), " ".join(words[::-1]), "Ёж ёж еж ЁЖ е\u0308ж"), kernels)


@WAYS
def test_a_word_that_stands_255_times_and_more(kernels: Any) -> None:
    assert_built_like_naive(texted("мост " * 254, "мост " * 255, "мост " * 700 + "паром " * 300, "мост"), kernels)


@pytest.mark.parametrize(("values", "width"), [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4)])
def test_the_numbers_of_facets_are_as_wide_as_there_are_values(values: int, width: int) -> None:
    facet = Values()
    for number in range(values):
        facet.add(number, (f"{number:05}",))
    one, several = (facet.facet(values + 1, several=many) for many in (False, True))
    none = 2 ** (8 * width) - 1
    assert one["code"].itemsize == several["code"].itemsize == several["at"].itemsize == width
    assert one["code"].tolist() == [*range(values), none]
    assert several["code"].tolist() == list(range(values))
    assert several["at"].tolist() == [*range(values + 1), values]


@WAYS
@pytest.mark.parametrize("tokens", [65_536, 65_537])
def test_positions_past_65535_are_wider(kernels: Any, tokens: int) -> None:
    batch = texted("да " * (tokens - 1) + "мост", "мост")
    assert_built_like_naive(batch, kernels)
    builder = SegmentBuilder(kernels=kernels)
    for one in batch:
        builder.add(one)
    assert builder.build()[0]["article.pos.at"].dtype == (np.uint16 if tokens == 65_536 else np.uint32)


@WAYS
def test_frequent_words_have_bitmaps_and_blocks(kernels: Any) -> None:
    batch = texted(*("мост " * (n % 7) + f"номер {n} " + "вода " * (n % 40 == 0) for n in range(1_500)))
    assert_built_like_naive(batch, kernels)


@WAYS
def test_stored_documents_of_every_size_are_cut_into_the_same_blocks(kernels: Any) -> None:
    sizes = (0, 1, 16_383, 16_384, 16_385, 5, 40_000, 8_000, 8_384, 8_000, 8_383, 1)
    rows = [ArticleRows(Row(f"n{n}", {}, stored=bytes(size)), sync=bytes(size // 2)) for n, size in enumerate(sizes)]
    assert_built_like_naive(rows, kernels)


def test_terms_alike_in_more_than_255_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "д" * 127
    assert_built_like_naive(texted(f"{long}а {long}б {long}вг {long}вд 1{long}а 1{long}б 11{long}😀𝔸 11{long}𝔸"), None)


def test_small_batches_give_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder_module, "BATCH", 10)
    monkeypatch.setattr(builder_module, "PATIENCE", 15)
    assert_built_like_naive(texted("мост открыт", "", "паром", "мост закрыт"), writing_kernels)


def test_a_builder_may_go_on_with_kernels_and_with_the_words_of_another() -> None:
    batch = texted("мост открыт", "паром стоит", "мост и Мост")
    builder = None
    for _ in range(2):
        builder = SegmentBuilder(after=builder)
        for number, one in enumerate(batch):
            if number == 2:
                builder._find_words()
                builder.use(writing_kernels)
            builder.add(one)
        arrays, _ = builder.build(forget=False)
        for name, wanted in build(batch).arrays.items():
            np.testing.assert_array_equal(arrays[name], wanted, name)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=6))
@example(["мост и ЁЛКИ", "ЦЕНЫ НА ГАЗ УПАЛИ", "", "МИД: ЦЕНЫ РАСТУТ В РФ\nВ РФ НЕТ", "НА ЁЛКАХ"])
def test_both_tokenisers_find_the_same_words(texts: list[str]) -> None:
    plain, fast = Words(), Words()
    one, two = PlainTokeniser(plain), KernelTokeniser(fast, writing_kernels)
    for batch in (texts, texts[::-1]):
        numbers, counts = one.numbers(batch)
        found, found_counts = two.numbers(batch)
        assert numbers.tolist() == found.tolist()
        assert counts.tolist() == found_counts.tolist()
    assert ordered(plain) == ordered(fast)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("АЯЁаёA \n", max_size=20), max_size=4))
@example(["", "ЁЛКАХ", "аЁЛКАХ", "ЁЛКАх", "мост ЁЛКИ мост ЁЛКАХ", "ЁЛКА", "Х"])
def test_the_kernel_finds_capitals_in_a_row_where_the_pattern_does(texts: list[str]) -> None:
    points = np.frombuffer("\n".join(texts).encode("utf-32-le"), np.uint32)
    found = np.zeros(len(texts), np.uint8)
    writing_kernels.find_capitals(points, np.cumsum([len(text) + 1 for text in texts], dtype=np.int64), found)
    assert found.tolist() == [bool(capitals._LONG.search(text)) for text in texts]


def test_every_character_is_what_the_pattern_of_words_takes_it_for() -> None:
    classes = character_classes()
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, len(classes)))))
    seen = np.frombuffer("".join(re.findall(r"[^\W_]", everything)).encode("utf-32-le"), np.uint32)
    assert np.flatnonzero(classes == SEEN).tolist() == seen.tolist()
    assert len(classes) == sys.maxunicode + 1


def ordered(words: Words) -> list[str]:
    return texts_of(words.terms.ordered()[0])


def texts_of(texts: Texts) -> list[str]:
    return [texts.data[low:high].tobytes().decode() for low, high in pairwise(texts.start.tolist())]


def test_the_table_of_words_grows() -> None:
    words = Words()
    fast = KernelTokeniser(words, writing_kernels)
    texts = [" ".join(f"слово{n}" for n in range(40_000)), "ы" * 300_000 + " слово7", "слово39999"]
    numbers, counts = fast.numbers(texts)
    assert counts.tolist() == [40_000, 2, 1]
    assert numbers.tolist() == [*range(40_002 - 1), 7, 39_999]


def test_memory_grows_with_what_is_held() -> None:
    builder = SegmentBuilder()
    before = builder.memory
    for rows in texted(*("мост " * 50 for _ in range(200))):
        builder.add(rows)
    assert builder.memory > before + 200 * 50


SOME_WORDS = st.lists(
    st.one_of(
        st.from_regex("[А-ЯЁа-яё]{1,8}", fullmatch=True),
        st.from_regex("[A-Za-z0-9]{1,4}", fullmatch=True),
        st.sampled_from([*WORDS, "стали", "Стали", "лавровым", "Лавровым", "Берёзовым", "мосту", "Мосту", "квакеном"]),
        st.text("аЯёЁzZ1\u0301", min_size=1),
    ),
    max_size=9,
)


@settings(max_examples=300, deadline=None)
@given(SOME_WORDS)
@example(["Хх", "ххх", "хххх"])
def test_words_in_bulk_are_analysed_as_one_by_one(words: list[str]) -> None:
    for in_bulk in (all_analysed, all_remembered):
        assert_analysed_as_one_by_one(words, in_bulk(words))


def assert_analysed_as_one_by_one(words: list[str], found: Analyses) -> None:
    roots = [(root, *(more for at, more in found.more if at == place)) for place, root in enumerate(found.root)]
    assert list(zip(found.form, roots, found.case, strict=True)) == [analysed(word) for word in words]
    assert [place for place, _ in found.more] == sorted(place for place, _ in found.more)


@settings(max_examples=300, deadline=None)
@given(SOME_WORDS)
@example(["Я", "Z", "zZ", "ZZ", "Zz", "Z1", "1Z", "1z", "ёж", "Ёж", "ЁЖ", "ЕЖ", "еЖ", "15", "1А", "Хх", "ххх", "хххх"])
def test_kernels_analyse_words_as_python_does(words: list[str]) -> None:
    pytest.importorskip("index.analysis.lexicon_kernels")
    found = Words()
    words = [word for word in words if TOKEN.fullmatch(word)]
    numbers, _ = KernelTokeniser(found, writing_kernels).numbers(words)  # a text each: no headline is made of them
    texts, order = found.terms.ordered()
    terms = dict(zip(order.tolist(), texts_of(texts), strict=True))
    form, case, root, end = found.columns()
    for word, number in zip(words, numbers.tolist(), strict=True):
        roots = tuple(terms[at] for at in root[end[number] : end[number + 1]].tolist())
        folded, expected, letters = analysed(word)
        assert (terms[form[number]], roots, case[number]) == (FORM_MARK + folded, expected, letters)


@settings(max_examples=300, deadline=None)
@given(st.sets(st.text("абя=1z", max_size=40), max_size=30), st.sampled_from(("", "=", "общее начало слов")))
def test_terms_are_numbered_and_ordered_by_kernels_as_by_a_dict(texts: set[str], begin: str) -> None:
    batch = [begin + text for text in texts]
    plain = PlainTerms()
    first = plain.numbers(batch[::2], "=")
    fast = KernelTerms(writing_kernels, list(plain.known))
    assert fast.numbers(batch[::2], "=").tolist() == first.tolist()
    for some, mark in ((batch, "="), (batch[::-1], ""), (batch, "")):
        assert fast.numbers(some, mark).tolist() == plain.numbers(some, mark).tolist()
    assert len(fast) == len(plain) == len(plain.known)
    (one, order), (other, fast_order) = plain.ordered(), fast.ordered()
    assert order.tolist() == fast_order.tolist()
    assert one.data.tobytes() == other.data.tobytes()
    assert one.start.tolist() == other.start.tolist()
