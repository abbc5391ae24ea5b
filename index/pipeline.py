"""The main path: sources → portions → articles → quotes → documents → writer.

`sync` makes an index agree with some paths: new and changed articles in, those that vanished from these paths out.
One bad input is listed and costs nothing else; a file that could not be read keeps its old articles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import prepare as preparing
from .errors import InvalidArticleError, SourceError
from .large import Large, states
from .sources import Skipped, portions
from .storage.loading import Prepare, try_out
from .writer import IndexWriter, Orders, Published, Sighting, SyncState, Take


@dataclass(slots=True)
class Report:
    """What a sync did. `rejected` lists inputs left out, each with its place and reason."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    quotes: int = 0
    done_bytes: int = 0  # of the files, as they lie on disk
    rejected: list[Skipped] = field(default_factory=list)
    passed_over: list[Skipped] = field(default_factory=list)  # drafts and their like: listed, and nobody's mistake
    repeated: dict[str, int] = field(default_factory=dict)  # id → how often it came with something else
    unreadable_dates: int = 0
    publishing: bool = False
    published: Published | None = None

    @property
    def seen(self) -> int:
        """Articles that were read."""
        return self.added + self.updated + self.unchanged


Progress = Callable[[Report], None]


def no_progress(report: Report) -> None:
    """For callers that do not watch."""


def sync(
    writer: IndexWriter,
    paths: Sequence[Path],
    *,
    csv_map: Mapping[str, str] | None = None,
    keep_missing: bool = False,
    jobs: int = 1,
    progress: Progress = no_progress,
    prepare: Prepare = preparing.prepare,
) -> Report:
    """Make the index agree with `paths` and publish. Raises SourceError where a path itself is wrong.

    `jobs` processes read and prepare articles and write segments of them.
    """
    known = states(writer.states())
    incoming = _Incoming(known, progress)
    _take_in(incoming, paths, csv_map, jobs, prepare, writer)
    report = incoming.report
    if not keep_missing:
        for article_id in incoming.vanished(paths):
            report.deleted += 1
            writer.delete(article_id)
    if report.added or report.updated or report.deleted or not known or writer.unpublished:
        _publish(writer, report, progress)
    return report


def rebuild(
    writer: IndexWriter,
    live: Mapping[str, SyncState],
    paths: Sequence[Path],
    *,
    csv_map: Mapping[str, str] | None = None,
    jobs: int = 1,
    progress: Progress = no_progress,
) -> Report:
    """Fill the new generation of a rebuilding `writer` from `paths` and publish it in place of the `live` one.

    Raises SourceError, and leaves the live index as it is, where nothing was found, or where files that live articles
    came from could not be read: a rebuild would lose them.
    """
    begun = states(writer.states())  # of a rebuild that broke off, where the engine goes on with it
    incoming = _Incoming(begun, progress)
    _take_in(incoming, paths, csv_map, jobs, preparing.prepare, writer)
    report = incoming.report
    if not report.seen and live:
        raise SourceError(f"{_listed(paths)}: no article was found here; the live index of {len(live):,} stays")
    lost = [article_id for article_id, (origin, _) in live.items() if origin and _below(origin, incoming.kept_files)]
    lost = [article_id for article_id in lost if article_id not in incoming.seen]
    if lost:
        first = next(skipped for skipped in report.rejected if skipped.file is not None)
        raise SourceError(
            f"{first.where}: {first.reason}; {len(lost):,} live articles came from what cannot be read now, so the "
            "live index stays; mend it, or take them out first with: molva delete"
        )
    for article_id in begun.keys() - incoming.seen.keys():
        writer.delete(article_id)
    _publish(writer, report, progress)
    return report


def dry_run(
    known: Mapping[str, SyncState],
    paths: Sequence[Path],
    *,
    csv_map: Mapping[str, str] | None = None,
    keep_missing: bool = False,
    jobs: int = 1,
    progress: Progress = no_progress,
    prepare: Prepare = preparing.prepare,
) -> Report:
    """What `sync` would do to an index that holds the `known` articles; nothing is written. Raises SourceError."""
    incoming = _Incoming(known, progress)
    _take_in(incoming, paths, csv_map, jobs, prepare, None)
    if not keep_missing:
        incoming.report.deleted = len(incoming.vanished(paths))
    return incoming.report


def _take_in(
    incoming: _Incoming,
    paths: Sequence[Path],
    csv_map: Mapping[str, str] | None,
    jobs: int,
    prepare: Prepare,
    writer: IndexWriter | None,
) -> None:
    found = portions(incoming.present(paths), csv_map=csv_map)
    load = try_out if writer is None else writer.load
    for state, outcome in load(found, incoming, prepare=prepare, jobs=jobs):
        if isinstance(outcome, InvalidArticleError):
            incoming.reject(state, outcome)
        else:
            incoming.report.quotes += outcome


def _publish(writer: IndexWriter, report: Report, progress: Progress) -> None:
    report.publishing = True
    progress(report)
    report.published = writer.publish()


