"""How does an annotated article of the demo newspaper become a plain article and its gold quotes?

The notation is described in README.md beside this file. The builder takes the marks out, keeps the offsets (code
points of the plain text) and refuses what is inconsistent, naming file and place.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUT = HERE.parent.parent / "web" / "demo"
FIELDS = ("id", "title", "date", "section", "author", "source", "url")
KINDS = ("direct", "partial", "indirect", "pull")
RESOLVED = ("name", "surname", "role", "pronoun", "previous", "-")
OPEN, CLOSE = "⟦⟨‹", "⟧⟩›"
NUMBERS = re.compile(r"(\d+(?:,\d+)*) ")
QUOTE_LINE = re.compile(r"^(\d+) (\w+)(?: \| ([^|]+) \| ([^|]+))?$")


class NotationError(ValueError):
    """An annotated article that does not follow the notation; the message names the file and the place."""


@dataclass
class GoldQuote:
    number: int
    kind: str
    speaker_name: str | None
    resolved_by: str | None
    spans: list[list[int]] = field(default_factory=list)
    mention: list[int] | None = None
    cue: list[int] | None = None


def strip_marks(marked: str, name: str) -> tuple[str, list[tuple[str, int, int, int]]]:
    """The text without marks, and `(kind of mark, quote number, start, end)` for each mark."""
    out: list[str] = []
    stack: list[tuple[str, list[int], int]] = []
    marks: list[tuple[str, int, int, int]] = []
    at = size = 0
    while at < len(marked):
        char = marked[at]
        if char in OPEN:
            numbers = NUMBERS.match(marked, at + 1)
            if numbers is None:
                raise NotationError(f"{name}: a mark without a number near «{marked[at : at + 30]}»")
            stack.append((char, [int(n) for n in numbers[1].split(",")], size))
            at = numbers.end()
            continue
        if char in CLOSE:
            if not stack or OPEN.index(stack[-1][0]) != CLOSE.index(char):
                raise NotationError(f"{name}: «{char}» closes nothing near «{marked[max(0, at - 30) : at + 1]}»")
            opened, of, start = stack.pop()
            marks += [(opened, number, start, size) for number in of]
        else:
            out.append(char)
            size += 1
        at += 1
    if stack:
        raise NotationError(f"{name}: {stack[-1][0]}{stack[-1][1][0]} is never closed")
    return "".join(out), marks


def parse(marked: str, name: str) -> tuple[dict[str, Any], list[GoldQuote]]:
    """An annotated file as `(article, quotes)`. Raises NotationError."""
    head, sep, rest = marked.partition("\n---\n")
    body, sep2, tail = rest.rpartition("\n===\n")
    if not sep:
        raise NotationError(f"{name}: no line --- behind the header")
    if not sep2:
        if not rest.endswith("\n==="):
            raise NotationError(f"{name}: no line === behind the text")
        body, tail = rest[: -len("\n===")], ""
    article: dict[str, Any] = {}
    for line in head.splitlines():
        key, colon, value = line.partition(": ")
        if not colon or key not in FIELDS or not value.strip():
            raise NotationError(f"{name}: header line «{line}», expected one of {', '.join(FIELDS)}")
        article[key] = value.strip()
    if "id" not in article:
        raise NotationError(f"{name}: the header has no id")
    text, marks = strip_marks(body.strip("\n"), name)
    article["text"] = text
    quotes: dict[int, GoldQuote] = {}
    for line in filter(str.strip, tail.splitlines()):
        found = QUOTE_LINE.match(line.strip())
        if found is None:
            raise NotationError(f"{name}: quote line «{line}», expected «N kind | speaker | resolved_by»")
        number, kind, speaker, resolved = int(found[1]), found[2], (found[3] or "-").strip(), (found[4] or "-").strip()
        if kind not in KINDS or resolved not in RESOLVED or number in quotes:
            raise NotationError(f"{name}: quote line «{line}»: kind, resolved_by or number is wrong")
        if (speaker == "-") != (resolved == "-"):
            raise NotationError(f"{name}: quote line «{line}»: speaker and resolved_by are both «-» or neither")
        name_or_none, by_or_none = (None if x == "-" else x for x in (speaker, resolved))
        quotes[number] = GoldQuote(number, kind, name_or_none, by_or_none)
    for mark, number, start, end in marks:
        if number not in quotes:
            raise NotationError(f"{name}: mark {number} has no line behind ===")
        quote, span = quotes[number], [start, end]
        if mark == "⟦":
            quote.spans.append(span)
            words = text[start:end]
            if not words or words != words.strip():
                raise NotationError(f"{name}: span {number} is empty or has blanks at its edge: «{words[:40]}»")
        elif mark == "⟨":
            quote.mention = span
        else:
            quote.cue = span
    for quote in quotes.values():
        quote.spans.sort()
        if not quote.spans:
            raise NotationError(f"{name}: quote {quote.number} has no ⟦…⟧")
        needs = quote.resolved_by not in (None, "previous")
        if needs and quote.mention is None:
            raise NotationError(f"{name}: quote {quote.number} is resolved by {quote.resolved_by} but has no ⟨…⟩")
    return article, sorted(quotes.values(), key=lambda q: (q.spans[0], q.number))


def gold(article: dict[str, Any], quotes: list[GoldQuote]) -> dict[str, Any]:
    """The gold line of one article: `{"id", "quotes": [...]}`."""
    text = article["text"]
    rows = []
    for quote in quotes:
        rows.append(
            {
                "start": quote.spans[0][0],
                "end": quote.spans[-1][1],
                "spans": quote.spans,
                "text": " ".join(text[a:b] for a, b in quote.spans),
                "kind": quote.kind,
                "speaker": text[slice(*quote.mention)] if quote.mention else None,
                "speaker_name": quote.speaker_name,
                "resolved_by": quote.resolved_by,
                "cue": text[slice(*quote.cue)] if quote.cue else None,
            }
        )
    return {"id": article["id"], "quotes": rows}


def read_all() -> list[tuple[dict[str, Any], list[GoldQuote]]]:
    """All articles, oldest first. Raises NotationError."""
    rows = [parse(path.read_text("utf-8"), path.name) for path in sorted((HERE / "articles").glob("*.txt"))]
    ids = [article["id"] for article, _ in rows]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        raise NotationError(f"ids that come twice: {', '.join(sorted(twice))}")
    return rows


def outputs() -> dict[str, str]:
    """File name → content, as they belong in web/demo."""
    rows = read_all()
    lines = [json.dumps(article, ensure_ascii=False) for article, _ in rows]
    answers = [json.dumps(gold(article, quotes), ensure_ascii=False) for article, quotes in rows]
    return {"vestnik.jsonl": "\n".join(lines) + "\n", "gold.jsonl": "\n".join(answers) + "\n"}


def main(argv: list[str]) -> int:
    if "--check" in argv:
        bad = 0
        names = [Path(a) for a in argv if a != "--check"] or sorted((HERE / "articles").glob("*.txt"))
        for path in names:
            try:
                article, quotes = parse(path.read_text("utf-8"), path.name)
            except NotationError as error:
                bad += 1
                print(error)
            else:
                print(f"{path.name}: {len(article['text'])} characters, {len(quotes)} quotes")
        return 1 if bad else 0
    for name, content in outputs().items():
        (OUT / name).write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
