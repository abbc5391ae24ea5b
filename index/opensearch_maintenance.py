"""Is the index on a cluster sound, which generations are kept, and what can be done where one is not sound?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from .errors import ClusterError, DamagedIndexError, NoIndexError
from .large import states
from .maintenance import Checked, Generation
from .opensearch_bulk import RUN_SHIFT, Bulk, Target
from .opensearch_client import connect, reported
from .opensearch_deep import Difference, unlike_what_is_made
from .opensearch_generations import Generations, Kept, live_of
from .opensearch_lock import WriterLock
from .opensearch_reading import Reader
from .opensearch_settings import OpenSearchSettings
from .schema import KINDS
from .writer import Published, SyncState

NAMED: Final = 5  # documents that a problem names
UNLIKE: Final[dict[Difference, str]] = {
    "fields": "are not what this version makes of what is stored",
    "terms": "are found under other words than those of what is stored",
}
PATIENCE: Final = 10.0  # seconds in which shards that are just starting may come up


class Upkeep:
    """The generations of one prefix, from above. Raises ClusterError in all that it does."""

    def __init__(self, settings: OpenSearchSettings) -> None:
        self._settings = settings
        self._client = connect(settings)
        self._generations = Generations(self._client, settings)

    def close(self) -> None:
        """Let go of the cluster."""
        self._client.close()

    def require(self) -> None:
        """Raises NoIndexError, DamagedIndexError, UnsupportedIndexError."""
        with reported(self._settings):
            self._generations.required()

    def states(self) -> Mapping[str, SyncState]:
        """Id → state of each live article; empty where there is no index yet. Raises as `require`."""
        with reported(self._settings):
            live = self._generations.live()
            if live is None:
                return {}
            self._generations.required()
            return states((one.id, one.state) for one in self._reader(live).comings())

    def generations(self) -> list[Generation]:
        """Those that are kept, the newest first. Raises NoIndexError."""
        with reported(self._settings):
            kept = self._generations.all()
            if not kept:
                self._generations.required()
            return [self._told(one) for one in reversed(kept)]

    def _told(self, kept: Kept) -> Generation:
        problem = kept.problem or kept.mismatch
        size = None if kept.problem else self._generations.bytes(kept.number)
        live = len(kept.live) == len(KINDS)
        if kept.state is None:
            problem = problem or self._begun(kept)
            return Generation(kept.number, None, None, None, None, size, live, problem)
        state = kept.state
        name = kept.name if problem is None or kept.problem is None else None
        return Generation(kept.number, name, state.created, state.articles, state.quotes, size, live, problem)

    def _begun(self, kept: Kept) -> str:
        self._generations.refresh(kept.number)
        there = self._reader(kept).count("article")
        return f"was not finished, {there:,} articles are there; the next molva reindex goes on with it"

    def rollback(self) -> Published:
        """Make the generation before the live one live, where every document of it is sound. Raises NoIndexError,
        LockedError, DamagedIndexError.
        """
        with reported(self._settings), self._locked():
            live = self._generations.required()
            former = [one for one in self._generations.all() if one.number < live.number and one.state is not None]
            if not former:
                raise NoIndexError(
                    f"{self._settings.where}: no generation before {live.name} is kept, expected one that a molva "
                    "reindex has left; rebuild from the sources with: molva reindex PATH…"
                )
            target = former[-1]
            problems = [] if target.mismatch is None else [target.mismatch]
            problems += self._problems(target, deep=False)
            if problems:
                raise DamagedIndexError(f"generation {target.name} is not sound, the live one stays: {problems[0]}")
            self._generations.mark_left(live, left=True)
            self._generations.mark_left(target, left=False)
            self._generations.switch(target.number)
            assert target.state is not None  # noqa: S101
            return Published(target.name or "", target.state.articles, target.state.quotes)

    # -- whether all is sound

    def check(self, *, repair: bool, deep: bool) -> Checked:
        """Every document of all kept generations; see `maintenance.check`. Raises NoIndexError, LockedError."""
        with reported(self._settings):
            if not repair:
                found = self._look(deep)
                return self._checked(found, found, [])
            with self._locked():
                found = self._look(deep)
                steps = self._repair(found)
                return self._checked(self._look(deep) if steps else found, found, steps)

    def _look(self, deep: bool) -> _Found:
        kept = self._generations.all()
        if not kept:
            self._generations.required()
        found = _Found(kept, None, [], {}, [])
        try:
            found.live = live_of(kept, self._generations.names)
            if found.live is None:
                found.problems.append(f"no generation has the alias {self._generations.names.alias('article')}")
        except DamagedIndexError as error:
            found.problems.append(str(error))
        for one in reversed(kept):
            if one is found.live:
                found.problems += [one.mismatch] if one.mismatch else self._problems(one, deep=deep)
                found.missing += self._missing_copies(one)
            elif one.state is not None and one.mismatch is None:
                found.others[one.number] = self._problems(one, deep=deep)
        return found

    def _problems(self, one: Kept, *, deep: bool) -> list[str]:
        """What is wrong with a generation that was published."""
        where = f"generation {one.number:06d}"
        if one.problem is not None:
            return [f"{where}: {one.problem}"]
        if one.state is None:
            return [f"{where}: it was never published whole"]
        try:
            self._generations.wait(one.number, until=PATIENCE)
            reader = self._reader(one)
            articles, told, quotes = reader.sums()
            problems = []
            if (articles.count, quotes.count) != (one.state.articles, one.state.quotes):
                problems.append(
                    f"{where}: found {articles.count:,} articles and {quotes.count:,} quotes, published were "
                    f"{one.state.articles:,} and {one.state.quotes:,}"
                )
            if one.state.digest not in (None, str(articles)):
                problems.append(f"{where}: the articles come to {articles}, published were {one.state.digest}")
            if told != quotes:
                problems.append(f"{where}: articles tell of quotes that come to {told}, there are {quotes}")
            for kind in KINDS:
                changed = list(reader.faults(kind))
                if changed:
                    problems.append(f"{where}: {_listed(changed)} are not what was sent")
            if deep:
                unlike: dict[Difference, list[str]] = {"fields": [], "terms": []}
                for difference, document_id in unlike_what_is_made(reader, one.lengths()):
                    unlike[difference].append(document_id)
                for difference, ids in unlike.items():
                    if ids:
                        problems.append(f"{where}: {_listed(ids)} {UNLIKE[difference]}")
        except ClusterError as error:
            return [f"{where}: {error}"]
        return problems

    def _missing_copies(self, one: Kept) -> list[str]:
        if one.problem is not None:
            return []
        missing = self._generations.missing_copies(one.number)
        told = f"generation {one.number:06d}: {missing} copies of shards are missing; start the nodes that are down"
        return [told] if missing else []

    def _repair(self, found: _Found) -> list[str]:
        steps = []
        live = found.live
        whole = [one for one in found.kept if one.state is not None and one.problem is None and one.mismatch is None]
        if live is None or live.problem is not None:
            named = [one for one in whole if one.live] or [one for one in whole if not found.others.get(one.number)]
            if not named:
                return ["no kept generation is whole: rebuild from the sources with: molva reindex PATH"]
            live = named[-1]
            self._generations.switch(live.number)
            steps.append(f"both aliases lead to generation {live.name} now")
        steps += self._repair_quotes(live)
        for one in found.kept:
            if one.number != live.number and (one.state is None or found.others.get(one.number)):
                self._generations.remove(one.number)
                steps.append(f"took away generation {one.number:06d}, which was not whole")
        return steps

    def _repair_quotes(self, live: Kept) -> list[str]:
        """Quotes that no article tells of any more go."""
        reader = self._reader(live)
        self._generations.refresh(live.number)
        _, told, there = reader.counts()
        if told >= there:
            return []
        stale = sorted({*reader.stale_quotes(0), *reader.orphans()})
        run = self._lock.run << RUN_SHIFT
        Bulk(self._client, Target(self._settings, live.number, live.lengths(), run)).delete(
            "quote", [(one, run) for one in stale]
        )
        self._generations.refresh(live.number)
        return [f"took away {len(stale):,} quotes of which no article tells"] if stale else []

    def _checked(self, after: _Found, before: _Found, steps: list[str]) -> Checked:
        live = after.live if not after.problems else None
        damaged = [number for number, problems in after.others.items() if problems]
        return Checked(
            sound=live is not None and not damaged and not after.missing,
            live_sound=live is not None,
            generation=live.name if live else None,
            files=2 * live.shards if live else 0,
            bytes=self._generations.bytes(live.number) if live else 0,
            problems=before.problems,
            kept_problems=[one for problems in before.others.values() for one in problems],
            damaged=[number for number, problems in before.others.items() if problems],
            repaired=steps,
            derived_problems=before.missing,
        )

    def _reader(self, kept: Kept) -> Reader:
        return Reader(self._client, self._generations.names, kept.number)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock = WriterLock(self._client, self._settings)
        try:
            yield
        finally:
            self._lock.close(finished=not self._lock.inherited)


@dataclass(slots=True)
class _Found:
    """What is wrong: of the live generation, of the others by their numbers; and which copies are `missing`."""

    kept: list[Kept]
    live: Kept | None
    problems: list[str]
    others: dict[int, list[str]]
    missing: list[str]


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


@contextmanager
def upkeep() -> Iterator[Upkeep]:
    """That of the cluster which the settings name. Raises SettingsError, IndexingError."""
    from .opensearch_settings import opensearch_settings

    one = Upkeep(opensearch_settings())
    try:
        yield one
    finally:
        one.close()
