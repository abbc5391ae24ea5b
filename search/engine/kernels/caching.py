"""Is what numba keeps still true? It looks at a kernel's own source file only; where another file of this package
changed, what it keeps beside the sources is thrown away here.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).parent
STAMP: Final = "kernels.sources"


def forget_stale(folder: Path = SOURCES / "__pycache__") -> None:
    """Throw away compiled code of other sources. A folder that cannot be written to is numba's neither."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(SOURCES.glob("*.py")):
        digest.update(path.read_bytes())
    stamp = folder / STAMP
    with contextlib.suppress(OSError):
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            folder.mkdir(exist_ok=True)
            for kept in folder.glob("*.nb[ic]"):
                kept.unlink(missing_ok=True)
            stamp.write_text(digest.hexdigest())
