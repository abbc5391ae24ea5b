"""Where does each part of a query begin and end? One pass over the text makes operands, brackets and operators of it.

An operand is `[-][!][поле:]` and a word, a phrase or a date; what stands directly before it belongs to it, even where
nothing is left to search for: `-"" Лавров` does not exclude Лавров. Anything else is punctuation.
"""

from __future__ import annotations

from index.model import Span
from search.errors import QueryError
from search.results import Warning  # noqa: A004 - the contract's word

from .dates import read_dates
from .logic import EVERYTHING
from .names import FIELDS, KINDS, NO_OPTIONS, OPERATORS, FieldKey
from .parts import Close, Open, Operand, Operator, Prefix, Scan, Token
from .text import (
    DASHES,
    DATE_RUN,
    FIELD_NAME,
    OPENING,
    OPTION,
    PARTS,
    RUN,
    SCHEMES,
    SHORT_NUMBER,
    SLOP,
    URL,
    WEIGHT,
    CleanText,
    all_in_capitals,
    begins_word,
    clean,
    closing_mark,
    first_closing,
    has_word,
    own_closing,
    trim_end,
)
from .tree import DateRange, Field, FieldName, Node, Phrase, Word
from .word import STARRED, Shape, literal, read_shape, star_inside

MIN_PREFIX = 3  # letters and digits: fewer would match a good part of the dictionary
MAX_EDITS = 2  # more would turn most short words into each other
MAX_SLOP = 100  # words; about a paragraph


def scan(typed: str) -> Scan:
    """The parts of `typed`. Raises QueryError (`invalid_date`, `prefix_too_short`)."""
    return Lexer(clean(typed)).run()


