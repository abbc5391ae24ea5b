"""Whom and which quotes does a question mean? What is known of the speakers and reprints of one published state
(`index.voices`), as documents and masks. Immutable, shared by threads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.extracts import NOBODY
from index.schema import Kind
from index.speakers.profiles import plain_id
from index.voices import ALONE, Voices, distinct, once
from index.voices_file import Masks, Place

from .errors import NamesakesError, NotFoundError

__all__ = ["ALONE", "Archive", "Masks", "distinct"]


class Archive(Voices):
    """See the module."""

    # -- speakers

    @once
    def by_id(self) -> dict[str, int]:
        """Speakers by id; those that were merged lead to what they are merged into."""
        found = {one.id: number for number, one in enumerate(self.speakers)}
        for number, one in enumerate(self.speakers):
            found.update(dict.fromkeys(one.merged, number))
        return found

    @once
    def _by_name(self) -> dict[str, list[int]]:
        """Speakers by any of their names, folded, by their label, and by the slug of a name."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self.speakers):
            keys = {schema.exact_key(name) for name in (*one.names, *one.aliases, one.label)}
            keys |= {plain_id(name) for name in one.names}
            for key in sorted(keys):
                found[key].append(number)
        return dict(found)

    def called(self, value: str) -> list[int]:
        """The speakers whose id, label or name this is, several where they are namesakes."""
        known = self.by_id.get(value)
        if known is not None:
            return [known]
        key = schema.exact_key(value)
        exact = [n for n in self._by_name.get(key, ()) if schema.exact_key(self.speakers[n].label) == key]
        return (
            exact[:1]
            if len(exact) == 1 and self.speakers[exact[0]].label != self.speakers[exact[0]].name
            else list(self._by_name.get(key, ()))
        )

    def of_sightings(self, kind: Kind, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.uint32], ...]:
        """For each segment the documents of some of the sightings (N,), ascending: quotes, or articles that have their
        own words.
        """
        found = []
        for extract, at, own in zip(self.extracts, self.sightings.at, self.sightings.own, strict=True):
            picked = np.zeros(len(at), np.bool_)
            picked[at >= 0] = chosen[at[at >= 0]]
            if kind == "article":
                picked &= own
                found.append(distinct(extract.article[picked]))
            else:
                known = np.flatnonzero(extract.sighting != NOBODY)
                found.append(known[picked[extract.sighting[known]]].astype(np.uint32))
        return tuple(found)

    def of_speakers(self, numbers: Iterable[int]) -> NDArray[np.bool_]:
        """(N,) Which sightings are theirs."""
        wanted = np.zeros(max(len(self.speakers), 1), np.bool_)
        wanted[list(numbers)] = True
        return wanted[self.owner]

    def masks(self, kind: Kind, chosen: NDArray[np.bool_]) -> Masks:
        """`of_sightings` as masks."""
        found = []
        for segment, docs in zip(self._segments, self.of_sightings(kind, chosen), strict=True):
            mask = np.zeros(segment.docs(kind), np.uint8)
            mask[docs] = 1
            found.append(mask)
        return tuple(found)

    # -- reprints

    def told_again(
        self, docs: Sequence[NDArray[np.uint32]], told: Sequence[NDArray[np.uint32]]
    ) -> list[NDArray[np.uint32]]:
        """Of some quotes with reprints, in each segment, those of which another one of them is earlier, or was told."""
        clusters = [cluster[some] for cluster, some in zip(self.cluster, docs, strict=True)]
        first = np.full(len(self.reprints), 1 << 40, np.int64)
        for some, rank, cluster in zip(docs, self.rank, clusters, strict=True):
            np.minimum.at(first, cluster, rank[some])
        for some, numbers in zip(told, self.cluster, strict=False):
            known = numbers[some]
            first[known[known != ALONE]] = -1
        return [
            some[rank[some] != first[cluster]] for some, rank, cluster in zip(docs, self.rank, clusters, strict=True)
        ]

    def reprints_of(self, segment: int, quote: int) -> tuple[Place, ...]:
        """All quotes of a quote's cluster, itself among them; none where it has no reprint."""
        number = int(self.cluster[segment][quote])
        return () if number == ALONE else self.reprints[number]


def speaker_of(archive: Archive, speaker_id: str) -> int:
    """The number of a speaker. Raises NotFoundError, which names the namesakes where several are called so."""
    numbers = archive.called(speaker_id)
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        ids = tuple(archive.speakers[number].id for number in numbers)
        raise NamesakesError(f"{len(ids)} speakers are called {speaker_id!r}: {', '.join(ids)}", ids)
    raise NotFoundError(f"no speaker has the id {speaker_id!r}")
