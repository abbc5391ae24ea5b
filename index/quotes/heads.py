"""Which word can be the noun of a naming phrase, in a wanted case?

A noun, «он», a participle that names people, or a surname that no dictionary has, told by its ending and neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.words import word_set

from .declension import fold
from .grammar import NAME_MARKS, Reading, has_case, is_known, is_preposition, mostly, readings
from .kept import kept
from .role_words import SYNONYMS
from .tokens import Token

MODIFIERS = ("ADJF", "PRTF", "NUMR")
MAX_MODIFIERS = 4
NOT_HEADS = word_set(
    """ред г
    кто что это то который всё все я мы ты вы себя раз год день время час месяц неделя понедельник вторник среда
    четверг пятница суббота воскресенье январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь
    декабрь итог очередь сам один"""
)


POINTING = frozenset({"тот", "та", "один", "одна"})


THIRD_PERSON = frozenset({"он", "она", "они", "оно"})


MASCULINE_SURNAME = re.compile(r"(?:[оеё]в|[иы]н|[сц]кий)$")


FEMININE_SURNAME = re.compile(r"(?:[оеё]ва|[иы]на|[сц]кая)$")


SURNAME_ENDING = re.compile(r"(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая)|[иы]х)$")


OBLIQUE_SURNAME = {
    "gent": re.compile(r"(?:[оеё]в|[иы]н)(?:а|ой)$|[сц]к(?:ого|ой)$"),
    "datv": re.compile(r"(?:[оеё]в|[иы]н)(?:у|ой)$|[сц]к(?:ому|ой)$"),
    "accs": re.compile(r"(?:[оеё]в|[иы]н)[ау]$|[сц]к(?:ого|ую)$"),
    "ablt": re.compile(r"(?:[оеё]в|[иы]н)(?:ым|ой)$|[сц]к(?:им|ой)$"),
    "loct": re.compile(r"(?:[оеё]в|[иы]н)(?:е|ой)$|[сц]к(?:ом|ой)$"),
}


OF_THINGS = re.compile(r"(?:ство|[ое]сть|[ое]сти|[ае]ние|ция)$")
"""No surname that a dictionary does not have ends so: «Агенство», «Окольскновости»."""


CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщ")


SUBSTANTIVES = word_set(
    """
    дежурный пострадавший потерпевший задержанный рабочий ведущий заведующий управляющий учёный военный подсудимый
    обвиняемый подозреваемый полицейский пожарный рядовой больной раненый прохожий служащий командующий знакомый
    уполномоченный уполномочить главнокомандующий верующий отдыхающий заключённый осуждённый погибший приезжий
    присутствующий выступающий безработный спасённый опрошенный собравшийся патрульный участковый постовой вожатый
    подчинённый подопечный председательствующий протестующий митингующий арестованный обучающийся заведовать
    """
)


def looks_like_name(token: Token) -> bool:
    """A capitalised word that may be a person's name."""
    return _may_be_name(token.text)


@kept
def _may_be_name(word: str) -> bool:
    if not word[0].isupper() or word[0].isascii() or word.endswith("."):
        return False
    if (word.isupper() and len(word) > 1) or fold(word) in SYNONYMS:
        return False  # «Градоначальница»
    parts = word.split("-")
    if len(parts) > 1 and parts[-1][:1].islower() and is_known(parts[-1]):
        return False  # «Судья-председатель»
    found = readings(word)
    if OF_THINGS.search(word) and not any(r.known for r in found):
        return False
    return not any(r.known for r in found) or any(r.marks & NAME_MARKS for r in found) or only_a_surname(word)


@kept
def only_a_surname(word: str) -> bool:
    """«Берёзова»: a short adjective to the dictionary, a surname to a reader."""
    found = readings(word)
    return all(r.pos == "ADJS" for r in found) and SURNAME_ENDING.search(word.lower()) is not None


