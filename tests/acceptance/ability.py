"""How is an ability written down? As queries and short texts, and what must come of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index import Article

Text = str | tuple[str, str]
"""The text of an article, or its title and text."""


@dataclass(frozen=True)
class Case:
    """A query over `texts`, and one of the expectations below."""

    query: str
    texts: tuple[Text, ...]
    parameters: dict[str, Any] = field(default_factory=dict)

    def articles(self, name: str) -> list[Article]:
        """`name` is their source, by which a query can be kept to them; they are a day apart, the last the newest."""
        made = []
        for number, content in enumerate(self.texts):
            title, text = content if isinstance(content, tuple) else ("Заметка", content)
            day = f"2016-03-{number + 1:02d}"
            made.append(Article(id=f"{name}/{number}", title=title, text=text, published=day, source=name))
        return made


@dataclass(frozen=True)
class Found(Case):
    """All texts are found, under `match` where it is given."""

    match: str | None = None


@dataclass(frozen=True)
class Missed(Case):
    """No text is found, unless as a coincidence of stems that says so."""


@dataclass(frozen=True)
class Ordered(Case):
    """All texts are found, in their order; those from `stems` on may also be missing, or are marked as stems."""

    stems: int | None = None


@dataclass(frozen=True)
class Marked(Case):
    """What is marked in title and snippets of the first hit, in order."""

    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repaired(Case):
    """All texts are found by a repair of this kind, which is named, and not without it."""

    kind: str = ""
    becomes: str = ""


@dataclass(frozen=True)
class Warned(Case):
    """All texts are found, and these warnings are given."""

    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused(Case):
    """The query is refused with this code."""

    code: str = ""


@dataclass(frozen=True)
class Ability:
    """What Molva can do, and cases of it."""

    name: str
    cases: tuple[Case, ...]

    def named(self) -> Iterator[tuple[str, Case]]:
        """Each case under a name that is its own."""
        for number, case in enumerate(self.cases, 1):
            yield f"{self.name} {number}", case


def found(name: str, *pairs: tuple[str, str]) -> Ability:
    """Each query finds its text."""
    return Ability(name, tuple(Found(query, (text,)) for query, text in pairs))


def missed(name: str, *pairs: tuple[str, str]) -> Ability:
    """No query finds its text in earnest."""
    return Ability(name, tuple(Missed(query, (text,)) for query, text in pairs))


def ordered(name: str, *rows: tuple[str, tuple[Text, ...]], stems: int | None = None) -> Ability:
    """Each query finds its texts in their order."""
    return Ability(name, tuple(Ordered(query, texts, stems=stems) for query, texts in rows))


def marked(name: str, *rows: tuple[str, Text, tuple[str, ...]]) -> Ability:
    """Each query marks these words of its text."""
    return Ability(name, tuple(Marked(query, (text,), marks=marks) for query, text, marks in rows))


def repaired(name: str, kind: str, *rows: tuple[str, str, str]) -> Ability:
    """Each query finds its text when it is read so."""
    return Ability(name, tuple(Repaired(query, (text,), kind=kind, becomes=becomes) for query, text, becomes in rows))
