"""Is the encoding of a text found, also where there is little of it?"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources import decode, read_text_file
from index.sources.outcome import UnreadableError
from tests.index.sources.conftest import ReadFile

LONG = (
    "В четверг, 14 февраля, ворота свалки у посёлка Дальний закрыли — на этот раз не до понедельника, а насовсем. "
    "Последнему мусоровозу дали от ворот поворот; водителю вручили букет. Приехала мэр Зареченска Марина Соколова, "
    "а губернатор прислал телеграмму, которую прочёл пресс-секретарь."
)
SHORT = (
    "Мост через Вьюгу открыли в сентябре, к",
    "тренер «Речника» ушёл в отставку после",
    "Водоканал обещает починить трубы к зиме",
    "ещё двое жителей Слободы подали жалобу",
    "СРОЧНО: В ЗАРЕЧЕНСКЕ ЗАКРЫЛИ ПЕРЕПРАВУ",
    "Губернатор Рахимов объявил о реформе ж",
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "cp866", "mac-cyrillic", "utf-16", "utf-8-sig"])
def test_a_paragraph_is_read_in_any_encoding_of_russian(encoding: str) -> None:
    data = LONG.encode(encoding, "ignore")
    assert decode(data).text == data.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("words", SHORT)
def test_forty_characters_are_enough(words: str, encoding: str) -> None:
    data = words.encode(encoding, "ignore")
    assert decode(data).text == data.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_every_stretch_of_forty_letters_is_told(encoding: str) -> None:
    wrong = []
    for start in range(0, len(LONG) - 40, 7):
        data = LONG[start : start + 40].encode(encoding, "ignore")
        if decode(data).text != data.decode(encoding):
            wrong.append(data.decode(encoding))
    assert wrong == []


def test_a_damaged_utf8_text_is_not_taken_for_another_encoding() -> None:
    data = bytearray((LONG * 5).encode())
    data[301] = 0xFF
    told = decode(bytes(data))
    assert told.encoding == "utf-8"
    assert "\ufffd" in told.text
    assert "Марина Соколова" in told.text


def test_western_letters_are_not_taken_for_russian() -> None:
    words = "Das Café in Köln schließt früher, sagt der Bürgermeister."
    try:
        text = decode((words * 3).encode("cp1252")).text
    except UnreadableError:
        return  # refused is right as well
    assert not any("\u0400" <= char <= "\u04ff" for char in text)


def test_a_page_may_name_its_encoding() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Ю</body></html>'.encode("cp1251")
    assert decode(page).text.count("Ю") == 1


def test_a_text_file_keeps_its_line_ends_and_loses_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffМост\r\nоткрыт\r\n".encode())
    assert read_text_file(path) == "Мост\r\nоткрыт\r\n"


def test_a_text_file_that_cannot_be_read_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.txt.*check the path"):
        read_text_file(tmp_path / "gone.txt")
    (tmp_path / "b.txt").write_bytes(b"\0\1")
    with pytest.raises(SourceError, match=r"b\.txt.*binary"):
        read_text_file(tmp_path / "b.txt")


def test_a_cp1251_file_becomes_an_article(read_file: ReadFile) -> None:
    [article], _ = read_file("old.txt", f"Свалку закрыли\r\n\r\n{LONG}".encode("cp1251"))
    assert article.title == "Свалку закрыли"
    assert "Марина Соколова" in article.text


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    text = ""
    with contextlib.suppress(UnreadableError):
        text = decode(data).text
    assert text.encode().decode() == text


@given(st.text(max_size=200).filter(lambda text: "\0" not in text and not text.startswith(("\ufeff", "\ufffe"))))
def test_utf8_is_always_read_as_utf8(text: str) -> None:
    assert decode(text.encode()).text == text
