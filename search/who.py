"""Whom does a query mean behind `спикер:`? Speakers by any of their names, in any case form and order, by initials, by
id, and by the role that articles give them; a role means them as long as they have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import Token, query_roots, tokens
from index.schema import Kind
from index.speakers.naming import naming
from index.speakers.roles import OFFICE, VAGUE, Role, role

from .archive import Archive, Masks, distinct
from .recent import Recent

Chosen = NDArray[np.bool_]  # (N,) which sightings
REMEMBERED: Final = 500


class Who:
    """Finds the sightings that words mean. Shared by threads; what it looked up is remembered."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._known: Recent[str, Chosen] = Recent(REMEMBERED)

    def meant(self, text: str) -> Chosen:
        """(N,) The sightings of those whom `text` means; see `_meant`."""
        found = self._known.get(text)
        if found is None:
            found = self._meant(text)
            self._known.put(text, found)
        return found

    def _meant(self, text: str) -> Chosen:
        """(N,) The sightings of those whom `text` means: an id, a name, a role, or a name and a role."""
        archive = self.archive
        numbers = archive.by_id.get(text)
        if numbers is not None:
            return archive.of_speakers([numbers])
        found = tokens(text)
        if not found:
            return archive.of_speakers([])
        named = self._named(text, found)
        asked = role(text)
        if not asked.head:
            return named
        return named | self._in_role(asked) | self._named_in_role(text, found)

    def spoken_by(self, text: str, *, kind: Kind) -> tuple[NDArray[np.uint32], ...]:
        """For each segment the documents in which they speak, ascending."""
        return self.archive.of_sightings(kind, self.meant(text))

    def speakers(self, text: str) -> list[int]:
        """The speakers that words mean, by number."""
        numbers = self.archive.called(text)
        return numbers or distinct(self.archive.owner[self.meant(text)]).tolist()

    def speaking(self, kind: Kind) -> Callable[[str], Masks]:
        """What makes the masks of where somebody speaks: by id, label or name, else whom words mean."""

        def masks(value: str) -> Masks:
            numbers = self.archive.called(value)
            chosen = self.archive.of_speakers(numbers) if numbers else self.meant(value)
            return self.archive.masks(kind, chosen)

        return masks

    # -- by name

    @cached_property
    def _by_root(self) -> dict[str, set[int]]:
        index: dict[str, set[int]] = defaultdict(set)
        for number, one in enumerate(self.archive.speakers):
            for name in (*one.names, *one.aliases):
                for token in tokens(name):
                    for root in (*token.roots, "=" + token.form):
                        index[root].add(number)
        return index

    def _with_word(self, token: Token, written: str) -> set[int]:
        asked = query_roots(token.form, written=written)
        found: set[int] = set(self._by_root.get("=" + token.form, ()))
        for root in asked.roots:
            found |= self._by_root.get(root, set())
        return found

    def _named(self, text: str, found: list[Token]) -> Chosen:
        """Those whose names have all the words; a single letter is the initial of a first name or patronymic."""
        numbers: set[int] | None = None
        initials = []
        for token in found:
            written = text[token.start : token.end]
            if len(token.form) == 1 and len(found) > 1:
                initials.append(token.form)
                continue
            some = self._with_word(token, written)
            numbers = some if numbers is None else numbers & some
        if numbers is None:
            numbers = set()
        if initials:
            numbers = {number for number in numbers if self._has_initials(number, initials)}
        return self.archive.of_speakers(numbers)

    def _has_initials(self, number: int, initials: list[str]) -> bool:
        names = [naming(name) for name in self.archive.speakers[number].names]
        first, *more = initials
        given = any(name.first[:1] == first for name in names)
        patronymics = {name.patronymic[:1] for name in names if name.patronymic}
        return given and (not more or not patronymics or more[0] in patronymics)

    # -- by role

    @cached_property
    def _roles(self) -> list[tuple[Role, ...]]:
        return [tuple(map(role, one.roles)) for one in self.archive.sightings.rows]

    def _in_role(self, asked: Role, numbers: set[int] | None = None) -> Chosen:
        """The sightings in which speakers have a role; where an article does not say, the nearest that does."""
        archive, rows = self.archive, self.archive.sightings.rows
        chosen = np.zeros(len(rows), np.bool_)
        owners = {
            int(archive.owner[number])
            for number, roles in enumerate(self._roles)
            if any(one.answers(asked) for one in roles)
        }
        for owner in owners if numbers is None else owners & numbers:
            told: list[tuple[int | None, bool]] = []  # day, whether it is the role
            open_ones = []
            for number in archive.speakers[owner].sightings:
                answers = any(one.answers(asked) for one in self._roles[number])
                if answers or _says_otherwise(self._roles[number], asked):
                    told.append((rows[number].day, answers))
                    chosen[number] = answers
                else:
                    open_ones.append(number)
            for number in open_ones:
                chosen[number] = _at(told, rows[number].day)
        return chosen

    def _named_in_role(self, text: str, found: list[Token]) -> Chosen:
        """«мэр Берёзов»: the words that are in names say who, the others in which role."""
        names: list[Token] = []
        others: list[Token] = []
        for token in found:
            written = text[token.start : token.end]
            (names if written[:1].isupper() and self._with_word(token, written) else others).append(token)
        if not names or not others:
            return self.archive.of_speakers([])
        asked = role(" ".join(text[token.start : token.end] for token in others))
        if not asked.head:
            return self.archive.of_speakers([])
        named = self._named(text, names)
        return named & self._in_role(asked, set(self.archive.owner[named].tolist()))


def _says_otherwise(roles: tuple[Role, ...], asked: Role) -> bool:
    """Whether an article gives another office than an office that is asked for: another head, or one with words of its
    own («министр культуры», not a mere «министр»).
    """
    return asked.field == OFFICE and any(
        one.field == OFFICE
        and one.head not in VAGUE
        and (bool(one.said) or (one.head not in asked.heads and asked.head not in one.heads))
        for one in roles
    )


def _at(told: list[tuple[int | None, bool]], day: int | None) -> bool:
    """Whether the role is the one of that day: as the nearest article says; undated, as any says."""
    dated = [(abs(known - day), not answers) for known, answers in told if known is not None and day is not None]
    if not dated:
        return any(answers for _, answers in told)
    return not min(dated)[1]
