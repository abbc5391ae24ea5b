"""Postings of a few chosen documents are those of all of them: also where numbers outgrow their bytes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import FORM_MARK, tokens
from index.analysis.roots import stem
from index.model import Article
from index.storage.builder import SegmentBuilder
from index.storage.format import MemoryArrays
from index.storage.part import Part
from index.storage.rows import rows_of
from index.storage.segment import Segment
from index.writer import SyncState
from search.engine import reference
from search.engine.expansion import expanded, most_frequent
from search.engine.lists import StoredList, documents_of, form_numbers, form_totals, list_of, tokens_in
from search.engine.plan import Fuzzy, Prefixed
from search.engine.reference import OWNER
from search.engine.snapshot import Kept, Snapshot

ENDINGS = ["".join(some) for size in range(5) for some in product("аеиоуыюяйьмхвшщтслн", repeat=size)]
FORMS = [form for ending in ENDINGS if stem(form := "мостик" + ending) == "мостик"]  # 409 forms of one root
ROOT = "мостик".encode()


@pytest.fixture(scope="module")
def segment() -> Segment:
    """An article with all forms, one with a word 300 times, one of 70,000 words, and many small ones."""
    texts = [" ".join(FORMS), "мостик " * 300 + "мостика", "вода " * 70_000 + "мостиками"]
    texts += [" ".join(["вода", *FORMS[number % 9 : number % 9 + number % 4]]) for number in range(900)]
    builder = SegmentBuilder()
    for number, text in enumerate(texts):
        builder.add(rows_of(Article(str(number), "Паводок", text), [], SyncState(None, "d")))
    return Segment(MemoryArrays(*builder.build()), "s")


@pytest.fixture(scope="module")
def part(segment: Segment) -> Part:
    return segment.part("article")


@pytest.fixture(scope="module")
def slow(part: Part) -> dict[int, list[tuple[int, int]]]:
    """Document → (position, form's term) of each token of the root."""
    number = part.number("text", ROOT)
    docs, frequencies = part.postings(number)
    positions, forms = part.positions(number)
    terms = part.forms_term[part.forms_of(number)[0] + forms]
    of = np.repeat(docs, frequencies).tolist()
    found: dict[int, list[tuple[int, int]]] = {}
    for doc, position, term in zip(of, positions.tolist(), terms.tolist(), strict=True):
        found.setdefault(doc, []).append((position, term))
    return found


def test_the_corpus_has_what_outgrows_a_byte(part: Part) -> None:
    assert len(FORMS) > 255
    assert len(part.big_at) > 0
    assert len(part.wide_at) > 0
    assert part.pos_at.dtype == np.uint32


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 600), max_size=30), st.booleans())
def test_chosen_postings_are_those_of_the_whole_list(
    part: Part, slow: dict[int, list[tuple[int, int]]], wanted: set[int], everything: bool
) -> None:
    stored = StoredList(part, part.number("text", ROOT))
    size = len(stored.docs)
    chosen = np.arange(size) if everything else np.array(sorted(place for place in wanted if place < size), np.int64)
    docs = stored.docs[chosen].tolist()
    assert stored.frequencies(chosen).tolist() == [len(slow[doc]) for doc in docs]
    assert stored.frequencies()[chosen].tolist() == [len(slow[doc]) for doc in docs]
    expected = [owner << OWNER | at for owner, doc in enumerate(docs) for at, _ in slow[doc]]
    assert stored.keys(chosen, np.arange(len(chosen))).tolist() == expected
    for form in (FORMS[0], FORMS[5], FORMS[-1]):
        number = part.number("text", (FORM_MARK + form).encode())
        counts = stored.form_counts(form_numbers(part, stored.number, number), chosen)
        assert counts.tolist() == [sum(term == number for _, term in slow[doc]) for doc in docs]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(FORMS), min_size=1, max_size=6))
def test_tokens_of_some_forms_are_gathered_from_their_roots(
    part: Part, slow: dict[int, list[tuple[int, int]]], forms: set[str]
) -> None:
    numbers = sorted(part.number("text", (FORM_MARK + form).encode()) for form in forms)
    expected = {doc: [at for at, term in places if term in numbers] for doc, places in slow.items()}
    expected = {doc: places for doc, places in expected.items() if places}
    found = tokens_in(part, numbers)
    assert found.docs.tolist() == sorted(expected)
    assert found.frequencies().tolist() == [len(expected[doc]) for doc in sorted(expected)]
    everything = np.arange(len(found.docs))
    assert found.keys(everything, found.docs.astype(np.int64)).tolist() == [
        doc << OWNER | at for doc in sorted(expected) for at in expected[doc]
    ]
    assert documents_of(part, np.array(numbers), lambda: None).tolist() == sorted(expected)


def test_documents_of_all_terms_are_those_with_any(part: Part) -> None:
    for pattern in (b"", b"=", b"=m", "м".encode(), "=мо".encode()):
        numbers = expanded(part, "text", Prefixed(pattern), reference, lambda: None)
        one_by_one = reference.union([list_of(part, number).docs for number in numbers.tolist()], part.docs)
        assert documents_of(part, numbers, lambda: None).tolist() == one_by_one.tolist()


def test_the_most_frequent_forms_are_chosen_over_all_segments(segment: Segment) -> None:
    parts = [segment.part("article"), segment.part("article")]
    chosen = most_frequent(parts, "text", Prefixed("=мостик".encode()), reference, lambda: None)
    low, high = parts[0].with_prefix("text", "=мостик".encode()).start, parts[0].terms_of("text").stop
    totals = {low + place: total for place, total in enumerate(form_totals(parts[0], low, high).tolist())}
    numbers = parts[0].with_prefix("text", "=мостик".encode())
    best = sorted(numbers, key=lambda number: (-totals[number], number))[:64]
    assert chosen == [sorted(best), sorted(best)]
    near = most_frequent(parts[:1], "text", Fuzzy("=мостек", 1, 2), reference, lambda: None)
    assert near == [[part for part in numbers if parts[0].term(part).decode() in ("=мостик", "=мостек")]]


def test_statistics_are_over_all_segments(segment: Segment) -> None:
    view = Snapshot([segment, segment], "000001").views["article"]
    one = segment.part("article")
    assert view.docs == 2 * one.docs
    assert view.mean["text"] == pytest.approx(one.mean["text"])
    assert view.entry("text", ROOT).df == 2 * one.df(one.number("text", ROOT)) == view.df("text", ROOT)
    exact = (FORM_MARK + "мостика").encode()
    assert view.entry("text", exact).df == 0
    assert view.df("text", exact) == 2 * len(list_of(one, one.number("text", exact)).docs)
    assert view.df("text", "нет".encode()) == 0
    assert view.segment_of(one.docs + 3) == (1, 3)
    assert [token.form for token in tokens("Мостика")] == ["мостика"]


def test_what_is_kept_stays_below_its_bytes() -> None:
    kept, made = Kept(100), []

    def get(key: int, size: int) -> None:
        kept.get(key, lambda: made.append(key), lambda _: size)

    get(1, 40)
    get(2, 40)
    get(1, 40)
    assert made == [1, 2]
    get(3, 40)  # the one not asked for longest goes
    get(1, 40)
    get(2, 40)
    assert made == [1, 2, 3, 2]
    get(4, 90)  # too big to be kept
    get(4, 90)
    assert made == [1, 2, 3, 2, 4, 4]
