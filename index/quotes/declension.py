"""How does a surname decline, and which nominatives may stand behind one of its forms?

Endings alone decide, so that surnames hold which no dictionary has.
"""

from __future__ import annotations

import re
from itertools import product

from .grammar import CASES
from .kept import kept

# (gender, ending of the nominative, endings of nomn gent datv accs ablt loct); the first that fits decides.
# Grammar: Зализняк, «Грамматический словарь», the part on names; foreign men in -ов decline in -ом, hence both.
_VOWELS = "аеёиоуыэюя"
_OV = ("", "а", "у", "а", "ым/ом", "е")
PARADIGMS: tuple[tuple[str, re.Pattern[str], str, tuple[str, ...]], ...] = (
    ("any", re.compile(r"(?:[иы]х|[ая]го|[оиэ]|дзе)$"), "", ("", "", "", "", "", "")),
    ("masc", re.compile(r"(?:[оеё]в|[иы]н)$"), "", _OV),
    ("masc", re.compile(r"[кгх]ий$"), "ий", ("ий", "ого", "ому", "ого", "им", "ом")),
    ("masc", re.compile(r"[нжшщчлц]ий$"), "ий", ("ий", "его/ого", "ему/ому", "его/ого", "им", "ем/ом")),
    ("masc", re.compile(r"ый$"), "ый", ("ый", "ого", "ому", "ого", "ым", "ом")),
    ("masc", re.compile(r"[^аеуюяы]ой$"), "ой", ("ой", "ого", "ому", "ого", "ым/им", "ом")),
    ("masc", re.compile(rf"[{_VOWELS}]й$"), "й", ("й", "я", "ю", "я", "ем", "е")),
    ("masc", re.compile(r"ь$"), "ь", ("ь", "я", "ю", "я", "ем/ём", "е")),
    ("masc", re.compile(r"[аяоеи]ец$"), "ец", ("ец", "йца", "йцу", "йца", "йцем", "йце")),
    ("masc", re.compile(r"[^аяоеил]ец$"), "ец", ("ец", "ца/еца", "цу/ецу", "ца/еца", "цем/ецем", "це/еце")),
    ("masc", re.compile(r"лец$"), "ец", ("ец", "ьца", "ьцу", "ьца", "ьцом/ьцем", "ьце")),
    ("masc", re.compile(r"яц$"), "яц", ("яц", "йца", "йцу", "йца", "йцем", "йце")),
    ("masc", re.compile(r"[еоё]к$"), "", ("", "а", "у", "а", "ом", "е")),
    ("masc", re.compile(r"[бвгджзклмнпрстфхцчшщ]$"), "", ("", "а", "у", "а", "ом/ем", "е")),
    ("femn", re.compile(r"(?:[оеё]ва|[иы]на)$"), "а", ("а", "ой", "ой", "у", "ой/ою", "ой")),
    ("femn", re.compile(r"ая$"), "ая", ("ая", "ой", "ой", "ую", "ой/ою", "ой")),
    ("femn", re.compile(r"яя$"), "яя", ("яя", "ей", "ей", "юю", "ей", "ей")),
    ("any", re.compile(r"[кгхжшщч]а$"), "а", ("а", "и", "е", "у", "ой/ей", "е")),
    ("any", re.compile(r"а$"), "а", ("а", "ы", "е", "у", "ой", "е")),
    ("any", re.compile(r"ия$"), "ия", ("ия", "ии", "ии", "ию", "ией", "ии")),
    ("any", re.compile(r"я$"), "я", ("я", "и", "е", "ю", "ей", "е")),
    ("femn", re.compile(r"[бвгджзйклмнпрстфхцчшщь]$"), "", ("", "", "", "", "", "")),
    ("any", re.compile(r"[еуюы]$"), "", ("", "", "", "", "", "")),
)


@kept
def fold(word: str) -> str:
    """Lower case, ё as е: how two spellings of one name are compared."""
    return word.lower().replace("ё", "е")


def _last_part(surname: str) -> tuple[str, str]:
    """What declines, and the part of a double surname or the particle before it that is kept."""
    cut = max(surname.rfind("-"), surname.rfind(" "), surname.rfind("\u00a0"), surname.rfind("‑")) + 1
    return surname[:cut], surname[cut:]


@kept
def forms(surname: str, gender: str, case: str) -> frozenset[str]:
    """The forms of a nominative surname in one case, folded. Both parts of a double surname may decline."""
    rest, last = _last_part(surname)
    ends = _forms_of_part(last, gender, case)
    if not rest:
        return frozenset(fold(e) for e in ends)
    first = rest[:-1]
    starts = {first} | (_forms_of_part(first, gender, case) if rest[-1] in "-‑" and "-" not in first else set())
    return frozenset(fold(s + rest[-1] + e) for s, e in product(starts, ends))


@kept
def all_forms(surname: str, gender: str) -> tuple[tuple[str, str], ...]:
    """`(form, case)` for every form of a nominative surname."""
    return tuple((form, case) for case in CASES for form in sorted(forms(surname, gender, case)))


def _forms_of_part(word: str, gender: str, case: str) -> set[str]:
    index = CASES.index(case)
    for whose, fits, cut, endings in PARADIGMS:
        if whose in ("any", gender) and fits.search(word):
            stem = word[: len(word) - len(cut)]
            return {stem + ending for ending in endings[index].split("/")}
    return {word}


@kept
def to_nominative(surname: str, gender: str, case: str) -> tuple[str, ...]:
    """Every nominative that `surname` in this case may have, likeliest first. Capital letters stay."""
    if case == "nomn":
        return (surname,)
    rest, last = _last_part(surname)
    index = CASES.index(case)
    found: list[str] = []
    for whose, fits, cut, endings in PARADIGMS:
        if whose not in ("any", gender):
            continue
        for ending in endings[index].split("/"):
            if not last.endswith(ending):
                continue
            nominative = last[: len(last) - len(ending)] + cut
            if len(nominative) < 2 or not fits.search(nominative):
                continue
            if last in _forms_of_part(nominative, gender, case) and rest + nominative not in found:
                found.append(rest + nominative)
    if rest and rest[-1] in "-‑" and found:
        parts = to_nominative(rest[:-1], gender, case)
        found = [(parts[0] if parts else rest[:-1]) + n[len(rest) - 1 :] for n in found] if parts else found
    return tuple(found)
