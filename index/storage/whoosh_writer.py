"""How do articles become documents in Whoosh's files? The embedded `IndexWriter` of this version.

One article is one document and its quotes are one each; all carry the article's id in `article`, so that they are
replaced and deleted together. The same id twice in one batch: the last one counts. Whoosh cannot take back what is in
an uncommitted segment, so articles wait in `_waiting` and are written FLUSH at a time; an id that comes again after
its first version was written waits for a second commit of the same publish.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from whoosh.filedb.filestore import FileStorage

from index import schema
from index.errors import DamagedIndexError
from index.model import Article, Quote
from index.prepare import prepare
from index.writer import Published, SyncState

from . import folder as layout
from .payload import pack_article, pack_quote
from .whoosh_files import count_live, open_whoosh

FLUSH: Final = 500
_MEMORY_MB: Final = 256
_STATELESS: Final = SyncState(None, None)

_Waiting = tuple[Article, tuple[Quote, ...], SyncState]


def document_of(article: Article, quotes: Sequence[Quote], state: SyncState) -> dict[str, Any]:
    """The fields of an article's document."""
    speakers = sorted({quote.speaker.name for quote in quotes if quote.speaker})
    kinds = sorted({quote.kind for quote in quotes})
    return {
        "doc": "article",
        "key": "a:" + article.id,
        "article": article.id,
        "title": article.title,
        "text": article.body,
        "speaker": "\n".join(speakers) or None,
        "speaker_key": ",".join(schema.exact_key(name) for name in speakers) or None,
        "c_speaker": schema.SEPARATOR.join(speakers).encode(),
        "kind": " ".join(kinds) or None,
        "c_kind": schema.SEPARATOR.join(kinds).encode(),
        "payload": pack_article(article),
        "sync": [article.id, state.origin, state.digest],
        **_shared(article),
    }


def quote_document_of(quote: Quote, article: Article) -> dict[str, Any]:
    """The fields of a quote's document."""
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


def _shared(article: Article) -> dict[str, Any]:
    day = schema.day_number(article.published)
    found: dict[str, Any] = {"day": day, "c_day": day}
    for name in ("source", "author", "section"):
        value = getattr(article, name)
        found[name] = value
        found[name + "_key"] = schema.exact_key(value) if value else None
        if name != "author":
            found["c_" + name] = (value or "").encode()
    return {key: value for key, value in found.items() if value is not None}


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
        fresh = rebuild or not layout.has_generations(self.folder)
        self._number = layout.next_generation(self.folder) if fresh else layout.live_generation(self.folder)
        self._home = layout.generation_folder(self.folder, self._number)
        self._manifest: layout.Manifest | None = None
        if fresh:
            self._sweep()
            self._home.mkdir()
            self._index = FileStorage(str(self._home)).create_index(schema.make_schema())
        else:
            self._manifest = layout.read_manifest(self.folder, self._number)
            self._index = open_whoosh(self._home)
        self._fresh = fresh
        self._waiting: dict[str, _Waiting] = {}
        self._late: dict[str, _Waiting | None] = {}
        self._written: set[str] = set()
        self._writer: Any = None

    def _sweep(self) -> None:
        """Take away generations that a killed rebuild left without a manifest."""
        for home in (self.folder / "generations").iterdir():
            if home.is_dir() and not (home / "manifest.json").exists():
                shutil.rmtree(home, ignore_errors=True)

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """See the protocol."""
        if quotes is None:
            article, quotes = prepare(article)
        item = (article, tuple(quotes), state or _STATELESS)
        if article.id in self._written:
            self._late[article.id] = item
            return
        self._waiting[article.id] = item
        if len(self._waiting) >= FLUSH:
            self._flush()

    def delete(self, article_id: str) -> bool:
        """See the protocol."""
        if article_id in self._written:
            self._late[article_id] = None
            return True
        waited = self._waiting.pop(article_id, None) is not None
        gone = int(self._open_writer().delete_by_term("article", article_id)) > 0
        return waited or gone

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """See the protocol."""
        if self._fresh:
            return
        with self._index.reader() as reader:
            for _, stored in reader.iter_docs():
                if "sync" in stored:
                    article_id, origin, digest = stored["sync"]
                    yield article_id, SyncState(origin, digest)

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(limitmb=_MEMORY_MB)
        return self._writer

    def _flush(self) -> None:
        writer = self._open_writer()
        replace = not self._fresh
        for article, quotes, state in self._waiting.values():
            if replace:
                writer.delete_by_term("article", article.id)
            writer.add_document(**document_of(article, quotes, state))
            for quote in quotes:
                writer.add_document(**quote_document_of(quote, article))
            self._written.add(article.id)
        self._waiting.clear()

    def publish(self) -> Published:
        """See the protocol."""
        self._flush()
        self._commit()
        if self._late:
            late, self._late = self._late, {}
            for article_id, item in late.items():
                self._open_writer().delete_by_term("article", article_id)
                if item is not None:
                    self._waiting[article_id] = item
            self._flush()
            self._commit()
        self._manifest = layout.write_manifest(self.folder, self._number, self._manifest)
        if self._fresh:
            self._check_rebuilt()
            layout.switch_to(self.folder, self._number)
        self._fresh = False
        self._written.clear()
        with self._index.reader() as reader:
            articles = count_live(reader, "article")
            quotes = count_live(reader, "quote")
        return Published(f"{self._number}.{self._manifest.publish}", articles, quotes)

    def _check_rebuilt(self) -> None:
        """A new generation goes live only if it reads back as it was written. Raises DamagedIndexError."""
        found = layout.generation_problems(self.folder, self._number)
        if found:
            raise DamagedIndexError(f"the new generation is not sound, the old one stays live: {found[0]}")

    def _commit(self) -> None:
        writer = self._open_writer()
        self._writer = None
        writer.commit()
        self._written.clear()

    def close(self) -> None:
        """See the protocol."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
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
