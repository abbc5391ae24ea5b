"""What may one word of a query have been meant for? Its likely readings in the index, in the letter case as typed.

A word that the dictionary knows is right as it is, though the index does not have it: «пряник» is not repaired, but for
another way to write the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log10
from typing import Final, NamedTuple

from index.analysis import fold, tokens
from index.analysis.lemma import lexicon
from index.words import word_set

from . import translit
from .spelling import FREQUENCY, Correction, corrections, is_known
from .splits import UNSEEN, parted
from .vocabulary import Vocabulary

CHOICES: Final = 4  # of one word
DEAREST: Final = 1.9  # mistakes that cost more are none: another word is meant
A_LETTER: Final = 0.19  # … or more than this a letter
OF_NAME: Final = 0.11  # … of a capitalised word inside a query, a name that the index may not have
LONGEST: Final = 30  # letters of a word that is repaired; longer ones are no words
ABBREVIATION: Final = 6  # letters; one in capitals is not spelt otherwise
NO_NAME: Final = 0.5  # what such a mistake may cost where the other word is no name
UNEXPLAINED: Final = 1.0  # … that make of one name another
UNTOUCHED: Final = 4  # letters of a known word that stay as they are
LEAST: Final = -1.0  # score: below, more right words that the index does not have are changed than wrong ones
CONTEXT: Final = 0.3  # what a word that stands beside is worth, by the logarithm of their common documents
TRANSLIT_DEAREST: Final = 1.3
TRANSLIT_LETTER: Final = 0.17
LATIN_DEAREST: Final = 0.65
SURE_DEAREST: Final = 0.45  # … of a word that the dictionary knows, or of a Latin one that stands in one place only
NAME_DEAREST: Final = 0.85  # … of a Latin name that stands in the index at least …
OFTEN: Final = 3  # … so often
IN_LATIN: Final = 3  # letters of a word that is too short to be read in Latin letters
KNOWN_IN_LATIN: Final = 4  # … of one that the dictionary knows: «порт» is no port, «твиттер» is Twitter, «гугл» Google
BY_ROOT: Final = 12  # readings that are looked up by their roots, which is dearer than by their form
NAME: Final = 5  # letters from which the likeliest reading may be an unknown name
LIKELIER: Final = 30  # times as frequent must another word be for a word of the index to give way
SURNAME: Final = re.compile(r"[а-я]{2,}(?:ов|ев|ин|ын|ск|цк)(?:а|у|ым|е|ой|ий|ая|ому|ого|ую)?")
_CYRILLIC = re.compile("[а-яё]+")
TWINS: Final = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")  # capitals that look alike
_VOWELS: Final = "аеиоуыэюя"
# Endings of adjectives that everyday words have and brands do not: «телеграфный», but no «твиттерный».
_ADJECTIVES: Final = ("ный", "ьный", "овый", "евый", "ический", "ивный")
# Words that are typed apart from the one that they begin: «не далеко», «по тихоньку», «гос дума».
_BEGIN: Final = word_set(
    "не ни по на за в во из от до при под над об с со без пере полу вице экс "
    "авиа авто анти аэро био веб видео ген гидро глав гор гос зам кино контр лже медиа меж микро мин мини мос мото "
    "нарко нац нефте обл пост проф псевдо радио рай рос само сверх сель соц спец спорт супер теле тех транс тур "
    "турбо ультра фото хоз эко электро энерго этно юр"
)


class Choice(NamedTuple):
    """What may have been meant, as it would be typed; higher scores are likelier."""

    text: str
    score: float


def as_typed(text: str, typed: str) -> str:
    """`text` in the letter case of `typed`."""
    if typed.isupper() and len(typed) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if typed[:1].isupper() else text


# -- spelling


def spelt(word: str, vocabulary: Vocabulary, *, first: bool = True) -> list[Choice]:
    """The likely spellings of a word that the index does not have, best first; [] where it may be right. `first`: it
    begins the query, so that a capital letter says nothing.
    """
    if len(word) > LONGEST:
        return []
    found = tokens(word)
    unknown = [token for token in found if not vocabulary.documents(word[token.start : token.end])]
    if len(found) > 1:
        whole = "".join(token.form for token in found)
        choices = [Choice(as_typed(whole, word), 0.0)] if unknown and vocabulary.frequency(whole) else []
        if len(unknown) == 1:
            (token,) = unknown
            of_token = _spelt(word[token.start : token.end], vocabulary, first)
            choices += [Choice(word[: token.start] + one.text + word[token.end :], one.score) for one in of_token]
        return choices[:CHOICES]
    return _spelt(word, vocabulary, first) if unknown else []


def _spelt(word: str, vocabulary: Vocabulary, first: bool) -> list[Choice]:
    form = fold(word)
    abbreviation = word.isupper() and len(word) <= ABBREVIATION
    if len(form) < 2 or abbreviation or any(map(str.isdigit, form)):
        return []
    if is_known(form):
        found = _as_others_write(form, vocabulary)
    else:
        name = word[:1].isupper() and not (first or word.isupper())
        found = [one for one in corrections(form, vocabulary) if is_likely(form, one, name=name)]
        if name:
            found = [one for one in found if one.cost <= NO_NAME or vocabulary.written(one.form)[:1].isupper()]
        found = [one for one in found if not _is_another_name(word, one, vocabulary)]
        found += parted(form, vocabulary)
    found.sort(key=lambda one: (-one.score, one.form))
    vocabulary.expect(one.form for one in found[: 2 * CHOICES])
    found = [one for one in found[: 2 * CHOICES] if vocabulary.documents(as_typed(one.form, word))]
    return [Choice(as_typed(one.form, word), one.score) for one in found[:CHOICES]]


def _as_others_write(form: str, vocabulary: Vocabulary) -> list[Correction]:
    """Other ways to write a word of the dictionary, which is right as it is: вебсайт, веб-сайт; траффик, трафик. It has
    first names, too, that hardly anybody bears: «Вадимир» where Владимир is everywhere.
    """
    apart = [one for one in parted(form, vocabulary) if one.cost < UNSEEN]
    found = [one for one in apart if " " in one.form or is_known(one.form)]
    rare = _is_first_name(form)
    for one in corrections(form, vocabulary):
        likelier = rare and one.cost < UNEXPLAINED and vocabulary.frequency(one.form) >= LIKELIER
        if _is_doubled(form, one.form) or (likelier and vocabulary.written(one.form)[:1].isupper()):
            found.append(one)
    return found


def _is_first_name(form: str) -> bool:
    """Whether the dictionary has a form as a first name, and as nothing else."""
    tags = [tag for tag, _ in lexicon().parses(form)]
    return bool(tags) and all("Name" in tag for tag in tags)


def _is_doubled(form: str, other: str) -> bool:
    """Whether one of two known words only has a letter twice that the other has once, behind their beginnings: what
    stands there may be a prefix («поддать» is not «подать»).
    """
    longer, shorter = sorted((form, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[at] == longer[at - 1] and longer[:at] + longer[at + 1 :] == shorter
        for at in range(UNTOUCHED, len(longer))
    )


def _is_another_name(word: str, one: Correction, vocabulary: Vocabulary) -> bool:
    """Whether an unknown word is rather a name of its own than a mistyped other name: its end would be an ending that
    the other does not have («Ахмадия» for Ахмади), or nothing explains how a capitalised one («Хабиров») was mistyped.
    """
    if not vocabulary.written(one.form)[:1].isupper():
        return False
    form = fold(word)
    if form[:-1] == one.form and form[-1] in _VOWELS:
        return True
    unexplained = one.cost >= UNEXPLAINED and not is_known(one.form)
    return unexplained and word[:1].isupper() and not word.isupper()


def is_likely(form: str, correction: Correction, *, name: bool) -> bool:
    """Whether the mistake is small enough for the length of the word, and the other one frequent enough for it."""
    dearest = min(DEAREST, (OF_NAME if name else A_LETTER) * len(form))
    return correction.cost <= dearest and correction.score >= LEAST


def in_context(choices: list[Choice], beside: Sequence[str], vocabulary: Vocabulary) -> list[Choice]:
    """The choices in the order that the words beside them ask for."""
    if len(choices) < 2 or not beside:
        return choices
    weighed = [
        choice._replace(
            score=choice.score + CONTEXT * sum(log10(1 + vocabulary.together((choice.text, other))) for other in beside)
        )
        for choice in choices
    ]
    return sorted(weighed, key=lambda choice: -choice.score)


def real_words(word: str, rest: Sequence[str], vocabulary: Vocabulary) -> list[Choice]:
    """Words that are far likelier than a word of the index that the dictionary does not have, and stand in one
    document with the rest of the query.
    """
    form = fold(word)
    if not _CYRILLIC.fullmatch(form) or is_known(form):
        return []
    own = vocabulary.frequency(form)
    found = []
    for one in corrections(form, vocabulary)[:CHOICES]:
        likelier = vocabulary.frequency(one.form) >= LIKELIER * max(own, 1)
        likely = likelier and is_likely(form, one, name=word[:1].isupper())
        if likely and (not rest or vocabulary.together((one.form, *rest))):
            found.append(Choice(as_typed(one.form, word), one.score))
    return found


def joined(one: str, other: str, vocabulary: Vocabulary, *, unknown: bool) -> str | None:
    """Two words typed apart as the one word that the index has; None where they may be two."""
    form = fold(one) + fold(other)
    if not _CYRILLIC.fullmatch(form) or not vocabulary.frequency(form):
        return None
    if not unknown and (fold(one) not in _BEGIN or other[:1].isupper()):
        return None
    if not unknown and any(vocabulary.following(fold(one), [fold(other)])):
        return None
    return as_typed(form, one)


# -- Latin letters


def transliterated(word: str, vocabulary: Vocabulary) -> list[str]:
    """A word that the index does not have in the letters of the other script, best first."""
    if len(word) > LONGEST:
        return []
    runs = [found.group() for found in translit.RUN.finditer(word)]
    if runs and all(char in "-" for char in translit.RUN.sub("", word)):
        parts = [_read(run, vocabulary) for run in runs]
        if not all(parts):
            return []
        if len(parts) == 1:
            return [as_typed(text, runs[0]) for text in parts[0]]
        best = iter([as_typed(part[0], run) for part, run in zip(parts, runs, strict=True)])
        return [translit.RUN.sub(lambda _: next(best), word)]
    return [as_typed(text, word) for text in _in_latin(fold(word), vocabulary)]


def _in_latin(form: str, vocabulary: Vocabulary) -> list[str]:
    """A folded Cyrillic word in Latin letters, best first: a word of the index that it is nearly letter by letter, or a
    name that stands there often enough.
    """
    if "-" in form:
        parts = [_in_latin(part, vocabulary) for part in form.split("-")]
        return ["-".join(part[0] for part in parts)] if all(parts) else []
    known = is_known(form)
    if not _CYRILLIC.fullmatch(form) or len(form) <= IN_LATIN or (known and _is_everyday(form)):
        return []
    if known and len(form) <= KNOWN_IN_LATIN and not _is_brand(form):
        return []
    dearest = SURE_DEAREST if known else LATIN_DEAREST
    latin = translit.latin_readings(form, NAME_DEAREST)
    vocabulary.expect(text for text, _ in latin)
    found = [(text, cost, often) for text, cost in latin if (often := vocabulary.frequency(text))]
    likely = [
        (text, cost)
        for text, cost, often in found
        if (cost <= dearest and often > (cost > SURE_DEAREST))
        or (often >= OFTEN and not vocabulary.written(text).islower())
    ]
    return _by_score(likely, vocabulary)


def _is_brand(form: str) -> bool:
    """Whether the dictionary has a word as an organisation, or as one that nobody declines."""
    return any("Orgn" in tag or "Fixd" in tag for tag, _ in lexicon().parses(form))


def _is_everyday(form: str) -> bool:
    """Whether a word of the dictionary has an adjective of its own: no brand in Latin letters."""
    stem = form.rstrip("аеийоуыьэюя")
    return any(is_known(stem + ending) for ending in _ADJECTIVES)


def _read(word: str, vocabulary: Vocabulary) -> list[str]:
    """A run of Latin letters in Cyrillic."""
    if word.isupper() and (twin := word.translate(TWINS)) != word and _CYRILLIC.fullmatch(twin.lower()):
        twin = fold(twin)
        if vocabulary.frequency(twin):  # «CCCP», typed in letters that only look so
            return [twin]
    readings = translit.readings(word, min(TRANSLIT_DEAREST, 0.1 + TRANSLIT_LETTER * len(word)))
    vocabulary.expect(text for text, _ in readings)
    found = [(text, cost) for text, cost in readings if vocabulary.frequency(text)]
    if not found:
        found = [(text, cost) for text, cost in readings[: 5 * BY_ROOT] if is_known(text)][:BY_ROOT]
        found += [(text, cost) for text, cost in readings[:BY_ROOT] if cost < 0.4 and SURNAME.fullmatch(text)]
        found += [(text, cost) for text, cost in readings[:3] if len(text) >= NAME]  # an unknown town
        found = [(text, cost) for text, cost in dict(found).items() if vocabulary.documents(text)]
    return _by_score(found, vocabulary)


def _by_score(found: Sequence[tuple[str, float]], vocabulary: Vocabulary) -> list[str]:
    def score(reading: tuple[str, float]) -> float:
        text, cost = reading
        return cost - FREQUENCY * log10(vocabulary.documents(text) + 1)

    return [text for text, _ in sorted(found, key=score)][:CHOICES]
