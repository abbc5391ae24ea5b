"""Reprints of one quote meet, however they were cut and set; different quotes never do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reprints import SKETCH, Print, Said, agree, clusters, print_of, same, sketch, words_of
from index.speakers.naming import naming
from web.cli import NEWSPAPER

MAYOR = Said("arkadii-berezov", naming("Аркадий Берёзов"))
DEPUTY = Said("kamil-rakhimov", naming("Камиль Рахимов"))
LONG = "Мы открыли мост через Вьюгу в срок, и теперь паром уйдёт в музей вместе с капитаном и его собакой"


def printed(text: str, speaker: Said | None = None, day: int | None = None, sort: int = 1) -> Print:
    return print_of(words_of(text), speaker, day, sort)


def clustered(prints: Sequence[Print]) -> list[set[int]]:
    keys = np.array([sketch(np.frombuffer(one.words, np.uint32)) for one in prints], np.uint32).reshape(-1, SKETCH)
    return [set(some) for some in clusters(prints, keys)]


def gold_quotes(least: int) -> list[str]:
    """Quotes of the bundled newspaper with so many words at least, no two of which are reprints."""
    texts = {row["id"]: row["text"] for row in map(json.loads, NEWSPAPER.read_text("utf-8").splitlines())}
    found: list[str] = []
    seen: set[bytes] = set()
    for line in (NEWSPAPER.parent / "gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for quote in row["quotes"]:
            text = " ".join(texts[row["id"]][a:b] for a, b in quote["spans"])
            words = words_of(text)
            if quote["kind"] == "direct" and len(words) >= least and words.tobytes() not in seen:
                seen.add(words.tobytes())
                found.append(text)
    prints = [printed(text) for text in found]
    again = {max(some) for some in clustered(prints)}
    return [text for number, text in enumerate(found) if number not in again]


# -- how editors change a quote


def cut_a_word(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(len(words))]
    return " ".join(words)


def cut_the_end(text: str, chance: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(4, len(words) - chance.randint(1, max(1, len(words) // 4)))]) + "…"


def cut_the_middle(text: str, chance: random.Random) -> str:
    words = text.split()
    begin = chance.randint(1, len(words) // 2)
    return " ".join([*words[:begin], chance.choice(["…", "<…>", "[…]", "(...)"]), *words[begin + len(words) // 5 :]])


def without_yo(text: str, chance: random.Random) -> str:
    return text.replace("ё", "е").replace("Ё", "Е")


def other_marks(text: str, chance: random.Random) -> str:
    return text.replace("«", '"').replace("»", '"').replace("—", "-").replace("…", "...")


def other_punctuation(text: str, chance: random.Random) -> str:
    words = [word.rstrip(",.;:!?") + chance.choice(["", ",", ".", ";", " —"]) for word in text.split()]
    return " ".join(words)


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    cut_a_word,
    cut_the_end,
    cut_the_middle,
    without_yo,
    other_marks,
    other_punctuation,
)


def test_two_hundred_variants_meet_their_quotes_and_no_two_quotes_meet() -> None:
    chance = random.Random(20261130)  # noqa: S311 - no secret
    quotes = gold_quotes(8)
    assert len(quotes) > 150
    origins = [*range(len(quotes)), *(chance.randrange(len(quotes)) for _ in range(200))]
    texts = list(quotes)
    for origin in origins[len(quotes) :]:
        text = quotes[origin]
        for change in chance.sample(CHANGES, chance.randint(1, 2)):
            text = change(text, chance)
        texts.append(text)
    groups = clustered([printed(text) for text in texts])
    mixed = [some for some in groups if sum(number < len(quotes) for number in some) > 1]
    assert mixed == []
    home = {number: some for some in groups for number in some}
    met = [number for number in range(len(quotes), len(texts)) if origins[number] in home.get(number, ())]
    missed = [(quotes[origins[n]], texts[n]) for n in range(len(quotes), len(texts)) if n not in met]
    assert len(met) / 200 >= 0.95, missed


TEMPLATES = [
    ("Мы построим {} мостов через Вьюгу до конца этого года и не подведём город", ["пять", "семь", "5", "7"]),
    ("Я {} поеду на переправу в субботу, хотя капитан уже звал меня дважды", ["", "не", "никогда"]),
    ("Об этом на совете попросил {} Берёзов, и совет согласился без долгих споров", ["Аркадий", "Лев", "Иван"]),
    ("Бюджет города вырос на {} процента, так что хватит и на мост, и на школу", ["12,5", "15,2", "2"]),
    ("Встреча с послом {} прошла хорошо, мы договорились о поставках зерна осенью", ["Сербии", "Китая"]),
    ("В {} году паром перевёз больше людей, чем жило тогда во всём городе", ["1999", "2001"]),
]


@pytest.mark.parametrize(("template", "fillings"), TEMPLATES)
def test_quotes_of_one_template_that_differ_in_a_number_a_negation_or_a_name_stay_apart(
    template: str, fillings: list[str]
) -> None:
    texts = [" ".join(template.format(filling).split()) for filling in fillings]
    assert clustered([printed(text) for text in texts]) == []


def test_a_chain_of_cuts_never_joins_two_quotes() -> None:
    texts = [LONG.replace("капитаном", one) for one in ("капитаном", "", "лоцманом")]
    groups = clustered([printed(" ".join(text.split())) for text in texts])
    assert len(groups) == 1
    assert not {0, 2} <= groups[0]


def test_a_negation_or_a_number_is_never_cut() -> None:
    assert same(printed(LONG), printed(LONG.replace("теперь ", "")))
    assert not same(printed(LONG.replace("открыли", "не открыли")), printed(LONG))
    assert not same(printed(LONG.replace("мост", "3 моста")), printed(LONG.replace("мост", "моста")))
    assert not same(printed(LONG.replace("мост", "два моста")), printed(LONG.replace("мост", "моста")))


def test_known_speakers_must_be_one_and_a_mere_surname_may_be_either() -> None:
    assert same(printed(LONG, MAYOR), printed(LONG))
    assert same(printed(LONG, MAYOR), printed(LONG, Said("berezov", naming("Берёзов"))))
    assert not same(printed(LONG, MAYOR), printed(LONG, DEPUTY))


def test_a_short_quote_is_one_only_from_the_same_speaker_within_days() -> None:
    text = "Без комментариев"
    assert same(printed(text, MAYOR, 100), printed(text, MAYOR, 101))
    assert not same(printed(text, MAYOR, 100), printed(text, MAYOR, 300))
    assert not same(printed(text, MAYOR), printed(text, MAYOR))
    assert not same(printed(text), printed(text))
    assert not same(printed(text, MAYOR, 100), printed(text, DEPUTY, 100))


def test_what_is_said_and_what_is_reported_are_two() -> None:
    assert not same(printed(LONG, sort=1), printed(LONG, sort=2))


def test_half_of_a_quote_is_its_reprint_only_where_an_ellipsis_shows_the_cut() -> None:
    half = LONG[: LONG.index(" вместе")].replace(" в срок, и теперь", "")
    assert not same(printed(half), printed(LONG))
    assert same(printed(half + "…"), printed(LONG))


words = st.lists(
    st.sampled_from(["мост", "паром", "река", "город", "мэр", "не", "7", "10", "снег", "лёд"]), min_size=1, max_size=14
)


@settings(max_examples=300, deadline=None)
@given(words, words)
def test_being_the_same_is_mutual_and_everything_is_itself(one: list[str], other: list[str]) -> None:
    a, b = printed(" ".join(one), MAYOR, 1), printed(" ".join(other), MAYOR, 1)
    assert same(a, b) == same(b, a)
    assert same(a, a)


@settings(max_examples=100, deadline=None)
@given(st.lists(words, max_size=12), st.randoms(use_true_random=False))
def test_clusters_do_not_depend_on_the_order(texts: list[list[str]], chance: random.Random) -> None:
    prints = [printed(" ".join(text), MAYOR, number) for number, text in enumerate(texts)]
    shuffled = list(prints)
    chance.shuffle(shuffled)

    def as_sets(some: list[Print]) -> set[frozenset[Print]]:
        return {frozenset(some[number] for number in group) for group in clustered(some)}

    assert as_sets(prints) == as_sets(shuffled)
    for group in clustered(prints):
        fullest = max(group, key=lambda number: prints[number].length)
        assert all(agree(prints[a], prints[b]) for a in group for b in group)
        assert any(
            all(same(prints[number], prints[other]) for other in group)
            for number in group
            if prints[number].length == prints[fullest].length
        )
