"""Which body speaks, or issued the document that does?

A document's words are those of its owner; without one, of whoever spoke right before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.model import Span

from .body_names import (
    ACRONYM,
    body_tokens,
    head_at,
    in_nominative,
    lemma_of,
    name_of_body,
    written_elsewhere,
    written_out,
)
from .body_words import (
    AGENCIES_OF_A_STATE,
    DOCUMENTS,
    FIELDS,
    FIRMS,
    INSTITUTIONS,
    MEDIA_KINDS,
    NOBODY_ISSUED,
    OFFICES_SHORT,
    OWN,
    PEOPLE_OF,
    PRESS,
    RELEASES,
    SEATS,
    TITLED,
)
from .cues import lemmas
from .declension import fold
from .grammar import readings
from .heads import SUBSTANTIVES
from .mentions import NOBODY, Answer, Mention
from .organisations import (
    fuller,
    is_abbreviation,
    is_body,
    main_body,
    medium_before,
    of_an_office,
    owners_before,
    press_office_of,
)
from .phrases import phrase_at
from .role_rules import RULES_A_STATE, head_of_role
from .role_words import EXPANSIONS, LIGHT, STATES
from .roles import role_of
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver


SITE = re.compile(
    r",? (?:(?:размещ|опубликов|обнародов|распростран)\w+ )?(?:[а-яё]+ )?на (?:[а-яё]+ )?(?:сайте|портале|странице) "
)
CONTRACTED = re.compile(r"(?:обл|гор|рай|край)(?:администраци|правительств|прокуратур|комитет|исполком)")
SITE_OF = re.compile(r" на (?:[а-яё]+ )?(?:сайте|портале) ")
SITE_WITHIN = 160  # code points
SIGNED = re.compile(r"подписа|утверди")
PAGES = frozenset(("группа", "сообщество", "паблик"))
DOES = 2  # weight of an event
OF_AN_OCCASION = frozenset(("поздравление", "приветствие", "телеграмма", "послание", "обращение", "указ", "письмо"))
MOST_OF_A_SEAT = 2  # words
SIGNED_WITHIN = 300  # code points
SCOPE = re.compile(r" (?:по|о|об) ")  # «в приказе по школе» tells of what it is, and not of whoever spoke before


def issued(resolver: Resolver, mention: Mention) -> Answer | None:
    """«в сообщении министерства»: the body that issued it; «в заявлении Лунина»: the person."""
    head = head_at(mention.tokens, mention.case)
    if head is None or not mention.tokens[head].is_word:
        return None
    kind = lemma_of(mention.tokens[head], mention.case)
    if kind in NOBODY_ISSUED:
        return NOBODY
    page = kind in PAGES and bool(concepts_of(mention.tokens[:head]) & {"официальный"})  # «в официальной группе порта»
    if (kind not in DOCUMENTS and kind not in TITLED and not page) or (kind == "канал" and head):
        return None
    if kind == "проект" and not _is_text(mention.tokens[head + 1 :]):
        return None
    rest = mention.tokens[head + 1 :]
    if page and len(rest) > 1 and rest[-1].is_quoted:
        rest = rest[:-1]  # the net, not the owner
    if not rest:
        before = _owned_before(resolver, mention, kind) if head == 0 else None
        before = before or _on_the_site_of(resolver, mention)
        if (
            before is None
            and kind == "документ"
            and SIGNED.search(resolver.body, mention.at - SIGNED_WITHIN, mention.at)
        ):
            before = _signed_before(resolver, mention)
        scoped = mention.span is not None and SCOPE.match(resolver.body, mention.span.end) is not None
        before = before or (_signed_before(resolver, mention) if kind in OWN and not scoped else None)
        return before or (_issued_before(resolver, mention) if kind in RELEASES else NOBODY)
    if rest[0].text.lower() in {"о", "об", "по"}:
        if kind in TITLED:
            return Answer("name", body=in_nominative(mention.tokens, head, mention.case), sign="document")
        return NOBODY
    if rest[0].is_quoted and len(rest) == 1 and kind in {"статья", "доклад", "исследование"}:
        return NOBODY
    press = press_office_of(resolver.body, lemma_of(rest[0], "gent"), mention.at) if _is_bare(rest) else None
    if press is not None:  # «Об этом сообщила пресс-служба полиции. … – говорится в сообщении полиции»
        return Answer("role", body=press, sign="body by kind")
    span = Span(rest[0].start, rest[-1].end)
    owner = Mention(span, tuple(rest), "gent", None, mention.at)
    answer = resolver.answer(owner)
    if answer is not NOBODY and (answer.who is not None or answer.body is not None):
        return answer
    return _of_a_ruler(resolver, owner, kind) or NOBODY


def _of_a_ruler(resolver: Resolver, owner: Mention, kind: str) -> Answer | None:
    """«Гостей поздравил Лунин. В поздравлении президента Вендии говорится»: who did what the document does."""
    head = head_of_role(owner)
    if head is None or kind not in OF_AN_OCCASION:
        return None
    role = role_of(owner.tokens, head)
    if role.head not in RULES_A_STATE or role.words - LIGHT - STATES:
        return None
    event = next(iter(resolver.discourse.before(owner.at)), None)
    if event is None or event.who is None or event.weight < DOES or event.who.roles:
        return None
    return Answer("role", event.who, sign="taken up")


def _is_bare(owner: Sequence[Token]) -> bool:
    """Whether a document's owner is told by its kind alone."""
    return len(owner) == 1 and owner[0].text.islower() and is_body(owner[0])


