"""What tests of writers share: articles, and what an index holds of them."""

from __future__ import annotations

from pathlib import Path

from index import Article, Quote, open_writer
from index.storage.payload import unpack_article, unpack_quote
from index.storage.segment import open_live

BRIDGE = Article(id="b", title="Мост", text="Мост через Вьюгу открыли утром.", published="2016-09-01", source="Вестник")


def article(number: int, text: str = "Снова про мост.") -> Article:
    return Article(id=f"n{number}", title=f"Номер {number}", text=text)


def publish(folder: Path, *articles: Article, rebuild: bool = False) -> None:
    with open_writer(folder, rebuild=rebuild) as writer:
        for one in articles:
            writer.add(one, ())
        writer.publish()


def stored(folder: Path) -> list[Article]:
    """The live articles, in order."""
    with open_live(folder) as live:
        return [
            unpack_article(record)
            for segment in live.segments
            for number, record in enumerate(segment.part("article").stored)
            if segment.deleted is None or not segment.deleted[number]
        ]


def quotes(folder: Path) -> list[Quote]:
    """The live quotes, in order."""
    with open_live(folder) as live:
        return [
            unpack_quote(record)[0]
            for segment in live.segments
            for number, record in enumerate(segment.part("quote").stored)
            if (alive := segment.live("quote")) is None or alive[number]
        ]


def found(folder: Path, root: str) -> list[str]:
    """The ids of the live articles with a root in their text."""
    ids = []
    with open_live(folder) as live:
        for segment in live.segments:
            part = segment.part("article")
            number = part.number("text", root.encode())
            for document in part.postings(number)[0].tolist() if number >= 0 else ():
                if segment.deleted is None or not segment.deleted[document]:
                    ids.append(unpack_article(part.stored[document]).id)
    return sorted(ids)


def segments(folder: Path) -> int:
    with open_live(folder) as live:
        return len(live.segments)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
