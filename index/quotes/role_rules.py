"""Who bears the role that a mention says?

What the article says of everybody is compared in canonical words; of those who fit equally well whoever was spoken of
last is meant.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from .grammar import is_known, is_named, known_readings, readings
from .heads import SURNAME_ENDING, looks_like_name
from .kindred import akin, relation
from .mentions import Answer, Mention
from .role_words import ANYBODY, LIGHT, OF_AN_OFFICE, STATES
from .roles import Role, head_reading, role_of
from .someone import Someone
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver

ASKED_FOR_WORDS = frozenset(("эксперт", "специалист", "аналитик", "собеседник", "исследователь"))
"""Of several whom these may name one who has spoken is meant, not one who was spoken of; who rules is none."""
OF_MANY = frozenset(("представитель", "постпред", "сотрудник", "работник", "член"))
"""A body has many of them: «представитель компании» is not told by the kind of the body."""
RELATIVE = frozenset(("предшественник", "преемник", "соперник", "коллега", "однофамилец", "тёзка", "сосед"))
"""Roles that only tell how somebody stands to another."""
SUCCESSION = {"новый": "преемник", "бывший": "предшественник", "прежний": "предшественник"}
MOSTLY_SUBJECT = 2  # weight of an event
SPEAKS = 3
NEAR = 2  # sentences
RULES_A_STATE = frozenset(("президент", "глава", "премьер", "министр", "председатель", "король"))
WIDER_WORD = 2.0  # score of a wider word, or of an office that somebody has left
SAME = 3.0  # score of the same head, and nothing said that is not known
EXACT = 2.5  # score from which on a role is the same one, not a wider word
LEAD = 150  # code points in which an article may speak of somebody whom it names only then
APART = 400  # code points
NEAR_TITLE = 0.75  # scores that differ by less are equal: the one spoken of last wins


def by_role(resolver: Resolver, mention: Mention) -> Answer | None:
    """«министр», «глава МИД», «российский дипломат»: whom the article gives a role that agrees."""
    k = head_of_role(mention)
    if k is None or _names_somebody_new(resolver, mention) or _are_two(mention, k):
        return None
    role = role_of(mention.tokens, k)
    gender = mention.gender if mention.gender == "femn" else role_gender(role)
    if role.head in ASKED_FOR_WORDS and not role.words - LIGHT:
        asked = _asked_last(resolver, mention, gender)
        if asked is not None:
            return Answer("role", asked, sign="asked last")
    candidates = []
    for who in resolver.people.everybody:
        if not may_be(who, gender, mention.gender):
            continue
        score = fit(role, who, mention.at)
        if score > 0:
            candidates.append((score, who))
    if not candidates:
        return None
    best = max(score for score, _ in candidates)
    near = [who for score, who in candidates if best - score < NEAR_TITLE]
    near.sort(key=lambda who: recency(resolver, who, mention.at))
    if role.head in ASKED_FOR_WORDS:
        near = [who for who in near if resolver.discourse.spoke_last(who, mention.at) >= 0] or near
    later = recency(resolver, near[-1], mention.at) < 0
    if later and len(near) > 1 and mention.at < LEAD and (first := _named_soon(near)) is not None:
        near = [first]
    if later and (len(near) > 1 or best < SAME or is_vague(role)):
        return None  # several, and all of them come up only later; or not known by this alone
    untitled = _untitled(resolver, mention, gender) if best <= WIDER_WORD and not role.words - LIGHT else None
    if untitled is not None and untitled not in near:
        return Answer("role", untitled, sign="taken up")
    kind = "wider role" if best < EXACT else "role" if role.words - LIGHT else "bare role"
    if best < EXACT and role not in near[-1].roles and role.head not in ANYBODY | ASKED_FOR_WORDS:
        near[-1].roles.append(role)  # «эксперт», and later «аналитик»
    ahead = ", later" if later else ""
    several = ", several" if len(near) > 1 else ""
    return Answer("role", near[-1], sign=f"{kind}{ahead}{several}")


def _named_soon(near: list[Someone]) -> Someone | None:
    """Whom the sentence behind a lead names, if the others come up much later: «По мнению мэра, … Мэр Лунин …»."""
    first, second, *_ = sorted(near, key=lambda who: who.places[0] if who.places else 1 << 30)
    soon = bool(first.places) and first.places[0] < APART
    return first if soon and (not second.places or second.places[0] > first.places[0] + APART) else None


def _are_two(mention: Mention, head: int) -> bool:
    """«Мэр Окольска и глава порта согласились»: two titles, and no verb in the singular that makes them one's."""
    cases = frozenset((mention.case,))
    tokens = mention.tokens
    second = any(
        tokens[i].text == "и" and head_reading(tokens[i + 1], cases) is not None
        for i in range(head + 1, len(tokens) - 1)
    )
    return second and mention.gender is None and mention.case == "nomn"


def _asked_last(resolver: Resolver, mention: Mention, gender: str | None) -> Someone | None:
    """Who spoke in one of the two sentences before, or is its subject, and may be called an expert."""
    seen = 0
    for event in resolver.discourse.before(mention.at):
        if event.sentences == seen:
            continue  # whom else the sentence names
        seen = event.sentences
        if seen > NEAR or (event.weight == SPEAKS and event.who is None):
            return None
        if event.weight >= MOSTLY_SUBJECT and event.who is not None and event.who.roles:
            if may_be(event.who, gender, mention.gender) and not any(map(_rules, event.who.roles)):
                return event.who
            if event.weight == SPEAKS:
                return None
    return None


