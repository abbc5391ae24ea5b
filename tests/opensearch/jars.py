"""Where do the jars of OpenSearch come from? `python -m tests.opensearch` fetches them once, with Maven, into a cache;
tests only look whether they are there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

JAVA: Final = Path(__file__).parent / "java"
SOURCES: Final = (JAVA / "Node.java", JAVA / "pom.xml")


def home() -> Path:
    """The folder of jars and of the compiled node, one for each state of the sources: MOLVA_OPENSEARCH_JARS, else in
    the user's cache.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parent = Path(os.environ.get("MOLVA_OPENSEARCH_JARS") or cache / "molva" / "opensearch")
    return parent / hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()[:12]


def why_not() -> str | None:
    """Why no node can be started here; None where one can."""
    if shutil.which("java") is None:
        return "there is no java (17 or newer) on this machine"
    if not (home() / "Node.class").exists():
        return "the jars of OpenSearch are not here; fetch them with: python -m tests.opensearch"
    return None


def fetch() -> Path:
    """Fetch the jars and compile the node, unless that was done. Raises CalledProcessError, FileNotFoundError."""
    made = home()
    if not (made / "Node.class").exists():
        made.mkdir(parents=True, exist_ok=True)
        for source in SOURCES:
            shutil.copy(source, made)
        copy = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={made / 'lib'}")
        subprocess.run(["mvn", "-q", "-B", "-f", made / "pom.xml", *copy], check=True)
        subprocess.run(["javac", "-cp", f"{made / 'lib'}/*", "-d", made, made / "Node.java"], check=True)
    return made
