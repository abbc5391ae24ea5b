"""What does the text around a name tell of who bears it? Roles, and gender where the name leaves it open."""

from __future__ import annotations

import re

from .appositions import role_across, roles_behind
from .likely_names import gender_by_verb, is_of_either, never_declines
from .names import adjective_gender
from .role_words import ONE_OF_A_PAIR
from .roles import roles_before
from .someone import Naming

APPOSED = re.compile(r",[ \u00a0][^,.;:!?()\n]+")


def learn(text: str, naming: Naming, after: int) -> None:
    """Give whom `naming` names the roles and the gender that stand around it; nothing before `after` counts."""
    who, (start, end) = naming.who, naming.span
    before = [role for role, _ in roles_before(text, start, naming.cases, after)]
    if before and not naming.full and "nomn" not in naming.cases and before[0].head in ONE_OF_A_PAIR:
        before = []
    if before and not naming.full and "nomn" not in naming.cases and after and APPOSED.fullmatch(text, after, start):
        before = []  # «цитирует Анну Ким, директора фонда Лунина»
    if before and never_declines(naming) and before[0].head in ONE_OF_A_PAIR and not before[0].words:
        before = before if who.gender != "femn" or before[0].feminine else []  # «помощник Мишель Лунд»
    across = role_across(text, start) if "nomn" in naming.cases and not before else None
    for role in (*before, *((across,) if across else ()), *roles_behind(text, end, naming.cases)):
        if role not in who.roles:
            who.roles.append(role)
        if role.feminine and who.gender is None:
            who.gender = "femn"
    shown = adjective_gender(text, start)
    if shown is not None and shown[0] in naming.cases and naming.full:
        who.gender = shown[1]
    if "nomn" in naming.cases and (who.gender is None or (naming.full and is_of_either(who.first))):
        who.gender = gender_by_verb(text, naming.span) or who.gender
