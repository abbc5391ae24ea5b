"""What in a crawled text did no reader see as part of the article?

The text itself is never changed: what goes becomes a hole, an editor's pull-quote a `Pull` as well. The rules are
ordered and careful: each takes out whole shortcodes or whole lines of a known kind, and none takes the last words of
an article. `clean` of a clean article changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from .model import Article, Pull, Span

# A tag in brackets, as WordPress and forums write it: [quote align=»left»], [/quote], [vc_row], [url=…].
SHORTCODE = re.compile(r"\[(/?)([a-z][a-z0-9_-]{0,40})((?:[\s=/][^\[\]]{0,1000})?)\]", re.IGNORECASE)
ATTRIBUTES = re.compile(r"\s+[a-z][\w-]*\s*=\s*[\"'«»„“”″′‘’&\w]|=", re.IGNORECASE)
PULL_NAMES = frozenset(("quote", "pullquote", "pull_quote", "pull-quote", "blockquote", "caption", "wp_caption"))
WHOLE_NAMES = frozenset(  # what stands between these and their ends is no text of the article
    (
        *("gallery", "embed", "video", "audio", "playlist", "youtube", "vimeo", "rutube"),
        *("twitter", "tweet", "instagram", "facebook", "telegram", "vk", "img", "contact-form", "contact-form-7"),
        *("wpforms", "gravityform", "adsense", "banner", "poll", "map", "googlemaps", "rev_slider", "smartslider3"),
    )
)
BARE_NAMES = frozenset(("gallery", "playlist", "contact-form", "contact-form-7", "rev_slider", "smartslider3"))
BARE_PREFIXES = ("vc_", "et_pb_", "fusion_", "su_", "wp_", "av_", "elementor-", "ultimate_")
MAX_PULL = 2000  # characters between [quote] and [/quote]; more is an unclosed one
PULL_MARKUP = re.compile(
    r"<(blockquote|aside)\b[^<>]{0,200}?\bclass\s*=\s*[\"'«»“”]?[^<>\"'»”]{0,80}?\bpull(?:[-_]?quote)?\b[^<>]{0,200}>"
    rf"(.{{0,{MAX_PULL}}}?)</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
SIDE_TAGS = re.compile(r"(?:\s|<[^<>]{1,200}>)*(.*?)(?:\s|<[^<>]{1,200}>)*$", re.DOTALL)
MIN_RETOLD = 12  # characters of a second telling; less may be a word that comes twice
WORD = re.compile(r"\w+")
TITLE_MARKS = frozenset(".,:;!?…«»„“”‘’\"'()–—‑-*#•|")
MIN_TITLE = 3  # words of a title that may come again anywhere; a shorter one only as the first line
DATE_LINE = re.compile(r"\s*\d{1,2}[./]\d{1,2}[./]\d{2,4}[\s\d:.,|–—-]*")

SECTIONS = frozenset(
    (
        *("новости", "новость", "главное", "главные новости", "лента новостей", "последние новости", "политика"),
        *("общество", "экономика", "культура", "спорт", "происшествия", "мир", "в мире", "россия", "в россии"),
        *("регионы", "регион", "наука", "технологии", "наука и техника", "бизнес", "финансы", "деньги", "город"),
        *("авто", "медиа", "армия", "оборона", "криминал", "образование", "здоровье", "медицина", "интервью"),
        *("мнения", "мнение", "статьи", "статья", "аналитика", "репортаж", "репортажи", "область", "район"),
        *("транспорт", "экология", "религия", "история", "туризм", "недвижимость", "строительство", "погода"),
        *("хоккей", "футбол", "кино", "музыка", "театр", "книги", "интернет", "космос", "официально", "пресса"),
        *("за рубежом", "бывший ссср", "жкх", "сельское хозяйство", "события", "колонки", "видео", "фото"),
    )
)

TOP_DOMAINS = (
    "ru|su|com|net|org|info|biz|pro|me|tv|fm|io|online|news|press|media|site|club|today|life|live|space|center|city|"
    "by|ua|kz|uz|kg|am|az|ge|md|lv|lt|ee|de|uk|us|eu|example|test|рф|рус|москва|дети|бел|укр|қаз"
)
SITE = re.compile(rf"(?:https?://)?(?:www\.)?(?:[\w-]+\.)+(?:{TOP_DOMAINS})/?", re.IGNORECASE)
SOURCE = re.compile(r"(?:источник|первоисточник|source|по материалам)\s*(:|[—–-]\s)\s*(\S.{0,118})", re.IGNORECASE)
ASIDE = re.compile(
    r"(?:(?:читайте|читать|смотрите)\s+(?:также|ещ[её])|(?:материалы\s+)?по\s+теме|похожие\s+(?:новости|статьи|записи)"
    r"|другие\s+новости)\s*:\s*(.*)",
    re.IGNORECASE,
)
APPEAL = re.compile(
    r"(?:поделиться|поделитесь)(?:\s+(?:в|с|на|новостью|статьёй|ссылкой|друзьями|соцсетях|социальных|сетях|этой|этим)){0,4}"
    r"\s*[:!.]?|(?:подписывайтесь|подпишитесь)\s+на\s.{1,150}",
    re.IGNORECASE,
)
MAX_LINKS = 6  # lines behind «Читайте также:» that are taken for its links
MAX_LINK = 160
SENTENCE = re.compile(r"[.!?…][»\")]*$")


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found in an article: places that go, pull-quotes among them, fields that the text tells."""

    holes: tuple[Span, ...] = ()
    pulls: tuple[Pull, ...] = ()
    section: str | None = None
    source: str | None = None


