"""How do articles become documents in Whoosh's files? The embedded `IndexWriter` of this version.

One article is one document and its quotes are one each; all carry the article's id in `article`, so that they are
replaced and deleted together. The same id twice in one batch: the last one counts; the documents of the earlier one
are marked as deleted in the new segment before anybody can see it.

A publish is Whoosh's commit and the manifest behind it. Between the two the mark PUBLISHING lies in the generation and
Ctrl-C waits; what a kill leaves there is finished by the next writer (`layout.finish_publish`).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from whoosh.filedb.filestore import FileStorage
from whoosh.writing import SegmentWriter

from index import schema
from index.errors import DamagedIndexError, InvalidArticleError
from index.model import Article, Quote
from index.prepare import checked, prepare
from index.writer import Published, SyncState

from . import folder as layout
from .payload import pack_article, pack_quote
from .whoosh_files import count_live, open_whoosh, stored_states

FLUSH: Final = 500  # articles that wait before they are handed to Whoosh
_MEMORY_MB: Final = 256
_STATELESS: Final = SyncState(None, None)

Document = dict[str, Any]


def documents_of(article: Article, quotes: Sequence[Quote], state: SyncState) -> list[Document]:
    """The documents of an article and its quotes. Raises InvalidArticleError for what cannot be stored."""
    try:
        return [_article_document(article, quotes, state), *(_quote_document(quote, article) for quote in quotes)]
    except (TypeError, ValueError) as error:
        raise InvalidArticleError(f"article {article.id!r:.80}: cannot be stored: {error}") from error


def _article_document(article: Article, quotes: Sequence[Quote], state: SyncState) -> Document:
    speakers = sorted({quote.speaker.name for quote in quotes if quote.speaker})
    kinds = sorted({quote.kind for quote in quotes})
    return {
        "doc": "article",
        "key": "a:" + article.id,
        "article": article.id,
        "title": article.title,
        "text": article.readable,
        "speaker": "\n".join(speakers) or None,
        "speaker_key": ",".join(schema.exact_key(name) for name in speakers) or None,
        "c_speaker": schema.SEPARATOR.join(speakers).encode(),
        "kind": " ".join(kinds) or None,
        "c_kind": schema.SEPARATOR.join(kinds).encode(),
        "payload": pack_article(article),
        "sync": [article.id, state.origin, state.digest],
        **_shared(article),
    }


def _quote_document(quote: Quote, article: Article) -> Document:
    name = quote.speaker.name if quote.speaker else None
    return {
        "doc": "quote",
        "key": "q:" + quote.id,
        "article": article.id,
        "quote": quote.text,
        "article_title": article.title,
        "speaker": name,
        "speaker_key": schema.exact_key(name) if name else None,
        "c_speaker": (name or "").encode(),
        "kind": quote.kind,
        "c_kind": quote.kind.encode(),
        "payload": pack_quote(quote, article),
        **_shared(article),
    }


def _shared(article: Article) -> Document:
    day = schema.day_number(article.published)
    found: Document = {"day": day, "c_day": day}
    for name in ("source", "author", "section"):
        value = getattr(article, name)
        found[name] = value
        found[name + "_key"] = schema.exact_key(value) if value else None
        if name != "author":
            found["c_" + name] = (value or "").encode()
    return {key: value for key, value in found.items() if value is not None}


class _Segment(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one new segment, with documents of its own taken back, and a word before it goes live."""

    def __init__(self, index: Any, before_live: Callable[[], object]) -> None:
        super().__init__(index, limitmb=_MEMORY_MB)
        self.superseded: list[int] = []
        self.before_live = before_live

    def _commit_toc(self, segments: list[Any]) -> None:
        for number in self.superseded:
            self.newsegment.delete_document(number)
        self.before_live()
        super()._commit_toc(segments)


