"""Where does the application get its searcher from? It is opened at the first question, and again until that works."""

from __future__ import annotations

import contextlib
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, request

from search.errors import SearchError
from search.request import SearchRequest
from search.results import Page
from search.searcher import Searcher, open_searcher

from .settings import Settings

if TYPE_CHECKING:
    from .metrics import Metrics

EXTENSION = "molva"


class Gate:
    """Holds the one searcher that all threads share; with `folder` it is opened when first asked for. Beside it what
    the application was told and what it counts.
    """

    def __init__(
        self, searcher: Searcher | None, folder: Path, settings: Settings, metrics: Metrics | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.metrics = metrics
        self._searcher = searcher
        self._lock = Lock()

    def searcher(self) -> Searcher:
        """The open searcher. Raises IndexUnavailableError as long as there is no index."""
        with self._lock:
            if self._searcher is None:
                self._searcher = open_searcher(self.folder, accelerate=True)
            return self._searcher


def open_soon(app: Flask) -> None:
    """Open the index in a thread, so that the first question need not wait for it."""

    def opened() -> None:
        with contextlib.suppress(SearchError):
            app.extensions[EXTENSION].searcher()

    Thread(target=opened, name="molva-open", daemon=True).start()


def gate() -> Gate:
    """That of the application that answers now."""
    return cast(Gate, current_app.extensions[EXTENSION])


def current_searcher() -> Searcher:
    """The searcher of the application that answers now. Raises IndexUnavailableError."""
    return gate().searcher()


def answer_to(asked: SearchRequest) -> Page:
    """The page of answers, and count it. Raises as `Searcher.search`."""
    page = current_searcher().search(asked)
    metrics = gate().metrics
    if metrics is not None:
        metrics.searched(page)
    return page


def public_root() -> str:
    """Where people reach this server, without a slash at the end: as it was told, else as the request names it."""
    return gate().settings.public_url or request.url_root.rstrip("/")


def public(path: str) -> str:
    """A whole address of a path of this application, as `url_for` gives it."""
    told = gate().settings.public_url
    # What url_for gives begins with where the application is mounted, and so may the address that people use.
    return request.host_url.rstrip("/") + path if told is None else told + path.removeprefix(request.root_path)
