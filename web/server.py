"""On what does the application run? waitress: threads, no compiled parts, safe with slow clients.

People type Cyrillic into curl, and curl sends it as it is. waitress refuses bytes above 127 in an address, browsers and
most servers take them for UTF-8: here they are percent-encoded before waitress reads the line.
"""

from __future__ import annotations

import re
from typing import Any, Final

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        line, end, rest = header_plus.partition(b"\r\n")
        encoded = _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)
        super().parse_header(encoded + end + rest)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser


def make_server(
    app: Flask, *, host: str, port: int, threads: int, listeners: dict[int, Any] | None = None
) -> tuple[Any, str]:
    """A waitress server that listens and is not running yet, and its address; port 0 takes a free one.

    `listeners` receives its sockets, for a caller with a loop of its own. Raises OSError where nobody can listen.
    """
    listeners = {} if listeners is None else listeners
    server = waitress.create_server(app, map=listeners, host=host, port=port, threads=threads, ident=None)
    for listener in listeners.values():
        if hasattr(listener, "channel_class"):
            listener.channel_class = _Channel
    # A name such as localhost may mean several addresses, each with a socket of its own.
    _, taken = getattr(server, "effective_listen", [(host, getattr(server, "effective_port", port))])[0]
    return server, f"http://[{host}]:{taken}/" if ":" in host else f"http://{host}:{taken}/"