def phrase_head(tokens: Sequence[Token], i: int, case: str) -> Reading | None:
    """The token at `i` as what a phrase names, in this case; None where it can be no head."""
    token = tokens[i]
    word = token.text
    if _is_no_head(word):
        return None
    if case == "nomn" and word.lower() in POINTING and _stands_alone(tokens, i):
        low = word.lower()
        gender = "femn" if low[-1] == "а" else "masc"
        pos = "NPRO" if low in {"тот", "та"} else "NOUN"
        return Reading(pos, "nomn", "sing", gender, True, low, frozenset(), True, 1.0)
    noun = _noun_reading(word, case)
    if noun is not None:
        return noun
    found = readings(word)
    if token.is_capital and i > 0 and not is_function_word(token):
        surname = [r for r in found if r.pos == "ADJF" and r.case == case and r.number == "sing"]
        nextish = tokens[i + 1] if i + 1 < len(tokens) else None
        if surname and (nextish is None or not has_case(nextish.text, case)):
            return surname[0]._replace(animate=True)
    if token.is_capital:
        acronym = token.is_latin or (word.isupper() and len(word) > 1)
        if not acronym and _may_be_bare_surname(tokens, i, case):
            return _unknown_surname(word, case)
        return _substantive(word, case) if i == 0 else None
    return _substantive(word, case)


@kept
def _is_no_head(word: str) -> bool:
    """Whether a token can be no head, whatever stands beside it: a sign, a preposition, «год», «это»."""
    low = word.lower()
    return not word[0].isalnum() or (low in NOT_HEADS and low not in POINTING) or is_preposition(word) or low in "ив"


@kept
def _substantive(word: str, case: str) -> Reading | None:
    """A participle or adjective that names people, in this case: «пострадавший»."""
    found = readings(word)
    if not any(r.lemma in SUBSTANTIVES and r.case == case for r in found):
        return None
    return next(r for r in found if r.case == case)._replace(animate=True)


@kept
def _noun_reading(word: str, case: str) -> Reading | None:
    """The word as «он» or as a noun, without a look at its neighbours."""
    found = readings(word)
    for reading in found:
        if reading.pos == "NPRO" and reading.case == case and reading.lemma in THIRD_PERSON:
            return reading
    capital = word[0].isupper() or not word.islower()  # «аль-Башир»
    fitting = [r for r in found if r.pos == "NOUN" and r.case == case and r.lemma not in NOT_HEADS]
    if not capital:
        fitting = [r for r in fitting if not r.marks & NAME_MARKS]
        if any(r.lemma in NOT_HEADS for r in found):
            fitting = []  # «мая» is a month
    if not fitting and case == "loct":
        return slipped_hyphen(word)
    if not fitting or sum(r.score for r in found if r.pos == "NOUN") < (0.0 if capital else 0.3):
        return None
    names = [r for r in fitting if r.marks & NAME_MARKS and r.number != "plur"] if capital else []
    return next((r for r in (*names, *fitting) if r.animate), max(fitting, key=lambda r: r.score))


def slipped_hyphen(word: str) -> Reading | None:
    """«В управлении-пресс-службы»: where a hyphen ties a noun to another in the genitive, the first one decides."""
    first, hyphen, rest = word.partition("-")
    if not hyphen or not rest or is_known(word):
        return None
    cases = {r.case for r in readings(rest) if r.pos == "NOUN"}
    found = [r for r in readings(first) if r.known and r.pos == "NOUN"]
    if "gent" not in cases or cases & {r.case for r in found}:
        return None  # «в компании-застройщике»: two nouns in one case
    return next((r for r in found if r.case == "loct"), None)


def _stands_alone(tokens: Sequence[Token], i: int) -> bool:
    """Whether «тот» or «один из них» names somebody without a noun."""
    behind = tokens[i + 1] if i + 1 < len(tokens) else None
    if tokens[i].text.lower() in {"один", "одна"}:
        return behind is not None and behind.text == "из"
    if behind is not None and behind.text == ",":  # «ответил тот, вставая», not «тот, кто»
        return not _opens_who(tokens, i + 2)
    conjoined = behind is not None and len(behind.text) == 1
    return (
        behind is None or conjoined or (behind.text != "же" and not has_case(behind.text, "nomn", pos=("NOUN", "ADJF")))
    )


