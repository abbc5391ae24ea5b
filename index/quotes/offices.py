"""Which office is it, whatever it is called: «глава МИД», «министр иностранных дел»?"""

from __future__ import annotations

from collections.abc import Callable

from index.words import word_set

from .role_words import CHIEFS, LIGHT, STATES

OFFICE_HEADS = CHIEFS | word_set(
    "премьер министр мэр губернатор канцлер король королева госсекретарь генсек спикер патриарх"
)


OFFICES_BELOW = frozenset(("управление", "гу", "главк", "отдел", "отделение", "департамент", "служба", "центр"))


Office = tuple[str, frozenset[str]]


def _minister(head: str, words: frozenset[str]) -> Office | None:
    """Who heads a ministry is its minister."""
    if head in CHIEFS and "министерство" in words and len(words) > 1 and not words & OFFICES_BELOW:
        return "министр", words - {"министерство"}
    return None


def _premier(head: str, words: frozenset[str]) -> Office | None:
    if head in CHIEFS and words & {"правительство", "кабмин"}:
        return "премьер", words - {"правительство", "кабмин"}
    return None


def _secretary(head: str, words: frozenset[str]) -> Office | None:
    if head in CHIEFS and "госдепартамент" in words:
        return "госсекретарь", words - {"госдепартамент"} | {"сша"}
    if head == "секретарь" and "государственный" in words:
        return "госсекретарь", words - {"государственный"}
    return ("госсекретарь", words | {"сша"}) if head == "госсекретарь" and not words & STATES else None


def _of_state(head: str, words: frozenset[str]) -> Office | None:
    if head in CHIEFS and words & {"государство", "республика", "страна"} and len(words - LIGHT) <= 2:
        return "президент", words - {"государство", "страна"}
    if head in {"глава", "хозяин"} and {"белый", "дом"} <= words:
        return "президент", words - {"белый", "дом"} | {"сша"}
    return None


def _of_a_church(head: str, words: frozenset[str]) -> Office | None:
    if head in CHIEFS and {"католический", "церковь"} <= words:
        return "папа", words - {"католический", "церковь", "римский"}
    return None


def _diplomacy(head: str, words: frozenset[str]) -> Office | None:
    if head in CHIEFS and words & {"внешнеполитический", "дипломатический"}:
        return "министр", words - {"внешнеполитический", "дипломатический", "ведомство"} | {"иностранный", "дело"}
    if head in CHIEFS and "ведомство" in words and words & {"оборонный", "военный"}:
        return "министр", words - {"ведомство", "оборонный", "военный"} | {"оборона"}
    return None


def _of_town(head: str, words: frozenset[str]) -> Office | None:
    if words & OFFICES_BELOW:
        return None
    if head == "глава" and words & {"город", "мэрия", "столица"}:
        return "мэр", words - {"город", "мэрия", "администрация"}
    if head == "глава" and words & {"регион", "область", "край"} and not words & {"управление", "комитет"}:
        return "губернатор", words - {"регион", "администрация"}
    return None


def _of_a_house(head: str, words: frozenset[str]) -> Office | None:
    """Who heads a hospital is its главврач, a school or a museum its директор, a university its ректор."""
    if head not in CHIEFS or words & OFFICES_BELOW:
        return None
    for office, houses in HOUSES.items():
        if words & houses:
            return office, words - (houses if office == "главврач" else frozenset())
    return None


HOUSES = {
    "главврач": frozenset(("больница", "поликлиника", "госпиталь", "роддом")),
    "директор": frozenset(("школа", "лицей", "гимназия", "музей", "театр")),
    "ректор": frozenset(("университет", "вуз")),
}


def _general(head: str, words: frozenset[str]) -> Office | None:
    """«генеральный директор» is the same as «директор» where only one is spoken of."""
    if head in {"директор", "гендиректор"} and "генеральный" in words:
        return "директор", words - {"генеральный"}
    if head == "врач" and "главный" in words:
        return "главврач", words - {"главный"}
    return None


OFFICES: tuple[Callable[[str, frozenset[str]], Office | None], ...] = (
    _diplomacy,
    _minister,
    _premier,
    _secretary,
    _of_state,
    _of_a_church,
    _of_town,
    _of_a_house,
    _general,
)


def canonical(head: str, words: frozenset[str]) -> Office:
    """An office in the words that all its names share: «глава МИД РФ» is министр, {иностранный, дело, россия}."""
    for office in OFFICES:
        found = office(head, words)
        if found is not None:
            return found
    return head, words
