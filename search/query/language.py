"""What does a typed query mean?

    query   = or
    or      = and { ("|" | "ИЛИ" | "OR") and }              and binds closer than or: `а б | в` is `(а б) | в`
    and     = not { [ "И" | "AND" ] not }
    not     = { "-" | "НЕ" | "NOT" } operand                a "-" touches its operand and follows no word
    operand = [ field ":" ] ( "(" or ")" | ["!"] leaf )     the field touches its value
    leaf    = word [ "*" | "~" ["2"] ] | mark text mark [ "~" number ] | dates | "*"

Where the grammar leaves a choice:

- Operators are written in capitals. In a query all in capitals that is too long to be abbreviations (three words, one
  of seven letters) «НЕ» and «ИЛИ» are words of a headline (`capitals`). One that is the whole query is a phrase; one
  that has nothing to join is left out. Either is told (`dangling_operator`).
- A lone `*` is everything. A branch of an or that only excludes means what it says: `а | -б` is `а | * -б`. A whole
  query that only excludes is refused, unless it says so with `*`.
- `-` in or behind a word, a dash on its own, `--` and the long dashes are punctuation. `-5` is a number below zero
  (`negative_number`), `-2016` and `-(5)` exclude.
- A quotation ends with its own closing mark; where none comes, with another that closes nothing else: `„так пишут"`.
- `sort:date`, `rewrite:off` and their like (see `names`) are options, not words.
- `*` works at the end of a word: `тер*изм` is read as `тер*`, and inside quotes it does nothing (`star_ignored`). The
  weights of other search engines, `слово^2`, are left out (`weight_ignored`).
- A field before a blank is text (`empty_field`): «Источник: …» begins many a headline. In a group of a field another
  field wins for its own operand.
- What is left without letters and digits, such as `""` and `()`, drops out together with what excludes it.
- Brackets deeper than 32 are ignored, and so is what stands before them (`too_deep`); terms after the 64th are dropped
  (`too_many_terms`).
- Control characters are blanks, invisible characters are not there.

A warning's span covers what was read in another way than typed; each code is told at most five times.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from index.model import Span
from search.errors import QueryError
from search.results import Warning  # noqa: A004 - the contract's word

from .lexer import scan
from .limits import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from .logic import EVERYTHING, all_of, any_of, in_field, is_negative, negated
from .names import NO_OPTIONS, Options
from .parts import Close, Open, Operand, Operator
from .tree import Everything, Node, Not, Phrase
from .writer import to_text

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_TERMS", "Parsed", "parse", "to_text"]

MAX_WARNINGS = 5  # of one code


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query's tree, and what was read in another way than typed, in the order of the text."""

    node: Node
    warnings: tuple[Warning, ...] = ()
    options: Options = NO_OPTIONS

    @property
    def interpreted(self) -> str:
        """The canonical form, with the options; parsed again it is the same."""
        return f"{to_text(self.node)} {self.options.to_text()}".strip()


