"""The main path: sources → articles → quotes → documents → writer.

`sync` makes an index agree with some paths: new and changed articles in, those that vanished from these paths out.
One bad input is listed and costs nothing else; a file that could not be read keeps its old articles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from .errors import InvalidArticleError
from .model import Article, Quote
from .prepare import digest, prepare
from .sources import Loaded, Skipped, read_paths
from .writer import IndexWriter, Published, SyncState

CHUNK = 32  # articles a task; large enough to hide what a task costs, small enough to keep progress moving

Prepared = tuple[Article, tuple[Quote, ...]] | InvalidArticleError


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
    publishing: bool = False
    published: Published | None = None

    @property
    def seen(self) -> int:
        """Articles that were read."""
        return self.added + self.updated + self.unchanged


Progress = Callable[[Report], None]


def sync(
    writer: IndexWriter,
    paths: Sequence[Path],
    *,
    csv_map: Mapping[str, str] | None = None,
    keep_missing: bool = False,
    dry_run: bool = False,
    jobs: int = 1,
    progress: Progress = lambda report: None,
) -> Report:
    """Make the index agree with `paths` and publish. Raises SourceError where a path itself is wrong.

    With `dry_run` nothing is written and the report says what would be. `jobs` processes prepare articles.
    """
    report = Report()
    known = dict(writer.states())
    incoming = _Incoming(known, report, progress)
    changed = incoming.changed(read_paths(paths, csv_map=csv_map))
    if dry_run:
        for _ in changed:
            pass
    else:
        for state, prepared in _prepared(changed, jobs):
            if isinstance(prepared, InvalidArticleError):
                incoming.reject(state, prepared)
                continue
            article, quotes = prepared
            writer.add(article, quotes, state=state)
            report.quotes += len(quotes)
    if not keep_missing:
        for article_id in incoming.vanished(paths):
            report.deleted += 1
            if not dry_run:
                writer.delete(article_id)
    if not dry_run and (report.added or report.updated or report.deleted or not known):
        report.publishing = True
        progress(report)
        report.published = writer.publish()
    progress(report)
    return report


class _Incoming:
    """Which of the articles that come in are new, changed or as they were; which known ones did not come.

    An id may come several times in one run: the last one counts. Its state's digest is then the series of digests,
    so that the same series is recognised as unchanged the next time; while a series may still turn out to be the
    known one, its latest article is held back.
    """

    def __init__(self, known: dict[str, SyncState], report: Report, progress: Progress) -> None:
        self.known = known
        self.report = report
        self.progress = progress
        self.seen: dict[str, SyncState] = {}
        self.kept_files: set[str] = set()  # files and folders that could not be read whole
        self.held: dict[str, tuple[SyncState, Article]] = {}
        self.file, self.in_file, self.before_file = "", 0, 0

    def _count(self, item: Loaded) -> None:
        if item.origin != self.file:
            self.before_file += self.in_file
            self.file = item.origin
        self.in_file = item.bytes_read
        self.report.done_bytes = self.before_file + self.in_file

    def changed(self, items: Iterable[Loaded | Skipped]) -> Iterator[tuple[SyncState, Article]]:
        for item in items:
            if isinstance(item, Skipped):
                self.report.rejected.append(item)
                if item.file is not None:
                    self.kept_files.add(item.file)
            else:
                self._count(item)
                yield from self._one(item)
            self.progress(self.report)
        for article_id in list(self.held):
            yield from self._release(article_id)

    def _one(self, item: Loaded) -> Iterator[tuple[SyncState, Article]]:
        article = self._own_id(item)
        earlier = self.seen.get(article.id)
        series = digest(article) if earlier is None else f"{earlier.digest},{digest(article)}"
        state = SyncState(item.origin, series)
        self.seen[article.id] = state
        known = self.known.get(article.id)
        if known == state:
            self.held.pop(article.id, None)
            self.report.unchanged += 1
        elif known is not None and known.digest is not None and known.digest.startswith(series + ","):
            self.held[article.id] = (state, article)
        else:
            self.held[article.id] = (state, article)
            yield from self._release(article.id, again=earlier is not None)

    def _release(self, article_id: str, *, again: bool = False) -> Iterator[tuple[SyncState, Article]]:
        if not again:
            known = article_id in self.known
            self.report.updated += known
            self.report.added += not known
        yield self.held.pop(article_id)

    def _own_id(self, item: Loaded) -> Article:
        """The article under an id that no article of another file has: ids made of paths can clash between folders.

        An id that the record itself brings is the customer's and is never changed.
        """
        article = item.article
        if not item.id_from_path:
            return article
        own = article.id
        for parent in Path(item.origin).parents[1:]:
            owner = self.seen.get(own) or self.known.get(own)
            if owner is None or owner.origin == item.origin:
                break
            own = f"{parent.name}/{own}"
        return article if own == article.id else replace(article, id=own)

    def reject(self, state: SyncState, error: InvalidArticleError) -> None:
        self.report.rejected.append(Skipped(state.origin or "?", str(error), file=state.origin))

    def vanished(self, paths: Sequence[Path]) -> list[str]:
        """Known articles of files under `paths` that did not come again, files that failed left out."""
        roots = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - origins keep links as well
        return [
            article_id
            for article_id, (origin, _) in self.known.items()
            if article_id not in self.seen
            and origin is not None
            and not _below(origin, self.kept_files)
            and _below(origin, roots)
        ]


def _below(origin: str, roots: Iterable[str]) -> bool:
    """Whether a file is one of `roots` or lies below one."""
    return any(origin == root or origin.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _prepared(items: Iterator[tuple[SyncState, Article]], jobs: int) -> Iterator[tuple[SyncState, Prepared]]:
    """Each article prepared, in order; by `jobs` processes where more than one chunk comes."""
    first = list(islice(items, CHUNK))
    if jobs <= 1 or len(first) < CHUNK:
        yield from _chunk_prepared(first)
        for item in items:
            yield item[0], _prepare(item[1])
        return
    with ProcessPoolExecutor(jobs) as pool:
        running: list[Future[list[tuple[SyncState, Prepared]]]] = [pool.submit(_chunk_prepared, first)]
        try:
            while running:
                while len(running) < 2 * jobs and (chunk := list(islice(items, CHUNK))):
                    running.append(pool.submit(_chunk_prepared, chunk))
                yield from running.pop(0).result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _prepare(article: Article) -> Prepared:
    try:
        return prepare(article)
    except InvalidArticleError as error:
        return error


def _chunk_prepared(chunk: list[tuple[SyncState, Article]]) -> list[tuple[SyncState, Prepared]]:
    return [(state, _prepare(article)) for state, article in chunk]
