"""How is the small index of each format made that later versions must open? `python -m tests.data.build FOLDER`.

Two publishes: four articles with their quotes, then one of them changed, one deleted and one new; so there are two
segments and a file of deletions. The folder is kept as it was written by the version of its format.
"""

from __future__ import annotations

import sys
from pathlib import Path

from index import Article, open_writer

ARTICLES = (
    Article(
        id="bridge",
        title="Мост через Вьюгу откроют в сентябре",
        text="«Мост достроен, осталось покрасить перила», — сказал мэр Аркадий Берёзов.\n\n"
        "Жители ждали его четыре года.",
        published="2016-08-30",
        source="Зареченский вестник",
        section="Город",
    ),
    Article(
        id="ferry",
        title="Паром снова ходит",
        text="Паром не ходил всю весну. По словам Берёзова, «лёд сошёл поздно».",
        published="2016-04-12",
        source="Зареченский вестник",
    ),
    Article(id="wolf", title="Волк у школы", text="Сторож Волков видел волка. 🐺 Волку было лет пять.", published=None),
    Article(id="gone", title="Опечатка", text="Заметка, которую редакция потом сняла."),
)
CHANGED = Article(
    id="ferry", title="Паром стал на ремонт", text="Паром не ходит: чинят двигатель.", published="2016-05-03"
)
NEW = Article(id="rain", title="Дожди", text="Синоптики обещают дожди до пятницы.", published="2016-06-01")


def build(folder: Path) -> None:
    """Make the index."""
    with open_writer(folder) as writer:
        for article in ARTICLES:
            writer.add(article)
        writer.publish()
    with open_writer(folder) as writer:
        writer.add(CHANGED)
        writer.add(NEW)
        writer.delete("gone")
        writer.publish()
    (folder / "LOCK").unlink(missing_ok=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
