"""Stored documents come back as they went in, whatever is written in them, and take a byte a Russian letter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.storage.payload import COMPACT, pack_article, pack_state, unpack, unpack_article

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('Ёя«»—№\\"\n\t\0\x7f\x85\x98\xa0\u2028₽❄𝔸'))


@given(TEXTS, TEXTS, st.none() | TEXTS, st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS), max_size=2))
def test_any_text_comes_back(title: str, text: str, source: str | None, extra: dict[str, object]) -> None:
    article = Article("a1", title, text, source=source, extra=extra)
    packed = pack_article(article)
    assert packed[:1] == COMPACT
    assert unpack_article(packed) == article
    assert pack_article(unpack_article(packed)) == packed


@given(TEXTS, st.none() | TEXTS)
def test_a_state_is_json_in_utf_8(article_id: str, origin: str | None) -> None:
    assert json.loads(pack_state(article_id, origin, "d1")) == [article_id, origin, "d1"]


def test_a_russian_letter_takes_one_byte() -> None:
    short, long = (len(pack_article(Article("a1", "", "ё—№" * count))) for count in (1, 1001))
    assert long - short == 3000


def test_what_another_format_stored_is_read() -> None:
    assert unpack('{"id":"а1","text":"Мост ❄"}'.encode()) == {"id": "а1", "text": "Мост ❄"}


@pytest.mark.parametrize("half", ["\ud83d", "мост \udc3a", "\udc3a\ud83d"])
def test_half_a_character_is_refused(half: str) -> None:
    for article in (
        Article("a1", half, "мост"),
        Article("a1", "мост", half),
        Article("a1", "м", "м", extra={"m": half}),
    ):
        with pytest.raises(UnicodeEncodeError):
            pack_article(article)
    with pytest.raises(UnicodeEncodeError):
        pack_state(half, None, None)


@pytest.mark.parametrize("record", [b"\x01", b"\x01{", b'\x01{"a":"\x98"}', b"\xff", b"", b"\x02{}"])
def test_a_damaged_record_is_an_error_that_readers_handle(record: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(record)
