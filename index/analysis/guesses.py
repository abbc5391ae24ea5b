"""What may a word be that the dictionary does not have? The same guesses as pymorphy's, a tenth of the time.

Its rules in its order: numbers, signs and Latin words; «-то» behind a word; «по-…ски»; two words with a hyphen; a known
prefix; and, both together, up to five letters before a word of the dictionary, and the words that end alike
(`prediction-suffixes-N.dawg`: ending of up to five letters · 0x01 · base64(words u32, paradigm u16, form u16)).
Source: pymorphy3/units; the tests compare the two.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from index.words import word_set

from .lemma import lexicon
from .lexicon import SEPARATOR, Entry

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

MILLION: Final = 1_000_000
CYRILLIC: Final = re.compile(r"[а-яё][а-яё-]*")
PARTICLES: Final = ("-то", "-ка", "-таки", "-де", "-тко", "-тка", "-с", "-ста")
PREFIXES: Final = tuple(
    sorted(
        word_set(
            """
            авиа авто аква анти анти- антропо архи арт арт- астро аудио аэро без бес био вело взаимо вне внутри видео
            вице- вперед впереди гекто гелио гео гетеро гига гигро гипер гипо гомо дву двух де дез дека деци дис до
            евро за зоо интер инфра квази квази- кило кино контр контр- космо космо- крипто лейб- лже лже- макро макси
            макси- мало меж медиа медиа- мега мета мета- метео метро микро милли мини мини- моно мото много мульти
            нано нарко не небез недо нейро нео низко обер- обще одно около орто палео пан пара пента пере пиро поли
            полу после пост пост- порно пра пра- пред пресс- противо противо- прото псевдо псевдо- радио разно ре
            ретро ретро- само санти сверх сверх- спец суб супер супер- супра теле тетра топ- транс транс- ультра
            унтер- штаб- экзо эко эндо эконом- экс экс- экстра экстра- электро энерго этно
            """
        ),
        key=lambda prefix: (-len(prefix), prefix),
    )
)
"""The longest first."""
NOT_PRODUCTIVE: Final = frozenset({"NUMR", "NPRO", "PRED", "PREP", "CONJ", "PRCL", "INTJ", "Apro"})
PARTS: Final = word_set("NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ")
FEATURES: Final = PARTS | word_set(
    "sing plur nomn gent datv accs ablt loct voct gen1 gen2 acc2 loc1 loc2 1per 2per 3per past pres futr"
)
SAME: Final = {"gen1": "gent", "loc1": "loct"}  # cases of two words with a hyphen
LONGEST_ENDING: Final = 5
LONGEST_PREFIX: Final = 5  # letters before a word of the dictionary
LEAST_BEHIND: Final = 3  # letters behind a prefix
LEAST_LETTERS: Final = 4  # of a word whose ending tells
KEPT: Final = 1 << 11  # words, and as many endings; whoever asks for words keeps them


class Guess(NamedTuple):
    """A word as it would be spelt, what it may be, its lemma, and how likely that is (all guesses sum to 1).

    `way` tells apart guesses that agree in all else: the paradigm.
    """

    word: str
    tag: str
    lemma: str
    score: float
    way: Hashable = None


@lru_cache(KEPT)
def guesses(word: str) -> tuple[Guess, ...]:
    """What a word in small letters may be, the likeliest first where somebody counted: known words, too."""
    found = _known(word) or _unknown(word)
    counted = lexicon().shares.follow(f"{word}:".encode())
    shares = [lexicon().shares.value(guess.tag.encode(), counted) / MILLION for guess in found] if counted else []
    if sum(shares):
        scored = [Guess(*g[:3], share, g.way) for g, share in zip(found, shares, strict=True)]
        return tuple(sorted(scored, key=_score, reverse=True))
    whole = 1.0 / sum(map(_score, found))
    return tuple([Guess(form, tag, lemma, score * whole, way) for form, tag, lemma, score, way in found])


def _score(guess: Guess) -> float:
    return guess.score


def _known(word: str) -> list[Guess]:
    """The readings of a word of the dictionary."""
    words = lexicon()
    found = words.spelt(word)
    if len(found) > 1:
        found = sorted(found, key=lambda way: _order(word, way[0]))
    return [
        Guess(form, entry.tag, entry.lemma(form), 1.0, entry.paradigm)
        for form, node in found
        for entry in words.entries(node)
    ]


def _order(word: str, form: str) -> tuple[int, ...]:
    """Pymorphy's order of spellings: as it stands, then by where ё stands, the first place first."""
    return tuple(i for i, (one, other) in enumerate(zip(word, form, strict=True)) if one != other)


def _unknown(word: str) -> list[Guess]:
    if CYRILLIC.fullmatch(word) is None:
        shape = _shape(word)
        if shape:
            return [Guess(word, tag, word, 0.9) for tag in shape]
    if "-" in word:
        found = _with_particle(word) or _adverb(word) or _with_hyphen(word)
        if found:
            return found
    found = list(_with_prefix(word)) if word.startswith(PREFIXES) else []
    if found:
        return found
    seen: set[tuple[str, str, Hashable]] = set()
    return [*_begun(word, seen), *_ended(word, seen)] or [Guess(word, "UNKN", word, 1.0)]


def _shape(word: str) -> list[str]:
    """The tags of numbers, signs, and words in Latin letters."""
    from pymorphy3.shapes import is_latin, is_punctuation, is_roman_number

    try:
        int(word)
        return ["NUMB,intg"]
    except ValueError:
        pass
    try:
        float(word.replace(",", "."))
        return ["NUMB,real"]
    except ValueError:
        pass
    if is_punctuation(word):
        return ["PNCT"]
    try:
        latin = is_latin(word)
    except ValueError:  # see lemma.parses
        latin = False
    return ["ROMN"] * is_roman_number(word) + ["LATN"] * latin


