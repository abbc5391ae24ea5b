"""The write side of Molva: sources → articles → quotes → documents → index."""

from .errors import IndexingError, InvalidArticleError, LockedError
from .model import Article, Quote, Span, Speaker
from .writer import IndexWriter, open_writer

__all__ = [
    "Article",
    "IndexWriter",
    "IndexingError",
    "InvalidArticleError",
    "LockedError",
    "Quote",
    "Span",
    "Speaker",
    "open_writer",
]
