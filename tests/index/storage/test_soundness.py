"""`molva check` finds wrong numbers under right checksums, in whichever array they stand, and says in which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, Quote, Span, Speaker
from index.errors import DamagedIndexError
from index.model import QuoteKind
from index.schema import KINDS
from index.storage import soundness, soundness_postings, soundness_rebuilt, soundness_terms
from index.storage.builder import SegmentBuilder
from index.storage.checking import segment_problems
from index.storage.format import Array, MemoryArrays
from index.storage.part import Part
from index.storage.payload import pack_article, unpack_article
from index.storage.rows import ArticleRows, rows_of
from index.storage.segment import Segment
from index.storage.tokens import analysed
from index.writer import SyncState

# What only the stored articles can tell from another number: which document has a key, where the second root of a
# word stands, with which letters a form was written, which value of a facet a document has; and a letter that leaves a
# term in its order and in its bucket.
ONLY_DEEP: Final = ("terms.bytes", "post.doc", "post.start", "pos.at", "pos.form", "wide.form", "forms.case", "facet.*")


@pytest.fixture(scope="module", autouse=True)
def _small_numbers() -> Iterator[None]:
    """Bitmaps and dictionaries in small segments, and a root with more than 255 forms."""

    def all_one(written: str) -> tuple[str, tuple[str, ...], int]:
        form, roots, case = analysed(written)
        return form, ("а",) if form.endswith("z") else roots, case

    with pytest.MonkeyPatch.context() as patch:
        for module in ("builder", "soundness_postings"):
            patch.setattr(f"index.storage.{module}.DENSE_FROM", 8)
        patch.setattr("index.storage.tokens.analysed", all_one)
        for name, number in (("SAMPLE", 20), ("LEAST", 10), ("DICTIONARY", 1_024), ("WORTH", 99)):
            patch.setattr(f"index.storage.blocks.{name}", number)
        yield


def newspaper() -> list[ArticleRows]:
    """Forty articles with quotes, long and short, with everything that a segment can hold."""
    rows = []
    kinds: tuple[QuoteKind, ...] = ("direct", "partial")
    for number in range(40):
        name, source = (("Пётр Снегирёв", "Вестник"), ("Анна Лугова", "Заречье"), ("Иван Берёзов", None))[number % 3]
        text = f"Мост {number} цел, сказал Снегирёв. МОСТЫ и паром, Лугова, вьюга {number // 3}. " * (1 + number % 4)
        if number == 7:
            text += "паром " * 300 + " ".join(f"{n}z" for n in range(300)) + " 290z"
        article = Article(
            f"n{number}",
            f"Мост у реки {number % 5}",
            text,
            f"2016-0{1 + number % 9}-11" if number % 6 else None,
            source,
            "И. Ветров" if number % 2 else None,
            ("Город", "Река", None)[number % 3],
        )
        quotes = [
            Quote(f"n{number}#q{n}", f"n{number}", (Span(0, 4),), f"Мост цел {n}", kind, Speaker("x", name))
            for n, kind in enumerate(kinds[: number % 3])
        ]
        rows.append(rows_of(article, quotes, SyncState(f"/news/{number}.txt", "d")))
    return rows


def built(rows: list[ArticleRows]) -> MemoryArrays:
    builder = SegmentBuilder()
    for one in rows:
        builder.add(one)
    return MemoryArrays(*builder.build())


@pytest.fixture(scope="module")
def whole() -> MemoryArrays:
    return built(newspaper())


def problems(memory: MemoryArrays, *, deep: bool) -> list[str]:
    """As `molva check` finds them."""
    try:
        return segment_problems(Segment(memory, "s"), deep=deep)
    except DamagedIndexError as error:
        return [str(error)]


def names(found: list[str]) -> set[str]:
    """The arrays that are named, as patterns."""
    return {one for line in found for one in re.findall(r"\b(?:article|quote)\.[a-z.*_]+[a-z*]", line)}


def is_named(array: str, found: list[str]) -> bool:
    return any(fnmatch(array, pattern) for pattern in names(found))


ARRAYS: Final = sorted(built([]).arrays)


def test_there_is_something_in_every_array_to_be_wrong(whole: MemoryArrays) -> None:
    assert sorted(whole.arrays) == ARRAYS
    empty = {
        name.split(".", 1)[1] for name, array in whole.arrays.items() if name.startswith("article") and not len(array)
    }
    assert empty == {"sync.dict"}


def test_a_segment_as_it_is_built_is_sound(whole: MemoryArrays) -> None:
    assert problems(whole, deep=False) == []
    assert problems(whole, deep=True) == []
    assert problems(built([]), deep=True) == []


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_a_larger_segment_is_looked_at_piece_by_piece(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(soundness, "_AT_ONCE", at_once)
    monkeypatch.setattr(soundness_terms, "_AT_ONCE", at_once)
    monkeypatch.setattr(soundness_postings, "AT_ONCE", at_once)
    words = [*("мост" + "ы" * (n % 2) + f" x{n}" for n in range(300)), "реки и Реки"]
    memory = built(
        [
            rows_of(
                Article(f"n{n}", "Мост " * (n % 3), "мост " * (400 if n == 7 else n % 5) + word),
                (),
                SyncState(None, None),
            )
            for n, word in enumerate(words)
        ]
    )
    assert len(memory.array("article.big.at")) == 1
    assert int(np.diff(memory.array("article.block.start")).max()) == 3
    assert problems(memory, deep=False) == []
    memory.arrays["article.block.top"] = memory.arrays["article.block.top"].copy()
    memory.arrays["article.block.top"][-1] -= 1
    assert "array" in problems(memory, deep=False)[0]


@pytest.mark.parametrize("room", [0, 200_000])
def test_what_does_not_fit_the_room_is_built_again_in_pieces(
    whole: MemoryArrays, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(soundness_rebuilt, "ROOM", room)
    assert problems(whole, deep=True) == []
    code = whole.arrays["article.facet.section.code"].copy()
    code[-1] = 1 - code[-1]  # another section, in the last piece
    found = problems(MemoryArrays({**whole.arrays, "article.facet.section.code": code}, whole.meta), deep=True)
    assert any(one.startswith("article.facet.section.") for one in names(found))


def test_a_stored_article_with_other_words_is_found_by_a_deep_check_only() -> None:
    rows = newspaper()
    article = unpack_article(rows[3].article.stored)
    for changed, name, deep in (
        (replace(article, text="Мост цел."), "article.pos.at", True),
        (replace(article, published="2016-04-12"), "article.day", False),
        (replace(article, id="n4"), "article.ids.hash", False),
    ):
        rows[3] = rows[3]._replace(article=rows[3].article._replace(stored=pack_article(changed)))
        assert bool(problems(built(rows), deep=False)) is not deep
        assert is_named(name, problems(built(rows), deep=deep))


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b"\x01{", b"\xff", b'{"id": 5}', b"[" * 9999, b"null"])
def test_a_stored_document_that_is_none_is_found(stored: bytes) -> None:
    for kind in ("article", "quote"):
        rows = newspaper()[:3]
        if kind == "article":
            rows[1] = rows[1]._replace(article=rows[1].article._replace(stored=stored))
        else:
            rows[1] = rows[1]._replace(quotes=(rows[1].quotes[0]._replace(stored=stored),))
        assert is_named(f"{kind}.stored.data", problems(built(rows), deep=False))


@pytest.mark.parametrize("sync", [b"", b"{}", b'["n1"]', b'["n2", null, null]', b'["n1", 5, null]', b"[" * 9999])
def test_a_state_of_another_article_is_found(sync: bytes) -> None:
    rows = newspaper()[:3]
    rows[1] = rows[1]._replace(sync=sync)
    assert is_named("article.sync.data", problems(built(rows), deep=False))


@pytest.mark.parametrize("value", [-1, 0, 2**62, 1.0, 1.5, float("nan"), True, None, "", "9", [], {}, [2**62] * 12])
@pytest.mark.parametrize("name", ["docs", "fields", "texts", "first", "tokens", "mean", "b"])
def test_forged_numbers_about_a_part_are_found(whole: MemoryArrays, name: str, value: object) -> None:
    for kind in KINDS:
        about = whole.meta["parts"][kind][name]
        forged = [value]
        if isinstance(about, list):
            forged.append([about[0], value, *about[2:]])
        elif isinstance(about, dict):
            forged.append({**about, next(iter(about)): value})
        for one in forged:
            parts = {**whole.meta["parts"], kind: {**whole.meta["parts"][kind], name: one}}
            memory = MemoryArrays(whole.arrays, {**whole.meta, "parts": parts})
            assert problems(memory, deep=True)


def test_a_forged_hash_table_does_not_hang_a_check(whole: MemoryArrays) -> None:
    table = whole.arrays["article.terms.hash"]
    forged = np.zeros_like(table)
    filled = np.sort(table[table > 0])
    forged[: len(filled)] = filled  # nothing but one long run
    memory = MemoryArrays({**whole.arrays, "article.terms.hash": forged}, whole.meta)
    assert is_named("article.terms.hash", problems(memory, deep=False))


@pytest.mark.parametrize("name", ARRAYS)
@given(st.data())
@settings(max_examples=12, deadline=None)
def test_a_wrong_number_in_any_array_is_found_and_the_array_named(
    whole: MemoryArrays, name: str, data: st.DataObject
) -> None:
    changed = data.draw(corrupted(whole.arrays[name]))
    memory = MemoryArrays({**whole.arrays, name: changed}, whole.meta)
    if says_the_same(whole, name, changed):
        return
    found = problems(memory, deep=False)
    if not found:
        assert any(fnmatch(name.split(".", 1)[1], pattern) for pattern in ONLY_DEEP)
        found = problems(memory, deep=True)
    assert is_named(name, found), found


@st.composite
def corrupted(draw: st.DrawFn, good: Array) -> Array:
    """An array with one number changed, two changed places, or another length."""
    if not len(good):
        return np.zeros(1, good.dtype)
    changed = good.copy()
    at = draw(st.integers(0, len(good) - 1))
    how = draw(st.sampled_from(("near", "any", "swap", "swap", "cut", "longer")))
    if how == "near":
        step = draw(st.sampled_from((1, -1)))
        if good.dtype.kind == "f":
            changed[at] = np.nextafter(changed[at], np.float32(step) * np.float32(np.inf))
        else:
            changed[at : at + 1] += np.array(step).astype(good.dtype)
    elif how == "any":
        raw = draw(st.binary(min_size=good.itemsize, max_size=good.itemsize))
        changed[at] = np.frombuffer(raw, good.dtype)[0]
    elif how == "swap":
        other = draw(st.integers(0, len(good) - 1))
        changed[[at, other]] = changed[[other, at]]
    elif how == "cut":
        changed = np.delete(changed, at)
    else:
        changed = np.insert(changed, at, changed[at])
    return changed


def says_the_same(whole: MemoryArrays, name: str, changed: Array) -> bool:
    """Whether nothing that is read is another: a frame may say the same in other bytes."""
    good = whole.arrays[name]
    if name.endswith((".stored.data", ".sync.data", ".dict")) and len(good) == len(changed):
        kind, array, _ = name.split(".")
        segments = [Segment(MemoryArrays({**whole.arrays, name: one}, whole.meta), "s") for one in (good, changed)]
        blocks = [one.sync if array == "sync" else one.parts[kind].stored for one in segments]  # type: ignore[index]
        try:
            return list(blocks[0]) == list(blocks[1])
        except DamagedIndexError:
            return False
    if name.endswith(".terms.hash") and np.array_equal(good == 0, changed == 0):  # two of one run may change places
        part = Part(MemoryArrays({**whole.arrays, name: changed}, whole.meta), name.split(".")[0])  # type: ignore[arg-type]
        terms = ((field, number) for field in part.fields for number in part.terms_of(field))
        return sorted(good) == sorted(changed) and all(
            part.number(field, part.term(number)) == number for field, number in terms
        )
    return np.array_equal(good, changed)
