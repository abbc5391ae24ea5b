"""Which settings come from outside? The index folder, the engine, and what only some engine has: by the command line,
by MOLVA_… in the environment, else by the settings file that MOLVA_SETTINGS names (TOML).

    engine = "opensearch"          # MOLVA_ENGINE
    index = "/var/lib/molva"       # MOLVA_INDEX
    [opensearch]
    url = ["https://search1:9200", "https://search2:9200"]     # MOLVA_OPENSEARCH_URL, parted by commas
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast

from .errors import SettingsError

Engine = Literal["embedded", "opensearch"]

DEFAULT_INDEX: Final = "molva-index"
ENGINES: Final = ("embedded", "opensearch")


def index_folder(given: str | Path | None = None) -> Path:
    """The index folder to use, absolute. Raises SettingsError."""
    found = given or os.environ.get("MOLVA_INDEX") or from_file("index")
    return Path(str(found or DEFAULT_INDEX)).absolute()


def engine(given: str | None = None) -> Engine:
    """The engine to use: `given`, else MOLVA_ENGINE, else the settings file's, else our own. Raises SettingsError."""
    found = given or os.environ.get("MOLVA_ENGINE") or from_file("engine") or "embedded"
    if found not in ENGINES:
        raise SettingsError(f"MOLVA_ENGINE: found {found!r:.40}, expected one of {', '.join(ENGINES)}")
    return cast(Engine, found)


def from_file(*names: str) -> Any:
    """What the settings file has under these names; None where it has nothing, or there is none. Raises
    SettingsError for a file that cannot be read.
    """
    named = os.environ.get("MOLVA_SETTINGS")
    if not named:
        return None
    try:
        found: Any = tomllib.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"MOLVA_SETTINGS: {named}: cannot be read ({error}); expected a file in TOML") from error
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
