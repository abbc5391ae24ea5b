"""How does Whoosh see our fields? As a `whoosh.fields.Schema` for its parser, its query types and our reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import DATETIME, ID, NUMERIC, TEXT, Schema

from index.analysis import analyze
from index.schema import KEY_FIELDS, TEXT_FIELDS, Kind


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


def whoosh_schema(kind: Kind) -> Schema:
    """The field table above as a Whoosh schema of one kind of document."""
    texts = {field.name: _text() for field in TEXT_FIELDS[kind]}
    keys = {name: ID() for name in KEY_FIELDS}
    return Schema(**texts, **keys, day=NUMERIC(int, bits=32, signed=True), published=DATETIME())
