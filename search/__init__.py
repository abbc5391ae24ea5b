"""The read side of Molva: a question → query tree → matches → ranking → snippets → a page of answers."""

from .errors import IndexUnavailableError, NotFoundError, QueryError, SearchError, StaleCursorError
from .request import SearchRequest
from .results import Page
from .searcher import Searcher, open_searcher

__all__ = [
    "IndexUnavailableError",
    "NotFoundError",
    "Page",
    "QueryError",
    "SearchError",
    "SearchRequest",
    "Searcher",
    "StaleCursorError",
    "open_searcher",
]
