"""Are speakers counted as a reader would count them?"""

from __future__ import annotations

import json
from pathlib import Path

from .__main__ import bands, by_sign
from .judged import Judgement, judge, read

TEXT = "Мэр Олег Лунин приехал. «Мост готов», — сказал мэр. «Дождь пройдёт», — сообщили в МЧС."


def row(words: str, name: str | None, kind: str = "person") -> dict[str, object]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "kind": "direct", "speaker_name": name, "speaker_type": kind}


def test_each_quote_that_both_have_is_judged(tmp_path: Path) -> None:
    gold = {"id": "a", "text": TEXT, "quotes": [row("Мост готов", "Олег Лунин"), row("Дождь пройдёт", "МЧС", "org")]}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(gold, ensure_ascii=False) + "\n", "utf-8")
    first, second = judge(read(path))
    assert (first.sign, first.named, first.right) == ("bare role", "Олег Лунин", True)
    assert (second.named, second.right) == ("МЧС", True)


def test_a_surname_is_enough_for_a_person_and_half_the_words_for_a_body() -> None:
    assert Judgement("a", "role", 0.9, "Сергей Лунин", "С. Лунин", True).right
    assert not Judgement("a", "role", 0.9, "Сергей Лунин", "Сергей Глинский", True).right
    assert Judgement("a", "body", 0.9, "газета Причал", "Причал", False).right
    assert not Judgement("a", "", 0.5, "Сергей Лунин", None, True).right
    assert Judgement("a", "", 0.5, None, None, True).right


def test_shares_and_bands_count_what_is_named() -> None:
    rows = [
        Judgement("a", "role", 0.97, "Лунин", "Лунин", True),
        Judgement("a", "role", 0.97, "Лунин", "Глинский", True),
        Judgement("a", "", 0.5, None, None, True),
    ]
    assert by_sign(rows) == [("role", 1, 2)]
    assert bands(rows)[0] == (0.95, 1.0, 1, 2)
    assert sum(told for *_, told in bands(rows)) == 2
