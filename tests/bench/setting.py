"""What is measured where? The corpora and indexes of a run lie in its work folder and are made once."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from . import corpus
from .engines import MOLVA, TANTIVY, Engine
from .measure import Run, in_child
from .queries import Same, everywhere

Corpus = Literal["short", "long"]
WHOOSH_SIZE: Final = 10_000  # documents that stock Whoosh is measured with: it indexes 700 a second
BEGIN: Final = time.time()
QUESTIONS: Final = Path("../queries/questions.tsv")  # beside the data: number, tab, question


@dataclass(frozen=True)
class Setting:
    """`data`: where the files lie that short articles are made of, None for invented words; `work`: what is made;
    `sizes`: numbers of short articles, ascending; `long`: number of long ones; `queries`: a shape; `rounds`: of a
    whole-process measure; `seconds`: of a turn of threads; `fresh`: our own indexes of earlier runs do not count;
    `without`: engines that are left out.
    """

    work: Path
    data: Path | None
    sizes: Sequence[int]
    long: int
    queries: int
    rounds: int = 3
    seconds: float = 2.0
    fresh: bool = False
    without: Sequence[str] = ()

    def documents(self, kind: Corpus, size: int) -> Path:
        """A corpus, as JSON lines."""
        source = "data" if self.data else "invented"
        file = self.work / f"{kind}-{source}-{size}.jsonl"
        make = corpus.short_articles if kind == "short" else corpus.long_articles
        return corpus.kept(file, make(self.data), size)

    def index(self, engine: Engine, kind: Corpus, size: int) -> Path:
        """An index of a corpus, built if it is not there."""
        folder = self._folder(engine, kind, size)
        made = folder.with_suffix(".json")
        if not made.exists() or (self.fresh and engine.module == MOLVA.module and made.stat().st_mtime < BEGIN):
            self.build(engine, kind, size)
        return folder

    def build(self, engine: Engine, kind: Corpus, size: int) -> Run:
        """Build an index anew, in a process and on a core of its own."""
        documents = self.documents(kind, size)
        folder = self._folder(engine, kind, size)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run = in_child("build", engine.name, str(documents), str(folder))
        folder.with_suffix(".json").write_text(json.dumps(run), encoding="utf-8")
        return run

    def _folder(self, engine: Engine, kind: Corpus, size: int) -> Path:
        name = f"{engine.module}-{engine.builder}".replace("_", "-")
        return self.work / f"{self.documents(kind, size).stem}-{name}"

    def present(self, *engines: Engine) -> list[Engine]:
        """Those of the engines that are installed and wanted."""
        return [one for one in engines if one.installed and one.name not in self.without]

    @cached_property
    def same(self) -> Same:
        """Whether tantivy's analysis gives a written word the root that ours does."""
        if not TANTIVY.installed:
            return everywhere
        from .tantivy_engine import analyzer

        analyze = analyzer().analyze
        return lambda written, root: analyze(written) == [root]

    def questions(self) -> list[str]:
        """What people asked, where the data has it."""
        file = None if self.data is None else self.data / QUESTIONS
        if file is None or not file.exists():
            return []
        return [line.partition("\t")[2] for line in file.read_text(encoding="utf-8").splitlines()]
