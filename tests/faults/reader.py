"""What does a process see that reads an index for some seconds? `python -m tests.faults.reader INDEX SECONDS` prints it
as JSON; see `crowd`.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Final

from search import open_searcher

ISSUE: Final = re.compile(r"выпуск(\d+)")
WORDS: Final = ("город", "город сказал", '"в городе"', "", "мост", "мос*")


def main(folder: Path, seconds: float) -> None:
    """Ask for so long."""
    wrong: list[str] = []
    states: set[str] = set()
    answers = 0
    begin = time.monotonic()
    early: tuple[int, int] | None = None
    with open_searcher(folder, accelerate=True) as molva:
        while (now := time.monotonic()) < begin + seconds:
            page = molva.search(WORDS[answers % len(WORDS)], limit=50)
            answers += 1
            states.add(page.index.generation)
            issues = set(ISSUE.findall(json.dumps(page.to_dict(), ensure_ascii=False)))
            if len(issues) > 1:
                wrong.append(f"{page.index.generation}: articles of issues {sorted(issues)}")
            if early is None and now > begin + seconds / 3:
                early = _held()
        late = _held()
    json.dump(
        {
            "answers": answers,
            "states": len(states),
            "wrong": wrong[:5],
            "memory": [(early or late)[0], late[0]],
            "handles": [(early or late)[1], late[1]],
        },
        sys.stdout,
    )


def _held() -> tuple[int, int]:
    """Bytes of memory of its own, and handles."""
    gc.collect()
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (resident - shared) * resource.getpagesize(), len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
