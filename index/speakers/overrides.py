"""What has a person decided about speakers? `speakers.json` beside the index, which a person may edit.

    {"version": 1,
     "merged": [{"id": "s-lavrov", "into": "sergei-lavrov"}],
     "aliases": [{"id": "sergei-lavrov", "name": "глава дипломатии"}]}

A merge says that two ids are one speaker; an alias is a further name, under which they are found and which articles may
give them. The file lies outside the states of the index, so that publishing, reindexing and going back leave it alone;
`voices` applies it, and readers look for a newer one before each question. An id that the archive does not have waits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from index.errors import IndexingError
from index.storage import disk

from .naming import naming
from .profiles import Profile, RoleSpan

FILE: Final = "speakers.json"
VERSION: Final = 1
MOST_BYTES: Final = 1 << 24


class OverridesError(IndexingError):
    """The file cannot be read; the message says where, what was found and expected."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """`merged`: id → the id that it is; `aliases`: (id, name). `digest` tells two of them apart."""

    merged: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same content."""
        return hashlib.blake2b(repr((self.merged, self.aliases)).encode(), digest_size=6).hexdigest()

    def target(self, speaker_id: str) -> str:
        """The id that an id is in the end."""
        into = dict(self.merged)
        seen = {speaker_id}
        while speaker_id in into and into[speaker_id] not in seen:
            speaker_id = into[speaker_id]
            seen.add(speaker_id)
        return speaker_id

    def with_merged(self, speaker_id: str, into: str) -> Overrides:
        """These and one more merge. Raises OverridesError where both are one already."""
        if self.target(into) == self.target(speaker_id):
            raise OverridesError(f"{speaker_id} and {into} are one speaker already; expected two")
        kept = [pair for pair in self.merged if pair[0] != speaker_id]
        return replace(self, merged=tuple(sorted([*kept, (speaker_id, self.target(into))])))

    def without(self, speaker_id: str) -> Overrides:
        """These without any merge into or of an id."""
        return replace(self, merged=tuple(pair for pair in self.merged if speaker_id not in pair))

    def with_alias(self, speaker_id: str, name: str) -> Overrides:
        """These and one more name."""
        return replace(self, aliases=tuple(sorted({*self.aliases, (speaker_id, name)})))

    def without_alias(self, speaker_id: str, name: str) -> Overrides:
        """These without a name."""
        return replace(self, aliases=tuple(pair for pair in self.aliases if pair != (speaker_id, name)))


NONE: Final = Overrides()


def overrides_file(folder: Path) -> Path:
    """Where the decisions for an index lie."""
    return folder / FILE


def saved(folder: Path) -> Overrides:
    """The decisions for an index; none where there is no file. Raises OverridesError."""
    path = overrides_file(folder)
    try:
        content = json.loads(disk.read_file(path, MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return NONE
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"no JSON ({error})") from error
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise _unreadable(path, "another JSON")
    return Overrides(
        _pairs(path, content, "merged", "id", "into"),
        _pairs(path, content, "aliases", "id", "name"),
    )


def save(folder: Path, decided: Overrides) -> Path:
    """Write the decisions for an index, durably, in place of the former; the file. Raises OSError."""
    path = overrides_file(folder)
    merged = [{"id": one, "into": into} for one, into in decided.merged]
    aliases = [{"id": one, "name": name} for one, name in decided.aliases]
    lists = ",\n".join(
        f'  "{name}": ['
        + ",".join(f"\n    {json.dumps(row, ensure_ascii=False)}" for row in rows)
        + ("\n  ]" if rows else "]")
        for name, rows in (("merged", merged), ("aliases", aliases))
    )
    disk.replace_file(path, f'{{\n  "version": {VERSION},\n{lists}\n}}\n'.encode())
    return path


def _listed(rows: Sequence[Mapping[str, str]]) -> str:
    """A row a line."""
    lines = ",".join(f"\n    {json.dumps(row, ensure_ascii=False)}" for row in rows)
    return f"[{lines}\n  ]" if rows else "[]"


def _pairs(path: Path, content: Mapping[str, Any], name: str, *keys: str) -> tuple[tuple[str, str], ...]:
    rows = content.get(name, [])
    if not isinstance(rows, list):
        raise _unreadable(path, f"{name}: {json.dumps(rows, ensure_ascii=False):.60}")
    found = []
    for number, row in enumerate(rows, 1):
        values = [value for key in keys if isinstance(value := row.get(key), str)] if isinstance(row, dict) else []
        if len(values) != len(keys) or not all(map(str.strip, values)):
            raise _unreadable(path, f"{name}, row {number}: {json.dumps(row, ensure_ascii=False):.100}")
        found.append((values[0].strip(), values[1].strip()))
    return tuple(sorted(found))


def _unreadable(path: Path, found: str) -> OverridesError:
    return OverridesError(
        f'{path}: found {found}, expected {{"version": {VERSION}, "merged": [{{"id": …, "into": …}}], '
        '"aliases": [{"id": …, "name": …}]}; mend it, or take it away to decide nothing'
    )


# -- applied


def decided(profiles: Sequence[Profile], overrides: Overrides) -> list[Profile]:
    """The speakers after what a person has decided, by id."""
    known = {one.id: one for one in profiles}
    into: dict[str, str] = {}
    for one, _ in overrides.merged:
        target = overrides.target(one)
        if one in known and target in known:
            into[one] = target
    for speaker_id, name in overrides.aliases:
        target = overrides.target(speaker_id)
        if target in known:
            into.update(
                {
                    one.id: target
                    for one in profiles
                    if one.id != target and one.id not in into and all(naming(n) == naming(name) for n in one.names)
                }
            )
    members: dict[str, list[Profile]] = {}
    for profile in profiles:
        members.setdefault(_end(profile.id, into), []).append(profile)
    found = []
    for target, some in members.items():
        made = _joined(known[target], [one for one in some if one.id != target])
        aliases = tuple(name for one, name in overrides.aliases if overrides.target(one) == target)
        gone = {one for one, end in ((one, _end(one, into)) for one in made.namesakes) if end == target}
        found.append(
            replace(
                made,
                aliases=aliases,
                namesakes=tuple(sorted({_end(one, into) for one in made.namesakes if one not in gone} - {target})),
            )
        )
    return [replace(one, label=one.name) if not one.namesakes else one for one in sorted(found, key=lambda one: one.id)]


def _end(speaker_id: str, into: Mapping[str, str]) -> str:
    seen = {speaker_id}
    while speaker_id in into and into[speaker_id] not in seen:
        speaker_id = into[speaker_id]
        seen.add(speaker_id)
    return speaker_id


def _joined(main: Profile, others: Sequence[Profile]) -> Profile:
    if not others:
        return main
    roles: dict[str, RoleSpan] = {}
    for span in (span for one in (main, *others) for span in one.roles):
        known = roles.get(span.text)
        roles[span.text] = span if known is None else _both(known, span)
    return replace(
        main,
        names=tuple(dict.fromkeys(name for one in (main, *others) for name in one.names)),
        roles=tuple(sorted(roles.values(), key=lambda one: (-one.articles, -len(one.text), one.text))),
        sightings=tuple(number for one in (main, *others) for number in one.sightings),
        merged=tuple(sorted(one.id for one in others)),
    )


def _both(one: RoleSpan, other: RoleSpan) -> RoleSpan:
    firsts = [day for day in (one.first, other.first) if day is not None]
    lasts = [day for day in (one.last, other.last) if day is not None]
    return RoleSpan(one.text, one.articles + other.articles, min(firsts, default=None), max(lasts, default=None))