class _Incoming:
    """Which of the articles that come in are new, changed or as they were; which known ones did not come.

    An id may come several times in one run: the last one counts. Its state's digest is then the series of digests,
    so that the same series is recognised as unchanged the next time; while a series may still turn out to be the
    known one, its latest article is held back. See `writer.Chooser`.
    """

    def __init__(self, known: Mapping[str, SyncState], progress: Progress) -> None:
        self.known = known
        self.by_place = Large[str](str, str)
        for article_id, state in known.items():
            if state.origin and (place := _place(article_id, state.origin)):
                self.by_place[place] = article_id
        self.report = Report()
        self.progress = progress
        self.seen = states()
        self.kept_files: set[str] = set()  # files and folders that could not be read whole
        self.held: dict[str, Take] = {}
        self.file, self.in_file, self.before_file = "", 0, 0

    def choose(self, found: Sequence[Sighting | Skipped]) -> Orders:
        """See the protocol."""
        orders = Orders([], [])
        for item in found:
            if isinstance(item, Skipped):
                (self.report.passed_over if item.by_design else self.report.rejected).append(item)
                if item.file is not None:
                    self.kept_files.add(item.file)
            else:
                self._count(item)
                self._one(item, orders)
            self.progress(self.report)
        return orders

    def rest(self) -> Orders:
        """See the protocol."""
        for article_id in self.held:
            self._tally(article_id, 1)
        return Orders(list(self.held.values()), [])

    def _count(self, item: Sighting) -> None:
        if item.origin != self.file:
            self.before_file += self.in_file
            self.file = item.origin
        self.in_file = item.bytes_read
        self.report.done_bytes = self.before_file + self.in_file

    def _one(self, item: Sighting, orders: Orders) -> None:
        article_id = self._own_id(item)
        earlier = self.seen.get(article_id)
        series = item.digest if earlier is None else f"{earlier.digest},{item.digest}"
        if earlier is not None and earlier.digest != item.digest:
            self.report.repeated[article_id] = self.report.repeated.get(article_id, 0) + 1
        self.report.unreadable_dates += item.undated
        state = SyncState(item.origin, series)
        self.seen[article_id] = state
        held = self.held.pop(article_id, None)
        if held is not None:
            orders.forgotten.append(held.number)
        known = self.known.get(article_id)
        if known == state:
            orders.forgotten.append(item.number)
            self.report.unchanged += 1
            return
        take = Take(item.number, article_id, state)
        if known is not None and known.digest is not None and known.digest.startswith(series + ","):
            self.held[article_id] = take
            return
        if earlier is None or held is not None:
            self._tally(article_id, 1)
        orders.takes.append(take)

    def _tally(self, article_id: str, one: int) -> None:
        known = article_id in self.known
        self.report.updated += one * known
        self.report.added += one * (not known)

    def _own_id(self, item: Sighting) -> str:
        """The article's own id. One that the record brings is the customer's and is never changed.

        An id made of the path says how the path was given, so the id by which this file is known already stays; and
        ids can clash between folders of one name: then more of the path is put before it.
        """
        if not item.id_from_path:
            return item.id
        own = self.by_place.get(_place(item.id, item.origin) or "", item.id)
        for parent in Path(item.origin).parents[1:]:
            owner = self.seen.get(own) or self.known.get(own)
            if owner is None or owner.origin == item.origin:
                break
            own = f"{parent.name}/{own}"
        return own

    def reject(self, state: SyncState, error: InvalidArticleError) -> None:
        """An article that was counted cannot be stored after all. What the index has of it stays."""
        self.report.rejected.append(Skipped(state.origin or "?", str(error)))
        if error.article_id is not None and self.seen.get(error.article_id) == state:
            self._tally(error.article_id, -1)

    def present(self, paths: Sequence[Path]) -> list[Path]:
        """`paths` without those that have gone although articles came from there: these vanished. A path that nobody
        has heard of stays in, and is refused as a mistake.
        """
        gone = [path for path in paths if not path.exists()]
        known = {
            path for path in gone if any(s.origin and _below(s.origin, [_absolute(path)]) for s in self.known.values())
        }
        return [path for path in paths if path not in known]

    def vanished(self, paths: Sequence[Path]) -> list[str]:
        """Known articles of files under `paths` that did not come again, files that failed left out."""
        roots = [_absolute(path) for path in paths]
        return [
            article_id
            for article_id, (origin, _) in self.known.items()
            if article_id not in self.seen
            and origin is not None
            and not _below(origin, self.kept_files)
            and _below(origin, roots)
        ]


def _place(article_id: str, origin: str) -> str | None:
    """Where an article with an id made of its path stands: the file, and the id from the file's name on."""
    at = article_id.find(Path(origin).name)
    return f"{origin}\0{article_id[at:]}" if at >= 0 else None


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links are kept, as in origins


def _below(origin: str, roots: Iterable[str]) -> bool:
    """Whether a file is one of `roots` or lies below one."""
    return any(origin == root or origin.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths[:3])) + (" …" if len(paths) > 3 else "")
