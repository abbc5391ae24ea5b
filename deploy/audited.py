"""What did the audit find? `audited.py FILE`, of what `pip-audit -f json` wrote: in words; exit 1 for known faults.

pip-audit passes over what it cannot ask about; who reads «no known vulnerabilities» would think that it had asked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MOLVA = "molva"


def told(found: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """Lines, and whether nothing is known against any package, of `dependencies` (pip-audit's own format)."""
    others = [one for one in found if one["name"].lower() not in (MOLVA, "pip", "setuptools")]
    asked = [one for one in others if "vulns" in one]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for one in asked
        for fault in one["vulns"]
    ]
    left = [one["name"] for one in others if "vulns" not in one]
    lines = [f"packages audited: {len(asked)} of {len(others)}", f"known faults: {len(faults)}", *faults]
    if left:
        lines.append("NOT AUDITED, the list of known faults could not be asked about: " + ", ".join(sorted(left)))
    return lines, not faults


def main(file: str) -> int:
    """Print; the exit code."""
    path = Path(file)
    if not path.exists() or not path.stat().st_size:
        print("NOT AUDITED: the list of known faults could not be asked. Run pip-audit where it can be.")
        return 0
    lines, clean = told(json.loads(path.read_text(encoding="utf-8"))["dependencies"])
    print("\n".join(lines))
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
