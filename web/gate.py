"""Where does the application get its searcher from? It is opened at the first question, and again until that works."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import cast

from flask import current_app

from search.searcher import Searcher, open_searcher

EXTENSION = "molva"


class Gate:
    """Holds the one searcher that all threads share; with `folder` it is opened when first asked for."""

    def __init__(self, searcher: Searcher | None, folder: Path) -> None:
        self._searcher = searcher
        self._folder = folder
        self._lock = Lock()

    def searcher(self) -> Searcher:
        """The open searcher. Raises IndexUnavailableError as long as there is no index."""
        with self._lock:
            if self._searcher is None:
                self._searcher = open_searcher(self._folder, accelerate=True)
            return self._searcher


def current_searcher() -> Searcher:
    """The searcher of the application that answers now. Raises IndexUnavailableError."""
    return cast(Gate, current_app.extensions[EXTENSION]).searcher()
