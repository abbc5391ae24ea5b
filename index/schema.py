"""Which fields has a document? Articles and quotes are two kinds of document in one index, with text fields of their
own, so that their statistics never mix.

| field | article | quote |
|---|---|---|
| doc | `article` | `quote` |
| key | `a:<id>` | `q:<id>` |
| article | its id | its article's id: both go together |
| title, text | yes | – |
| quote | – | its words |
| article_title | – | the title of its article |
| speaker | names of all speakers in it | its speaker's name |
| source, author, section | words of the name, in both kinds |
| kind | kinds of its quotes | its kind |
| *_key | the exact value, folded: what a facet filters by |
| day, c_day | days since 1970-01-01, to filter and to sort by; NO_DAY where there is no date |
| c_* | columns for facets: the value as written, several parted by SEPARATOR |
| payload | zlib-compressed JSON of the Article or Quote (`index.storage.payload`) |
| sync | `[id, origin, digest]`, articles only |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from whoosh.analysis import Analyzer, Token
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from .analysis import analyze, fold

SCHEMA_VERSION: Final = 1
SEPARATOR: Final = "\x1f"
NO_DAY: Final = -(2**31) + 1
EPOCH: Final = date(1970, 1, 1).toordinal()


class MolvaAnalyzer(Analyzer):  # type: ignore[misc]
    """`index.analysis` under Whoosh's analyzer interface: every term of a token at the token's position."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Token]:
        """Whoosh reuses one Token object; so do we."""
        out = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for position, token in enumerate(analyze(value), start_pos):
            for term in token.terms:
                out.text = term
                out.boost = 1.0
                out.stopped = False
                if positions:
                    out.pos = position
                if chars:
                    out.startchar = start_char + token.start
                    out.endchar = start_char + token.end
                yield out


def _text() -> TEXT:
    return TEXT(analyzer=MolvaAnalyzer(), phrase=True, spelling=False)


def make_schema() -> Schema:
    """The field table above as a Whoosh schema."""
    return Schema(
        doc=ID(),
        key=ID(unique=True),
        article=ID(),
        title=_text(),
        text=_text(),
        quote=_text(),
        article_title=_text(),
        speaker=_text(),
        source=_text(),
        author=_text(),
        section=_text(),
        kind=KEYWORD(),
        speaker_key=KEYWORD(commas=True),
        source_key=ID(),
        author_key=ID(),
        section_key=ID(),
        day=NUMERIC(int, bits=32, signed=True),
        c_day=COLUMN(NumericColumn("i", default=NO_DAY)),
        c_speaker=COLUMN(VarBytesColumn()),
        c_source=COLUMN(VarBytesColumn()),
        c_section=COLUMN(VarBytesColumn()),
        c_kind=COLUMN(VarBytesColumn()),
        payload=STORED(),
        sync=STORED(),
    )


def exact_key(value: str) -> str:
    """What a facet's value is compared by: words folded, blanks made one, no commas (they part keys)."""
    return " ".join(fold(word) for word in value.replace(",", " ").split())


def day_number(published: str | None) -> int:
    """Days since 1970-01-01 of an ISO date; NO_DAY for None."""
    return NO_DAY if published is None else date.fromisoformat(published).toordinal() - EPOCH


def day_date(day: int) -> date | None:
    """The date of a day number; None for NO_DAY."""
    return None if day == NO_DAY else date.fromordinal(day + EPOCH)
