"""Where is the OpenSearch cluster, and who are we there? MOLVA_OPENSEARCH_… or `[opensearch]` of the settings file.

url        addresses of nodes, parted by commas; https:// means TLS
user, password        basic authentication
api_key    in their place, as the cluster gives it
ca         file of the certificate authority, where the machine does not know it
prefix     names of all indices begin with it (molva)
shards, replicas      of an index that is made; those there are keep their shards (3, 1)
timeout    seconds that a request may take (30)
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from .errors import SettingsError
from .settings import from_file

PREFIX: Final = "molva"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_MOST: Final = {"shards": 1024, "replicas": 20, "timeout": 3600}


@dataclass(frozen=True, slots=True)
class OpenSearchSettings:
    """See the module. `urls` hold no password, and secrets are not in the repr: both may be logged."""

    urls: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: str | None = None
    prefix: str = PREFIX
    shards: int = 3
    replicas: int = 1
    timeout: int = 30

    @property
    def where(self) -> str:
        """For messages."""
        return ", ".join(self.urls)


def opensearch_settings(environment: Mapping[str, str] | None = None) -> OpenSearchSettings:
    """The settings of the environment and the settings file. Raises SettingsError."""
    given = os.environ if environment is None else environment

    def one(name: str) -> str | None:
        return given.get(f"MOLVA_OPENSEARCH_{name.upper()}") or _text(name, from_file("opensearch", name))

    urls, user, password = _addresses(one("url"))
    user, password, api_key = one("user") or user, one("password") or password, one("api_key")
    _agree(user, password, api_key, urls)
    prefix = one("prefix") or PREFIX
    if not _NAME.fullmatch(prefix):
        raise _wrong("prefix", prefix, "small Latin letters, figures, - and _")
    ca = one("ca")
    if ca is not None and not Path(ca).is_file():
        raise _wrong("ca", ca, "a file with certificates")
    shards, replicas, timeout = (_number(name, one(name), least) for name, least in _NUMBERS.items())
    return OpenSearchSettings(urls, user, password, api_key, ca, prefix, shards, replicas, timeout)


_NUMBERS: Final = {"shards": (1, 3), "replicas": (0, 1), "timeout": (1, 30)}  # the least, and where nothing is said


def _text(name: str, found: Any) -> str | None:
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return ",".join(found)
    if found is None or isinstance(found, (str, int)):
        return None if found is None else str(found)
    raise SettingsError(f"settings file, opensearch.{name}: found {type(found).__name__}, expected a text or a number")


def _addresses(told: str | None) -> tuple[tuple[str, ...], str | None, str | None]:
    """Addresses without names and passwords, and those."""
    urls, user, password = [], None, None
    for one in (told or "").replace(",", " ").split():
        try:
            parts = urlsplit(one)
            port = parts.port or (443 if parts.scheme == "https" else 9200)
        except ValueError:
            raise _wrong("url", "an address that cannot be read", _URL) from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise _wrong("url", f"{parts.scheme}://{parts.hostname or ''}", _URL)
        if parts.username:
            user, password = unquote(parts.username), unquote(parts.password or "")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        urls.append(f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}")
    if not urls:
        raise SettingsError(f"MOLVA_OPENSEARCH_URL: is not set, expected {_URL}")
    return tuple(urls), user, password


_URL: Final = "addresses such as https://search1:9200,https://search2:9200"


def _agree(user: str | None, password: str | None, api_key: str | None, urls: tuple[str, ...]) -> None:
    if (user is None) != (password is None):
        raise SettingsError("MOLVA_OPENSEARCH_USER and MOLVA_OPENSEARCH_PASSWORD: one of them is set, expected both")
    if api_key is not None and user is not None:
        raise SettingsError("MOLVA_OPENSEARCH_API_KEY: is set beside a user; expected one of the two")
    if len({urlsplit(url).scheme for url in urls}) > 1:
        raise SettingsError("MOLVA_OPENSEARCH_URL: found http:// beside https://, expected one of them")


def _number(name: str, found: str | None, bounds: tuple[int, int]) -> int:
    least, usual = bounds
    if found is None:
        return usual
    if found.isascii() and found.isdecimal() and least <= int(found) <= _MOST[name]:
        return int(found)
    raise _wrong(name, found, f"a whole number from {least} to {_MOST[name]}")


def _wrong(name: str, found: str, expected: str) -> SettingsError:
    return SettingsError(f"MOLVA_OPENSEARCH_{name.upper()}: found {found!r:.80}, expected {expected}")
