"""Where do the words of a question stand in a document? Read from the positions of the index, never from its text.

What `marking.find` finds in tokens is found here in postings: a word's positions are those of its roots in the
document, and the number of the form at each of them says how well the word is answered there. Only where the tokens
lie in the text is asked of the text (`search.offsets`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from index.analysis import FORM_MARK
from index.storage.format import BLOCK, ESCAPE
from index.storage.part import Part

from .marking import Found, Leaf, Levels, Reading, WordPattern, in_order, stands

STRIDE: Final = 16_384  # tokens of a document that are looked at together; a book has many of them

Run = tuple[Sequence[int], Sequence[int]]  # positions, ascending, and the number of the form at each


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
        forms: Sequence[int] = self.form[low : low + count]
        if len(self.part.wide_at):
            forms = self.part.form_numbers(low, low + count).tolist()
        return self.at[low : low + count], forms


@dataclass(slots=True)
class Source:
    """A root whose positions answer a word. `answers`: form number → level, None where the form does not answer;
    filled by `level` when a form is first met.
    """

    root: int
    level: Callable[[str], int | None]
    answers: dict[int, int | None] = field(default_factory=dict)


class Places:
    """Where the leaves of one question stand in the documents of one part. Remembers what the index says to a word, so
    it is made once a question and used by one thread.

    `expand` gives the numbers of the forms that a prefix or a misspelled word in a field stands for.
    """

    def __init__(
        self, leaves: Sequence[Leaf], postings: Postings, expand: Callable[[str, WordPattern], Iterable[int]]
    ) -> None:
        self.leaves = leaves
        self.postings = postings
        self.part = postings.part
        self.expand = expand
        self._sources: dict[tuple[str, WordPattern], list[Source]] = {}

    def reader(self, doc: int) -> Callable[[str, str], Reading]:
        """Reads the texts of one document: (text, its field) → what stands where."""

        def read(text: str, field: str) -> Reading:
            return Reading(text, self.found(doc, field))

        return read

    def found(self, doc: int, field: str) -> list[Found]:
        """Every place in the document's `field`, as `marking.find` gives it; of a book only the first stretch of
        STRIDE tokens that has any.
        """
        runs = [
            (number, leaf, [self._runs(word, doc, field) for word in leaf.words])
            for number, leaf in enumerate(self.leaves)
            if field in leaf.fields
        ]
        last = max((run[0][-1] for _, _, words in runs for word in words for run, _ in word), default=-1)
        found: list[Found] = []
        for start in range(0, last + 1, STRIDE):
            for number, leaf, words in runs:
                if all(words):
                    found += stands(number, leaf, [_levels(word, start, self._level) for word in words])
            if found:
                break
        return in_order(found)

    def _runs(self, word: WordPattern, doc: int, field: str) -> list[tuple[Run, Source]]:
        sources = self._sources.get((field, word))
        if sources is None:
            sources = self._sources[field, word] = self._looked_up(word, field)
        runs = ((self.postings.run(source.root, doc), source) for source in sources)
        return [(run, source) for run, source in runs if run is not None]

    def _level(self, source: Source, form: int) -> int | None:
        known = source.answers
        if form not in known:
            part = self.part
            known[form] = source.level(_text(part, int(part.forms_term[int(part.forms_start[source.root]) + form])))
        return known[form]

    # -- what the index knows of a word

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


def _levels(runs: Sequence[tuple[Run, Source]], start: int, level: Callable[[Source, int], int | None]) -> Levels:
    """Position → level, of the positions [start, start + STRIDE); the first source that knows a position decides."""
    found: dict[int, int] = {}
    for (at, forms), source in runs:
        low, high = 0, len(at)
        if start or at[-1] >= STRIDE:
            low, high = bisect_left(at, start), bisect_left(at, start + STRIDE)
        answers = source.answers
        for place in range(low, high):
            form = forms[place]
            known = answers[form] if form in answers else level(source, form)
            if known is not None:
                found.setdefault(at[place], known)
    return found if len(runs) == 1 else dict(sorted(found.items()))


def _under(word: WordPattern, root: str) -> Callable[[str], int | None]:
    return lambda form: word.level_under(root, form)


def _nothing(form: str) -> None:
    """A form that was not asked for."""
