"""Where do the words of a question stand in a document? Read from the positions of the index, never from its text.

What `marking.find` finds in tokens is found here in postings: a word's positions are those of its roots in the
document, and the number of the form at each of them says how well the word is answered there. Only where the tokens
lie in the text is asked of the text (`search.offsets`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK
from index.storage.format import BLOCK, ESCAPE
from index.storage.part import Part

from .engine.segment_lists import Deadline
from .leaves import STEM, Leaf, WordPattern
from .marking import NO_WORDS, Found, Levels, Reading, Words, beside, in_order, only_beside, stands
from .offsets import Locate, bounds_of

STRIDE: Final = 16_384  # tokens of a document that are looked at together; a book has many of them
MOST: Final = 2_000  # places of words in them; where there are more, fewer tokens are looked at together …
LEAST: Final = 512  # … but so many, in which the longest phrase has room

Run = tuple[Sequence[int], int]  # positions, ascending, and where in the part those of this posting begin


class Postings:
    """The positions of one part, to be read document by document. Scalars are read through memoryviews, as `Part` does;
    shared by threads.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.posts = part.post_start.data
        self.docs = part.post_doc.data
        self.tf = part.post_tf.data
        self.block_start = part.block_start.data
        self.block_pos = part.block_pos.data
        self.at = part.pos_at.data
        self.form = part.pos_form.data

    def run(self, root: int, doc: int) -> Run | None:
        """Where a root stands in a document; None where it does not."""
        start, end = self.posts[root], self.posts[root + 1]
        posting = bisect_left(self.docs, doc, start, end)
        if posting == end or self.docs[posting] != doc:
            return None
        block, in_block = divmod(posting - start, BLOCK)
        low = self.block_pos[self.block_start[root] + block]
        counts = self.tf[posting - in_block : posting + 1].tolist()
        if ESCAPE in counts:
            counts = self.part.frequencies(posting - in_block, posting + 1).tolist()
        count = counts.pop()
        low += sum(counts)
        return self.at[low : low + count], low

    def forms(self, low: int, high: int) -> Sequence[int]:
        """The number of the form at each of the positions [low, high) of the part."""
        if len(self.part.wide_at):
            numbers: list[int] = self.part.form_numbers(low, high).tolist()
            return numbers
        return self.form[low:high]


class Source:
    """A root whose positions answer a word. `answers`: form number → level, None where the form does not answer;
    filled by `level` when a form is first met.
    """

    __slots__ = ("answers", "level", "root")

    def __init__(
        self, root: int, level: Callable[[str], int | None], answers: dict[int, int | None] | None = None
    ) -> None:
        self.root = root
        self.level = level
        self.answers = {} if answers is None else answers


Word = list[tuple[Run, Source]]  # what one document has of a word
Asked = tuple[int, Leaf, list[list[Source]]]  # a leaf, its number, and what to read of each of its words
NEVER: Final = Deadline(None)
_NOT_KNOWN: Final = -2  # a level that a kernel asks for
_NO_LEVEL: Final = -1
WordsIn = Callable[
    [
        Sequence[int],
        Sequence[tuple[int, int, int, int]],
        int,
        NDArray[np.int8],
        Callable[[int, int], int | None],
        tuple[int, int, int],
    ],
    list[tuple[NDArray[np.int64], list[int]] | None],
]
"""What reads single words in all documents of a page at once, see `engine.compiled_words`."""


