"""Which settings come from outside? The index folder: `--index`, else MOLVA_INDEX, else ./molva-index."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

DEFAULT_INDEX: Final = "molva-index"


def index_folder(given: str | Path | None = None) -> Path:
    """The index folder to use, absolute."""
    return Path(given or os.environ.get("MOLVA_INDEX") or DEFAULT_INDEX).absolute()
