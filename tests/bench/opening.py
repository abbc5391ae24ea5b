"""How long does a new process take to its first answer? From the first import to the ten best, by the clock."""

from __future__ import annotations

from statistics import median

from .engines import MOLVA, NUMPY, TANTIVY
from .measure import in_child
from .queries import Words, sample
from .setting import Setting
from .tables import Cell, Table


def tables(setting: Setting) -> list[Table]:
    """The first answer of a new process, on the largest index."""
    size = setting.sizes[-1]
    words = Words(sample(setting.documents("short", size), size, 2_000), setting.same)
    questions = [" ".join(words.run(3, distinct=True)) for _ in range(setting.rounds)]
    rows: list[dict[str, Cell]] = []
    engines = setting.present(MOLVA, NUMPY, TANTIVY)
    seconds: dict[str, list[tuple[float, float]]] = {engine.name: [] for engine in engines}
    for question in [questions[0], *questions]:  # the first round warms the files
        for engine in engines:
            folder = setting.index(engine, "short", size)
            run = in_child("first_answer", engine.name, str(folder), question, one_core=False)
            seconds[engine.name].append((run["result"][0], run["result"][1]))
    for name, some in seconds.items():
        clock, cpu = (median(column) for column in zip(*some[1:], strict=True))
        rows.append({"engine": name, "seconds": clock, "of CPU": cpu, "files not in memory": some[0][0]})
    notes = [
        "Beyond the start of Python itself. Molva's kernels are compiled and cached, and only those are loaded that "
        "the question needs; a server answers on numpy until all of them are."
    ]
    return [Table("opening", f"New process: open and answer, {size:,} short articles", rows, notes)]