class Places:
    """Where the leaves of one question stand in the documents of one part. Remembers what the index says to a word, so
    it is made once a question and used by one thread.

    `expand` gives the numbers of the forms that a prefix or a misspelled word in a field stands for; `locate` finds
    where tokens lie in a text. Without `every` function words count beside other words only. When `clock` says that it
    is late, nothing more is found, and `late` says so. `words_in`, where there is one, reads single words in all
    documents that are `ahead`.
    """

    def __init__(
        self,
        leaves: Sequence[Leaf],
        postings: Postings,
        expand: Callable[[str, WordPattern], Iterable[int]],
        locate: Locate = bounds_of,
        clock: Deadline = NEVER,
        *,
        every: bool = True,
        words_in: WordsIn | None = None,
    ) -> None:
        self.leaves = leaves
        self.postings = postings
        self.part = postings.part
        self.expand = expand
        self.locate = locate
        self.clock = clock
        self.every = every
        self.late = False
        self.words_in = words_in
        self.ahead: Sequence[int] = ()
        self._asked: dict[str, list[Asked]] = {}
        self._known: dict[str, dict[int, Words]] = {}  # what was read ahead, field by field

    def reader(self, doc: int) -> Callable[[str, str], Reading]:
        """Reads the texts of one document: (text, its field) → what stands where."""

        def read(text: str, field: str) -> Reading:
            words = self.words(doc, field)
            return Reading(text, self.found(doc, field) if words is None else (), self.locate, words)

        return read

    def found(self, doc: int, field: str) -> list[Found]:
        """Every place in the document's `field`, as `marking.find` gives it; of a book only the first stretch of
        STRIDE tokens that has any, and of a text with more than MOST words that were asked for a shorter one.
        """
        asked = self._in_field(field)
        read: list[tuple[int, Leaf, list[Word]]] = []
        light = []
        last = -1
        places = 0
        for number, leaf, sources in asked:
            if leaf.light and not self.every and only_beside(leaf):
                light.append((number, leaf, sources))
                continue
            words = self._words(sources, doc)
            if words is not None:
                read.append((number, leaf, words))
                for word in words:
                    for (at, _), _ in word:
                        last = max(last, at[-1])
                        places += len(at)
        start = 0
        while start <= last:
            stop = start + STRIDE if places <= MOST else _stop(read, start)
            found: list[Found] = []
            for number, leaf, words in read:
                if self.clock.passed():
                    self.late = True
                    return []
                found += stands(number, leaf, self._levels_of(words, start, stop))
            if found and light:
                return in_order([*found, *self._beside(found, light, doc)])
            if found:
                return found if len(read) == 1 and len(read[0][2]) == 1 else in_order(found)
            start = stop
        return []

    def words(self, doc: int, field: str) -> Words | None:
        """The same as `found`, where it was read ahead."""
        known = self._known.get(field)
        if known is None:
            known = self._known[field] = self._read_ahead(field)
        return known.get(doc)

    def _read_ahead(self, field: str) -> dict[int, Words]:
        """What stands in the documents ahead, of those that are usual: no phrase is asked for, no text is a book."""
        docs, asked = self.ahead, self._in_field(field)
        if self.words_in is None or not docs or any(len(leaf.words) > 1 for _, leaf, _ in asked):
            return {}
        if self.clock.passed():
            self.late = True
            return dict.fromkeys(docs, NO_WORDS)
        light = [not self.every and only_beside(leaf) for _, leaf, _ in asked]
        sources: list[Source] = []
        rows: list[tuple[int, int, int, int]] = []
        levels: list[NDArray[np.int8]] = []
        size = 0
        for beside_others in (False, True):
            for (number, _, ((*of_word,),)), is_light in zip(asked, light, strict=True):
                if is_light == beside_others:
                    for source in of_word:
                        sources.append(source)
                        rows.append((number, source.root, size, is_light))
                        levels.append(self._levels_by_form(source))
                        size += len(levels[-1])
        if not sources:
            return dict.fromkeys(docs, NO_WORDS)
        found = self.words_in(
            docs,
            rows,
            len(self.leaves),
            np.concatenate(levels),
            lambda source, form: self._level_of(sources[source], form),
            (STEM, STRIDE, MOST),
        )
        return {doc: Words(*words) for doc, words in zip(docs, found, strict=True) if words is not None}

    def _levels_by_form(self, source: Source) -> NDArray[np.int8]:
        """The level of each form of a source's root, as far as they are known."""
        low, high = self.part.forms_of(source.root)
        levels = np.full(high - low, _NO_LEVEL if source.level is _nothing else _NOT_KNOWN, np.int8)
        for form, level in source.answers.items():
            levels[form] = _NO_LEVEL if level is None else level
        return levels

    def _beside(self, found: Sequence[Found], light: Sequence[Asked], doc: int) -> list[Found]:
        """Where function words stand beside what is found."""
        near = beside(found)
        more: list[Found] = []
        for number, leaf, sources in light:
            words = self._words(sources, doc)
            if words is not None:
                levels: dict[int, int] = {}
                for (at, begin), source in words[0]:
                    for position in near:
                        place = bisect_left(at, position)
                        if place < len(at) and at[place] == position:
                            level = self._level_of(source, self.postings.forms(begin + place, begin + place + 1)[0])
                            if level is not None:
                                levels.setdefault(position, level)
                more += stands(number, leaf, [dict(sorted(levels.items()))])
        return more

    def _words(self, sources: Sequence[Sequence[Source]], doc: int) -> list[Word] | None:
        """What a document has of each word of a leaf, the same of equal words; None where one does not stand there."""
        known: dict[int, Word] = {}
        for word in sources:
            if id(word) not in known:
                runs = [(run, source) for source in word if (run := self.postings.run(source.root, doc)) is not None]
                if not runs:
                    return None
                known[id(word)] = runs
        return [known[id(word)] for word in sources]

    def _levels_of(self, words: Sequence[Word], start: int, stop: int) -> list[Levels]:
        """Of each word the tokens [start, stop) that answer it; of equal words the same."""
        known: dict[int, Levels] = {}
        for word in words:
            if id(word) not in known:
                known[id(word)] = self._levels(word, start, stop)
        return [known[id(word)] for word in words]

    def _levels(self, word: Word, start: int, stop: int) -> Levels:
        """Position → level; the first source that knows a position decides."""
        found: dict[int, int] = {}
        for (at, begin), source in word:
            low, high = 0, len(at)
            if start or at[-1] >= stop:
                low, high = bisect_left(at, start), bisect_left(at, stop)
            answers = source.answers
            forms = self.postings.forms(begin + low, begin + high)
            for position, form in zip(at[low:high], forms, strict=True):
                known = answers[form] if form in answers else self._level(source, form)
                if known is not None and position not in found:
                    found[position] = known
        return found if len(word) == 1 else dict(sorted(found.items()))

    def _level_of(self, source: Source, form: int) -> int | None:
        return source.answers[form] if form in source.answers else self._level(source, form)

    def _level(self, source: Source, form: int) -> int | None:
        part = self.part
        number = int(part.forms_term[part.forms_of(source.root)[0] + form])
        known = source.answers[form] = source.level(_text(part, number))
        return known

    # -- what the index knows of a word

    def _in_field(self, field: str) -> list[Asked]:
        """The leaves that may stand in a field."""
        if field not in self._asked:
            self._asked[field] = self._looked_up_in(field)
        return self._asked[field]

    def _looked_up_in(self, field: str) -> list[Asked]:
        known: dict[WordPattern, list[Source]] = {}
        asked = []
        for number, leaf in enumerate(self.leaves):
            if field in leaf.fields:
                for word in leaf.words:
                    if word not in known:
                        known[word] = self._looked_up(word, field)
                asked.append((number, leaf, [known[word] for word in leaf.words]))
        return asked

    def _looked_up(self, word: WordPattern, field: str) -> list[Source]:
        roots = () if word.exact or word.expands else word.roots
        numbers = ((self.part.number(field, root.encode()), root) for root in roots)
        sources = [Source(number, _under(word, root)) for number, root in numbers if number >= 0]
        known = {source.root for source in sources}
        # The very form may stand under roots that nobody asked for.
        answers: dict[int, dict[int, int | None]] = {}
        for form in self._forms(word, field):
            level = word.level_of_form(_text(self.part, form))
            for root, place in self.part.spellings(form):
                if root not in known:
                    answers.setdefault(root, {})[place] = level
        return sources + [Source(root, _nothing, forms) for root, forms in answers.items()]

    def _forms(self, word: WordPattern, field: str) -> Iterable[int]:
        """The forms that answer by themselves, as term numbers."""
        if word.expands:
            return self.expand(field, word)
        form = self.part.number(field, (FORM_MARK + word.form).encode())
        return [form] if form >= 0 else []


def _text(part: Part, form: int) -> str:
    return part.term(form).decode().removeprefix(FORM_MARK)


def _stop(read: Sequence[tuple[int, Leaf, Sequence[Word]]], start: int) -> int:
    """Where a stretch of tokens ends that begins at `start` and has no more than MOST places, or LEAST tokens."""
    runs = [at for _, _, words in read for word in words for (at, _), _ in word]
    before = sum(bisect_left(at, start) for at in runs)

    def places(stop: int) -> int:
        return sum(bisect_left(at, stop) for at in runs) - before

    stops = range(start + LEAST + 1, start + STRIDE + 1)
    return start + LEAST + bisect_right(stops, MOST, key=places)


def _under(word: WordPattern, root: str) -> Callable[[str], int | None]:
    return lambda form: word.level_under(root, form)


def _nothing(form: str) -> None:
    """A form that was not asked for."""
