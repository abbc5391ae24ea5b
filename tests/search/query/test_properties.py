"""Does the query language hold for any text? Fuzz, the round trip, and the meaning against a ten-line evaluator."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Span
from search.engine.plan import plan_of
from search.errors import QueryError
from search.leaves import leaves_of
from search.query.build import build
from search.query.compound import widened
from search.query.language import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Parsed, parse, to_text
from search.query.logic import leaves, map_leaves
from search.query.scope import SCOPES
from search.query.tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, Word
from search.request import TYPES

PIECES = [
    *'()|"«»„“”-−!*~:,.;?—+#@№%><=\\/_',
    *" \t\n\x00\u00ad\u200b\ud800\u0301",
    *("мост", "Берёзов", "Эр-Рияд", "И", "ИЛИ", "НЕ", "AND", "OR", "NOT", "не", "5", "2016", "2016-02..", "~2", "~9"),
    *(
        "спикер:",
        "о:",
        "вид:",
        "дата:",
        "date:",
        "foo:",
        "прямая",
        "http://",
        "-(",
        "*",
        "((",
        ") ",
        " | ",
        " -",
        "* -",
        "^2",
        "^1e308",
        "sort:date",
        "rewrite:off",
        "1 000",
        "-5",
        "21-й",
        "*ия",
        "’",
        "15.12.2015",
        "\u202e",
        "%D0%BC",
    ),
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
ANY_TEXT = st.one_of(HOSTILE, st.text(st.characters(codec=None), max_size=200))
REFUSALS = {"invalid_date", "only_negative", "query_too_long", "prefix_too_short"}
NOWHERE = Span(0, 0)


def parsed_or_none(typed: str) -> Parsed | None:
    try:
        return parse(typed)
    except QueryError as error:
        refused = error
    assert refused.code in REFUSALS
    assert refused.span is not None
    assert 0 <= refused.span[0] <= refused.span[1] <= len(typed)
    return None


def unplaced(node: Node) -> Node:
    """The tree without its spans."""

    def bare(leaf: Word | Phrase | Field | DateRange | Everything) -> Node:
        match leaf:
            case Word(text, _, exact, prefix, fuzzy):
                return Word(text, NOWHERE, exact, prefix, fuzzy)
            case Phrase(text, _, exact, slop):
                return Phrase(text, NOWHERE, exact, slop)
            case Field(name, child, _):
                return Field(name, map_leaves(child, bare), NOWHERE)
            case DateRange(since, until, _):
                return DateRange(since, until, NOWHERE)
            case _:
                return leaf

    return map_leaves(node, bare)


def check_rules(node: Node, under: Node | None = None) -> None:
    """The rules that `logic` promises."""
    match node:
        case And(children):
            assert len(children) >= 2
            assert not isinstance(under, And)
            assert not all(isinstance(child, Not) for child in children)
            if Everything() in children:
                assert all(isinstance(child, Not) for child in children[1:])
        case Or(children):
            assert len(children) >= 2
            assert not isinstance(under, Or)
            assert not any(isinstance(child, Not | Everything) for child in children)
        case Not(child):
            assert isinstance(under, And)
            assert not isinstance(child, Not | Everything)
            children = (child,)
        case Field(_, child):
            assert not isinstance(child, Not | Field | DateRange | Everything)
            assert all(isinstance(leaf, Word | Phrase) for leaf in leaves(child))
            children = (child,)
        case _:
            return
    for child in children:
        check_rules(child, node)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_any_text_is_read_or_refused_by_a_known_code(typed: str) -> None:
    parsed = parsed_or_none(typed)
    if parsed is None:
        return
    check_rules(parsed.node)
    places = [leaf.span for leaf in leaves(parsed.node) if not isinstance(leaf, Everything)]
    places += [warning.span for warning in parsed.warnings]
    assert all(0 <= start < end <= len(typed) for start, end in places)
    to_text(parsed.node).encode()


@settings(max_examples=400, deadline=None)
@given(HOSTILE)
def test_the_canonical_form_is_read_as_the_same_tree(typed: str) -> None:
    parsed = parsed_or_none(typed)
    if parsed is None:
        return
    canonical = to_text(parsed.node)
    if len(canonical) <= MAX_LENGTH:
        assert unplaced(parse(canonical).node) == unplaced(parsed.node)


FORMULAS = st.recursive(
    st.sampled_from("абвг"),
    lambda inner: st.one_of(
        inner.map(lambda a: f"-({a})"),
        st.tuples(inner, inner).map(lambda ab: f"({ab[0]}) ({ab[1]})"),
        st.tuples(inner, inner).map(lambda ab: f"({ab[0]}) | ({ab[1]})"),
        inner.map(lambda a: f"о:({a})"),
    ),
    max_leaves=12,
)


def holds(node: Node, found: frozenset[str]) -> bool:
    """Whether a document that holds the words `found` answers the query."""
    match node:
        case And(children):
            return all(holds(child, found) for child in children)
        case Or(children):
            return any(holds(child, found) for child in children)
        case Not(child) | Field(_, child):
            return holds(child, found) != isinstance(node, Not)
        case Word(text):
            return text in found
        case _:
            return isinstance(node, Everything)


def evaluated(formula: str, found: frozenset[str]) -> bool:
    """The same, straight from the text: Python reads its brackets."""
    python = formula.replace("о:", "").replace("-(", " not (").replace(") (", ") and (").replace("|", "or")
    return bool(eval(python, {}, {name: name in found for name in "абвг"}))  # noqa: S307 - our own few symbols


@settings(max_examples=300, deadline=None)
@given(FORMULAS)
def test_a_tree_means_what_the_brackets_say(formula: str) -> None:
    node = parse(f"(д) | ({formula})").node  # «д» is in no document, and keeps the query from being only negative
    for chosen in product((False, True), repeat=4):
        found = frozenset(name for name, take in zip("абвг", chosen, strict=True) if take)
        assert holds(node, found) == evaluated(formula, found)


@settings(max_examples=100, deadline=None)
@given(FORMULAS, st.integers(0, MAX_DEPTH))
def test_the_canonical_form_needs_no_deeper_brackets(formula: str, depth: int) -> None:
    parsed = parsed_or_none("(" * depth + formula + ")" * depth)
    if parsed is not None and all(warning.code != "too_deep" for warning in parsed.warnings):
        assert parse(to_text(parsed.node)).warnings == ()


SLOW_SEEDS = [
    "(",
    ")",
    "-(",
    "спикер:",
    "о:(",
    "«",
    "««»",
    "„«",
    "“",
    '"',
    "!",
    "-",
    "~",
    "*",
    "|",
    "а|",
    "а -",
    "-(а ",
]
SLOW_SEEDS += [
    "а,",
    "\u00ad",
    "о:(а | -",
    "о:(а о:б | -(в ",
    "foo:",
    "дата:",
    "дата:2016 ",
    "а*б",
    "a://",
    "a.",
    "~9",
    "И ",
    "НЕ ",
]


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python a piece of work takes."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("seed", SLOW_SEEDS)
def test_twice_as_long_a_query_takes_no_more_than_some_twice_as_many_steps(seed: str) -> None:
    def read(length: int) -> int:
        typed = (seed * length)[:length]
        return steps(lambda: parsed_or_none(typed))

    short, long = read(MAX_LENGTH // 2), read(MAX_LENGTH)
    assert long <= 2.5 * short + 500
    assert long < 300 * MAX_LENGTH


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    def refused() -> None:
        with pytest.raises(QueryError):
            parse("(" * 1_000_000)

    assert steps(refused) < 1000


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_whatever_is_typed_can_be_asked_of_the_engine(typed: str) -> None:
    parsed = parsed_or_none(typed)
    if parsed is not None:
        for kind in TYPES:
            wide = widened(parsed.node)
            assert plan_of(build(wide, SCOPES[kind]), kind) is not None
            assert all(leaf.words for leaf in leaves_of(wide, SCOPES[kind]))


def test_a_tree_holds_no_more_terms_than_the_limit() -> None:
    assert len(list(leaves(parse("а " * 300).node))) == MAX_TERMS