def _once(guess: Guess, seen: set[tuple[str, str, Hashable]]) -> bool:
    key = guess.word, guess.tag, guess.way
    if key in seen:
        return False
    seen.add(key)
    return True


def _with_particle(word: str) -> list[Guess]:
    """«Смотри-ка»."""
    particle = next((p for p in PARTICLES if word.endswith(p) and word != p), None)
    if particle is None:
        return []
    seen: set[tuple[str, str, Hashable]] = set()
    made = [
        Guess(g.word + particle, g.tag, g.lemma + particle, g.score * 0.9, g.way)
        for g in guesses(word[: -len(particle)])
    ]
    return [guess for guess in made if _once(guess, seen)]


def _adverb(word: str) -> list[Guess]:
    """«По-окольски»."""
    if len(word) < 5 or not word.startswith("по-"):
        return []
    fits = any({"ADJF", "sing", "datv"} <= _grammemes(guess.tag) for guess in guesses(word[3:]))
    return [Guess(word, "ADVB", word, 0.7)] if fits else []


def _with_hyphen(word: str) -> list[Guess]:
    """«Команд-участниц», both of which decline, and «интернет-магазин»."""
    left, _, right = word.partition("-")
    if not left or not right or "-" in right or word.startswith(PREFIXES):
        return []
    behind = guesses(right)
    both = [
        Guess(f"{one.word}-{other.word}", one.tag, f"{one.lemma}-{other.lemma}", one.score * 0.75, _way(other))
        for one in guesses(left)
        if _is_word(one.tag)
        for other in behind
        if _features(one.tag) == _features(other.tag)
    ]
    fixed = [
        Guess(f"{left}-{other.word}", other.tag, f"{left}-{other.lemma}", other.score * 0.75, _way(other))
        for other in behind
        if _is_word(other.tag)
    ]
    return both + fixed


def _way(behind: Guess) -> Hashable:
    """What tells guesses with a hyphen apart: how the word behind it is read."""
    return (*behind[:3], behind.way)


def _with_prefix(word: str) -> Iterator[Guess]:
    """«Псевдокошка»."""
    seen: set[tuple[str, str, Hashable]] = set()
    for prefix in PREFIXES:
        if not word.startswith(prefix):
            continue
        rest = word[len(prefix) :]
        if len(rest) >= LEAST_BEHIND:
            for g in guesses(rest):
                made = Guess(prefix + g.word, g.tag, prefix + g.lemma, g.score * 0.75, g.way)
                if _is_productive(g.tag) and _once(made, seen):
                    yield made


def _begun(word: str, seen: set[tuple[str, str, Hashable]]) -> Iterator[Guess]:
    """«Байткод»: up to five letters before a word of the dictionary."""
    for cut in range(1, 1 + min(LONGEST_PREFIX, len(word) - LEAST_BEHIND)):
        prefix = word[:cut]
        for g in _known(word[cut:]):
            made = Guess(prefix + g.word, g.tag, prefix + g.lemma, 0.5, g.way)
            if _is_productive(g.tag) and _once(made, seen):
                yield made


def _ended(word: str, seen: set[tuple[str, str, Hashable]]) -> list[Guess]:
    """«Бутявкать»: what words are that end alike."""
    if len(word) < LEAST_LETTERS:
        return []
    found: list[Guess] = []
    prefixes = lexicon().prefixes
    for number in range(len(prefixes) - 1, -1, -1):
        if not word.startswith(prefixes[number]):
            continue
        total, ends = _alike(number, word[-LONGEST_ENDING:])
        for shared, ending, entry, count in ends:
            form = word[: len(word) - shared] + ending
            made = Guess(form, entry.tag, entry.lemma(form), count / total * 0.5, entry.paradigm)
            if _once(made, seen):
                found.append(made)
    return sorted(found, key=_score, reverse=True)


End = tuple[int, str, Entry, int]
"""Letters that the words share, the same with its ё, what they are, how many of them there are."""


@lru_cache(KEPT)
def _alike(number: int, ending: str) -> tuple[int, Sequence[End]]:
    """How many words of the dictionary end so, in as many letters as possible, and one more; and what they are.

    `number` is that of the paradigms' prefix.
    """
    endings = lexicon().endings[number]
    for shared in range(len(ending), 0, -1):
        last = ending[-shared:]
        ways = [(form, endings.follow(SEPARATOR, node)) for form, node in endings.spell(last)]
        productive = [
            (shared, form, entry, int.from_bytes(raw[:4]))
            for form, node in sorted(ways, key=lambda way: _order(last, way[0]))
            if node
            for raw in map(a2b_base64, endings.below(node))
            if _is_productive((entry := lexicon().entry(raw[4:])).tag)
        ]
        if productive:
            return 1 + sum(end[3] for end in productive), productive
    return 1, []


@cache
def _grammemes(tag: str) -> frozenset[str]:
    return frozenset(tag.replace(" ", ",").split(","))


@cache
def _is_productive(tag: str) -> bool:
    return _grammemes(tag).isdisjoint(NOT_PRODUCTIVE)


@cache
def _is_word(tag: str) -> bool:
    """Whether it has a part of speech, unlike numbers and signs."""
    return tag.replace(" ", ",").split(",", 1)[0] in PARTS


@cache
def _features(tag: str) -> frozenset[str]:
    """What must agree in two words with a hyphen."""
    return frozenset(SAME.get(grammeme, grammeme) for grammeme in _grammemes(tag) & FEATURES)
