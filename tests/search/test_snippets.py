"""Snippets are whole sentences around what was found, the same as if all of the text had been split."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import sentences as splitting
from index.analysis.sentences import sentence_around, sentences
from index.model import Span
from search import snippets as module
from search.leaves import leaves_of
from search.marking import Reading, Words, read, spans_of
from search.query.language import parse
from search.query.scope import SCOPES
from search.snippets import LONGEST, Snippets

PIECES = (
    "Мост открыли. ",
    "Мэр г. Окольска А. Б. Берёзов молчал. ",
    "Ул. Речная, д. 5! ",
    "И т. д. Паром ушёл? ",
    "слово ",
    "\n",
    "        ",
    "… ",
    "«Мост стоит.» Паром! ",
    "А.",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)


def marked(text: str, query: str) -> list[str]:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    return [shown.html for shown in Snippets(leaves, [1.0] * len(leaves)).of(read(leaves, text, "text"))]


@settings(max_examples=300)
@given(texts, st.lists(st.integers(0, 600), min_size=1, max_size=6), st.sampled_from([1, 5, 40, 400]))
def test_the_sentence_around_a_place_is_that_of_the_whole_text(text: str, places: list[int], reach: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(splitting, "REACH", reach)
        expected = sentences(text)
        start = 0
        for line in text.split("\n"):
            end = start + len(line)
            behind = start
            for at in sorted(p for p in places if start <= p < end and not text[p].isspace()):
                here = next(Span(a, b) for a, b in expected if a <= at < b)
                assert sentence_around(text, at, start, end) == here
                assert at < behind or sentence_around(text, at, behind, end) == here
                behind = here.end
            start = end + 1


@settings(max_examples=300)
@given(texts, st.sampled_from(["мост", "мост паром", "слово стоит мост", "и т что", '"мост паром"~3 речная']))
def test_the_sentences_shown_are_the_best_of_all(text: str, query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    weights = [1.0 + number / 3 for number in range(len(leaves))]
    reading = read(leaves, text, "text")
    ranked = []
    for start, end in sentences(text):
        inside = [place for place in reading.found if start <= reading.bounds[place.first][0] < end]
        value = module._value(inside, module._worths(leaves, weights)) if inside else 0
        if value > 0:
            ranked.append((-value, start, end))
    expected = [Span(start, end) for _, start, end in sorted(ranked)[: module.MOST]] or sentences(text)[:1]
    shown = Snippets(leaves, weights).of(reading)
    assert [one.start for one in shown] == sorted(span.start for span in expected)


NASTY = (
    "\u0301",
    "\u00ad",
    "𝔸",
    "Ⅷ",
    "г.",
    " г. О",
    "т.д.",
    "..",
    "?!» ",
    ".) — А",
    "1.",
    "Ё",
    " ",
    "\t",
    "\u00a0",
    "Ѐ.",
    "(А.",
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES + NASTY), min_size=1, max_size=40).map("".join),
    st.sampled_from(["мост", "мост паром", "слово стоит мост", "и т что", "мост и т г а речная ушла"]),
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=7, max_size=7),
)
def test_a_kernel_chooses_and_marks_the_same(text: str, query: str, weights: list[float]) -> None:
    pytest.importorskip("numba")
    from search.compiled_snippets import chosen_sentences

    leaves = leaves_of(parse(query).node, SCOPES["article"])
    reading = read(leaves, text, "text")
    rows = np.array([(one.leaf, one.first, one.level) for one in reading.found], np.int64).reshape(-1, 3)
    as_words = Reading(text, words=Words(rows, [0] * len(leaves)))
    numbers = Snippets(leaves, weights[: len(leaves)])._numbers
    chosen = [chosen_sentences(text, Words(rows, []), *numbers)] if len(rows) else []
    assert (None in chosen) == ("𝔸" in text and len(rows) > 0)
    expected = Snippets(leaves, weights[: len(leaves)]).of(reading)
    assert Snippets(leaves, weights[: len(leaves)], chosen_sentences).of(as_words) == expected


def test_a_kernel_parts_sentences_far_from_what_was_found() -> None:
    pytest.importorskip("numba")
    from search.compiled_snippets import chosen_sentences

    leaves = leaves_of(parse("мост паром").node, SCOPES["article"])
    for text in ("слово " * 90 + "мост " + "слово " * 90 + "паром. Мост", "Река. " * 90 + "Мост. " + "река\n" * 90):
        reading = read(leaves, text, "text")
        rows = np.array([(one.leaf, one.first, one.level) for one in reading.found], np.int64)
        as_words = Reading(text, words=Words(rows, []))
        expected = Snippets(leaves, [1.0, 2.0]).of(reading)
        assert Snippets(leaves, [1.0, 2.0], chosen_sentences).of(as_words) == expected


def test_sentences_with_more_of_the_words_are_shown_first() -> None:
    text = "Мост стоит. Паром ушёл. Мост и паром. Река. Паром у моста."
    assert marked(text, "мост паром") == [
        "<mark>Мост</mark> и <mark>паром</mark>.",
        "<mark>Паром</mark> у <mark>моста</mark>.",
    ]


def test_function_words_never_choose_a_sentence() -> None:
    assert marked("И что? И кто? Мост.", "что и мост") == ["<mark>Мост</mark>."]


def test_without_words_the_beginning_is_shown() -> None:
    assert marked("\n  Река течёт. Мост стоит.", "паром") == ["Река течёт."]
    assert marked(" \n", "паром") == []


def test_a_text_without_full_stops_is_cut_around_what_was_found() -> None:
    text = "слово " * 20_000 + "мост " + "слово " * 20_000
    (shown,) = marked(text, "мост")
    assert "<mark>мост</mark>" in shown
    assert len(shown) < LONGEST + 20


def test_only_the_neighbourhood_of_what_was_found_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Река течёт. " * 50_000 + "Мост стоит. " + "Река течёт. " * 50_000
    leaves = leaves_of(parse("мост").node, SCOPES["article"])
    reading = read(leaves, text, "text")
    marks: list[int] = []
    breaks = splitting._BREAK

    class Counted:
        def finditer(self, whole: str, start: int, end: int) -> Iterator[re.Match[str]]:
            for mark in breaks.finditer(whole, start, end):
                marks.append(mark.end())
                yield mark

    monkeypatch.setattr(splitting, "_BREAK", Counted())
    (shown,) = Snippets(leaves, [1.0]).of(Reading(text, reading.found))
    assert shown.text == "Мост стоит."
    assert 0 < len(marks) < 30


@given(texts, st.sampled_from(['"мост мост"', '"паром слово"~4', "мост | паром", '"слово слово слово"~2']))
def test_a_snippet_is_marked_as_all_of_the_text_would_be(text: str, query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    reading = read(leaves, text, "text")
    covered = {at for start, end in spans_of(reading, leaves) for at in range(start, end)}
    for shown in Snippets(leaves, [1.0] * len(leaves)).of(reading):
        if shown.start is not None and text[shown.start :].startswith(shown.text):
            marked = {shown.start + at for start, end in shown.spans for at in range(start, end)}
            inside = {at for at in covered if shown.start <= at < shown.start + len(shown.text)}
            assert marked == {at for at in inside if not at_the_end(text, at, shown.start + len(shown.text))}


def at_the_end(text: str, at: int, end: int) -> bool:
    """Whether only marks of punctuation stand from here to the end of a sentence."""
    return not any(char.isalnum() for char in text[at:end])