NOTHING = Found()


def clean(article: Article) -> Article:
    """The article with holes where no reader saw a part of it, and with the section and source that these told.

    `text` stays, and so does every hole, pull and field that the article had.
    """
    for rule in RULES:
        found = rule(article)
        if found is not NOTHING:
            article = replace(
                article,
                holes=united(article.holes, found.holes),
                pulls=article.pulls + tuple(pull for pull in found.pulls if pull not in article.pulls),
                section=article.section or found.section,
                source=article.source or found.source,
            )
    return article


# --- rules -----------------------------------------------------------------------------------------------------------


def shortcodes(article: Article) -> Found:
    """`[quote align=»left»]…[/quote]` and `[caption …]…[/caption]` go whole and are pulls; `[gallery …]` goes;
    `[vc_row]` leaves what it holds.

    Words in brackets that an editor wrote (`[он]`, `[…]`, `[sic]`) stay.
    """
    if "[" not in article.text:
        return NOTHING
    marks = list(SHORTCODE.finditer(article.text))
    holes: list[Span] = []
    pulls: list[Pull] = []
    partner = partners(marks)
    until = 0
    for number, mark in enumerate(marks):
        if mark.start() < until:
            continue
        name = mark[2].lower()
        end = marks[partner[number]] if number in partner else None
        closed = end is not None and not mark[1]
        if closed and end is not None and is_whole(name, end.start() - mark.end()):
            until = end.end()
            holes.append(Span(mark.start(), until))
            if name in PULL_NAMES:
                pulls += pull_in(article.text, mark.end(), end.start())
        elif is_shortcode(mark, number in partner):
            holes.append(Span(*mark.span()))
    return Found(tuple(holes), tuple(pulls)) if holes else NOTHING


def pull_markup(article: Article) -> Found:
    """`<blockquote class="pull">…</blockquote>` that a text still holds goes whole, and is a pull."""
    if "pull" not in article.text or "<" not in article.text:
        return NOTHING
    holes: list[Span] = []
    pulls: list[Pull] = []
    for block in PULL_MARKUP.finditer(article.text):
        holes.append(Span(*block.span()))
        pulls += pull_in(article.text, *block.span(2))
    return Found(tuple(holes), tuple(pulls)) if holes else NOTHING


def comments(article: Article) -> Found:
    """`<!-- wp:paragraph -->` and other comments of HTML go."""
    holes = []
    at = article.text.find("<!--")
    while at >= 0 and (end := article.text.find("-->", at + 4)) >= 0:
        holes.append(Span(at, end + 3))
        at = article.text.find("<!--", end + 3)
    return Found(tuple(holes)) if holes else NOTHING


