"""What of writing a segment is compiled? Finding words, counting and placing postings, and what sums them up.

Each kernel has its twin in numpy (`tokens`, `terms`, `invert`) and gives the same, bit for bit. Those for dictionaries
are those of a merge.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from index.analysis.capitals import SHORT

from .bulk import LATIN, ODD, RUSSIAN
from .format import BLOCK, ESCAPE, TENTH
from .merging_kernels import gathered, hash_table, shared_prefixes
from .tokens import CAPITAL, CAPITALS, HIDDEN, MARK, OTHER, SEEN, SMALL

__all__ = [
    "compile_all",
    "count",
    "count_words",
    "find_capitals",
    "fold_plain",
    "gathered",
    "hash_table",
    "number_terms",
    "number_words",
    "place",
    "rehash",
    "shared_prefixes",
    "sum_up",
    "tokenise",
]

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "boundscheck": False}
_LOW: Final = np.uint64(0xFFFFFFFF)
_HALF: Final = np.uint64(32)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ ÷ the golden ratio: Knuth's multiplicative hashing
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)  # an odd constant that mixes well (Degski's 64-bit mixer)
_AHEAD: Final = 256  # tokens whose places in memory are asked for at once


@njit(**_OPTIONS)
def _is_capital(point):  # type: ignore[no-untyped-def]
    return 0x410 <= point <= 0x42F or point == 0x401


@njit(**_OPTIONS)
def find_capitals(points, ends, found):  # type: ignore[no-untyped-def]
    """Fills `found` (u8 zeros): 1 for each text in which more than SHORT Russian capitals stand in a row. A text ends
    with a further point at `ends`, which is not looked at.
    """
    begin = 0
    for text in range(len(ends)):
        end = ends[text] - 1
        at = begin + SHORT  # any such run holds one of every SHORT + 1 points
        while at < end:
            low = high = at
            if _is_capital(points[at]):
                while low > begin and _is_capital(points[low - 1]):
                    low -= 1
                while high + 1 < end and _is_capital(points[high + 1]):
                    high += 1
                if high - low >= SHORT:
                    found[text] = 1
                    break
            at = high + SHORT + 1
        begin = ends[text]


@njit(**_OPTIONS)
def tokenise(points, classes, starts, lengths, codes):  # type: ignore[no-untyped-def]
    """The words of `points` (code points): where each starts, its length, and its hash of 32 bits. Returns how many.

    A second loop looks them up: there the waits for memory overlap, which they do not behind this one's branches.
    """
    size = len(points)
    at = made = 0
    while at < size:
        if classes[points[at]] != SEEN:
            at += 1
            continue
        start = at
        end = at + 1
        code = np.uint64(points[at]) * _SPREAD
        # [^\W_](?:[hidden, marks]*[^\W_])*marks*
        while end < size:
            kind = classes[points[end]]
            if kind == SEEN:
                code = (code ^ np.uint64(points[end])) * _SPREAD
                end += 1
                continue
            if kind != MARK and kind != HIDDEN:
                break
            ahead = end + 1
            while ahead < size and (classes[points[ahead]] == MARK or classes[points[ahead]] == HIDDEN):
                ahead += 1
            if ahead == size or classes[points[ahead]] != SEEN:
                ahead = end
                while ahead < size and classes[points[ahead]] == MARK:
                    ahead += 1
            for hidden in range(end, ahead):
                code = (code ^ np.uint64(points[hidden])) * _SPREAD
            end = ahead
            if end == size or classes[points[end]] != SEEN:
                break
        code ^= code >> _HALF
        code *= _MIX
        code ^= code >> _HALF
        starts[made] = start
        lengths[made] = end - start
        codes[made] = code & _LOW
        made += 1
        at = end
    return made


@njit(**_OPTIONS)
def number_words(points, starts, lengths, codes, at, table, entries, letters, known, found):  # type: ignore[no-untyped-def]
    """The numbers of words from the one at `at` on go to `found`; see `tokenise`.

    `table` has a power of two of slots, hash << 32 | place, 0 for empty; at its place in `letters` stand a word's
    number, its length and its code points; `entries[w]` is the place of word w, `entries[known]` the end of them all.
    Returns (where it stopped, words known): short of the end where the tables have no room for one more word; grow
    them and call again.
    """
    mask = np.uint64(len(table) - 1)
    entry_of = np.empty(_AHEAD, np.uint64)  # of some tokens, where each is looked for first
    length_of = np.empty(_AHEAD, np.int64)
    while at < len(starts):
        stop = min(at + _AHEAD, len(starts))
        # Loops without branches, as in `tokenise`: the waits for the table, and for the letters, overlap.
        for ahead in range(stop - at):
            entry_of[ahead] = table[np.uint64(codes[at + ahead]) & mask]
        for ahead in range(stop - at):
            length_of[ahead] = letters[np.int64(entry_of[ahead] & _LOW) + 1]
        for token in range(at, stop):
            code = np.uint64(codes[token])
            start = np.int64(starts[token])
            length = np.int64(lengths[token])
            slot = code & mask
            entry = entry_of[token - at]
            held = length_of[token - at]
            if entry == 0:  # a word that came since may stand there
                entry = table[slot]
                held = np.int64(letters[np.int64(entry & _LOW) + 1])
            while entry != 0:
                if entry >> _HALF == code and held == length:
                    base = np.int64(entry & _LOW)
                    letter = 0
                    while letter < length and letters[base + 2 + letter] == points[start + letter]:
                        letter += 1
                    if letter == length:
                        break
                slot = (slot + np.uint64(1)) & mask
                entry = table[slot]
                held = np.int64(letters[np.int64(entry & _LOW) + 1])
            if entry != 0:
                found[token] = letters[np.int64(entry & _LOW)]
                continue
            base = entries[known]
            if 2 * (known + 1) > len(table) or base + length + 2 > len(letters):
                return token, known
            table[slot] = code << _HALF | np.uint64(base)
            letters[base] = known
            letters[base + 1] = length
            for letter in range(length):
                letters[base + 2 + letter] = points[start + letter]
            found[token] = known
            known += 1
            entries[known] = base + length + 2
        at = stop
    return len(starts), known


@njit(**_OPTIONS)
def rehash(old, new):  # type: ignore[no-untyped-def]
    """Put the entries of a table of words into a larger empty one."""
    mask = np.uint64(len(new) - 1)
    for place in range(len(old)):
        entry = old[place]
        if entry != 0:
            slot = (entry >> _HALF) & mask
            while new[slot] != 0:
                slot = (slot + np.uint64(1)) & mask
            new[slot] = entry


@njit(**_OPTIONS)
def _may_be_surname(letters, begin, end):  # type: ignore[no-untyped-def]
    """Whether а, у, ым, е, ой, ы, ых, ыми or nothing may follow -ов, -ев, -ин, -ын behind two letters; that it is so,
    `roots.surname_base` says.
    """
    for last in range(end - 1, max(begin + 2, end - 5), -1):
        vowel = letters[last - 1]
        if letters[last] == 0x432:  # в
            if vowel == 0x43E or vowel == 0x435 or vowel == 0x451:  # о, е, ё
                return True
        elif letters[last] == 0x43D and (vowel == 0x438 or vowel == 0x44B):  # н; и, ы
            return True
    return False


@njit(**_OPTIONS)
def fold_plain(letters, entries, kinds, cases, names, text, start):  # type: ignore[no-untyped-def]
    """Fold words that need no more than small letters: word w is `letters[entries[w] + 2:entries[w + 1]]`, code points.

    Fills `kinds` (ODD: it is another kind of word), `cases`, `names` (0: no form of a surname in -ов, -ев, -ин, -ын)
    and, in UTF-8, `text`; word w is `text[start[w]:start[w + 1]]` then, an ODD one nothing. See `bulk`.
    """
    made = np.int64(0)
    for word in range(len(kinds)):
        begin, end = entries[word] + 2, entries[word + 1]
        small = capitals = russian = tens = 0  # capitals behind the first letter
        odd = False
        for at in range(begin, end):
            point = letters[at]
            if 0x430 <= point <= 0x44F or point == 0x451:
                small += 1
                russian += 1
                tens += point == 0x445
            elif 0x410 <= point <= 0x42F or point == 0x401:
                capitals += at > begin
                russian += 1
                tens += point == 0x425
            elif 97 <= point <= 122:
                small += 1
            elif 65 <= point <= 90:
                capitals += at > begin
            elif not 48 <= point <= 57:
                odd = True
                break
        size = end - begin
        first = letters[begin]
        capital = first == 0x401 or 0x410 <= first <= 0x42F or 65 <= first <= 90
        roman = tens == size and 2 <= size <= 3  # «Хх»
        if odd or roman or (russian and (russian < size or capitals)):
            kinds[word] = ODD
        else:
            kinds[word] = RUSSIAN if russian else LATIN
            if capital and not capitals:
                cases[word] = CAPITAL if small or size == 1 else CAPITALS
            elif capitals:
                cases[word] = OTHER if small else CAPITALS
            else:
                cases[word] = SMALL
            names[word] = russian and _may_be_surname(letters, begin, end)
            for at in range(begin, end):
                point = np.int64(letters[at])
                if point == 0x401 or point == 0x451:
                    point = np.int64(0x435)
                elif 0x410 <= point <= 0x42F or 65 <= point <= 90:
                    point += 32
                if point < 128:
                    text[made] = point
                    made += 1
                else:
                    text[made] = 0xC0 | point >> 6
                    text[made + 1] = 0x80 | point & 0x3F
                    made += 2
        start[word + 1] = made


@njit(**_OPTIONS)
def number_terms(raw, begin, end, mark, table, data, start, known, found):  # type: ignore[no-untyped-def]
    """The numbers of the terms `raw[begin[i]:end[i]]`, with the byte `mark` before each where it is not 0, go to
    `found`; new ones are taken in.

    `table` has a power of two of slots, hash << 32 | number + 1, 0 for empty; term t is `data[start[t]:start[t + 1]]`.
    All three have room for all of them. Returns how many terms are known then.
    """
    mask = np.uint64(len(table) - 1)
    codes = np.empty(len(found), np.uint32)
    marks = np.int64(mark != 0)
    for place in range(len(found)):  # a loop of its own, as in `tokenise`
        code = _SPREAD
        if marks:
            code = (code ^ np.uint64(mark)) * _SPREAD
        for at in range(begin[place], end[place]):
            code = (code ^ np.uint64(raw[at])) * _SPREAD
        code ^= code >> _HALF
        code *= _MIX
        code ^= code >> _HALF
        codes[place] = code & _LOW
    for place in range(len(found)):
        code = np.uint64(codes[place])
        first = np.int64(begin[place])
        size = np.int64(end[place]) - first
        slot = code & mask
        while True:
            entry = table[slot]
            if entry == 0:
                number = known
                held = start[number]
                if marks:
                    data[held] = mark
                for byte in range(size):
                    data[held + marks + byte] = raw[first + byte]
                known += 1
                start[known] = held + marks + size
                table[slot] = code << _HALF | np.uint64(known)
                break
            if entry >> _HALF == code:
                number = np.int64(entry & _LOW) - 1
                held = start[number]
                if start[number + 1] - held == marks + size and (not marks or data[held] == mark):
                    byte = 0
                    while byte < size and data[held + marks + byte] == raw[first + byte]:
                        byte += 1
                    if byte == size:
                        break
            slot = (slot + np.uint64(1)) & mask
        found[place] = number
    return known


@njit(**_OPTIONS)
def count_words(words, found):  # type: ignore[no-untyped-def]
    """How often each word stands is added to `found` (i64). numpy's own way copies all tokens."""
    for token in range(len(words)):
        found[words[token]] += 1