def _is_text(behind: Sequence[Token]) -> bool:
    """Whether a draft is one of a text: «проект решения», not «проект «Парк»»."""
    return bool(behind) and behind[0].is_word and bool(lemmas(behind[0].text) & (DOCUMENTS | TITLED))


def _on_the_site_of(resolver: Resolver, mention: Mention) -> Answer | None:
    """«в сообщении на сайте министерства», «в заявлении, опубликованном на странице завода»: theirs."""
    site = SITE.match(resolver.body, mention.span.end) if mention.span is not None else None
    if site is None:
        return None
    line = resolver.body.find("\n", site.end())
    end = min(line if line >= 0 else len(resolver.body), site.end() + SIGNED_WITHIN)
    tokens = body_tokens(resolver.body, site.end(), end)
    phrase = phrase_at(tokens, 0, "gent") if tokens else None
    if phrase is None or tokens[0].is_quoted:
        return None
    owner = tuple(tokens[phrase.first : phrase.last + 1])
    answer = resolver.answer(Mention(phrase.span(tokens), owner, "gent", None, mention.at))
    return answer if answer.who is not None or answer.body is not None else None


def _owned_before(resolver: Resolver, mention: Mention, kind: str) -> Answer | None:
    """«… в докладе фонда. … – говорится в докладе»: whose it was when it was last spoken of with its owner."""
    for owner in owners_before(resolver.body, kind, mention.at):
        tokens = tuple(body_tokens(resolver.body, *owner))
        answer = resolver.answer(Mention(owner, tokens, "gent", None, mention.at))
        if answer.who is not None or answer.body is not None:
            return answer._replace(by="previous")
    return None


def _signed_before(resolver: Resolver, mention: Mention) -> Answer | None:
    """«… подписал указ. … – говорится в указе», «в твите»: the person who was spoken of right before."""
    for event in resolver.discourse.before(mention.at):
        if event.sentences > 3:
            break
        if event.who is not None and event.weight >= 2:
            return Answer("previous", event.who, sign="signed before")
    return None


def _issued_before(resolver: Resolver, mention: Mention) -> Answer:
    """«говорится в сообщении»: of whoever spoke, or the body that was spoken of, right before."""
    site = _site_before(resolver, mention)
    if site is not None:
        return site
    body = resolver.body_before(mention.at)
    if body is not None:
        return Answer("previous", body=body, sign="issued before")
    return NOBODY


