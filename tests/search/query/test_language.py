"""Which leaves, spans, warnings and refusals does a query give?"""

from __future__ import annotations

from datetime import date

import pytest

from index.model import Span
from search.errors import QueryError
from search.query.language import MAX_LENGTH, parse, to_text
from search.query.limits import too_many_forms
from search.query.logic import leaves
from search.query.tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, Word


def spelt(typed: str) -> list[str]:
    """What the leaves of `typed` cover in it."""
    return [
        typed[slice(*leaf.span)]
        for leaf in leaves(parse(typed).node)
        if isinstance(leaf, Word | Phrase | Field | DateRange)
    ]


def refusal(typed: str) -> QueryError:
    with pytest.raises(QueryError) as refused:
        parse(typed)
    return refused.value


def test_an_empty_query_is_everything() -> None:
    assert parse("").node == Everything()
    assert parse(" ,() ").node == Everything()


def test_all_parts_come_together_in_one_tree() -> None:
    assert parse('мост -парома (дата:2016 | спикер:"Аркадий Берёзов")').node == And(
        (
            Word("мост", Span(0, 4)),
            Not(Word("парома", Span(6, 12))),
            Or(
                (
                    DateRange(date(2016, 1, 1), date(2016, 12, 31), Span(14, 23)),
                    Field("speaker", Phrase("Аркадий Берёзов", Span(33, 50)), Span(26, 50)),
                )
            ),
        )
    )


def test_a_word_keeps_its_letters_as_typed() -> None:
    assert parse("БЕРЁЗОВ").node == Word("БЕРЁЗОВ", Span(0, 7))


def test_flags_of_a_word_leave_its_text_bare() -> None:
    assert parse("!навиг*").node == Word("навиг", Span(0, 7), exact=True, prefix=True)
    assert parse("навегация~2").node == Word("навегация", Span(0, 11), fuzzy=2)


def test_flags_of_a_phrase_leave_its_text_bare() -> None:
    assert parse("!«глава порта»~5").node == Phrase("глава порта", Span(0, 16), exact=True, slop=5)


def test_a_group_keeps_its_field_as_one() -> None:
    group = Or((Word("Берёзов", Span(8, 15)), Word("Орловская", Span(18, 27))))
    assert parse("спикер:(Берёзов | Орловская)").node == Field("speaker", group, Span(0, 28))


def test_the_engine_gets_kinds_by_their_english_name() -> None:
    assert parse("вид:Фрагмент").node == Field("kind", Word("partial", Span(4, 12)), Span(0, 12))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("мост, -паром!", ["мост", "паром"]),
        ("!мост навиг* слово~2.", ["!мост", "навиг*", "слово~2"]),
        ('"старый мост"~3 !«паром»', ['"старый мост"~3', "!«паром»"]),
        ("-спикер:Берёзов мост", ["спикер:Берёзов", "мост"]),
        ("мост (спикер:(Аркадий Берёзов))", ["мост", "спикер:(Аркадий Берёзов)"]),
        ("дата:2016.. мост", ["дата:2016..", "мост"]),
        ("мо\u00adст \ufeffпаром", ["мо\u00adст", "паром"]),
        ("«мост", ["«мост"]),
    ],
)
def test_a_leaf_knows_its_place_in_the_query_as_typed(typed: str, expected: list[str]) -> None:
    assert spelt(typed) == expected


@pytest.mark.parametrize(
    ("typed", "blamed"),
    [
        ("паром «старый мост", "«старый мост"),
        ("мост (паром", "("),
        ("мост) паром", ")"),
        ("мост foo:паром", "foo:"),
        ("мост спикер: Берёзов", "спикер:"),
        ("вид:прямоя мост", "прямоя"),
        ("мост ИЛИ", "ИЛИ"),
        ("мост навегация~9!", "навегация~9"),
        ("да " * 64 + "мост паром", "мост"),
        ("снег -5 утром", "-5"),
        ("паром мост^2.5", "^2.5"),
        ("мост навиг*ция", "навиг*ция"),
    ],
)
def test_a_warning_points_at_its_cause(typed: str, blamed: str) -> None:
    (warning,) = parse(typed).warnings
    assert typed[slice(*warning.span)] == blamed
    assert warning.message


