"""Which words name somebody? Tokens of a sentence, and the naming phrases («глава МИД Сергей Лавров») among them.

A phrase starts at its modifiers or its head noun, which stands in the wanted case, and goes on to the right through
genitives, names in quotation marks and the person's own name. Adverbials and relative clauses stay outside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.model import Span
from index.words import word_set

from .declension import fold
from .grammar import CACHED_WORDS, NAME_MARKS, Reading, has_case, is_known, is_preposition, mostly, readings
from .role_words import SYNONYMS

TOKEN = re.compile(
    r"[а-яё]{2,}+(?![^\W\d_])(?:[-‑’'][^\W_]+)*"  # most are words in small letters
    r"|«[^»]*»"  # another pair of marks, masked
    r"|(?<!\w)[Ии]\. ?о\."  # acting
    r"|[А-ЯЁA-Z]\.(?:[ \u00a0]?[А-ЯЁA-Z]\.)?"  # initials
    r"|[A-Za-z0-9][\w.&'-]*[\w]|[A-Za-z0-9]"  # Latin words, sites, numbers
    r"|[^\W\d_]+(?:[-‑’'][^\W_]+)*"
    r"|№"
    r"|[^\w\s]"
)
FULL_STOP_LESS = word_set("г гг им ул тыс руб др пр см стр св ст т е д обл пос млн млрд проф акад доц гл зам")
MODIFIERS = ("ADJF", "PRTF", "NUMR")
NOT_HEADS = word_set(
    """ред г
    кто что это то который всё все я мы ты вы себя раз год день время час месяц неделя понедельник вторник среда
    четверг пятница суббота воскресенье январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь
    декабрь итог очередь сам один"""
)
POINTING = frozenset({"тот", "та", "один", "одна"})
POSSESSIVES = frozenset({"его", "её", "ее", "их", "свой", "своя", "свои"})
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
PLACE_ADJECTIVE = re.compile(r"[сц]к(ого|ому|ом|им|ой|ую|ий|ая|ое)$")
_HIS, _HER = ("masc", "neut"), ("femn",)
PLACE_ADJECTIVE_ENDS = {
    ending: frozenset((case, gender) for case in cases.split() for gender in genders)
    for ending, cases, genders in (
        ("ого", "gent", _HIS), ("ому", "datv", _HIS), ("ом", "loct", _HIS), ("им", "ablt", _HIS),
        ("ой", "gent datv ablt loct", _HER), ("ую", "accs", _HER), ("ая", "nomn", _HER),
        ("ий", "nomn accs", ("masc",)), ("ое", "nomn accs", ("neut",)),
    )
}  # fmt: skip
"""Endings of an adjective → cases and genders of the noun that it goes with."""
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
OVER = word_set("заведующий заведовать управляющий командующий руководящий")
"""Titles that govern the instrumental: «заведующая клубом»."""
COLLECTIVES = word_set("ряд большинство множество часть группа половина меньшинство пара пул")
ACTING = re.compile(r"[Ии]\. ?о\.$")
ONE_OF = {"nomn": ("один", "одна", "некоторые", "многие"), "gent": ("одного", "одной", "некоторых", "многих")}
SINGLE = frozenset(("один", "одна", "одного", "одной"))
SOME = frozenset(
    ("несколько", "много", "немало", "оба", "обе", "двое", "трое", "четверо", "пятеро", "два", "две", "три")
)
ROMAN = re.compile(r"[IVXLC]+$")
REGIONS = frozenset(("области", "краю", "республике", "району", "городу", "региону", "округу"))
MAX_MODIFIERS = 4
NAME_WITHIN = 12  # words between a preposition inside a phrase and the name that ends it


class Token(NamedTuple):
    """A word, number or sign, and where it stands in the article."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it holds a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether a word with a capital letter."""
        return self.text[0].isupper()

    @property
    def is_initials(self) -> bool:
        """«С.» or «С. В.»."""
        return len(self.text) > 1 and self.text[0].isupper() and self.text.endswith(".")

    @property
    def is_latin(self) -> bool:
        """Whether written in Latin letters."""
        return self.text[0].isascii() and self.text[0].isalpha()

    @property
    def is_quoted(self) -> bool:
        """Whether a masked pair of marks."""
        return self.text[0] == "«"