def _site_before(resolver: Resolver, mention: Mention) -> Answer | None:
    """«Сообщение появилось на сайте минтранса. В нём говорится»: on whose site the sentence before saw it."""
    before = list(SITE_OF.finditer(resolver.body, max(0, mention.at - SITE_WITHIN), mention.at))
    tokens = body_tokens(resolver.body, before[-1].end(), mention.at) if before else []
    phrase = phrase_at(tokens, 0, "gent") if tokens and not tokens[0].is_quoted else None
    if phrase is None:
        return None
    owner = tuple(tokens[phrase.first : phrase.last + 1])
    answer = resolver.answer(Mention(phrase.span(tokens), owner, "gent", None, mention.at))
    return answer._replace(by="previous", sign="issued before") if answer.body is not None else None


def by_body(resolver: Resolver, mention: Mention) -> Answer | None:
    """A body by its name, or by its kind where the article names it more fully."""
    tokens = mention.tokens
    if not tokens:
        return None
    people_of = _people_of_a_body(resolver, mention)
    if people_of is not None:
        return people_of
    if mention.case == "nomn" and tokens[0].is_quoted and len(tokens) == 1 and _is_told(tokens[0]):
        return NOBODY  # «сообщил «Интерфаксу»»
    if _is_somebody(tokens):
        return NOBODY  # «уполномоченный Bluefin»
    seat = _seat(mention)
    if seat is not None:
        return Answer("name", body=seat, sign="seat")
    head = head_at(tokens, mention.case)
    kind = lemma_of(tokens[head], mention.case) if head is not None and tokens[head].is_word else ""
    if any(r.pos == "NPRO" for r in readings(tokens[0].text)[:1]):
        return NOBODY
    if (
        head is not None
        and any(
            r.animate and r.pos == "NOUN" and r.case == mention.case and r.known for r in readings(tokens[head].text)
        )
        and not is_body(tokens[head])
    ):
        return NOBODY
    if len(tokens) == 1 and CONTRACTED.match(tokens[0].text):
        return Answer("name", body=in_nominative(tokens, 0, mention.case), sign="institution")
    if len(tokens) == 1 and tokens[0].text.islower() and fold(kind) in OFFICES_SHORT:
        return Answer("name", body=fuller(resolver.body, kind, mention.at) or kind, sign="institution")
    if head is not None and mention.case == "nomn" and _is_plural(tokens[head], "nomn"):
        return NOBODY  # «газеты пишут»
    if len(tokens) == 2 and head == 1 and kind == "ведомство" and concepts_of(tokens[:1]) & FIELDS:
        name = resolver.body_before(mention.at, agencies=True)
        if name is not None:
            return Answer("role", body=name, sign="body by kind")
    bare = len(tokens) == 1 or (len(tokens) == 2 and head == 1 and bool(concepts_of(tokens[:1]) & LIGHT))
    if bare and of_an_office(kind):
        agency = kind in AGENCIES_OF_A_STATE and head is not None
        if agency and head is not None and _is_plural(tokens[head], mention.case):
            return NOBODY  # «в совместном заявлении ведомств»
        name = resolver.body_before(mention.at, agencies=True) if agency else None
        name = name or fuller(resolver.body, kind, mention.at)
        if name is None or (kind in FIRMS and _is_of_a_place(name)):  # «крупнейшая авиакомпания Европы»
            name = main_body(resolver.body, kind) or name
        name = name or _abbreviated(resolver, mention, kind)
        if name is None and kind in PRESS:
            name = resolver.body_before(mention.at)
        if name is None and kind in MEDIA_KINDS:
            name = medium_before(resolver.body, kind, mention.at)
        if name is None and kind in INSTITUTIONS:
            return Answer("name", body=kind, sign="institution")
        return Answer("role", body=name, sign="body by kind") if name else NOBODY
    if head is not None and tokens[head].is_word and _is_plural(tokens[head], mention.case):
        return NOBODY  # «правозащитные организации»
    told = any(t.is_quoted or t.is_latin or (t.is_capital and t.start > mention.at) for t in tokens)
    if len(tokens) > 1 and not told and not (head is not None and is_body(tokens[head])):
        return NOBODY  # «южная трибуна»
    name = name_of_body(tokens, mention.case)
    if name is not None and len(tokens) == 1 and tokens[0].is_quoted and mention.case != "nomn":
        name = written_elsewhere(resolver.body, name)
    if name is not None and (len(tokens) > 1 or ACRONYM.match(name) or tokens[0].is_quoted or tokens[0].is_latin):
        return Answer("name", body=name, sign="body")
    known = any(r.known and not r.marks & {"Geox", "Orgn", "Name", "Surn"} for r in readings(tokens[0].text))
    if tokens[0].is_capital and len(tokens) == 1 and (not known or mention.case == "gent"):  # «в заявлении Кремля»
        body = any("Orgn" in r.marks for r in readings(tokens[0].text))  # «в Минобороны»
        full = written_out(resolver.body, tokens[0].text)
        if full is not None:
            return Answer("name", body=full, sign="body, one word")
        if mention.case == "loct" and not body and not is_abbreviation(tokens[0].text):
            return NOBODY  # «в Британии отмечают»: who does?
        return Answer("name", body=in_nominative(tokens, 0, mention.case), sign="body, one word")
    return NOBODY