class WhooshWriter:
    """See `index.writer.IndexWriter`."""

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        layout.claim(folder)
        self.folder = folder
        self._held = contextlib.ExitStack()
        self._held.enter_context(layout.writer_lock(folder))
        try:
            self._open(rebuild=rebuild)
        except BaseException:
            self._held.close()
            raise

    def _open(self, *, rebuild: bool) -> None:
        self._fresh = rebuild or not layout.has_generations(self.folder)
        self._number = layout.next_generation(self.folder) if self._fresh else layout.live_generation(self.folder)
        self._home = layout.generation_folder(self.folder, self._number)
        self._manifest: layout.Manifest | None = None
        layout.sweep(self.folder)
        if self._fresh:
            self._home.mkdir()
            self._index = FileStorage(str(self._home)).create_index(schema.make_schema())
        else:
            layout.finish_publish(self.folder, self._number)
            self._manifest = layout.read_manifest(self.folder, self._number)
            self._index = open_whoosh(self._home)
        self._waiting: dict[str, list[Document]] = {}
        self._written: dict[str, range] = {}  # id → its documents' numbers in the new segment
        self._segment: _Segment | None = None
        self._searcher: Any = None  # of what is published, for deletions
        self._critical = contextlib.ExitStack()

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """See the protocol."""
        if quotes is None:
            article, quotes = prepare(article)
        else:
            checked(article)
        documents = documents_of(article, quotes, state or _STATELESS)
        self._waiting.pop(article.id, None)
        self._waiting[article.id] = documents
        if len(self._waiting) >= FLUSH:
            self._flush()

    def delete(self, article_id: str) -> bool:
        """See the protocol."""
        waited = self._waiting.pop(article_id, None) is not None
        return self._take_out(article_id) or waited

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """See the protocol."""
        if not self._fresh:
            yield from stored_states(self._index)

    def _take_out(self, article_id: str) -> bool:
        """Mark the documents of an article as deleted, those of this batch and those that are published."""
        segment = self._open_segment()
        written = self._written.pop(article_id, range(0))
        segment.superseded += written
        if self._fresh and not written:
            return False
        gone = 0 if self._fresh else segment.delete_by_term("article", article_id, searcher=self._searcher)
        return bool(written) or gone > 0

    def _open_segment(self) -> _Segment:
        if self._segment is None:
            self._segment = _Segment(self._index, self._going_live)
            self._searcher = self._segment.searcher()
        return self._segment

    def _flush(self) -> None:
        segment = self._open_segment()
        while self._waiting:
            article_id = next(iter(self._waiting))
            documents = self._waiting.pop(article_id)
            self._take_out(article_id)
            first = segment.docnum
            for document in documents:
                segment.add_document(**document)
            self._written[article_id] = range(first, segment.docnum)

    def _going_live(self) -> None:
        self._critical.enter_context(layout.uninterrupted())
        layout.begin_publish(self.folder, self._number)

    def publish(self) -> Published:
        """See the protocol. Raises DamagedIndexError where a rebuilt generation does not read back as written."""
        self._flush()
        segment = self._open_segment()
        with self._critical:
            try:
                segment.commit()
            finally:
                self._forget_segment()
            self._manifest = layout.write_manifest(self.folder, self._number, self._manifest)
            if self._fresh:
                self._check_rebuilt()
                layout.switch_to(self.folder, self._number)
                self._fresh = False
        with self._index.reader() as reader:
            articles, quotes = (count_live(reader, kind) for kind in ("article", "quote"))
        return Published(layout.generation_name(self._number, self._manifest), articles, quotes)

    def _check_rebuilt(self) -> None:
        """A new generation goes live only if it reads back as it was written."""
        found = layout.generation_problems(self.folder, self._number)
        if found:
            raise DamagedIndexError(f"the new generation is not sound, the old one stays live: {found[0]}")

    def _forget_segment(self) -> None:
        """Let go of the segment, whole or not; of one that was not committed nothing stays."""
        segment, self._segment = self._segment, None
        self._written.clear()
        if self._searcher is not None:
            self._searcher.close()
            self._searcher = None
        if segment is not None and not segment.is_closed:
            try:
                segment.cancel()
            except Exception:  # it failed half-way before: what it holds is given up, but for Whoosh's own lock
                with contextlib.suppress(Exception):
                    segment.writelock.release()

    def close(self) -> None:
        """See the protocol."""
        self._forget_segment()
        self._index.close()
        if self._fresh:
            shutil.rmtree(self._home, ignore_errors=True)
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
