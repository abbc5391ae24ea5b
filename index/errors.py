"""What can go wrong while indexing: each error says where, what was found, what was expected, what to do."""

from __future__ import annotations

import errno

_OF_THE_MACHINE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


class IndexingError(Exception):
    """The root of all errors of the write side."""


class NoIndexError(IndexingError):
    """The folder does not exist, or holds no index of ours."""


class LockedError(IndexingError):
    """Another writer holds the index; the message names its process."""


class DamagedIndexError(IndexingError):
    """A file of the index is missing, cut or changed; the message names it."""


class UnsupportedIndexError(IndexingError):
    """The index was written by another format or analysis than this version reads."""


class SourceError(IndexingError):
    """An input as a whole cannot be read (no such path, no rights, a CSV map that fits no column)."""


class InvalidArticleError(IndexingError):
    """One article cannot be indexed (no id, no text, wrong types); it never costs its batch. `article_id`: which one,
    where it was to be put in by a load.
    """

    article_id: str | None = None


class SettingsError(IndexingError):
    """A setting cannot be read; the message says which, what was found and what was expected, and never a secret."""


class ClusterError(IndexingError):
    """The cluster cannot be reached, refuses us, lacks shards or has no room; the message says what to do."""


def refuse_for_the_machine(error: OSError, where: object) -> None:
    """Raises IndexingError where it is the machine that has no more to give, whatever file was to be opened: to leave
    out that file would lose its articles.
    """
    if error.errno in _OF_THE_MACHINE:
        raise IndexingError(
            f"{where}: cannot be opened ({error.strerror}), and so could no other file; the index stays as it was; "
            "allow more open files (ulimit -n) or memory, and run again"
        ) from error