@njit(**_OPTIONS)
def count(words, lengths, first, pairs, terms):  # type: ignore[no-untyped-def]
    """(postings, positions) of each term, (T,) i64 each. `words`: the word of each token, documents behind each other,
    `lengths` tokens each; `pairs[first[w]:first[w + 1]]`: what word w is posted under, form << 32 | term.
    """
    state = np.zeros((terms, 4), np.int64)  # postings, positions, document: what belongs to a term in one cache line
    at = 0
    for doc in range(len(lengths)):
        for token in range(at, at + lengths[doc]):
            word = words[token]
            for pair in range(first[word], first[word + 1]):
                term = np.int64(pairs[pair] & _LOW)
                state[term, 0] += state[term, 2] != doc + 1  # no branch, which nobody could foresee
                state[term, 1] += 1
                state[term, 2] = doc + 1
        at += lengths[doc]
    return state[:, 0].copy(), state[:, 1].copy()


@njit(**_OPTIONS)
def place(words, lengths, first, pairs, post_start, pos_start, docs, tf, at_out, form_out, wide_at, wide_form):  # type: ignore[no-untyped-def]
    """A counting sort of the tokens by term, by the sums of `count`: fills postings `docs` (u32), `tf` (u32 zeros),
    positions `at_out` and the forms `form_out` (u8) of them. Forms from 255 on go to `wide_at` and `wide_form` too, in
    the order of the tokens.

    Some pairs at a time, in a loop for each place in memory that they go to: so the waits for it overlap.
    """
    terms = len(post_start) - 1
    state = np.empty((terms, 4), np.int64)  # next position, posting, its document
    for term in range(terms):
        state[term, 0], state[term, 1], state[term, 2] = pos_start[term], post_start[term] - 1, -1
    pair_of, position_of = np.empty(_AHEAD, np.uint64), np.empty(_AHEAD, np.int64)
    target_of, posting_of = np.empty(_AHEAD, np.int64), np.empty(_AHEAD, np.int64)
    wide = 0
    at = 0
    for doc in range(len(lengths)):
        position = 0
        done = np.int64(0)  # pairs of the word there
        while position < lengths[doc]:
            some = 0
            while position < lengths[doc] and some < _AHEAD:
                word = words[at + position]
                begin = np.int64(first[word]) + done
                end = min(np.int64(first[word + 1]), begin + _AHEAD - some)
                for pair in range(begin, end):
                    pair_of[some], position_of[some] = pairs[pair], position
                    some += 1
                if end < first[word + 1]:
                    done += end - begin
                else:
                    position += 1
                    done = np.int64(0)
            for one in range(some):
                root = np.int64(pair_of[one] & _LOW)
                target = state[root, 0]
                posting = state[root, 1] + (state[root, 2] != doc)
                state[root, 0], state[root, 1], state[root, 2] = target + 1, posting, doc
                target_of[one], posting_of[one] = target, posting
            for one in range(some):
                docs[posting_of[one]] = doc
                tf[posting_of[one]] += 1
            for one in range(some):
                target, number = target_of[one], pair_of[one] >> _HALF
                at_out[target] = position_of[one]
                if number >= ESCAPE:
                    form_out[target] = ESCAPE
                    wide_at[wide] = target
                    wide_form[wide] = number
                    wide += 1
                else:
                    form_out[target] = number
        at += lengths[doc]


