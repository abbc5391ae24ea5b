"""What does a fuzzer find that follows the code? `python -m tests.faults.fuzz TARGET -atheris_runs=9999 -len_control=0`

Atheris (`pip install '.[fuzz]'`) sees which lines an input reaches and changes it until it reaches others. An error
that is none of ours ends the run, and the input is kept as `crash-…` for a test of its own. No timed test runs it.

query: any text as a query to a searcher, over articles and quotes. url: any parameters of the endpoint. source: any
bytes as a file of each format that an archive may come in. text: what quotes are made of, in any order.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import atheris

with atheris.instrument_imports(include=["search", "index", "web"]):
    from index import Article, open_writer
    from index.errors import InvalidArticleError
    from index.prepare import prepare
    from index.sources import Loaded, read_paths
    from search import QueryError, open_searcher
    from web import create_app
    from web.parameters import SEARCH
    from web.settings import Settings

from .archive import articles_of

SUFFIXES: Final = (".jsonl", ".json", ".csv", ".xml", ".html", ".md", ".txt", ".eml", ".zip", ".gz", ".warc", ".rss")
# What quotes are made of: a fuzzer does not come upon such words by itself.
PIECES: Final = (
    *("«", "»", "„", "“", '"', "—", " – ", "-", ",", ".", "?", "!", "…", ":", "\n", "\n\n", " ", "(", ")", "<…>"),
    *(" сказал ", " заявил, что ", "По словам ", " считает ", "мэр ", "глава МИД ", "он ", "Зареченска ", "Анна "),
    *(
        "Берёзов",
        "Полевая",
        "И. О. ",
        " мост закрыли",
        " снег убрали",
        "пресс-служба ",
        "источник ",
        "Москва. ",
        "РИА ",
    ),
)
Target = Callable[[bytes], None]


def _index(home: Path) -> Path:
    with open_writer(home / "index") as writer:
        for one in articles_of(None, 20):
            writer.add(one)
        writer.publish()
    return home / "index"


def of_queries(home: Path) -> Target:
    """A searcher over twenty articles."""
    molva = open_searcher(_index(home))

    def ask(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        parameters: dict[str, Any] = {
            "type": given.PickValueInList(["article", "quote"]),
            "explain": given.ConsumeBool(),
        }
        q = given.ConsumeUnicode(1_000)
        try:
            page = molva.search(q, **parameters)
        except QueryError:
            return
        assert len(page.hits) <= page.total.value
        for hit in page.hits:
            hit.to_dict()
            assert 0 <= hit.score < float("inf")

    return ask


def of_urls(home: Path) -> Target:
    """The endpoint, whose every answer is 200 or a refusal."""
    client = create_app(open_searcher(_index(home)), settings=Settings()).test_client()

    def ask(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        asked = []
        for _ in range(given.ConsumeIntInRange(0, 4)):
            name = given.PickValueInList(["", *(f"{one.name}=" for one in SEARCH)])
            asked.append(name + given.ConsumeBytes(given.ConsumeIntInRange(0, 20)).decode("latin-1"))
        answer = client.get("/api/v1/search", query_string="&".join(asked))
        if answer.status_code >= 500:
            raise RuntimeError(answer.get_data(as_text=True))

    return ask


def of_sources(home: Path) -> Target:
    """A file of any kind, which is read or refused."""

    def read(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        path = home / f"file{given.PickValueInList(list(SUFFIXES))}"
        path.write_bytes(given.ConsumeBytes(len(data)))
        for outcome in read_paths([path]):
            if isinstance(outcome, Loaded):
                _prepare(outcome.article)
        path.unlink()

    return read


def of_texts(home: Path) -> Target:
    """A text, whose quotes and their words lie where they say."""

    def extract(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        pieces = [given.PickValueInList(list(PIECES)) for _ in range(given.ConsumeIntInRange(1, 60))]
        _prepare(Article(id="a", title="Город", text="".join(pieces) + given.ConsumeUnicodeNoSurrogates(100)))

    return extract


def _prepare(article: Article) -> None:
    try:
        article, quotes = prepare(article)
    except InvalidArticleError:
        return
    for quote in quotes:
        assert all(0 <= begin < end <= len(article.text) for begin, end in quote.spans), quote


TARGETS: Final = {"query": of_queries, "url": of_urls, "source": of_sources, "text": of_texts}


def main(arguments: list[str]) -> None:
    """`TARGET LIBFUZZER-OPTION…`."""
    if len(arguments) < 2 or arguments[1] not in TARGETS:
        sys.exit(f"expected one of {', '.join(TARGETS)}, found {arguments[1:]}")
    with tempfile.TemporaryDirectory(prefix="molva-fuzz-") as home:
        target = TARGETS[arguments[1]](Path(home))
        atheris.Setup([arguments[0], *arguments[2:]], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