def _untitled(resolver: Resolver, mention: Mention, gender: str | None) -> Someone | None:
    """Who is the subject right before, and whom the article gives no role but that of a successor or the like."""
    for event in resolver.discourse.before(mention.at):
        if event.sentences > 1 or event.weight < MOSTLY_SUBJECT or event.who is None:
            return None
        if may_be(event.who, gender, mention.gender):
            return event.who if all(role.head in RELATIVE for role in event.who.roles) else None
    return None


def is_vague(role: Role) -> bool:
    """Whether only the article can tell of what: «глава ведомства»."""
    governed = role.words - LIGHT
    return bool(governed) and governed <= OF_AN_OFFICE


def _names_somebody_new(resolver: Resolver, mention: Mention) -> bool:
    """Whether a name stands in the mention that the table of people does not have as somebody else's."""
    if mention.span is None:
        return False
    known = [naming.span for naming in resolver.people.within(*mention.span)]
    return any(
        looks_like_name(token)
        and not any(r.marks & {"Geox", "Orgn"} for r in readings(token.text))
        and not any(start <= token.start < end for start, end in known)
        for token in mention.tokens
        if not token.is_quoted
    )


def head_of_role(mention: Mention) -> int | None:
    """The index of the noun that names somebody, among the first words of a mention."""
    for k, token in enumerate(mention.tokens[:6]):
        if head_reading(token, frozenset((mention.case,))) is not None:
            return k
        if token.is_word and known_readings(token.text)[:1] and _is_thing(token, mention.case) and not _is_light(token):
            return None  # «офис премьера»
    return None


def _is_light(token: Token) -> bool:
    """Whether a word that may be a noun is one of those adjectives that titles begin with: «главного»."""
    return any(r.pos == "ADJF" and r.lemma in LIGHT for r in known_readings(token.text))


def _is_thing(token: Token, case: str) -> bool:
    best = known_readings(token.text)[0]
    return best.pos == "NOUN" and any(r.pos == "NOUN" and r.case == case for r in known_readings(token.text))


def role_gender(role: Role) -> str | None:
    """`femn` where only a woman is called so («певица»)."""
    return "femn" if role.feminine else None


def may_be(who: Someone, gender: str | None, verb: str | None) -> bool:
    """Whether somebody can be meant: the gender that the noun shows, and that of the verb."""
    if gender == "femn":
        return who.gender in {"femn", None}
    return verb != "masc" or who.gender in {"masc", None}


def fit(said: Role, who: Someone, at: int) -> float:
    """How well a role agrees with what the article says of somebody: 0 not at all."""
    heads = {role.head for role in who.roles}
    if said.words <= LIGHT and any(heir in heads for word, heir in SUCCESSION.items() if word in said.words):
        return SAME
    pool = frozenset(word for role in who.roles for word in (*role.words, role.head))
    return max((_fit_one(said, role, pool) for role in who.roles), default=0.0)


def _fit_one(said: Role, role: Role, pool: frozenset[str]) -> float:
    """The best of their canonical and their own words."""
    best = 0.0
    if said.head in ASKED_FOR_WORDS and said.head != role.head and _rules(role):
        return 0.0
    for head, words in said.forms:
        for known in role.forms:
            best = max(best, _fit_forms(Role(head, words), Role(*known), pool))
    return best


def _rules(role: Role) -> bool:
    """Whether somebody rules a state, or stands for it: no expert whom papers ask."""
    if role.head == "кандидат":
        return "наука" not in role.words
    return role.head in RULES_A_STATE and bool(role.words & STATES or not role.words - LIGHT)


def _fit_forms(said: Role, role: Role, pool: frozenset[str]) -> float:
    score = max([relation(said.head, role.head), *(relation(said.head, f"{role.head}-{word}") for word in role.words)])
    if not score:
        score = 0.9 if any(relation(said.head, word) >= 1 for word in role.words) else 0.0
    if not score:
        return 0.0
    for word in sorted(said.words - LIGHT):  # the order of a set differs from process to process
        if any(akin(word, known) for known in pool):
            score += 0.5
        elif word in STATES:
            if pool & STATES:
                return 0.0
            score -= 0.5
        elif word in OF_AN_OFFICE:
            if said.head in OF_MANY and _of_a_person(role):
                return 0.0
            score -= 1.0 if said.head in OF_MANY else 0.1
        elif role.words - STATES - LIGHT - OF_AN_OFFICE and score >= 3:
            return 0.0
        else:
            score -= 1.0
    if ("бывший" in role.words) != ("бывший" in said.words):
        score -= 1.0
    return max(score, 0.0)


def _of_a_person(role: Role) -> bool:
    """«Пресс-секретарь Лунина» serves somebody, and no body."""
    served = role.words - LIGHT
    return bool(served) and all(map(_is_surname, served))


def _is_surname(word: str) -> bool:
    return is_named(word, "Surn") or (not is_known(word) and SURNAME_ENDING.search(word) is not None)


def recency(resolver: Resolver, who: Someone, at: int) -> int:
    """Where somebody was last spoken of before `at`, a little later if speaking; negative if only behind it."""
    i = bisect_left(who.places, at)
    spoke = resolver.discourse.spoke_last(who, at)
    if not i and spoke < 0:
        return -(who.places[0] if who.places else 1 << 30) - 1
    return max(who.places[i - 1] if i else 0, spoke + 150 if spoke >= 0 else 0)
