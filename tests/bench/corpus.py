"""Which texts are measured on? Short articles (a title and about 145 tokens) and long ones (about 3,000 characters).

Short ones are put together from runs of real sentences where such data is at hand, with invented names and numbers so
that the vocabulary grows with the corpus; else from invented words alone. Corpora are streamed, made once from a seed,
and kept as JSON lines.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from .wordforms import inflected, surname, zipf_rank

SEED: Final = 2026
TOKENS: Final = 145  # of a short article's text, in the mean
LONG: Final = 3_000  # characters of a long article
LEADS: Final = "news-leads.jsonl.xz"
PAGES: Final = "docs-ru.jsonl.xz"
PAGE_SENTENCES: Final = 30  # taken of one page
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[А-ЯЁA-Z«0-9])|\n+")
_WORD = re.compile(r"[^\W_]+")
_RUSSIAN = re.compile("[а-яё]{2,}")


class Document(NamedTuple):
    """What every engine gets, and keeps."""

    title: str
    text: str


class Sentence(NamedTuple):
    """A sentence and its number of words."""

    text: str
    words: int


def short_articles(data: Path | None) -> Iterator[Document]:
    """Short articles without end, always the same ones; made of the files in `data` where it is given."""
    return _recombined(data) if data is not None else _invented(TOKENS)


def long_articles(data: Path | None) -> Iterator[Document]:
    """Long articles: real pages cut where the first line ends behind LONG characters; invented ones without end."""
    return _cut_pages(data) if data is not None else _invented(LONG // 6)


def kept(file: Path, documents: Iterable[Document], count: int) -> Path:
    """`count` documents as JSON lines in `file`, written if it is not there; fewer where there are no more."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            for number, document in enumerate(islice(documents, count)):
                out.write(json.dumps({"id": str(number), **document._asdict()}, ensure_ascii=False) + "\n")
        part.replace(file)
    return file


def read(file: Path) -> Iterator[Document]:
    """The documents of a file that `kept` wrote."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield parsed(line)


def parsed(line: str) -> Document:
    """A document of one line."""
    record = json.loads(line)
    return Document(record["title"], record["text"])


def _invented(words: int) -> Iterator[Document]:
    random = Random(SEED)  # noqa: S311 - the same corpus each time
    known = 2_000
    while True:
        known += 3
        yield Document(_made_sentence(random, known, 7), _made_text(random, known, words))


def _made_text(random: Random, known: int, words: int) -> str:
    wanted = max(20, round(random.gauss(words, words / 4)))
    sentences = []
    while wanted > 0:
        length = random.randint(6, 18)
        wanted -= length
        sentences.append(_made_sentence(random, known, length))
    return " ".join(sentence + "." for sentence in sentences)


def _made_sentence(random: Random, known: int, words: int) -> str:
    return " ".join(inflected(zipf_rank(random, known), random) for _ in range(words)).capitalize()


def _recombined(data: Path) -> Iterator[Document]:
    random = Random(SEED)  # noqa: S311 - the same corpus each time
    titles, leads, pages = _sentences(data)
    names = 1_000
    while True:
        # The last sentence overshoots by half of itself, and ten words of names and numbers follow.
        wanted = max(20, round(random.gauss(TOKENS - 18, 35)))
        out: list[str] = []
        while wanted > 0:
            source = random.choice(leads if random.random() < 0.6 else pages)
            start = random.randrange(len(source))
            for sentence in source[start : start + random.randint(1, 4)]:
                if wanted > 0:
                    out.append(sentence.text)
                    wanted -= sentence.words
        names += random.random() < 0.3
        out.append(_tail(random, names))
        yield Document(random.choice(titles), " ".join(out))


def _tail(random: Random, names: int) -> str:
    """A sentence with two names, the newest one among the first, and two numbers."""
    first, second = surname(names - 1 - zipf_rank(random, names)), surname(zipf_rank(random, names))
    number, code = int(10 ** random.uniform(1, 7)), int(10 ** random.uniform(3, 9))
    return f"{first} и {second} внесли {number} рублей по договору {code}."


def _sentences(data: Path) -> tuple[list[str], list[list[Sentence]], list[list[Sentence]]]:
    """Titles of the leads; the sentences of each lead; of each page."""
    titles: list[str] = []
    leads: list[list[Sentence]] = []
    for document in _records(data / LEADS):
        titles.append(document.title)
        leads.append(_good_sentences(document.text))
    pages = [_good_sentences(document.text)[:PAGE_SENTENCES] for document in _records(data / PAGES)]
    return titles, [one for one in leads if one], [one for one in pages if one]


def _good_sentences(text: str) -> list[Sentence]:
    """Sentences of 4 to 60 words, most of them Russian."""
    found = []
    for sentence in _SENTENCE_END.split(text):
        words = len(_WORD.findall(sentence))
        if 4 <= words <= 60 and 2 * len(_RUSSIAN.findall(sentence)) > words:
            found.append(Sentence(sentence.strip(), words))
    return found


def _cut_pages(data: Path) -> Iterator[Document]:
    for document in _records(data / PAGES):
        rest = document.text
        while len(rest) >= LONG:
            end = rest.find("\n", LONG)
            end = len(rest) if end < 0 or end > LONG * 3 // 2 else end
            end = min(end, LONG * 3 // 2)
            yield Document(document.title, rest[:end])
            rest = rest[end:]


def _records(file: Path) -> Iterator[Document]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Document(" ".join(record["title"].split()), record["text"])
