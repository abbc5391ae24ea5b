"""In which encoding do these bytes stand?

A byte order mark decides first, then strict UTF-8. Of the single-byte encodings of Russian (cp1251, KOI8-R, cp866,
mac-cyrillic) the one wins in which the text looks most Russian: frequent letters in the places of frequent letters,
capitals only where words have capitals. What looks Russian in none of them goes to charset-normalizer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log
from pathlib import Path

from ..errors import SourceError
from .outcome import MAX_DOCUMENT, UnreadableError

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Log of how often one meets each, against cp1251: decides where a short or all-capital text fits two of them.
RUSSIAN = {"cp1251": 0.0, "koi8-r": -2.0, "cp866": -4.0, "mac-cyrillic": -7.0}
OTHERS = ["cp1252", "cp1250", "cp1253", "cp1254", "cp1257", "iso8859_5", "gb18030", "shift_jis", "euc_kr"]
SAMPLE = 1 << 13  # bytes that the guess looks at

# Share of each letter in Russian text, in 1/1000 (ru.wikipedia.org, «Частотность», National Corpus counts; ё apart).
SHARES = (
    "о109.7 е84.5 а80.1 и73.5 н67.0 т62.6 с54.7 р47.3 в45.4 л44.0 к34.9 м32.1 д29.8 п28.1 у26.2 я20.1 ы19.0 ь17.4 "
    "г17.0 з16.5 б15.9 ч14.4 й12.1 х9.7 ж9.4 ш7.3 ю6.4 ц4.8 щ3.6 э3.2 ф2.6 ъ0.4 ё1.0"
)
LETTER = {piece[0]: log(float(piece[1:]) / 1000) for piece in SHARES.split()}
FOREIGN = log(0.0003)  # a Cyrillic letter that Russian does not have: Ukrainian, Belarusian, Serbian
MARK = log(0.004)  # « » — … № “ ” and the like
STRANGE = log(0.00001)  # box drawing, controls, mathematics: nobody writes them inside words
MARKS = frozenset("«»„“”‘’—–…№§©®°±·\u00a0\u2011•€₽")
MISCASED = log(0.01)  # a capital behind a small letter, or a small letter behind two capitals
PLAUSIBLE = -4.2  # mean log share of a letter: Russian lies near -3.0, its look through a wrong table below -5
DAMAGE = 1000  # UTF-8 with at most one broken byte in so many is still taken for UTF-8

HIGH_RUN = re.compile(r"[^\x00-\x7f]+")
CASE_SLIP = re.compile(r"[а-яё][А-ЯЁ]|[А-ЯЁ]{2}[а-яё]")
META_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{3,20})""", re.I)
CONTROLS = bytes(range(0x00, 0x09)) + bytes((0x0B,)) + bytes(range(0x0E, 0x1A)) + bytes(range(0x1C, 0x20))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding (a Python codec's name) that its bytes stood in; a byte order mark is not in the text."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text that these bytes hold.

    Raises:
        UnreadableError: they are no text, or no encoding fits them.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding, "replace"), encoding)
    if b"\0" in data:
        raise UnreadableError("binary: it has NUL bytes and is no text")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken_at = error.start
    encoding = declared(data) or guess(data) or ""
    if encoding:
        return Decoded(data.decode(encoding, "replace"), encoding)
    mended = data.decode("utf-8", "replace")
    if mended.count("\ufffd") * DAMAGE <= len(mended) + DAMAGE and len(mended) < len(data):
        return Decoded(mended, "utf-8")
    raise UnreadableError(
        f"the encoding is unknown: UTF-8 breaks at byte {broken_at}, and it looks Russian in none of "
        f"{', '.join(RUSSIAN)}; convert it to UTF-8"
    )


def detect(head: bytes) -> str:
    """The codec for a stream that begins with `head`, which may end inside a character.

    Raises:
        UnreadableError: as `decode`.
    """
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return {"utf-8": "utf-8-sig"}.get(encoding, encoding[:6])  # the variant that takes the mark away
    whole = head
    for cut in range(4):  # the last character may be cut off
        whole = head[: len(head) - cut]
        try:
            whole.decode("utf-8")
            break
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                break
    return decode(whole).encoding


def declared(data: bytes) -> str | None:
    """The single-byte Russian encoding that an HTML or XML head names, if it names one."""
    found = META_CHARSET.search(data, 0, 4096)
    if found is None:
        return None
    name = (
        found[1].decode("ascii", "replace").lower().replace("windows-", "cp").replace("x-mac-cyrillic", "mac-cyrillic")
    )
    return name if name in RUSSIAN else None


def guess(data: bytes) -> str | None:
    """The encoding in which these bytes, which are not UTF-8, look like a text; None if in none."""
    sample = data[:SAMPLE]
    if len(sample.translate(None, CONTROLS)) < len(sample) * 0.98:
        return None
    scored = [(russianness(sample.decode(name, "replace"), prior), name) for name, prior in RUSSIAN.items()]
    best, name = max(scored, key=lambda pair: pair[0])
    if best >= PLAUSIBLE:
        return name
    if looks_utf8(sample):
        return None
    from charset_normalizer import from_bytes  # which few texts need, and takes long to import

    other = from_bytes(sample, cp_isolation=OTHERS).best()
    return other.encoding if other is not None and other.chaos < 0.1 and other.coherence > 0 else None


def russianness(text: str, prior: float) -> float:
    """Mean log share of the characters beyond ASCII, with a fine for capitals in the wrong places.

    -inf where these stand alone, as accented letters do in western words, and no Russian word does.
    """
    runs = HIGH_RUN.findall(text)
    count = sum(map(len, runs))
    if count < 2 * len(runs) or not runs:
        return float("-inf")
    total = sum(weight(char) for run in runs for char in run)
    slips = sum(len(CASE_SLIP.findall(run)) for run in runs)
    return (prior + total + slips * MISCASED) / count


def weight(char: str) -> float:
    """Log share of one character beyond ASCII in Russian text."""
    known = LETTER.get(char.lower())
    if known is not None:
        return known
    if char in MARKS:
        return MARK
    return FOREIGN if "\u0400" <= char <= "\u04ff" else STRANGE


def looks_utf8(data: bytes) -> bool:
    """Whether most of what is beyond ASCII is well-formed UTF-8: a damaged file, and no other encoding."""
    text = data.decode("utf-8", "replace")
    good = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    return good > 4 * text.count("\ufffd")


def read_text_file(path: Path) -> str:
    """The text of a file as decoded; line ends stay as they are, a byte order mark is not part of it.

    Raises:
        SourceError: it cannot be read, is larger than `MAX_DOCUMENT`, or is no text.
    """
    try:
        if path.stat().st_size > MAX_DOCUMENT:
            raise SourceError(f"{path}: larger than {MAX_DOCUMENT >> 20} MB; split it")
        return decode(path.read_bytes()).text
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read ({error.strerror or error}); check the path and its rights"
        ) from error
    except UnreadableError as error:
        raise SourceError(f"{path}: {error}") from error
