from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from search.highlight import mark_html

texts = st.text(alphabet="мост &<>\"'/mark;amp", max_size=40) | st.text(max_size=40)


@given(texts, st.lists(st.integers(0, 40), max_size=8))
def test_marks_are_the_only_markup_and_stand_where_the_spans_are(text: str, edges: list[int]) -> None:
    edges = sorted(min(edge, len(text)) for edge in edges)
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    html = mark_html(text, spans)
    pieces = re.split("</?mark>", html)
    assert not any(set("<>\"'") & set(piece) for piece in pieces)
    assert "".join(map(_plain, pieces)) == text
    assert [_plain(piece) for piece in pieces[1::2]] == [text[start:end] for start, end in spans]


def _plain(piece: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        piece = piece.replace(entity, char)
    return piece
