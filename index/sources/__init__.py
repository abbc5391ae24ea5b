"""How do files of any format become articles? `read_paths` tells; all else here serves it, one module a format."""

from __future__ import annotations

from .encoding import Decoded, decode, read_text_file
from .outcome import MAX_TEXT, Loaded, Outcome, Portion, Skipped
from .portions import portions, read_paths

__all__ = [
    "MAX_TEXT",
    "Decoded",
    "Loaded",
    "Outcome",
    "Portion",
    "Skipped",
    "decode",
    "portions",
    "read_paths",
    "read_text_file",
]
