"""What a release says about its dependencies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

AUDITED = Path(__file__).parents[1] / "deploy" / "audited.py"


def audited(file: Path, *dependencies: dict[str, Any]) -> tuple[int, str]:
    file.write_text(json.dumps({"dependencies": dependencies}))
    done = subprocess.run([sys.executable, AUDITED, file], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_known_fault_of_a_dependency_stops_a_release(tmp_path: Path) -> None:
    fault = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": []}
    code, told = audited(
        tmp_path / "audit.json",
        {"name": "wheelwork", "version": "1.0", "vulns": [fault]},
        {"name": "cogs", "version": "3.1", "vulns": []},
    )
    assert code == 1
    assert "wheelwork 1.0: PYSEC-1, mended in 2.0" in told
    assert "packages audited: 2 of 2" in told


def test_what_nobody_could_ask_about_is_not_called_clean(tmp_path: Path) -> None:
    code, told = audited(
        tmp_path / "audit.json",
        {"name": "cogs", "version": "3.1", "vulns": []},
        {"name": "levers", "skip_reason": "not found"},
        {"name": "molva", "skip_reason": "not found"},  # it is not asked about itself
    )
    assert code == 0
    assert "packages audited: 1 of 2" in told
    assert "NOT AUDITED" in told
    assert told.rstrip().endswith(": levers")


def test_an_audit_that_did_not_take_place_is_told(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, AUDITED, tmp_path / "none"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:11]) == (0, "NOT AUDITED")