def _opens_who(tokens: Sequence[Token], i: int) -> bool:
    """Whether a relative clause begins that says who «тот» is."""
    words = [token.text.lower() for token in tokens[i : i + 2]]
    return any(is_relative(word) or word in {"кто", "кого", "кому", "кем", "ком", "что", "чего"} for word in words)


def _may_be_bare_surname(tokens: Sequence[Token], i: int, case: str) -> bool:
    """Whether a capitalised word is a surname that the dictionary does not know as one: Берёзов, Орловской, Вайс."""
    word = tokens[i].text
    low = word.lower()
    if tokens[i].is_latin:
        return False
    if not any(r.known for r in readings(word)) and (case == "nomn" or OBLIQUE_SURNAME[case].search(low)):
        return True
    if case != "nomn":
        fixed = low[-1] in CONSONANTS and any(r.marks & NAME_MARKS and r.case == "nomn" for r in readings(word))
        return i > 0 and (fixed or OBLIQUE_SURNAME[case].search(low) is not None)
    if not SURNAME_ENDING.search(low):
        return False
    if i > 0:
        return not is_function_word(tokens[i])
    if len(tokens) > 2 and tokens[1].text == "," and not mostly(word, "NOUN") and _is_told_of(tokens, 2):
        return True  # «Лёвин, ещё не привыкший к шуму, ответил»
    return len(tokens) == 1 or mostly(tokens[1].text, "VERB", "PRCL")


def _is_told_of(tokens: Sequence[Token], i: int) -> bool:
    """Whether an aside begins at `i`, perhaps behind «ещё не»."""
    while i < len(tokens) and tokens[i].is_word and mostly(tokens[i].text, "ADVB", "PRCL"):
        i += 1
    return opens_aside(tokens, i)


def _unknown_surname(word: str, case: str) -> Reading | None:
    """A reading for a word that no dictionary has as a surname: by its ending, or because it is no Russian word."""
    low = word.lower()
    if case != "nomn":
        gender = "masc" if low.endswith(("ого", "ым", "ому", "ом")) else "ms-f"
    elif MASCULINE_SURNAME.search(low):
        gender = "masc"
    elif FEMININE_SURNAME.search(low):
        gender = "femn"
    elif "-" in word or low.endswith(("ых", "их")) or not any(r.pos == "NOUN" for r in readings(word)):
        gender = "ms-f"
    else:
        return None
    return Reading("NOUN", case, None, gender, True, low, frozenset({"Surn"}), False, 1.0)


def is_function_word(token: Token) -> bool:
    """Whether a word hardly ever belongs to a name or title."""
    return is_functional(token.text)


@kept
def is_functional(word: str) -> bool:
    """As `is_function_word`."""
    return mostly(word, "ADVB", "CONJ", "PRCL", "PREP", "VERB", "GRND", "INTJ", "PRED")


def opens_aside(tokens: Sequence[Token], i: int) -> bool:
    """Whether an aside about what stands before begins: a relative clause, a gerund, a participle."""
    if i >= len(tokens) or not tokens[i].is_word:
        return False
    word = tokens[i].text.lower()
    if is_relative(word) or word in {"включая", "кроме"}:
        return True
    if is_preposition(word) and i + 1 < len(tokens) and is_relative(tokens[i + 1].text.lower()):
        return True
    return mostly(word, "GRND", "PRTF") and not mostly(word, "NOUN")


def is_relative(word: str) -> bool:
    """Whether a word in lower case is a form of «который» or «чей»."""
    return word.startswith("котор") or word in {"чей", "чья", "чьи", "чьё", "чье", "чьим", "чьих", "чьей", "чьём"}
