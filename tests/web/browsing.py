"""How do tests drive a real browser? A headless Chromium over the application on a real server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask

from web.server import Server, address_of, listening

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A browser that leaves in the middle of a file leaves it, open, to the collector.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
]


@dataclass
class Seen:
    """What a browser complained about, and whom it asked for anything."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def chromium() -> str:
    """Where a Chromium is; the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        pytest.skip("no Chromium on the PATH: tried " + ", ".join(CHROMIUMS))
    return program


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a real server; gives its address, without a slash at the end."""
    sockets = listening("127.0.0.1", 0)
    server = Server(app, sockets, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield address_of("127.0.0.1", sockets).rstrip("/")
    finally:
        server.stop()
        thread.join(timeout=10)
