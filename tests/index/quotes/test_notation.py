"""Does the notation of these tests say what it seems to say?"""

from __future__ import annotations

import pytest

from index.model import Span

from .notation import parse


def test_marks_are_taken_out_and_keep_their_places() -> None:
    expected = parse("«[Да]», — сказал {Ким}.")
    assert expected.text == "«Да», — сказал Ким."
    assert expected.quotes == (("direct", (Span(1, 3),)),)
    assert [expected.text[slice(*span)] for span in expected.mentions] == ["Ким"]


def test_numbered_spans_are_one_quote() -> None:
    assert parse("[1:А] и [1:Б], [~в]").quotes == (("direct", (Span(0, 1), Span(4, 5))), ("partial", (Span(7, 8),)))


@pytest.mark.parametrize("notation", ["[Да", "Да]", "{Да]"])
def test_unbalanced_marks_are_refused(notation: str) -> None:
    with pytest.raises(ValueError, match="clos"):
        parse(notation)
