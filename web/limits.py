"""How much may one client ask? So many requests a minute from one address, in each process; and no large bodies.

A bucket of tokens for each address: it holds a minute's requests at most and fills up evenly. What an address is, says
the setting of the proxies: X-Forwarded-For is believed of those that are named there and of nobody else.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

LARGEST_BODY: Final = 1 << 16  # bytes, which nobody reads: nothing here takes a body
MOST_CLIENTS: Final = 50_000  # addresses that are remembered; of more, those that asked longest ago are forgotten
FREE: Final = frozenset({"/healthz", "/readyz"})


class Limits:
    """Tokens of each client. Shared by threads."""

    def __init__(self, requests_a_minute: int) -> None:
        self.most = requests_a_minute
        self._lock = Lock()
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when they were counted

    def wait(self, client: str, now: float) -> float:
        """Take a token: seconds to wait for one, 0 where there was one. `now` is a time of `time.monotonic`."""
        rate = self.most / 60
        with self._lock:
            tokens, then = self._clients.pop(client, (float(self.most), now))
            tokens = min(float(self.most), tokens + (now - then) * rate)
            taken = tokens >= 1
            self._clients[client] = (tokens - 1 if taken else tokens), now
            while len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / rate

    def check(self) -> None:
        """Raises TooManyRequests for the request that is answered now."""
        if not self.most or request.path in FREE:
            return
        wait = self.wait(request.remote_addr or "", time.monotonic())
        if wait:
            raise TooManyRequests(
                f"more than {self.most} requests a minute from one address", retry_after=int(wait) + 1
            )


def refuse_large_bodies() -> None:
    """Raises RequestEntityTooLarge. There is no write path over HTTP, so no body is ever read."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge(
            f"a body of more than {LARGEST_BODY} bytes; expected none: all here is read with GET"
        )
