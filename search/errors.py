"""What can go wrong while searching: each error says where, what was found, what was expected, what to do."""

from __future__ import annotations

from typing import Literal

QueryErrorCode = Literal["invalid_date", "only_negative", "query_too_long", "prefix_too_short", "invalid_parameter"]


class SearchError(Exception):
    """The root of all errors of the read side."""


class QueryError(SearchError):
    """A query or parameter that is refused. `span` is the place in the query, `parameter` the parameter to blame."""

    def __init__(
        self, code: str, message: str, *, span: tuple[int, int] | None = None, parameter: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.parameter = parameter


class NotFoundError(SearchError):
    """No article, quote or speaker has this id."""


class NamesakesError(NotFoundError):
    """Several speakers are called so; `ids` are theirs."""

    def __init__(self, message: str, ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.ids = ids


class IndexUnavailableError(SearchError):
    """There is no index to read, or it cannot be opened; the message says what to do."""


class StaleCursorError(SearchError):
    """A cursor names a state of the index that is no longer kept; only the first page can be asked for again."""


class LateError(SearchError):
    """The deadline cut off a page that a cursor names: it would have holes. It may be asked for again."""


class NotOnThisEngineError(SearchError):
    """The engine that holds the index cannot do what is asked; the message says what can be done instead."""