def title_again(article: Article) -> Found:
    """A line that says the title again goes, a date before it or a section's name behind it as well.

    It stays where the article would have no other line.
    """
    title = words_of(article.title)
    if not title:
        return NOTHING
    least, most = len(article.title) // 2, 2 * len(article.title) + 80
    lines = list(lines_of(article.body))
    holes: list[Span] = []
    section = None
    for span, line in lines:
        if least <= len(line) <= most and (rest := behind_title(line, title)) is not None:
            if not is_telling(line, article.title, first=span == lines[0][0]):
                continue
            if rest and not is_section(rest, len(title)):
                continue
            holes.append(span)
            if rest and rest.lower() in SECTIONS:
                section = section or rest
    return Found(tuple(holes), section=section) if holes and len(holes) < len(lines) else NOTHING


def closing_lines(article: Article) -> Found:
    """Lines at the end that belong to the page go: «Источник: …», a site's name, «Читайте также: …», «Поделиться»."""
    lines = list(lines_of(tail_of(article.body)))
    offset = len(article.text) - len(tail_of(article.body))
    holes: list[Span] = []
    source = None
    while len(lines) > 1:
        count, told = closing(lines)
        if not count or count >= len(lines):
            break
        holes += [Span(span.start + offset, span.end + offset) for span, _ in lines[-count:]]
        source = source or told
        del lines[-count:]
    return Found(tuple(sorted(holes)), source=source) if holes else NOTHING


RULES: tuple[Callable[[Article], Found], ...] = (shortcodes, pull_markup, comments, title_again, closing_lines)


# --- shortcodes ------------------------------------------------------------------------------------------------------


def partners(marks: list[re.Match[str]]) -> dict[int, int]:
    """Which opening tag (by number) each closing tag closes, and the other way round: the nearest of its name."""
    waiting: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for number, mark in enumerate(marks):
        name = mark[2].lower()
        if not mark[1]:
            waiting.setdefault(name, []).append(number)
        elif waiting.get(name):
            opener = waiting[name].pop()
            pairs[opener], pairs[number] = number, opener
    return pairs


def is_whole(name: str, size: int) -> bool:
    """Whether a shortcode takes what it holds (`size` characters) with it."""
    return (name in PULL_NAMES or name in WHOLE_NAMES) and size <= MAX_PULL


def is_shortcode(mark: re.Match[str], paired: bool) -> bool:
    """Whether a word in brackets is a tag: it has a partner, attributes, or a name that no editor writes."""
    name, rest = mark[2].lower(), mark[3]
    known = name in PULL_NAMES or name in WHOLE_NAMES or name.startswith(BARE_PREFIXES)
    if paired or (mark[1] and known):
        return True
    if rest.strip(" /"):
        return ATTRIBUTES.match(rest) is not None and (known or not rest.startswith("="))
    return mark[2] in BARE_NAMES or mark[2].startswith(BARE_PREFIXES)


def pull_in(text: str, start: int, end: int) -> list[Pull]:
    """The pull whose words stand in `[start, end)`, without tags at its sides (a caption's picture); none or one."""
    inner = SIDE_TAGS.match(text, start, end)
    words = told_once(text, Span(*inner.span(1))) if inner else None
    return [Pull(words)] if words else []


def told_once(text: str, place: Span) -> Span | None:
    """Where in `place` its words stand, a doubled caption told once (the fuller telling); None if there are none.

    «ABAB» is «AB»; of «A. B» with «A» glued behind it, or before it, «A. B» is left.
    """
    inner = text[place.start : place.end]
    words = inner.strip()
    if not words:
        return None
    start = place.start + inner.index(words)
    seed = words[:MIN_RETOLD]
    again = words.find(seed, 1) if len(words) >= 2 * MIN_RETOLD else -1
    while again > 0:
        first, second = words[:again].rstrip(), words[again:]
        glued = first == words[:again] or "\n" in words[len(first) : again]
        if first.startswith(second) and (glued or first == second):
            return Span(start, start + len(first))
        if second.startswith(first) and glued:
            return Span(start + again, start + len(words))
        again = words.find(seed, again + 1)
    return Span(start, start + len(words))