class Lexer:
    """One pass over one query. Positions are those of the cleaned text; spans are those of the query as typed."""

    def __init__(self, cleaned: CleanText) -> None:
        self.cleaned = cleaned
        self.text = cleaned.text
        self.tokens: list[Token] = []
        self.warnings: list[Warning] = []
        self.groups: list[FieldKey | None] = [None]  # the field that holds in each open bracket
        self.nesting = True  # until a quotation was found to have too few closing marks
        self.options = NO_OPTIONS
        self.headline = all_in_capitals(cleaned.text)

    def run(self) -> Scan:
        """All parts."""
        at = 0
        while at < len(self.text):
            at = self._step(at)
        return Scan(self.tokens, self.warnings, self.options)

    def _step(self, at: int) -> int:
        """Read what begins at `at`; where the next begins."""
        text = self.text
        char = text[at]
        if char == "(":
            return self._open(at, at, None)
        if char == ")":
            self.tokens.append(Close(self._span(at, at + 1)))
            if len(self.groups) > 1:
                self.groups.pop()
            return self._past_weight(at + 1)
        if char == "|":
            return self._bars(at)
        if self._begins_operand(at, self.groups[-1]):
            return self._operand(at)
        if char == "*" and self._fresh(at) and text[at + 1 : at + 2] in ("", " ", "|", ")"):
            self.tokens.append(Operand(EVERYTHING, self._span(at, at + 1)))
        elif char == "!" and text[at + 1 : at + 2] == "(":
            self._warn_of_exact_group(at)
        elif char in DASHES:
            return at + len(text[at:]) - len(text[at:].lstrip(DASHES))  # `--` is a dash
        return at + 1

    def _begins_operand(self, at: int, field: FieldKey | None) -> bool:
        """Whether an operand without bracket begins at `at`, where `field` holds."""
        char = self.text[at : at + 1]
        if char and char in DASHES:
            after = self.text[at + 1 : at + 2]
            return self._fresh(at) and after not in DASHES and (after == "(" or self._begins_value(at + 1, field))
        return self._begins_value(at, field)

    def _begins_value(self, at: int, field: FieldKey | None) -> bool:
        """The same, without `-` before it."""
        char = self.text[at : at + 1]
        if char == "!":
            at += 1
            char = self.text[at : at + 1]
        if not char:
            return False
        if char in OPENING:
            return char not in "“”" or self._fresh(at)
        return begins_word(char) or (field == "date" and char in "<>=≤≥.…")

    def _fresh(self, at: int) -> bool:
        """Whether nothing that belongs to a word stands directly before `at`."""
        return at == 0 or self.text[at - 1] in " (|:!,;" or self.text[at - 1] in DASHES

    def _operand(self, at: int) -> int:
        prefix = self._prefix(at)
        if isinstance(prefix, int):
            return prefix
        if prefix.negative:
            self.tokens.append(Operator("not", "-", self._span(at, at + 1)))
        if self.text[prefix.at] == "(":
            if prefix.exact:
                self._warn_of_exact_group(prefix.start)
            return self._open(prefix.at, prefix.start, prefix.field)
        if self.text[prefix.at] in OPENING:
            return self._phrase(prefix)
        if self._field_of(prefix) == "date":
            return self._date(prefix)
        return self._word(prefix)

    def _prefix(self, at: int) -> Prefix | int:
        """What stands before the operand at `at`; or, after a field's name without a value, where to go on."""
        start = value = at
        field: FieldKey | None = None
        exact = negative = False
        while True:
            if self.text[at] in DASHES:
                if not (field or exact or negative) and (number := SHORT_NUMBER.match(self.text, at + 1)):
                    self._warn_of_number(at, number[0], number.end())
                    return Prefix(at + 1, at + 1, at + 1, None, exact=False, negative=False)
                negative = not negative
                at += 1
                value = at
                start = start if field else at
            elif self.text[at] == "!":
                exact = True
                at += 1
            elif (found := FIELD_NAME.match(self.text, at)) and (key := FIELDS.get(found[1].lower())):
                after = found.end()
                if self.text[after : after + 1] != "(" and not self._begins_operand(after, key):
                    return self._name_without_value(Prefix(start, value, at, field, exact, negative), found[1])
                field, at, value = key, after, after
            else:
                return Prefix(start, value, at, field, exact, negative)

    def _name_without_value(self, prefix: Prefix, name: str) -> int:
        end = prefix.at + len(name)
        message = f"За «{name}:» не стоит, что искать (значение пишется без пробела): прочитано как слово"
        self._warn("empty_field", message, prefix.at, end + 1)
        if prefix.negative:
            self.tokens.append(Operator("not", "-", self._span(prefix.at, end)))
        self._add(prefix, Word(name, self._span(prefix.value, end), exact=prefix.exact), end)
        return end + 1

    def _bars(self, at: int) -> int:
        end = at
        while self.text[end : end + 1] == "|":
            end += 1
        self.tokens.append(Operator("or", self.text[at:end], self._span(at, end)))
        return end

    def _open(self, at: int, start: int, field: FieldKey | None) -> int:
        # Dates and kinds are read leaf by leaf: a group of them needs no field of its own in the tree.
        own: FieldName | None = None if field is None or field == "date" or field == "kind" else field
        self.tokens.append(Open(own, self.cleaned.positions[start], self._span(at, at + 1)))
        self.groups.append(field or self.groups[-1])
        return at + 1

    def _phrase(self, prefix: Prefix) -> int:
        text, at = self.text, prefix.at
        end, closed = closing_mark(text, at) if self.nesting else first_closing(text, at)
        after = min(end + 1, len(text))
        if not closed:
            self.nesting = False
            if text[end:after] in ("", *own_closing(text[at])):  # „так тоже пишут"
                where = "конца запроса" if end == len(text) else "ближайшей закрывающей"
                self._warn("unclosed_quote", f"Кавычка не закрыта: фраза прочитана до {where}", at, after)
        inside = " ".join(text[at + 1 : end].replace('"', " ").split())
        slop = 0
        if found := SLOP.match(text, after):
            slop = self._limited(int(found[1]), MAX_SLOP, "слов между словами фразы", found.start(), found.end())
            after = found.end()
        after = self._past_weight(after)
        if "*" in inside and not prefix.exact and STARRED.search(inside):
            self._warn("star_ignored", "Внутри кавычек «*» не действует: фраза прочитана без неё", at, after)
        if not has_word(inside):
            self._add(prefix, None, after)
        elif self._field_of(prefix) == "date":
            self._add(prefix, self._dates(inside, prefix, after), after)
        else:
            self._add(prefix, Phrase(inside, self._span(prefix.value, after), prefix.exact, slop), after)
        return after

    def _date(self, prefix: Prefix) -> int:
        found = DATE_RUN.match(self.text, prefix.at)
        run = found[0] if found else ""
        while len(run) > 1 and run[-1] in "?!:." and not run.endswith(".."):
            run = run[:-1]
        end = prefix.at + len(run)
        if prefix.bare and run in OPERATORS:
            self.tokens.append(Operator(OPERATORS[run], run, self._span(prefix.at, end)))
        else:
            self._add(prefix, self._dates(run, prefix, end), end)
        return end

    def _dates(self, run: str, prefix: Prefix, end: int) -> DateRange:
        try:
            since, until = read_dates(run)
        except ValueError as error:
            raise QueryError(
                "invalid_date", f"Неверная дата «{run}»: {error}", span=self._span(prefix.at, end)
            ) from None
        return DateRange(since, until, self._span(prefix.start, end))

    def _word(self, prefix: Prefix) -> int:
        at = prefix.at
        found = RUN.match(self.text, at)
        run = found[0] if found else ""
        if prefix.bare and (found := OPTION.fullmatch(trim_end(run, also="*~"))):
            options = self.options.with_option(found[1], found[2])
            if options is not None:
                self.options = options
                return at + len(run)
        if prefix.field is None:
            self._warn_of_unknown_field(at)
        after = at + len(run)
        if (part := PARTS.search(run)) and not URL.match(run):
            run = run[: part.start()]
            after = at + part.end()
        starred = self.text[at - 1 : at] == "*"
        shape = read_shape(run, starred)
        while not (shape.prefix or shape.fuzzy) and (found := WEIGHT.search(shape.text, 1)):
            self._warn_of_weight(at + found.start(), at + found.end())
            shape = read_shape(shape.text[: found.start()], starred)
        end = at + shape.length
        if not (shape.prefix or shape.fuzzy) and (before := star_inside(shape.text)):
            self._warn("star_ignored", f"«*» действует в конце слова: прочитано как «{before}*»", at, end)
            shape = Shape(before, shape.length, prefix=True)
        if not has_word(shape.text):
            self._add(prefix, None, max(end, at + 1))
        elif shape.prefix and sum(char.isalnum() for char in shape.text) < MIN_PREFIX:
            raise QueryError(
                "prefix_too_short",
                f"Перед «*» нужно не меньше {MIN_PREFIX} букв: «{shape.text}*»",
                span=self._span(at, end),
            )
        elif prefix.bare and shape.text in OPERATORS and not (shape.prefix or shape.fuzzy):
            self._operator(shape.text, at, end)
        else:
            edits = self._limited(shape.fuzzy, MAX_EDITS, "правок в слове", at, end)
            self._add(prefix, literal(shape, edits, prefix.exact, self._span(prefix.value, end)), end)
        return after

    def _operator(self, text: str, at: int, end: int) -> None:
        """An operator; in a headline in capitals «НЕ» and «ИЛИ» are words of it."""
        kind = OPERATORS[text]
        if self.headline and kind != "and":
            mark = "-" if kind == "not" else "|"
            message = f"Запрос набран прописными, и «{text}» прочитано как слово (оператором будет «{mark}»)"
            self._warn("capitals", message, at, end)
            span = self._span(at, end)
            self.tokens.append(Operand(Word(text.lower(), span), span))
        else:
            self.tokens.append(Operator(kind, text, self._span(at, end)))

    def _past_weight(self, at: int) -> int:
        """Where to go on behind what may have a weight."""
        found = WEIGHT.match(self.text, at)
        if found is None:
            return at
        self._warn_of_weight(at, found.end())
        return found.end()

    def _warn_of_weight(self, start: int, end: int) -> None:
        self._warn("weight_ignored", f"Вес «{self.text[start:end]}» не действует: он пропущен", start, end)

    def _warn_of_number(self, at: int, number: str, end: int) -> None:
        message = f"«{self.text[at]}{number}» прочитано как число, а не исключение; исключить его: -({number})"
        self._warn("negative_number", message, at, end)

    def _warn_of_exact_group(self, at: int) -> None:
        self._warn(
            "dangling_operator", "Точная форма («!») бывает у слова и фразы, не у скобок: знак пропущен", at, at + 1
        )

    def _warn_of_unknown_field(self, at: int) -> None:
        """`foo:бар` looks like a field; `12:30`, `C:\\`, `http://…` and `std::map` do not."""
        found = FIELD_NAME.match(self.text, at)
        if found is None or len(found[1]) < 2 or found[1].lower() in SCHEMES:
            return
        if self.text[found.end() : found.end() + 1] == "(" or self._begins_operand(found.end(), None):
            message = f"Поля «{found[1]}» нет: прочитано как текст"
            self._warn("unknown_field", message, at, found.end())

    def _field_of(self, prefix: Prefix) -> FieldKey | None:
        """The field that holds for an operand: its own, or its group's."""
        return prefix.field or self.groups[-1]

    def _add(self, prefix: Prefix, leaf: Word | Phrase | DateRange | None, end: int) -> None:
        span = self._span(prefix.start, end)
        node: Node | None = leaf
        if isinstance(leaf, Word | Phrase):
            if self._field_of(prefix) == "kind":
                node = self._kind(leaf, span)
            elif prefix.field is not None and prefix.field != "date":
                node = Field(prefix.field, leaf, span)
        self.tokens.append(Operand(node, span))

    def _kind(self, leaf: Word | Phrase, span: Span) -> Node:
        known = KINDS.get(leaf.text.lower())
        if known is None or (isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy)):
            names = "прямая, частичная, косвенная, врезка"
            message = f"Вида «{leaf.text}» нет (есть {names}): прочитано как текст"
            self.warnings.append(Warning("unknown_kind", message, leaf.span))
            return leaf
        return Field("kind", Word(known, leaf.span), span)

    def _limited(self, found: int, most: int, what: str, start: int, end: int) -> int:
        if found > most:
            self._warn("too_far", f"Не больше {most} {what}: {found} прочитано как {most}", start, end)
        return min(found, most)

    def _span(self, start: int, end: int) -> Span:
        return self.cleaned.span(start, end)

    def _warn(self, code: str, message: str, start: int, end: int) -> None:
        self.warnings.append(Warning(code, message, self._span(start, end)))