@njit(**_OPTIONS)
def sum_up(docs, tf, lens, inverse, post_start, block_start, last, top, block_pos, tenth):  # type: ignore[no-untyped-def]
    """Of each block its last document, largest x (f64) and positions before it; of each term its tenth best x."""
    best = np.empty(TENTH)
    position = 0
    for term in range(len(post_start) - 1):
        held = 0
        block = block_start[term]
        for start in range(post_start[term], post_start[term + 1], BLOCK):
            end = min(start + BLOCK, post_start[term + 1])
            most = 0.0
            block_pos[block] = position
            for posting in range(start, end):
                x = np.float64(tf[posting]) * inverse[lens[docs[posting]]]
                most = max(most, x)
                position += tf[posting]
                if held < TENTH:
                    held += 1
                    place = held - 1
                elif x > best[TENTH - 1]:
                    place = TENTH - 1
                else:
                    continue
                while place > 0 and best[place - 1] < x:
                    best[place] = best[place - 1]
                    place -= 1
                best[place] = x
            last[block] = docs[end - 1]
            top[block] = most
            block += 1
        tenth[term] = best[TENTH - 1] if held == TENTH else 0.0


def compile_all() -> None:
    """Compile every kernel for the types that it is called with, and keep what comes of it (numba's cache)."""
    points = np.frombuffer("мост мост".encode("utf-32-le"), np.uint32)
    table = np.zeros(16, np.uint64)
    starts, lengths, codes = (np.zeros(4, np.uint32) for _ in range(3))
    find_capitals(points, np.array([len(points) + 1], np.int64), np.zeros(1, np.uint8))
    made = tokenise(points, np.ones(0x500, np.uint8), starts, lengths, codes)
    found = (starts[:made], lengths[:made], codes[:made])
    number_words(points, *found, 0, table, np.ones(9, np.int64), np.zeros(9, np.uint32), 0, np.zeros(4, np.uint32))
    rehash(table, np.zeros(32, np.uint64))
    words = np.zeros(2, np.uint32)
    lengths = np.array([2], np.int64)
    first = np.array([0, 1], np.uint32)
    pairs = np.zeros(1, np.uint64)
    count_words(words, np.zeros(1, np.int64))
    count(words, lengths, first, pairs, 1)
    starts = np.array([0, 1], np.int64)
    docs, tf = np.zeros(1, np.uint32), np.zeros(1, np.uint32)
    none = np.zeros(0, np.int64)
    for kind in (np.uint16, np.uint32):
        positions, forms = np.zeros(2, kind), np.zeros(2, np.uint8)
        place(words, lengths, first, pairs, starts, 2 * starts, docs, tf, positions, forms, none, words[:0])
    lens, inverse = np.zeros(1, np.uint8), np.ones(256)
    sum_up(docs, tf, lens, inverse, starts, starts, docs, inverse[:1], starts, inverse[:1])
    kinds, cases, names, text = (np.zeros(2, np.uint8) for _ in range(4))
    fold_plain(points.copy(), np.array([0, 3], np.int64), kinds[:1], cases[:1], names[:1], text, np.zeros(2, np.int64))
    held = (np.zeros(16, np.uint64), np.zeros(2, np.uint8), np.zeros(3, np.int64))
    number_terms(np.frombuffer(b"ab", np.uint8), starts[:1], starts[1:], 0, *held, 0, docs)
    number_terms(np.zeros(2, np.uint8), starts[:1], starts[1:], 0, *held, 1, docs)
