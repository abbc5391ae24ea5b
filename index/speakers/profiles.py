"""What is a speaker called, and under which id? Names, ids, labels that tell namesakes apart, roles with their times.

An id is a slug of first name and surname. Of namesakes nobody has the plain one: their ids end in what tells them
apart, a patronymic, a field of life (`-medicine`) or the decade in which they begin to speak. So an id says the same
whatever came first; it depends on the sightings alone, not on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from index.analysis import fold
from index.slug import slug

from .identity import Group, Sighting, grouped
from .naming import naming
from .roles import role

EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A role that articles give, in how many of them, from when to when (days since 1970-01-01)."""

    text: str
    articles: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One speaker. `sightings`: numbers of those that are theirs; `names`: all that articles call them, the most
    frequent first; `label`: the name, and of namesakes what tells them apart.
    """

    id: str
    name: str
    label: str
    is_person: bool
    names: tuple[str, ...]
    roles: tuple[RoleSpan, ...]
    sightings: tuple[int, ...]
    namesakes: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def profiles(sightings: Sequence[Sighting]) -> list[Profile]:
    """All speakers, by id."""
    groups = grouped(sightings)
    names = [_names(group, sightings) for group in groups]
    slugs = [_slug(group, spelt) for group, spelt in zip(groups, names, strict=True)]
    of_slug: dict[str, list[int]] = defaultdict(list)
    for number, base in enumerate(slugs):
        of_slug[base].append(number)
    found = []
    for base in sorted(of_slug):
        numbers = of_slug[base]
        ids = _ids(base, [groups[n] for n in numbers], sightings) if len(numbers) > 1 else [base]
        roles = [_roles(groups[n], sightings) for n in numbers]
        labels = _labels([groups[n] for n in numbers], [names[n] for n in numbers], roles, sightings)
        for place, number in enumerate(numbers):
            group = groups[number]
            others = tuple(one for one in sorted(ids) if one != ids[place])
            found.append(
                Profile(
                    id=ids[place],
                    name=names[number][0],
                    label=labels[place],
                    is_person=group.of.is_person,
                    names=tuple(names[number]),
                    roles=roles[place],
                    sightings=tuple(group.members),
                    namesakes=others,
                )
            )
    return sorted(found, key=lambda one: one.id)


def plain_id(name: str) -> str:
    """The id that a name makes by itself."""
    return slug(name)


def _names(group: Group, sightings: Sequence[Sighting]) -> list[str]:
    """What articles call them; first the name that is shown: the fullest kind that is written, the most frequent."""
    counts: Counter[str] = Counter()
    for number in group.members:
        counts[sightings[number].name] += sightings[number].quotes

    def order(name: str) -> tuple[object, ...]:
        parts = naming(name)
        wanted = bool(group.patronymic) == bool(parts.patronymic)
        return not parts.is_full, not wanted, -name.count("ё"), -counts[name], len(name), name

    return sorted(counts, key=order)


def _slug(group: Group, names: Sequence[str]) -> str:
    """The plain id: first name and surname, in the spelling that comes first by letters."""
    found = []
    for name in names:
        parts = naming(name)
        if parts.is_full == group.of.is_full:
            words = name.split()
            given = [word for word in words if not parts.patronymic or naming_word(word) != parts.patronymic]
            found.append(slug(" ".join(given if parts.is_full else words)))
    return min(found)


def naming_word(word: str) -> str:
    """A word of a name as `naming` compares it."""
    return fold(word.strip(".")).replace("э", "е")


def _first_day(group: Group, sightings: Sequence[Sighting]) -> int | None:
    days = [day for number in group.members if (day := sightings[number].day) is not None]
    return min(days, default=None)


def _decade(group: Group, sightings: Sequence[Sighting]) -> str:
    day = _first_day(group, sightings)
    return "" if day is None else f"{date.fromordinal(day + EPOCH).year // 10 * 10}s"


def _ids(base: str, groups: Sequence[Group], sightings: Sequence[Sighting]) -> list[str]:
    """Ids of namesakes: by patronymic, by field, by decade, and last by number."""
    endings: list[list[str]] = [[], [], []]
    for group in groups:
        endings[0].append(slug(group.patronymic) if group.patronymic else "")
        endings[1].append(group.field or "")
        endings[2].append(_decade(group, sightings))
    found = [base] * len(groups)
    for ending in endings:
        same = Counter(found)
        if max(same.values()) > 1:
            distinct = {one: {e for f, e in zip(found, ending, strict=True) if f == one} for one in same}
            found = [
                f"{one}-{end}" if same[one] > 1 and end and len(distinct[one]) > 1 else one
                for one, end in zip(found, ending, strict=True)
            ]
    used: Counter[str] = Counter()
    numbered = []
    for one in found:
        used[one] += 1
        numbered.append(one if used[one] == 1 and found.count(one) == 1 else f"{one}-{used[one]}")
    return numbered


def _labels(
    groups: Sequence[Group],
    names: Sequence[Sequence[str]],
    roles: Sequence[Sequence[RoleSpan]],
    sightings: Sequence[Sighting],
) -> list[str]:
    if len(groups) == 1:
        return [names[0][0]]
    found = []
    for group, spelt, known in zip(groups, names, roles, strict=True):
        first = _first_day(group, sightings)
        years = "" if first is None else f"с {date.fromordinal(first + EPOCH).year} г."
        told = known[0].text if known else years
        told = "" if group.patronymic and naming(spelt[0]).patronymic else told
        found.append(f"{spelt[0]} ({told})" if told else spelt[0])
    counts = Counter(found)
    seen: Counter[str] = Counter()
    for place, label in enumerate(found):
        if counts[label] > 1:
            seen[label] += 1
            found[place] = f"{label} [{seen[label]}]"
    return found


def _roles(group: Group, sightings: Sequence[Sighting]) -> tuple[RoleSpan, ...]:
    """The roles, those in most articles first; forms of one are one. One that was never written in the nominative must
    come twice.
    """
    from .appositions import in_nominative  # it brings the rules that find quotes; who only reads an index needs none

    texts: dict[tuple[str, frozenset[str]], Counter[str]] = defaultdict(Counter)
    days: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    articles: dict[tuple[str, frozenset[str]], set[object]] = defaultdict(set)
    seen_so: dict[tuple[str, frozenset[str]], bool] = {}  # whether it was written in the nominative
    for number in group.members:
        one = sightings[number]
        for text in one.roles:
            shown, read = in_nominative(text), role(text)
            if shown is None or not read.head:
                continue
            key = read.head, read.words
            texts[key][shown] += 1
            seen_so[key] = seen_so.get(key, False) or shown.lower() == text.lower()
            articles[key].add(one.article)
            if one.day is not None:
                days[key].append(one.day)
    found = [
        RoleSpan(
            min(texts[key], key=lambda text: (-texts[key][text], text)),
            len(articles[key]),
            min(days[key], default=None),
            max(days[key], default=None),
        )
        for key in texts
        if seen_so[key] or len(articles[key]) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.articles, -len(one.text), one.text)))