@pytest.mark.parametrize(
    ("typed", "code", "blamed"),
    [
        ("мост дата:2016-13", "invalid_date", "2016-13"),
        ('мост дата:"осень"', "invalid_date", '"осень"'),
        ("мост дата:(2016 | осенью)", "invalid_date", "осенью"),
        ("мост, спикер:Бе*", "prefix_too_short", "Бе*"),
        ("  -мост -паром ", "only_negative", "-мост -паром"),
        ("б" * MAX_LENGTH + "юя", "query_too_long", "юя"),
    ],
)
def test_a_refusal_points_at_its_cause(typed: str, code: str, blamed: str) -> None:
    error = refusal(typed)
    assert error.span is not None
    assert (error.code, typed[slice(*error.span)]) == (code, blamed)


def test_a_refusal_says_what_was_found_and_what_was_expected() -> None:
    assert str(refusal("дата:осень")) == (
        "Неверная дата «осень»: ожидается 2015, 2015-12, 2015-12-15 или промежуток 2015..2016"
    )


def test_a_query_may_be_as_long_as_the_limit() -> None:
    assert parse("б" * MAX_LENGTH).node == Word("б" * MAX_LENGTH, Span(0, MAX_LENGTH))


def test_warnings_come_in_the_order_of_the_text() -> None:
    codes = [warning.code for warning in parse("foo:мост) ИЛИ «паром").warnings]
    assert codes == ["unknown_field", "stray_bracket", "unclosed_quote"]


@pytest.mark.parametrize(
    ("typed", "sort"),
    [
        ("мост sort:date", "newest"),
        ("sort:oldest мост", "oldest"),
        ("мост сортировка:новые", "newest"),
        ("мост, Порядок:дата.", "newest"),
        ("sort:newest мост sort:relevance", "relevance"),
        ("мост", None),
        ('мост "sort:date"', None),
    ],
)
def test_an_order_may_be_typed_into_the_box(typed: str, sort: str | None) -> None:
    parsed = parse(typed)
    assert parsed.options.sort == sort
    assert not parsed.warnings


def test_repairs_may_be_switched_off_in_the_box() -> None:
    assert parse("мост rewrite:off").options.without == {"layout", "translit", "spelling"}
    assert parse("мост translit:off опечатки:нет").options.without == {"translit", "spelling"}
    assert parse("мост исправления:нет раскладка:да").options.without == {"translit", "spelling"}


def test_options_are_no_words_of_the_query() -> None:
    assert to_text(parse("мост sort:date | паром").node) == "мост | паром"
    assert parse("sort:date").node == Everything()


@pytest.mark.parametrize("typed", ["мост sort:date", "rewrite:off мост sort:old", "мост раскладка:нет", "sort:date"])
def test_what_was_understood_is_understood_the_same_again(typed: str) -> None:
    again = parse(parse(typed).interpreted)
    assert again.options == parse(typed).options
    assert again.interpreted == parse(typed).interpreted


@pytest.mark.parametrize(
    ("word", "shown"),
    [(Word("навиг", Span(0, 6), prefix=True), "«навиг*»"), (Word("мост", Span(0, 6), fuzzy=2), "«мост~2»")],
)
def test_a_pattern_that_stands_for_too_many_words_says_how_many_were_taken(word: Word, shown: str) -> None:
    warning = too_many_forms(word, 64)
    assert (warning.code, warning.span) == ("too_many_forms", word.span)
    assert shown in warning.message
    assert "64" in warning.message


def test_each_code_is_told_five_times_at_most() -> None:
    assert len(parse("foo:мост " * 50).warnings) == 5


def test_what_stands_before_an_ignored_bracket_is_ignored_too() -> None:
    deep = "(" * 32 + "мост -(паром)" + ")" * 32
    assert to_text(parse(deep).node) == "мост паром"


def test_a_dropped_term_excludes_nothing() -> None:
    assert to_text(parse("да " * 64 + "-мост").node) == " ".join(["да"] * 64)


def test_a_word_that_cannot_stand_bare_is_written_in_quotes() -> None:
    odd: list[Node] = [Word("ИЛИ", Span(0, 3)), Word("старый мост", Span(0, 11)), Word("спикер:Берёзов", Span(0, 14))]
    assert [to_text(node) for node in odd] == ['"ИЛИ"', '"старый мост"', '"спикер:Берёзов"']