def parse(text: str) -> Parsed:
    """The tree of `text`; Everything of an empty one. Its rules are those of `logic`, and it is never a Not.

    Raises QueryError with the place to blame: `query_too_long`, `invalid_date`, `prefix_too_short`, `only_negative`.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            "query_too_long",
            f"Длина запроса {len(text)}, допустимо не больше {MAX_LENGTH} знаков: сократите его",
            span=(MAX_LENGTH, len(text)),
        )
    scanned = scan(text)
    parser = Parser(scanned.warnings)
    for token in scanned.tokens:
        parser.take(token)
    node = parser.finish()
    starred = any(isinstance(token, Operand) and token.node is EVERYTHING for token in scanned.tokens)
    if isinstance(node, Not) or (is_negative(node) and not starred):
        raise QueryError(
            "only_negative",
            "Запрос только исключает: добавьте, что искать",
            span=_extent(text),
        )
    return Parsed(node, _told(parser.warnings), scanned.options)


def _extent(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))


def _told(warnings: list[Warning]) -> tuple[Warning, ...]:
    seen: Counter[str] = Counter()
    told: list[Warning] = []
    for warning in sorted(warnings, key=lambda warning: warning.span):
        seen[warning.code] += 1
        if seen[warning.code] <= MAX_WARNINGS:
            told.append(warning)
    return tuple(told)


@dataclass(slots=True)
class Group:
    """An open bracket, or the whole query. `branches` are done; `parts` belong to the branch being read."""

    open: Open | None = None
    branches: list[Node | None] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)
    joined: Operator | None = None  # waits for its right side
    excluding: list[Operator] = field(default_factory=list)  # wait for their operand
    begun: bool = False

    def add(self, node: Node | None) -> None:
        """The next operand; None is one of which nothing is left."""
        if node is not None and len(self.excluding) % 2:
            node = negated(node)
        if self.joined and self.joined.kind == "or":
            self.branches.append(all_of(self.parts))
            self.parts = []
        if node is not None:
            self.parts.append(node)
        self.joined, self.begun = None, True
        self.excluding.clear()

    def node(self) -> Node | None:
        """All of it."""
        branches = [*self.branches, all_of(self.parts)]
        return any_of(branch for branch in branches if branch is not None)


class Parser:
    """Tokens in, a tree out; the open brackets are its stack."""

    def __init__(self, warnings: list[Warning]) -> None:
        self.warnings = warnings
        self.groups = [Group()]
        self.ignored = 0  # open brackets deeper than MAX_DEPTH
        self.terms = 0
        self.loose: list[Operator] = []
        self.end = 0

    def take(self, token: Operand | Operator | Open | Close) -> None:
        """The next token."""
        self.end = token.span.end
        if isinstance(token, Operand):
            self._operand(token)
        elif isinstance(token, Operator):
            self._operator(token)
        elif isinstance(token, Open):
            self._open(token)
        else:
            self._close(token)

    def finish(self) -> Node:
        """The tree."""
        for group in self.groups[1:]:
            if group.open:
                self._warn("unclosed_bracket", "Скобка не закрыта: она закрыта в конце запроса", group.open.span)
        while len(self.groups) > 1:
            self._leave()
        self._drop_dangling()
        whole = self.groups[0]
        if not whole.begun and len(self.loose) == 1 and self.loose[0].text.isalpha():
            word = self.loose[0]
            self._warn("dangling_operator", f"«{word.text}» прочитано как слово", word.span)
            return Phrase(word.text, word.span)
        for operator in self.loose:
            self._warn("dangling_operator", f"Оператору «{operator.text}» нечего связать: он пропущен", operator.span)
        return whole.node() or EVERYTHING

    def _operand(self, token: Operand) -> None:
        node = token.node
        if node is not None and not isinstance(node, Everything):
            self.terms += 1
            if self.terms == MAX_TERMS + 1:
                self._warn("too_many_terms", f"Слов больше {MAX_TERMS}: дальнейшие пропущены", token.span)
            if self.terms > MAX_TERMS:
                node = None
        self.groups[-1].add(node)

    def _operator(self, token: Operator) -> None:
        group = self.groups[-1]
        if token.kind == "not":
            group.excluding.append(token)
            return
        self.loose += group.excluding
        group.excluding.clear()
        if group.joined or not group.begun:
            self.loose.append(token)
        else:
            group.joined = token

    def _open(self, token: Open) -> None:
        if len(self.groups) <= MAX_DEPTH:
            self.groups.append(Group(token))
            return
        if not self.ignored:
            self._warn("too_deep", f"Скобки глубже {MAX_DEPTH}-й пропущены", token.span)
        self.ignored += 1
        self.groups[-1].excluding.clear()

    def _close(self, token: Close) -> None:
        if self.ignored:
            self.ignored -= 1
        elif len(self.groups) > 1:
            self._leave()
        else:
            self._warn("stray_bracket", "Скобка ничего не закрывает: она пропущена", token.span)

    def _leave(self) -> None:
        """Close the innermost group."""
        self._drop_dangling()
        group = self.groups.pop()
        node = group.node()
        if node is not None and group.open and group.open.field:
            node = in_field(group.open.field, node, Span(group.open.start, self.end))
        self.groups[-1].add(node)

    def _drop_dangling(self) -> None:
        """What waits for an operand in the innermost group waits in vain."""
        group = self.groups[-1]
        self.loose += group.excluding
        if group.joined:
            self.loose.append(group.joined)
        group.excluding.clear()
        group.joined = None

    def _warn(self, code: str, message: str, span: Span) -> None:
        self.warnings.append(Warning(code, message, span))
