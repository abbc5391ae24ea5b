"""Which names of which articles are one speaker's?

A sighting is a name in an article, with what the article says of it. Sightings of one full name are one person, unless
something tells two apart:

1. two patronymics;
2. roles of two fields of life (a surgeon, a goalkeeper) that no article gives together; a field that comes once where
   the same sources mostly tell of an office is none («министр и поэт» is a minister);
3. an office here and another field there, in sources that have nothing in common: within a source people change;
4. forty years of silence.

A name with initials is the person whom it fits, if that is one; a mere surname needs a role of that person as well, or
that it is nobody else's and the same source has just named the person in full. What stays open is a speaker of its own:
a wrong speaker is worse than none. Nothing depends on the order of the sightings.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .naming import Naming, naming
from .roles import OFFICE, OPEN, SPECIALISTS, Role, are_kin, fields_of, role

OFFICES: Final = 4  # times as often an office is told of, where another field is a slip of the pen
FRESH: Final = 30  # days for which readers remember whom a source has named in full
SILENCE: Final = 40 * 365  # days after which somebody of the same name is somebody else


class Sighting(NamedTuple):
    """A name in an article. `day`: days since 1970-01-01, None where the article has no date; `roles` as written."""

    name: str
    article: Hashable
    day: int | None = None
    source: str | None = None
    roles: tuple[str, ...] = ()
    quotes: int = 1


@dataclass(slots=True)
class Group:
    """The sightings of one speaker, as numbers. `patronymic` and `field` say what told namesakes apart, if anything."""

    of: Naming
    members: list[int] = field(default_factory=list)
    patronymic: str = ""
    field: str | None = None


def grouped(sightings: Sequence[Sighting]) -> list[Group]:
    """The speakers of all sightings, by name; each sighting belongs to one of them."""
    return _Grouping(sightings).groups()


class _Facts:
    """What the sightings of a group say together."""

    def __init__(self, of: _Grouping, members: Iterable[int]) -> None:
        self._of = of
        seen = [(of.seen[number], of.roles[number]) for number in members]
        self.roles = tuple(dict.fromkeys(one for _, roles in seen for one in roles))
        self.fields = fields_of(self.roles)
        self.sources = frozenset(one.source for one, _ in seen)
        self.days = sorted({one.day for one, _ in seen if one.day is not None})
        self.size = len(seen)

    def may_meet(self, number: int) -> bool:
        """Whether somebody in office may be of the group's field: unless their sources are known and differ, and they
        are not called the same as well.
        """
        source = self._of.seen[number].source
        if self.fields & SPECIALISTS or source is None or None in self.sources or source in self.sources:
            return True
        return any(a.is_like(b) for a in self._of.roles[number] for b in self.roles)

    def told_of(self, sighting: Sighting) -> bool:
        """Whether the same source tells of the group within days, so that readers know who is meant by a surname."""
        return sighting.source is not None and sighting.source in self.sources and self._gap(sighting.day) <= FRESH

    def nearness(self, number: int) -> tuple[bool, bool, bool, int, int]:
        """How much speaks for a sighting to be of the group."""
        one = self._of.seen[number]
        mine = self._of.fields[number] - OPEN
        like = any(a.is_like(b) for a in self._of.roles[number] for b in self.roles)
        contradicts = bool(mine and self.fields - OPEN and not are_kin(mine, self.fields))
        beside = one.source is not None and one.source in self.sources
        return not contradicts, like, beside, -self._gap(one.day), self.size

    def _gap(self, day: int | None) -> int:
        if day is None or not self.days:
            return 1 << 20
        place = bisect(self.days, day)
        return min(abs(day - known) for known in self.days[max(0, place - 1) : place + 1])


class _Grouping:
    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self.seen = sightings
        self.named = [naming(one.name) for one in sightings]
        self.roles = [tuple(map(role, one.roles)) for one in sightings]
        self.fields = [fields_of(roles) for roles in self.roles]

    def groups(self) -> list[Group]:
        """See `grouped`."""
        of_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, name in enumerate(self.named):
            if name.is_full:
                of_key["0", *name.key].append(number)
            elif not name.is_person:
                of_key["1", name.whole].append(number)
            else:
                of_key["2" if name.first else "3", name.first, name.patronymic, name.surname].append(number)
        found: list[Group] = []
        by_surname: dict[str, list[Group]] = defaultdict(list)
        for key in sorted(of_key):  # full names first, then initials, mere surnames last
            members = sorted(of_key[key], key=self._order)
            if key[0] >= "2":
                members = self._linked(members, by_surname[key[3]])
            new = self._people(members) if key[0] != "1" else [Group(self.named[members[0]], members)]
            found += new
            by_surname[key[-1]] += new
        return [group for group in found if group.members]

    def _order(self, number: int) -> tuple[object, ...]:
        one = self.seen[number]
        return one.day is None, one.day or 0, one.name, one.source or "", one.roles

    # -- full names

    def _people(self, members: list[int]) -> list[Group]:
        """The people of one full name, of one short name that is nobody's known, or of none."""
        found = []
        for patronymic, some in self._by_patronymic(members):
            for life in self._by_life(some):
                of = self.named[life[0]]
                found.append(Group(of, life, patronymic, self._main_field(life)))
        return found

    def _by_patronymic(self, members: list[int]) -> list[tuple[str, list[int]]]:
        """Members by patronymic; those without one go where they fit, or to the only one there is."""
        of: dict[str, list[int]] = defaultdict(list)
        without = []
        for number in members:
            written = self.named[number].patronymic
            if len(written) > 1:
                of[written].append(number)
            else:
                without.append(number)
        if not of:
            initials = {self.named[number].patronymic for number in without} - {""}
            if len(initials) < 2:
                return [("", without)] if without else []
            of = {letter: [n for n in without if self.named[n].patronymic == letter] for letter in sorted(initials)}
            without = [n for n in without if not self.named[n].patronymic]
        names = sorted(of)
        groups = [of[name] for name in names]
        facts = [_Facts(self, some) for some in groups]
        strangers: dict[str, list[int]] = defaultdict(list)
        for number in without:
            letter = self.named[number].patronymic
            fitting = [place for place, name in enumerate(names) if not letter or name.startswith(letter)]
            if not fitting:
                strangers[letter].append(number)
                continue
            best = max(fitting, key=lambda place: facts[place].nearness(number))
            groups[best].append(number)
        several = len(groups) + len(strangers) > 1
        found = [
            (name if several else "", sorted(some, key=self._order)) for name, some in zip(names, groups, strict=True)
        ]
        return found + sorted(strangers.items())

    def _by_life(self, members: list[int]) -> list[list[int]]:
        """Members by what they are, where that differs; then by times far apart."""
        groups = self._by_field(members)
        return [part for group in groups for part in self._by_time(group)]

    def _by_field(self, members: list[int]) -> list[list[int]]:
        own = {number: self.fields[number] - OPEN for number in members}
        joined: list[set[str]] = []
        for fields in own.values():
            if fields:
                touching = [some for some in joined if are_kin(some, fields)]
                joined = [some for some in joined if not are_kin(some, fields)]
                joined.append(set(fields).union(*touching))
        joined = self._with_one_office(sorted((some for some in joined if self._is_a_life(some, own)), key=min), own)
        office = [number for number in members if not any(own[number] & some for some in joined)]
        if not joined or (len(joined) == 1 and not any(self.fields[number] for number in office)):
            return [members]
        groups = [[number for number in members if own[number] & some] for some in joined]
        facts = [_Facts(self, some) for some in groups]
        strangers: list[int] = []
        rest: list[int] = []
        for number in office:
            if not self.fields[number]:
                rest.append(number)
                continue
            near = [place for place, known in enumerate(facts) if known.may_meet(number)]
            if near:
                groups[max(near, key=lambda place: facts[place].nearness(number))].append(number)
            else:
                strangers.append(number)
        if strangers:
            groups.append(strangers)
            facts.append(_Facts(self, strangers))
        for number in rest:
            groups[max(range(len(groups)), key=lambda place: facts[place].nearness(number))].append(number)
        return [sorted(some, key=self._order) for some in groups]

    def _is_a_life(self, fields: set[str], own: dict[int, frozenset[str]]) -> bool:
        """Whether some fields are what somebody lives by: not where the same sources mostly tell of an office."""
        inside = [number for number, mine in own.items() if mine & fields]
        sources = {self.seen[number].source for number in inside}
        open_ones = [number for number, mine in own.items() if not mine and self.fields[number]]
        here = sum(1 for number in open_ones if self.seen[number].source in sources)
        return not here or len(open_ones) < OFFICES * len(inside)

    def _with_one_office(self, lives: list[set[str]], own: dict[int, frozenset[str]]) -> list[set[str]]:
        """The lives, those joined in which one office is told of: a judge who conducts presides over one court."""
        offices = [
            {one for number, mine in own.items() if mine & some for one in self.roles[number] if one.field == OFFICE}
            for some in lives
        ]
        found: list[tuple[set[str], set[Role]]] = []
        for some, roles in zip(lives, offices, strict=True):
            same = [one for one in found if any(a.said and b.said and a.is_like(b) for a in roles for b in one[1])]
            found = [one for one in found if one not in same]
            found.append((some.union(*(one[0] for one in same)), roles.union(*(one[1] for one in same))))
        return sorted((some for some, _ in found), key=min)

    def _by_time(self, members: list[int]) -> list[list[int]]:
        dated = [number for number in members if self.seen[number].day is not None]
        parts: list[list[int]] = []
        for number in dated:
            day = self.seen[number].day or 0
            if not parts or day - (self.seen[parts[-1][-1]].day or 0) > SILENCE:
                parts.append([])
            parts[-1].append(number)
        undated = [number for number in members if self.seen[number].day is None]
        if not parts:
            return [undated] if undated else []
        parts[0] += undated
        return parts

    def _main_field(self, members: list[int]) -> str | None:
        """The field of life of most quotes; an office only where there is nothing else."""
        counts: dict[str, int] = defaultdict(int)
        for number in members:
            for name in self.fields[number]:
                counts[name] += self.seen[number].quotes
        return min(counts, key=lambda name: (name in OPEN, -counts[name], name), default=None)

    # -- short names

    def _linked(self, members: list[int], groups: Sequence[Group]) -> list[int]:
        """Give short names to the groups of their surname; what is left over."""
        known = [_Facts(self, group.members) for group in groups]
        wanted: list[tuple[Group, int]] = []
        left = []
        for number in members:
            group = self._owner(number, groups, known)
            if group is None:
                left.append(number)
            else:
                wanted.append((group, number))
        for group, number in wanted:
            group.members.append(number)
        return left

    def _owner(self, number: int, groups: Sequence[Group], known: Sequence[_Facts]) -> Group | None:
        name, mine = self.named[number], self.fields[number] - OPEN
        fitting = [
            (group, facts)
            for group, facts in zip(groups, known, strict=True)
            if any(name.agrees(self.named[other]) for other in group.members)
            and not (mine and facts.fields - OPEN and not are_kin(mine, facts.fields))
            and (not group.patronymic or not name.patronymic or group.patronymic.startswith(name.patronymic))
        ]
        like = [group for group, facts in fitting if any(a.is_like(b) for a in self.roles[number] for b in facts.roles)]
        if len(like) == 1:
            return like[0]
        if like:
            return None
        if not name.first:
            near = len(fitting) == 1 and fitting[0][1].told_of(self.seen[number])
            return fitting[0][0] if near else None
        if len(fitting) == 1:
            return fitting[0][0]
        source = self.seen[number].source
        beside = [group for group, facts in fitting if source and source in facts.sources]
        return beside[0] if len(beside) == 1 else None
