"""Does the endpoint do what it says, whatever it is asked? schemathesis asks a real server by `/openapi.json`: all that
the description allows, and what it does not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.process import ROOT

# What is refused with 400 for its meaning is told apart in `hooks`.
CONFIG: Final = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 410, 429, 503]
"""
_GENERATED: Final = re.compile(r"^\s*(\d+) generated", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: exit code, how many cases there were, and what schemathesis says."""

    code: int
    cases: int
    told: str


def ask(
    address: str, home: Path, examples: int, seed: int, *, phases: str = "examples,coverage,fuzzing,stateful"
) -> Asked:
    """Up to `examples` cases of each operation, with all checks. `home` holds what schemathesis writes."""
    config = home / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{address}/openapi.json"]
    command += ["--checks", "all", "--max-examples", str(examples), "--seed", str(seed), "--phases", phases]
    command += ["--continue-on-failure", "--warnings", "off"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.endpoint.hooks", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    found = _GENERATED.search(done.stdout)
    return Asked(done.returncode, int(found[1]) if found else 0, done.stdout + done.stderr)