# --- lines -----------------------------------------------------------------------------------------------------------


def lines_of(body: str) -> Iterator[tuple[Span, str]]:
    """The lines with something on them, without the blanks around, and where they stand."""
    at = 0
    for line in body.split("\n"):
        words = line.strip()
        if words:
            start = at + line.index(words)
            yield Span(start, start + len(words)), words
        at += len(line) + 1


def tail_of(body: str) -> str:
    """The end of a body that holds all lines which can be closing ones, and one more at least, as a whole line."""
    cut = max(0, len(body) - 8000)
    return body[body.find("\n", cut) + 1 :] if cut and "\n" in body[cut:].rstrip() else body


def words_of(line: str) -> list[str]:
    """The words of a line as they are compared: small letters, ё as е, no marks."""
    return WORD.findall(line.casefold().replace("ё", "е"))


def behind_title(line: str, title: list[str]) -> str | None:
    """What stands behind the title on a line that begins with it ('' if nothing); None if it does not."""
    said = words_of(line)
    if said[: len(title)] != title:
        dated = DATE_LINE.match(line)
        if dated is None or not dated.end():
            return None
        line = line[dated.end() :]
        said = words_of(line)
        if said[: len(title)] != title:
            return None
    if len(said) == len(title):
        return ""
    ends = [word.end() for word in WORD.finditer(line)]
    return line[ends[len(title) - 1] :].strip() if len(ends) == len(said) else None


def is_telling(line: str, title: str, first: bool) -> bool:
    """Whether a line in the title's words tells the title: and is no interviewer's question, no row of a table, no
    subheading («Украина» over a part of «Украина»), unless it opens the text.
    """
    if line.startswith("|") or ("?" in line and "?" not in title):
        return False
    marks = {char for char in line if not (char.isalnum() or char.isspace())}
    return marks <= TITLE_MARKS | set(title) and (first or len(words_of(title)) >= MIN_TITLE)


def is_section(rest: str, title_words: int) -> bool:
    """Whether what stands behind a title names a section: a known one, or, behind a long title, one or two words.

    Words behind a mark («Title. Word») go on with a sentence, and are no section unless known.
    """
    plain = rest.strip(' .,:|/—–-»"')
    if plain.lower() in SECTIONS:
        return True
    return title_words >= 4 and len(plain.split()) <= 2 and plain[:1].isupper() and plain == rest and plain.isalpha()


def closing(lines: list[tuple[Span, str]]) -> tuple[int, str | None]:
    """How many of the last lines belong to the page and not to the article, and the source that they name."""
    line = lines[-1][1]
    told = source_in(line)
    if told or SITE.fullmatch(line) or (len(line) <= MAX_LINK and APPEAL.fullmatch(line)):
        return 1, told
    for back in range(1, min(MAX_LINKS + 1, len(lines)) + 1):
        line = lines[-back][1]
        aside = ASIDE.fullmatch(line)
        if aside is not None and len(line) <= 2 * MAX_LINK and (back == 1) == bool(aside[1]):
            return back, None
        if len(line) > MAX_LINK or SENTENCE.search(line):
            break
    return 0, None


def source_in(line: str) -> str | None:
    """The source that a line names; None if it names none. Behind a dash it has to be a name, and no sentence."""
    found = SOURCE.fullmatch(line)
    if found is None:
        return None
    name = found[2].strip()
    if name.startswith(("http://", "https://")):
        return urlsplit(name.split()[0]).hostname
    most = 8 if found[1] == ":" else 4
    if len(name.split()) > most or (most == 4 and (SENTENCE.search(name) or not name[:1].isupper())):
        return None
    name = name.rstrip(".")
    return name[1:-1] if name[:1] == "«" and name.find("»") == len(name) - 1 else name


def united(held: tuple[Span, ...], found: tuple[Span, ...]) -> tuple[Span, ...]:
    """Holes of both, sorted, overlapping ones as one."""
    out: list[Span] = []
    for span in sorted((*held, *found)):
        if out and span.start < out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        elif span.end > span.start:
            out.append(span)
    return tuple(out)