def _is_of_a_place(name: str) -> bool:
    """Whether nothing but a place tells a body from others of its kind."""
    return all(any("Geox" in r.marks for r in readings(word)) for word in name.split()[1:])


def _abbreviated(resolver: Resolver, mention: Mention, kind: str) -> str | None:
    """A body of this kind that the article gave by its abbreviation alone: «МЧС Вендии» is a ministry."""
    name = resolver.body_before(mention.at, agencies=True)
    return name if name is not None and kind in EXPANSIONS.get(fold(name.split()[0]), frozenset()) else None


def _is_somebody(tokens: Sequence[Token]) -> bool:
    """Whether a participle or adjective that names people opens the mention, and no body follows."""
    first = tokens[0].is_word and any(r.lemma in SUBSTANTIVES for r in readings(tokens[0].text))
    return first and not any(is_body(token) for token in tokens if token.is_word and not token.is_latin)


def _is_told(quoted: Token) -> bool:
    """Whether a name in marks can only be an object, as its ending shows."""
    words = quoted.text[1:-1].split()
    cases = {r.case for r in readings(words[0]) if r.case} if words else set()
    return bool(cases & {"datv", "ablt"}) and not cases & {"nomn", "gent"}


def _seat(mention: Mention) -> str | None:
    """«Кремль», «в Белом доме»: a seat of power, in the nominative."""
    if not mention.tokens[0].is_capital or len(mention.tokens) > MOST_OF_A_SEAT:
        return None
    name = in_nominative(mention.tokens, len(mention.tokens) - 1, mention.case)
    return name if name.lower() in SEATS else None


def _people_of_a_body(resolver: Resolver, mention: Mention) -> Answer | None:
    """«Члены ОНР», «специалисты «Прибоя»»: several of them speak for the body."""
    tokens = mention.tokens
    if len(tokens) < 2 or not tokens[0].is_word or not lemmas(tokens[0].text) & PEOPLE_OF:
        return None
    if not _is_plural(tokens[0], mention.case) or not (tokens[1].is_quoted or is_abbreviation(tokens[1].text)):
        return None
    if resolver.people.within(tokens[1].start, tokens[-1].end):
        return None  # «адвокаты Минина»
    answer = by_body(resolver, Mention(mention.span, tokens[1:], "gent", None, mention.at))
    return None if answer is None or answer.body is None else answer._replace(sign="people of a body")


def _is_plural(token: Token, case: str) -> bool:
    fitting = [r for r in readings(token.text) if r.pos == "NOUN" and r.case == case and r.known]
    return bool(fitting) and all(r.number == "plur" for r in fitting)


def concepts_of(tokens: Sequence[Token]) -> frozenset[str]:
    """The lemmas of some tokens."""
    return frozenset(lemma for token in tokens if token.is_word for lemma in lemmas(token.text))