def tokenise(text: str, start: int, end: int, base: int = 0) -> list[Token]:
    """The tokens of `text[start:end]`; offsets are those of `text`, moved by `base`."""
    new = tuple.__new__  # half of the time of Token(…), and there are many
    return [new(Token, (m[0], m.start() + base, m.end() + base)) for m in TOKEN.finditer(text, start, end)]


def clause(tokens: Sequence[Token]) -> list[Token]:
    """`tokens` up to the end of their sentence."""
    for i, token in enumerate(tokens):
        if token.text in ";!?…" or (token.text == "." and not _abbreviates(tokens, i)):
            return list(tokens[:i])
    return list(tokens)


def _abbreviates(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text.lower() in FULL_STOP_LESS and at + 1 < len(tokens)


class Phrase(NamedTuple):
    """A naming phrase: tokens `[first, last]`, and what its head tells of whom it names."""

    first: int
    last: int
    person: bool
    gender: str | None
    number: str | None
    named: bool = False

    def span(self, tokens: Sequence[Token]) -> Span:
        """Where it stands in the article."""
        return Span(tokens[self.first].start, tokens[self.last].end)


def looks_like_name(token: Token) -> bool:
    """A capitalised word that may be a person's name."""
    if not token.is_capital or token.is_initials or token.is_latin:
        return False
    return _may_be_name(token.text)


@lru_cache(CACHED_WORDS)
def _may_be_name(word: str) -> bool:
    if (word.isupper() and len(word) > 1) or fold(word) in SYNONYMS:
        return False  # «Градоначальница»
    parts = word.split("-")
    if len(parts) > 1 and parts[-1][:1].islower() and is_known(parts[-1]):
        return False  # «Судья-председатель»
    found = readings(word)
    return not any(r.known for r in found) or any(r.marks & NAME_MARKS for r in found) or _only_a_surname(word)


@lru_cache(CACHED_WORDS)
def _only_a_surname(word: str) -> bool:
    """«Берёзова»: a short adjective to the dictionary, a surname to a reader."""
    found = readings(word)
    return all(r.pos == "ADJS" for r in found) and SURNAME_ENDING.search(word.lower()) is not None


def _head_reading(tokens: Sequence[Token], i: int, case: str) -> Reading | None:
    token = tokens[i]
    low = token.text.lower()
    if not token.is_word or (low in NOT_HEADS and low not in POINTING) or is_preposition(token.text) or low in "ив":
        return None
    found = readings(token.text)
    if token.text.lower() in POINTING and case == "nomn" and _stands_alone(tokens, i):
        gender = "femn" if token.text.lower()[-1] == "а" else "masc"
        pos = "NPRO" if low in {"тот", "та"} else "NOUN"
        return Reading(pos, "nomn", "sing", gender, True, low, frozenset(), True, 1.0)
    noun = _noun_reading(token.text, case)
    if noun is not None:
        return noun
    if token.is_capital and i > 0 and not _is_function_word(token):
        surname = [r for r in found if r.pos == "ADJF" and r.case == case and r.number == "sing"]
        nextish = tokens[i + 1] if i + 1 < len(tokens) else None
        if surname and (nextish is None or not has_case(nextish.text, case)):
            return surname[0]._replace(animate=True)
    acronym = token.is_latin or (token.text.isupper() and len(token.text) > 1)
    if token.is_capital and not acronym and _may_be_bare_surname(tokens, i, case):
        return _unknown_surname(token.text, case)
    if (not token.is_capital or i == 0) and any(r.lemma in SUBSTANTIVES and r.case == case for r in found):
        return next(r for r in found if r.case == case)._replace(animate=True)
    return None


@lru_cache(CACHED_WORDS)
def _noun_reading(word: str, case: str) -> Reading | None:
    """The word as «он» or as a noun, without a look at its neighbours."""
    found = readings(word)
    for reading in found:
        if reading.pos == "NPRO" and reading.case == case and reading.lemma in THIRD_PERSON:
            return reading
    capital = word[0].isupper()
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
        return not _is_function_word(tokens[i])
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


def _is_function_word(token: Token) -> bool:
    return mostly(token.text, "ADVB", "CONJ", "PRCL", "PREP", "VERB", "GRND", "INTJ", "PRED")


@lru_cache(CACHED_WORDS)
def _starts_nothing(word: str, case: str) -> bool:
    """The cheap look first: whether a word in small letters can begin no naming phrase, whatever follows."""
    if not word.islower() or "." in word or word in SOME or word in POINTING or word in ONE_OF.get(case, ()):
        return False
    return not (any(r.case == case for r in readings(word)) or (case == "loct" and slipped_hyphen(word)))


def phrase_at(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """The naming phrase in this case that starts exactly at token `i`, or None."""
    if _starts_nothing(tokens[i].text, case) or tokens[i].text.lower() in POSSESSIVES:
        return None
    if ACTING.match(tokens[i].text) and i + 1 < len(tokens):
        return _acting(tokens, i, case)
    if tokens[i].text.lower() in ONE_OF.get(case, ()) and i + 2 < len(tokens) and tokens[i + 1].text == "из":
        return _one_of(tokens, i, case)
    if case == "nomn" and tokens[i].text.lower() in SOME and i + 1 < len(tokens):
        group = phrase_at(tokens, i + 1, "gent")  # «несколько очевидцев», «оба штаба»
        return Phrase(i, group.last, group.person, None, "plur") if group is not None else None
    head_at = i
    while (
        head_at < len(tokens) - 1
        and head_at - i < MAX_MODIFIERS
        and tokens[head_at].is_word
        and has_case(tokens[head_at].text, case, pos=MODIFIERS)
        and not (
            tokens[head_at].is_capital
            and head_at > 0
            and _head_reading(tokens, head_at, case) is not None
            and not _tells_which(tokens, head_at)
        )
        and not tokens[head_at].text.lower().startswith("котор")
        and tokens[head_at].text.lower() not in NOT_HEADS - {"сам"}
        and (
            _head_reading(tokens, head_at, case) is None
            or _goes_on_nominal(tokens[head_at], tokens[head_at + 1], case)
            or _tells_which(tokens, head_at)
        )
    ):
        head_at += 1
    head = _head_reading(tokens, head_at, case)
    token = tokens[head_at]
    if head is None:
        acronym = token.is_capital and token.text.isupper() and len(token.text) > 1
        if (acronym or (token.is_latin and token.is_capital)) and head_at == i and not ROMAN.match(token.text):
            return Phrase(i, _extend(tokens, i, case, False)[0], False, None, None)
        return None
    if head.pos == "NPRO":
        return Phrase(i, head_at, True, head.gender, head.number, named=True)
    named = token.is_capital and looks_like_name(token)
    last, name_follows = _extend(tokens, head_at, case, named, head)
    if case == "nomn" and not (head.animate or named) and head.known and _is_gesture(tokens, head_at, head):
        return None  # «подал голос Штольц»
    if case == "nomn" and not (head.animate or named) and head.known and _first_name_among(tokens, head_at + 1, last):
        return None  # «… из организаторов акции Денис Рябоконь»: a thing has no such name
    gender = None if head.gender == "ms-f" else head.gender
    several = any(tokens[k].text == "и" for k in range(head_at + 1, last))  # «глава думы и мэр»
    number = None if several or head.lemma in COLLECTIVES else head.number
    if len(token.text) > 1 and token.text.isupper():  # «ИА» is no donkey, and «сообщил ЦБ» agrees with its bank
        return Phrase(i, last, False, None, None if case == "nomn" else number)
    return Phrase(i, last, head.animate or named or name_follows, gender, number, named or name_follows)


def _is_gesture(tokens: Sequence[Token], head_at: int, head: Reading) -> bool:
    """Whether the thing and the verb before it say together that somebody speaks: «подал голос»."""
    return tokens[head_at].text == "голос" and head_at > 0 and mostly(tokens[head_at - 1].text, "VERB")


def _goes_on_nominal(modifier: Token, token: Token, case: str) -> bool:
    """Whether the word behind a modifier can be what it modifies: no preposition, though «по» is a river, too."""
    if len(token.text) < 2 or not has_case(token.text, case) or is_preposition(token.text):
        return False
    return _same_number(modifier.text, token.text, case)


@lru_cache(CACHED_WORDS)
def _same_number(modifier: str, noun: str, case: str) -> bool:
    """«Ведущий игры» is no adjective before a noun: one stands in the singular, the other in the plural."""
    numbers = {r.number for r in readings(modifier) if r.case == case and r.pos in MODIFIERS}
    nouns = {r.number for r in readings(noun) if r.case == case and r.pos == "NOUN"}
    return bool(numbers & nouns) or None in numbers | nouns


def _one_of(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """«Один из организаторов акции Денис Рябоконь»."""
    group = phrase_at(tokens, i + 2, "gent")
    if group is None and has_case(tokens[i + 2].text, "gent", pos=MODIFIERS):  # «один из протестующих»
        group = Phrase(i + 2, i + 2, True, None, "plur")
    if group is None:
        return None
    name = phrase_at(tokens, group.last + 1, case) if group.last + 1 < len(tokens) else None
    last = name.last if name is not None and name.named else group.last
    gender = "femn" if tokens[i].text.lower().startswith("одна") else "masc"
    if tokens[i].text.lower() not in SINGLE:
        return Phrase(i, group.last, group.person, None, "plur")
    return Phrase(i, last, group.person or last > group.last, gender, "sing", last > group.last)


def _acting(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """«И. о. директора завода Антон Ким»: the office stands in the genitive, the name in the wanted case."""
    office = phrase_at(tokens, i + 1, "gent")
    if office is None:
        return None
    name = phrase_at(tokens, office.last + 1, case) if office.last + 1 < len(tokens) else None
    if name is not None and name.named:
        return Phrase(i, name.last, True, name.gender, "sing", True)
    return Phrase(i, office.last, True, None, "sing", office.named)


def _first_name_among(tokens: Sequence[Token], start: int, last: int) -> bool:
    return any(
        _is_first_name(token, "nomn") and token.text.istitle() and not has_case(token.text, "gent")
        for token in tokens[start : last + 1]
    )


def _extend(
    tokens: Sequence[Token], head_at: int, case: str, named: bool, head: Reading | None = None
) -> tuple[int, bool]:
    """How far a phrase goes on to the right of its head, and whether it meets a person's name."""
    last, k, met = head_at, head_at + 1, named
    while k < len(tokens):
        token = tokens[k]
        if token.text.islower() and tokens[k - 1].is_quoted and _may_be_verb(token.text):
            break  # «компания «Прибой» начала»: no beginning of hers
        if _goes_on_name(tokens, k, last, case):
            last, met, k = k, True, k + 1
        elif met:
            break
        elif _of_region(tokens, k, head_at):
            last, k = k + 1, k + 2
        elif _goes_on_title(token) or (head is not None and _of_its_own(tokens, k, head_at, case, head)):
            last, k = k, k + 1
        elif (jump := _bridge(tokens, k, case, head)) is not None:
            last, k = jump, jump + 1
        else:
            break
    return last, met


@lru_cache(CACHED_WORDS)
def _may_be_verb(word: str) -> bool:
    return any(r.pos == "VERB" and r.known for r in readings(word))


def _of_region(tokens: Sequence[Token], k: int, head_at: int) -> bool:
    """«ГУ МЧС *по области*», «пресс-служба УМВД *по Окольску*»: an acronym's region."""
    if tokens[k].text != "по" or k + 1 >= len(tokens):
        return False
    if not (tokens[head_at].text.isupper() or tokens[k - 1].text.isupper()):
        return False
    region = tokens[k + 1]
    return has_case(region.text, "datv") and (region.is_capital or region.text in REGIONS)


def _of_its_own(tokens: Sequence[Token], k: int, head_at: int, case: str, head: Reading) -> bool:
    """Whether the head itself lets the title go on: «заведующая *клубом*», «директор школы *профессор* …»."""
    if k == head_at + 1 and head.lemma in OVER:
        return has_case(tokens[k].text, "ablt")
    return head.animate and _second_title(tokens, k, case)


def _second_title(tokens: Sequence[Token], k: int, case: str) -> bool:
    """Whether another title stands before the name: «директор школы *профессор* Антон Ким»."""
    token = tokens[k]
    if token.is_capital or not token.is_word or k + 1 >= len(tokens) or _fits(token, "gent"):
        return False
    titles = any(r.pos == "NOUN" and r.animate and r.case == case and r.number == "sing" for r in readings(token.text))
    return titles and _name_ahead(tokens, k, case, stop_at_comma=True) is not None


def _goes_on_name(tokens: Sequence[Token], k: int, last: int, case: str) -> bool:
    """Whether token `k` is a person's name, or more of one, behind a phrase that so far ends at `last`."""
    token = tokens[k]
    if token.is_initials:
        return True
    if _tells_which(tokens, k):
        return False
    if looks_like_name(token) and _fits(token, case, named=True):
        return True
    if last == k - 1 and _is_first_name(tokens[last], case) and _may_be_surname(token):
        return True
    following = tokens[k + 1] if k + 1 < len(tokens) else None  # «директор Нейл Патрик Харт»
    if following is None or not token.is_capital or not token.is_word or token.text.isupper():
        return False
    return _is_first_name(following, case) and has_case(token.text, case) and not _is_animate(token)


def _tells_which(tokens: Sequence[Token], k: int) -> bool:
    """«*Окольского* края», «*Окольском* речном порту»: an adjective of a place that no dictionary has, and its noun."""
    ending = PLACE_ADJECTIVE.search(tokens[k].text) if tokens[k].is_capital else None
    if ending is None or is_known(tokens[k].text):
        return False
    noun = k + 1
    while noun < len(tokens) and noun <= k + 2 and tokens[noun].text.islower() and mostly(tokens[noun].text, "ADJF"):
        noun += 1
    if noun >= len(tokens):
        return False
    behind = tokens[noun].text
    return behind.islower() and any(
        r.known and r.pos == "NOUN" and not r.animate and r.number == "sing" and (r.case, r.gender) in agreeing
        for agreeing in (PLACE_ADJECTIVE_ENDS[ending[1]],)
        for r in readings(behind)
    )


def _goes_on_title(token: Token) -> bool:
    """Whether the token can belong to a title: «глава *МИД*», «директор *завода* *«Прибой»*», «школы *№* *7*»."""
    if token.is_quoted or token.is_latin or token.text == "№" or token.text[0].isdigit():
        return True
    if not token.is_word:
        return False
    acronym = token.text.isupper() and len(token.text) > 1
    if token.is_capital and not _is_function_word(token) and not _is_addressed(token):
        return True  # «депутат Милли Меджлиса»: names of bodies that do not decline
    return acronym or (not is_preposition(token.text) and _fits(token, "gent") and not _is_function_word(token))


def _is_animate(token: Token) -> bool:
    return any(r.animate for r in readings(token.text))


def _is_addressed(token: Token) -> bool:
    """Whether a capitalised word can only be an object: «заявил министр Агентству»."""
    cases = {r.case for r in readings(token.text) if r.case}
    return bool(cases & {"datv", "ablt", "loct"}) and not cases & {"gent", "nomn"}


def _is_first_name(token: Token, case: str) -> bool:
    return token.is_capital and any(r.case == case and "Name" in r.marks for r in readings(token.text))


def _may_be_surname(token: Token) -> bool:
    """Behind a first name any capitalised word may be the surname: Заяц, Шило, Полевой."""
    return token.is_word and token.is_capital and not token.is_latin and not token.text.isupper()


def _fits(token: Token, case: str, *, named: bool = False) -> bool:
    found = readings(token.text)
    if named and not any(r.known for r in found):
        return True
    if named and _only_a_surname(token.text):
        return case == "nomn" or OBLIQUE_SURNAME[case].search(token.text.lower()) is not None
    wanted = ("NOUN", "ADJF", "PRTF", "NUMR")
    fitting = [r for r in found if r.pos in wanted and r.case == case]
    return any(r.marks & NAME_MARKS or r.pos == "ADJF" or not r.known for r in fitting) if named else bool(fitting)


def _bridge(tokens: Sequence[Token], k: int, case: str, head_of: Reading | None) -> int | None:
    """Where a phrase goes on behind «от «Справедливой России»», «и», «,»: at a title or name in the wanted case."""
    token = tokens[k]
    if token.text in {",", "и"}:
        at = _behind_modifiers(tokens, k + 1, case)
        if token.text == "," and k + 1 < at < len(tokens):  # «лидер партии, известный проповедник Юсуф Керим»
            second = _head_reading(tokens, at, case)
            fits = second is not None and second.pos == "NOUN" and _same_kind(head_of, second)
            return at if fits and _name_ahead(tokens, at, case, stop_at_comma=True) is not None else None
        if k + 1 < len(tokens) and tokens[k + 1].is_word:
            head = _head_reading(tokens, k + 1, case)
            if token.text == "," and head is not None and not _same_kind(head_of, head):
                return None  # «как пишет «Вестник», мэр Марина Соколова …», «как думают жители, мэр …»
            if head is not None and head.animate and head.pos == "NOUN" and not tokens[k + 1].is_capital:
                return k + 1 if token.text == "и" or _name_ahead(tokens, k + 1, case) else None
            if (
                token.text == "и"
                and _fits(tokens[k + 1], "gent")
                and not (looks_like_name(tokens[k + 1]) or _is_function_word(tokens[k + 1]))
            ):
                return k + 1
        return None
    if head_of is not None and head_of.animate and token.is_word and is_preposition(token.text):
        return _name_ahead(tokens, k, case, stop_at_comma=True)
    return None


def _behind_modifiers(tokens: Sequence[Token], i: int, case: str) -> int:
    """Behind the adjectives in small letters that stand at `i`."""
    k = i
    while k < len(tokens) - 1 and k - i < MAX_MODIFIERS and _is_modifier(tokens[k], case):
        k += 1
    return k


def _is_modifier(token: Token, case: str) -> bool:
    return token.text.islower() and mostly(token.text, *MODIFIERS) and has_case(token.text, case, pos=MODIFIERS)


def _same_kind(one: Reading | None, other: Reading) -> bool:
    """Whether two nouns can be titles of one person."""
    return one is not None and one.animate and other.animate and other.number in {one.number, None}


def _name_ahead(tokens: Sequence[Token], k: int, case: str, *, stop_at_comma: bool = False) -> int | None:
    """The first person's name in the wanted case within a few words; None where a verb comes first."""
    for j in range(k + 1, min(k + 1 + NAME_WITHIN, len(tokens))):
        token = tokens[j]
        if token.is_word and mostly(token.text, "VERB", "GRND", "INFN") and not token.is_capital:
            return None
        if not token.is_word and not token.is_quoted and (stop_at_comma or token.text != ","):
            return None
        if token.is_capital and any(r.case == case and r.marks & {"Name"} and r.known for r in readings(token.text)):
            return j
    return None


def governed_end(tokens: Sequence[Token], i: int) -> int:
    """The index behind what the preposition at `i` governs: its modifiers and one noun."""
    k = i + 1
    while k < len(tokens) and k - i <= MAX_MODIFIERS and tokens[k].is_word and mostly(tokens[k].text, *MODIFIERS):
        k += 1
    if k > i + 1 and k < len(tokens) and _only_a_subject(tokens[k].text):
        return k  # «ответила за подчинённую директор»
    k = min(k + 1, len(tokens))
    if not mostly(tokens[k - 1].text, "NOUN"):
        return k  # «за неё Лунин», «на что Лунин»
    while k < len(tokens) and (tokens[k].is_latin or tokens[k].is_quoted or _is_dependent(tokens[k])):
        k += 1
    while k < len(tokens) and looks_like_name(tokens[k]) and _mostly_genitive(tokens[k]):
        k += 1  # «для Юрия Лунина», «в заявлении Лунина»
    return k


@lru_cache(CACHED_WORDS)
def _only_a_subject(word: str) -> bool:
    """Whether a noun for a person stands in the nominative, whatever it is read as."""
    found = readings(word)
    return all(r.pos == "NOUN" and r.animate and r.case == "nomn" for r in found)


def _is_dependent(token: Token) -> bool:
    """Whether a noun in small letters depends on the one before: «после получения *награды*»."""
    low = token.text.islower() and mostly(token.text, "NOUN", *MODIFIERS)
    return low and has_case(token.text, "gent", pos=("NOUN", *MODIFIERS)) and not _is_animate_subject(token)


def _is_animate_subject(token: Token) -> bool:
    return any(r.pos == "NOUN" and r.animate and r.case == "nomn" for r in readings(token.text))


def _mostly_genitive(token: Token) -> bool:
    """Whether a name most likely stands in the genitive: «Лунина», not «Лидия»."""
    found = readings(token.text)
    best = max(r.score for r in found)
    return any(r.case == "gent" and r.score >= best for r in found) or not any(r.known for r in found)


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


def _surname_in_another_case(tokens: Sequence[Token], i: int, case: str) -> bool:
    """Whether the word is the surname of a first name that does not stand in this case: «с Джоном *Керни*»."""
    first = tokens[i - 1]
    if not (tokens[i].is_capital and first.is_capital) or tokens[i].is_latin:
        return False
    return any("Name" in r.marks for r in readings(first.text)) and not has_case(first.text, case)


@lru_cache(CACHED_WORDS)
def _is_passed_over(word: str, case: str) -> bool:
    """Whether a token is no word, or one in small letters that begins no phrase and governs nothing."""
    return not word[0].isalnum() or (_starts_nothing(word, case) and not is_preposition(word))


def phrases(tokens: Sequence[Token], start: int, end: int, case: str) -> list[Phrase]:
    """The naming phrases in this case among `tokens[start:end]`, left to right, none inside another."""
    found: list[Phrase] = []
    within = tokens if end >= len(tokens) else tokens[:end]
    i = start
    while i < end:
        word = tokens[i].text
        if _is_passed_over(word, case) or (i > start and _surname_in_another_case(tokens, i, case)):
            i += 1
        elif is_preposition(word):
            i = i + 1 if i + 1 < end and is_preposition(tokens[i + 1].text) else governed_end(tokens, i)
        elif (phrase := phrase_at(within, i, case)) is not None:
            found.append(phrase)
            i = phrase.last + 1
        else:
            i += 1
    return found
