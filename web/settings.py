"""How does a server differ from others? What whoever runs it decides: by MOLVA_… in its environment, or in Python."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class SettingError(ValueError):
    """A setting cannot be read; the message says which, what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`public_url`: where people reach the server, without a slash at its end; without it, links that must be whole are
    made of what each request names. `proxies`: how many reverse proxies stand before it and append to X-Forwarded-For;
    0 believes none. `cors_origins`: pages of these origins may read the endpoint; `*` is all. `requests_a_minute`: of
    one client address; 0 is no bound. `log_queries`: whether the log says what was asked for.
    """

    public_url: str | None = None
    proxies: int = 0
    cors_origins: tuple[str, ...] = ()
    requests_a_minute: int = 0
    log_queries: bool = False


def settings_of(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment. Raises SettingError."""
    given = os.environ if environment is None else environment
    return Settings(
        public_url=_url(given, "MOLVA_PUBLIC_URL"),
        proxies=_number(given, "MOLVA_PROXIES", 10),
        cors_origins=_origins(given, "MOLVA_CORS_ORIGINS"),
        requests_a_minute=_number(given, "MOLVA_REQUESTS_A_MINUTE", 1_000_000),
    )


def _number(given: Mapping[str, str], name: str, most: int) -> int:
    found = given.get(name) or "0"
    if found.isascii() and found.isdecimal() and int(found) <= most:
        return int(found)
    raise SettingError(f"{name}: found {found!r:.40}, expected a whole number from 0 to {most}")


def _url(given: Mapping[str, str], name: str) -> str | None:
    found = (given.get(name) or "").rstrip("/")
    if found and not _is_origin(found, path=True):
        raise SettingError(f"{name}: found {found!r:.80}, expected an address such as https://search.example.org")
    return found or None


def _origins(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(one for one in (given.get(name) or "").replace(",", " ").split())
    for one in found:
        if one != "*" and not _is_origin(one, path=False):
            raise SettingError(f"{name}: found {one!r:.80}, expected * or origins such as https://news.example.org")
    return found


def _is_origin(url: str, *, path: bool) -> bool:
    """Whether it is http(s)://host[:port], and a path behind it at most."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username) and (path or not parts.path)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and url.isascii()
