"""Whom does a mention name?

`RULES` are tried in order: what kind of mention it is decides which of them answers. Only what the article says counts;
where it does not say, or allows two answers, there is no speaker: a wrong one is worse than none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.model import ResolvedBy, Span, Speaker
from index.words import word_set

from .attribute import Attribution
from .confidence import LEAST_SURE, confidence
from .cues import CLASS_NOUNS, lemmas, speech_reading
from .declension import fold
from .discourse import Discourse, Event
from .find import Paragraph
from .grammar import is_known, known_readings, readings
from .organisations import (
    ACRONYM,
    BODIES,
    DOCUMENTS,
    NOBODY_ISSUED,
    OWN,
    PRESS,
    RELEASES,
    TITLED,
    body_tokens,
    fuller,
    head_at,
    in_nominative,
    is_abbreviation,
    is_body,
    lemma_of,
    main_body,
    name_of_body,
    of_an_office,
    owners_before,
    without_preposition,
)
from .people import Naming, People, Someone
from .phrases import SURNAME_ENDING, Token, looks_like_name
from .role_words import (
    ANYBODY,
    CHIEFS,
    LIGHT,
    NEWCOMERS,
    OF_AN_OFFICE,
    ONE_OF_A_PAIR,
    STATES,
    akin,
    masculine,
    relation,
)
from .roles import Role, head_reading, role_of
from .slug import slug
from .subjects import is_passive

PULL = 1.0  # marked as such by the editor
NEAR_SENTENCES = 2  # back to whom a pronoun takes up, at most, to be near
EXACT = 2.5  # score from which on a role is the same one, not a wider word
NEAR_TITLE = 0.75  # scores that differ by less are equal: the one spoken of last wins

ANONYMOUS = word_set(
    """
    источник собеседник собеседница очевидец респондент аноним инсайдер доброжелатель
    """
)
OF_NOBODY = frozenset(("announced_paragraph", "inscription", "colon", "alone"))
REPRESENTS = word_set("представитель представительница пресс-секретарь сотрудник член основатель владелец участник")
THIRD_PERSON = frozenset({"он", "она", "оно"})
POSSESSIVE = {"его": "masc", "её": "femn", "ее": "femn"}
TURNED = frozenset({"тот", "этот", "последний"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of a mention, what told it, and how sure that is (0 to 1).

    `kind` is what the speaker is; `sign` says more exactly what told it, as `confidence` counts it.
    """

    speaker: Speaker | None = None
    by: ResolvedBy | None = None
    confidence: float = 0.0
    kind: Literal["person", "org"] = "person"
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom a rule found. Without `who` and `body` the mention names nobody whom the article makes known."""

    by: ResolvedBy | None = None
    who: Someone | None = None
    body: str | None = None
    sign: str = ""


NOBODY = Answer()


@dataclass(frozen=True)
class Mention:
    """A mention with its tokens, ready for the rules. `at` is where it (or, without one, the quote) stands."""

    span: Span | None
    tokens: tuple[Token, ...]
    case: str
    gender: str | None
    at: int
    rule: str = ""
    cued: bool = False
    by_verb: bool = False

    @property
    def low(self) -> str:
        """The words in small letters."""
        return " ".join(token.text for token in self.tokens).lower()


class Resolver:
    """Resolves the quotes of one body, which must come in the order of its text."""

    def __init__(self, body: str, paragraphs: Sequence[Paragraph]) -> None:
        self.body = body
        self.people = People(body)
        self.discourse = Discourse(paragraphs, self.people, self._whom)
        self.talk = Talk()

    def resolve(self, found: Attribution) -> Resolved:
        """The speaker of the next quote, or none."""
        mention = self._mention(found)
        if found.rule in TURNS:
            self.people.learn()
        answer = self.talk.answer(self, mention, found.spans[0])
        if answer is None:
            answer = self.answer(mention)
        self.talk.take(found.rule, answer.who, found.spans[0])
        self._learn(answer, mention)
        if (found.rule != QUESTION and _may_be_person(mention)) or answer.who is not None:
            gender = mention.gender if answer.who is None else answer.who.gender
            self.discourse.remember(mention.at, answer.who, gender, found.spans)
        return self._resolved(answer, mention)

    def body_before(self, at: int) -> str | None:
        """The body that spoke last before `at`, or that the sentences right before are about."""
        for span, case in self.discourse.bodies_before(at):
            tokens = tuple(without_preposition(body_tokens(self.body, *span)))
            mention = Mention(span, tokens, case, None, span.start)
            head = head_at(tokens, case)
            document = head is not None and lemma_of(tokens[head], case) in DOCUMENTS
            answer = (issued if document and len(tokens) > 1 else by_body)(self, mention) if tokens else None
            if answer is not None and answer.body is not None:
                return answer.body
        return None

    def introduced_at(self, event: Event) -> bool:
        """Whether somebody is named there for the first time, and in full."""
        who = event.who
        if who is None or who.places[:1] != [event.at]:
            return False
        return any(naming.full for naming in self.people.within(event.at, event.at + 100) if naming.who is who)

    def _mention(self, found: Attribution) -> Mention:
        if found.mention is None:
            cue = self.body[slice(*found.cue)] if found.cue else ""
            verb = speech_reading(cue) if " " not in cue else None
            spoken = verb is not None and not is_passive(verb) and (verb.pos == "GRND" or verb.number == "sing")
            return Mention(None, (), "nomn", found.gender, found.spans[0].start, found.rule, bool(cue), spoken)
        tokens = _without_object(without_preposition(body_tokens(self.body, *found.mention)))
        return Mention(found.mention, tuple(tokens), found.case, found.gender, found.mention.start, found.rule)

    def answer(self, mention: Mention) -> Answer:
        """What the first fitting rule says of a mention."""
        if not self._is_name(mention):
            self.people.learn()
        return next((answer for rule in RULES if (answer := rule(self, mention)) is not None), NOBODY)

    def _is_name(self, mention: Mention) -> bool:
        """Whether a name in the nominative says all: then nobody's roles have to be looked for."""
        if mention.span is None or mention.case != "nomn":
            return False
        return any("nomn" in naming.cases for naming in self.people.within(*mention.span))

    def _learn(self, answer: Answer, mention: Mention) -> None:
        """A verb tells the gender of who says it."""
        if answer.who is not None and answer.who.gender is None and mention.gender and mention.case == "nomn":
            answer.who.gender = mention.gender

    def _resolved(self, answer: Answer, mention: Mention) -> Resolved:
        sure = confidence(answer.sign, mentioned=mention.span is not None)
        if sure < LEAST_SURE:
            return Resolved(confidence=sure)
        if answer.who is not None and answer.by is not None:
            name = answer.who.name
            return Resolved(Speaker(slug(name), name), answer.by, sure, sign=answer.sign)
        if answer.body is not None and answer.by is not None:
            return Resolved(Speaker(slug(answer.body), answer.body), answer.by, sure, "org", answer.sign)
        return Resolved(confidence=sure)

    def _whom(self, span: Span, case: str, gender: str | None) -> tuple[Someone | None, str | None, str]:
        """For `Discourse`: whom a phrase names without looking at who was spoken of before, and its kind."""
        tokens = tuple(without_preposition(body_tokens(self.body, *span)))
        mention = Mention(span, tokens, case, gender, span.start)
        if not tokens or pronoun_gender(mention) is not None:
            return None, gender, "pronoun"
        for rule in (named, by_role, taken_up):
            answer = rule(self, mention)
            if answer is not None and answer.who is not None:
                return answer.who, answer.who.gender, "person"
        head = head_reading(tokens[0], frozenset((case,)))
        return None, gender or (head.gender if head and head.gender in {"masc", "femn"} else None), "unknown"


def _without_object(tokens: list[Token]) -> list[Token]:
    """«адвокат «Окольскому вестнику»»: a paper that is told something is no part of the mention."""
    if len(tokens) > 1 and tokens[-1].is_quoted:
        first = readings(tokens[-1].text[1:-1].split()[0]) if tokens[-1].text[1:-1].split() else ()
        cases = {r.case for r in first if r.case}
        if "datv" in cases and not cases & {"gent", "nomn"}:
            return tokens[:-1]
    return tokens


def _may_be_person(mention: Mention) -> bool:
    """Whether a mention that names nobody we know may be of a person: then no pronoun behind it goes further back."""
    if mention.span is None:
        return mention.gender is not None
    cases = frozenset((mention.case,))
    return any(
        head_reading(token, cases) is not None or any(r.pos == "NPRO" for r in readings(token.text)[:1])
        for token in mention.tokens[:4]
        if token.is_word
    )


class Talk:
    """Who takes turns in the talk that is being read (see `dialogue`)."""

    def __init__(self) -> None:
        self.turns: list[Someone | None] = []
        self.asking: Someone | None = None
        self.answering: Someone | None = None
        self.question: Span | None = None

    def answer(self, resolver: Resolver, mention: Mention, words: Span) -> Answer | None:
        """Whom the order of turns tells; None where it tells nothing."""
        if mention.rule == "dialogue_turn":
            who = self.turns[-2] if len(self.turns) > 1 else None
            return Answer("previous", who, sign="turn") if who is not None else NOBODY
        if mention.rule == QUESTION:
            if self.question is None:
                self.asking = _interviewer(resolver, words.start)
                self.answering = _interviewed(resolver, words.start, self.asking)
            return Answer("previous", self.asking, sign="asks") if self.asking is not None else NOBODY
        if mention.rule == "interview_answer":
            who = _addressed(resolver, self.question) or self.answering
            return Answer("previous", who, sign="turn") if who is not None else NOBODY
        gender = pronoun_gender(mention)
        if gender is not None and mention.rule == "dialogue" and self.answering is not None:
            return Answer("pronoun", self.answering, sign="turn") if self.answering.gender in {gender, None} else None
        return None

    def take(self, rule: str, who: Someone | None, words: Span) -> None:
        """The next quote is told; one that is no turn ends the talk."""
        if rule not in TURNS:
            self.__init__()  # type: ignore[misc]
            return
        self.turns.append(who)
        if rule == QUESTION:
            self.question = words
        elif who is not None and self.question is not None:
            self.answering = who


QUESTION = "interview_question"
TURNS = frozenset(("dialogue", "dialogue_turn", "interview_answer", QUESTION))
ASKS = word_set("корреспондент журналист репортёр обозреватель ведущий редактор тележурналист интервьюер")


def _interviewer(resolver: Resolver, at: int) -> Someone | None:
    """The last journalist who is named not far before the talk."""
    heads = frozenset(fold(word) for word in ASKS)
    near = [n.who for n in resolver.people.within(max(0, at - 1500), at)]
    return next((who for who in reversed(near) if any(masculine(role.head) in heads for role in who.roles)), None)


def _interviewed(resolver: Resolver, at: int, asking: Someone | None) -> Someone | None:
    """Whoever else was spoken of last before the talk."""
    events = (event for event in resolver.discourse.before(at) if event.who is not None and event.who is not asking)
    return next((event.who for event in events), None)


def _addressed(resolver: Resolver, question: Span | None) -> Someone | None:
    """Whom a question calls by name: «Этери, когда …»."""
    if question is None:
        return None
    called = [n for n in resolver.people.within(*question) if n.span.start - question.start < 3 and "nomn" in n.cases]
    return called[0].who if called else None


Rule = Callable[[Resolver, Mention], Answer | None]


# --- without a mention -----------------------------------------------------------------------------------------------


def inherited(resolver: Resolver, mention: Mention) -> Answer | None:
    """A quote without an attribution of its own takes the speaker before."""
    if mention.span is not None:
        return None
    if mention.rule in {"announced_paragraph", "inscription", "colon", "alone"} or (
        mention.cued and not mention.by_verb
    ):
        return NOBODY  # «на заборе вывели надпись: …»
    for event in resolver.discourse.before(mention.at):
        stands_free = mention.rule == "free_standing" and event.weight == 2 and event.sentences <= 1
        if (event.weight == 3 or stands_free) and agrees(event, mention.gender):
            if event.who is None:
                return NOBODY
            return Answer("previous", event.who, sign="spoke before")
        if event.sentences > 2:
            break
    return NOBODY


def anonymous(resolver: Resolver, mention: Mention) -> Answer | None:
    """«Источник в мэрии», «собеседник агентства», «очевидцы»: nobody."""
    if any(lemmas(token.text) & ANONYMOUS for token in mention.tokens[:3] if token.is_word):
        partner = len(mention.tokens) == 1 and bool(lemmas(mention.tokens[0].text) & ANYBODY)
        return taken_up(resolver, mention) if partner else NOBODY  # «добавил собеседник» has been named before
    return None


# --- pronouns --------------------------------------------------------------------------------------------------------


def pronoun_gender(mention: Mention) -> str | None:
    """The gender of a pronoun, if the mention is one."""
    if len(mention.tokens) != 1:
        return None
    low = mention.tokens[0].text.lower()
    if low in POSSESSIVE:
        return POSSESSIVE[low]
    for reading in readings(low):
        if reading.pos == "NPRO" and reading.lemma in THIRD_PERSON and reading.number == "sing":
            return reading.gender
        if reading.lemma in TURNED and reading.number == "sing" and mention.tokens[0].text.lower() != "этого":
            return reading.gender
    return None


def agrees(event: Event, gender: str | None) -> bool:
    """Whether somebody can be taken up by a word of this gender."""
    return gender is None or event.gender is None or event.gender == gender


def by_pronoun(resolver: Resolver, mention: Mention) -> Answer | None:
    """«он», «она», «по её словам»: the last one that agrees."""
    gender = pronoun_gender(mention)
    if gender is None:
        return None
    oblique: Event | None = None
    for event in resolver.discourse.before(mention.at):
        if not agrees(event, gender) or event.gender == "neut":
            continue
        if event.weight == 1:
            if event.sentences <= 1 and resolver.introduced_at(event):
                oblique = event
                break
            oblique = oblique or event
            continue
        if oblique is not None and event.sentences > oblique.sentences + 1:
            break
        if event.who is None:
            if event.gender is None and event.weight < 3:
                continue
            return NOBODY
        place = "speaker" if event.weight == 3 else "subject"
        far = "" if event.sentences <= NEAR_SENTENCES else ", far"
        between = ", others between" if others(resolver, event, gender, mention.at) else ""
        return Answer("pronoun", event.who, sign=f"{place}{far}{between}")
    if oblique is not None and oblique.who is not None:
        return Answer("pronoun", oblique.who, sign="object")
    return NOBODY


def others(resolver: Resolver, event: Event, gender: str, at: int) -> int:
    """How many other people of this gender come up between the one taken and the mention, or in the same sentence."""
    near = {
        id(naming.who)
        for naming in resolver.people.within(min(event.at, at), max(event.at, at))
        if naming.who is not event.who and naming.who.gender in {gender, None}
    }
    return len(near)


# --- names -----------------------------------------------------------------------------------------------------------


def named(resolver: Resolver, mention: Mention) -> Answer | None:
    """A name in the mention, in the mention's case."""
    if mention.span is None:
        return None
    fitting = [n for n in resolver.people.within(*mention.span) if mention.case in n.cases]
    fitting = [n for n in fitting if mention.gender is None or n.who.gender in {mention.gender, None}]
    if not fitting or _several(resolver, fitting):
        return None
    last = fitting[-1]
    if mention.case != "nomn" and _belongs_to_another(resolver, mention, last):
        return NOBODY
    if not last.full and last.who.first and last.who.surname == "" and not last.who.title and len(mention.tokens) == 1:
        return Answer("name", last.who, sign="first name")
    return Answer("name" if last.full else "surname", last.who, sign="full name" if last.full else "surname")


def _several(resolver: Resolver, fitting: list[Naming]) -> bool:
    """Whether a mention names two people: «Орлов и Лунин»."""
    if len({id(naming.who) for naming in fitting}) < 2:
        return False
    between = resolver.body[fitting[-2].span.end : fitting[-1].span.start]
    return between.strip() in {"и", ","}


def _belongs_to_another(resolver: Resolver, mention: Mention, naming: Naming) -> bool:
    """«По словам пресс-секретаря Лунина»: in the genitive a name may be the owner's, which nobody can tell."""
    heads = [t for t in mention.tokens if t.is_word and t.end <= naming.span.start and lemmas(t.text) & ONE_OF_A_PAIR]
    if not heads or (naming.full and len(_titles(mention, naming)) < 2):
        return False
    said = frozenset(lemma for token in heads for lemma in lemmas(token.text))
    return not any(role.head in said for role in naming.who.roles)


def _titles(mention: Mention, naming: Naming) -> list[Token]:
    """The titles before a name in the mention's case or the genitive."""
    cases = frozenset((mention.case, "gent"))
    return [t for t in mention.tokens if t.end <= naming.span.start and head_reading(t, cases) is not None]


def namesakes(resolver: Resolver, mention: Mention) -> Answer | None:
    """A surname that two people bear, or that stands in another case: nobody."""
    if mention.span is None:
        return None
    last = mention.tokens[-1] if mention.tokens else None
    if last is None or not last.is_word or not last.is_capital:
        return None
    rows = resolver.people.with_surname(last.text, mention.case)
    people = {id(who): who for who, _ in rows if mention.gender is None or who.gender in {mention.gender, None}}
    if len(people) == 1:
        return Answer("surname", next(iter(people.values())), sign="surname, doubtful")
    return NOBODY if len(people) > 1 else None


def unknown_name(resolver: Resolver, mention: Mention) -> Answer | None:
    """A name that only this mention gives: the capitalised words that end it, in the nominative."""
    names: list[Token] = []
    for token in reversed(mention.tokens):
        if not looks_like_name(token) or token.is_quoted:
            break
        names.insert(0, token)
    if not names or len(names) > 3 or mention.case == "loct":
        return None
    before = mention.tokens[-len(names) - 1] if len(mention.tokens) > len(names) else None
    titled = before is not None and _is_title(mention.tokens[: -len(names)], mention.case)
    if before is not None and not titled and lemmas(before.text) & (CLASS_NOUNS | BODIES | OF_AN_OFFICE):
        return None
    if any(r.marks & {"Geox", "Orgn"} for token in names for r in readings(token.text) if r.known):
        return None
    if before is not None and not titled:
        return None
    if before is not None and len(names) == 1 and _is_governed(mention, names[0]):
        return None  # «представитель Окольскизбиркома»
    if any(_in_another_case(token, mention.case) for token in names):
        return None  # «подруга супруги Виталины Луниной»
    first = mention.tokens[0]
    if mention.case != "nomn" and first not in names and lemmas(first.text) & ONE_OF_A_PAIR:
        return NOBODY
    return Answer(
        "name" if len(names) > 1 else "surname",
        _entered(resolver, names, mention),
        sign="new name" if len(names) > 1 else "new surname",
    )


def _is_governed(mention: Mention, name: Token) -> bool:
    """Whether a word that the dictionary does not have may be a body in the genitive, behind who represents it."""
    heads = [t for t in mention.tokens if t is not name and head_reading(t, frozenset((mention.case,)))]
    word = name.text.lower()
    governs = bool(heads) and bool(lemmas(heads[-1].text) & (CHIEFS | REPRESENTS))
    return governs and word[-1:] in {"а", "я"} and not is_known(word) and SURNAME_ENDING.search(word) is None


def _in_another_case(token: Token, case: str) -> bool:
    """Whether a word is known as a name, and never in this case."""
    found = [r for r in readings(token.text) if r.known and r.marks & {"Name", "Surn"} and r.number != "plur"]
    return bool(found) and all(r.case != case for r in found)


def _is_title(tokens: Sequence[Token], case: str) -> bool:
    return any(head_reading(token, frozenset((case,))) is not None for token in tokens)


def _entered(resolver: Resolver, names: Sequence[Token], mention: Mention) -> Someone:
    words = [token.text for token in names]
    gender, surname = resolver.people.nominative(words[-1], mention.case, mention.gender)
    if mention.case == "nomn":
        surname = words[-1]
    return resolver.people.enter(" ".join(words[:-1]), surname, mention.gender or gender)


# --- roles -----------------------------------------------------------------------------------------------------------


def by_role(resolver: Resolver, mention: Mention) -> Answer | None:
    """«министр», «глава МИД», «российский дипломат»: whom the article gives a role that agrees."""
    k = _head_of_role(mention)
    if k is None or _names_somebody_new(resolver, mention):
        return None
    role = role_of(mention.tokens, k)
    gender = mention.gender if mention.gender == "femn" else role_gender(role)
    candidates = []
    for who in resolver.people.everybody:
        if not _may_be(who, gender, mention.gender):
            continue
        score = fit(role, who, mention.at)
        if score > 0:
            candidates.append((score, who))
    if not candidates:
        return None
    best = max(score for score, _ in candidates)
    near = [who for score, who in candidates if best - score < NEAR_TITLE]
    near.sort(key=lambda who: recency(resolver, who, mention.at))
    if len(near) > 1 and recency(resolver, near[-1], mention.at) < 0:
        return None  # several, and all of them come up only later
    kind = "role" if best >= EXACT else "wider role"
    if best < EXACT and role not in near[-1].roles and role.head not in ANYBODY:
        near[-1].roles.append(role)  # «эксперт», and later «аналитик»
    later = ", later" if recency(resolver, near[-1], mention.at) < 0 else ""
    several = ", several" if len(near) > 1 else ""
    return Answer("role", near[-1], sign=f"{kind}{later}{several}")


def _names_somebody_new(resolver: Resolver, mention: Mention) -> bool:
    """Whether a name stands in the mention that the table of people does not have as somebody else's."""
    if mention.span is None:
        return False
    known = [naming.span for naming in resolver.people.within(*mention.span)]
    return any(
        looks_like_name(token)
        and not any(r.marks & {"Geox", "Orgn"} for r in readings(token.text))
        and not any(start <= token.start < end for start, end in known)
        for token in mention.tokens
        if not token.is_quoted
    )


def _head_of_role(mention: Mention) -> int | None:
    for k, token in enumerate(mention.tokens[:6]):
        if head_reading(token, frozenset((mention.case,))) is not None:
            return k
        if token.is_word and known_readings(token.text)[:1] and _is_thing(token, mention.case):
            return None  # «офис премьера»
    return None


def _is_thing(token: Token, case: str) -> bool:
    best = known_readings(token.text)[0]
    return best.pos == "NOUN" and any(r.pos == "NOUN" and r.case == case for r in known_readings(token.text))


def role_gender(role: Role) -> str | None:
    """`femn` where only a woman is called so («певица»)."""
    return "femn" if role.feminine else None


def _may_be(who: Someone, gender: str | None, verb: str | None) -> bool:
    if gender == "femn":
        return who.gender in {"femn", None}
    return verb != "masc" or who.gender in {"masc", None}


def fit(said: Role, who: Someone, at: int) -> float:
    """How well a role agrees with what the article says of somebody: 0 not at all."""
    pool = frozenset(word for role in who.roles for word in (*role.words, role.head))
    return max((_fit_one(said, role, pool) for role in who.roles), default=0.0)


def _fit_one(said: Role, role: Role, pool: frozenset[str]) -> float:
    """The best of their canonical and their own words."""
    best = 0.0
    for head, words in said.forms:
        for known in role.forms:
            best = max(best, _fit_forms(Role(head, words), Role(*known), pool))
    return best


def _fit_forms(said: Role, role: Role, pool: frozenset[str]) -> float:
    score = max([relation(said.head, role.head), *(relation(said.head, f"{role.head}-{word}") for word in role.words)])
    if not score:
        score = 0.9 if any(relation(said.head, word) >= 1 for word in role.words) else 0.0
    if not score:
        return 0.0
    for word in said.words - LIGHT:
        if any(akin(word, known) for known in pool):
            score += 0.5
        elif word in STATES:
            if pool & STATES:
                return 0.0
            score -= 0.5
        elif word in OF_AN_OFFICE:
            score -= 0.1
        elif role.words - STATES - LIGHT - OF_AN_OFFICE and score >= 3:
            return 0.0
        else:
            score -= 1.0
    if ("бывший" in role.words) != ("бывший" in said.words):
        score -= 1.0
    return max(score, 0.0)


def recency(resolver: Resolver, who: Someone, at: int) -> int:
    """Where somebody was last spoken of before `at`, a little later if speaking; negative if only behind it."""
    i = bisect_left(who.places, at)
    spoke = resolver.discourse.spoke_last(who, at)
    if not i and spoke < 0:
        return -(who.places[0] if who.places else 1 << 30) - 1
    return max(who.places[i - 1] if i else 0, spoke + 150 if spoke >= 0 else 0)


def taken_up(resolver: Resolver, mention: Mention) -> Answer | None:
    """A bare noun that no role explains («режиссёр», «девушка»): whoever was spoken of last."""
    k = _head_of_role(mention)
    if k is None:
        return None
    role = role_of(mention.tokens, k)
    bare = len(mention.tokens) == k + 1 or role.said is not None
    if not bare or role.head in NEWCOMERS - ANYBODY or role.words - LIGHT - STATES:
        return None
    gender = mention.gender or role_gender(role) or _usual_gender(mention.tokens[k], mention.case)
    for event in resolver.discourse.before(mention.at):
        if event.sentences > 4:
            break
        if event.who is None or not agrees(event, gender):
            continue
        if event.weight < 2 and event.who.roles and role.head not in ANYBODY:
            continue
        if role.head in ANYBODY or not event.who.roles or _hinted(resolver, role, event.who, mention.at):
            if role.head not in ANYBODY and role not in event.who.roles:
                event.who.roles.append(role)
            return Answer("role", event.who, sign="taken up")
        if event.weight == 3 and event.sentences <= 2 and role.head not in NEWCOMERS and mention.rule != "dialogue":
            return Answer("role", event.who, sign="spoke last")
        break
    return None


def _usual_gender(token: Token, case: str) -> str | None:
    head = head_reading(token, frozenset((case,)))
    return head.gender if head is not None and head.gender in {"masc", "femn"} else None


def _hinted(resolver: Resolver, role: Role, who: Someone, at: int) -> bool:
    """Whether a word of the same stem stands before, near the person's name («чемпионский титул» – «чемпион»)."""
    stem = role.head[: max(5, len(role.head) - 2)]
    body = resolver.body
    places = who.places[max(0, bisect_left(who.places, at) - 20) : bisect_left(who.places, at)]
    return any(stem in body[max(0, place - 150) : min(at, place + 200)].lower() for place in places)


# --- organisations ---------------------------------------------------------------------------------------------------


def issued(resolver: Resolver, mention: Mention) -> Answer | None:
    """«в сообщении министерства»: the body that issued it; «в заявлении Лунина»: the person."""
    head = head_at(mention.tokens, mention.case)
    if head is None or not mention.tokens[head].is_word:
        return None
    kind = lemma_of(mention.tokens[head], mention.case)
    if kind in NOBODY_ISSUED:
        return NOBODY
    if (kind not in DOCUMENTS and kind not in TITLED) or (kind == "канал" and head):
        return None
    rest = mention.tokens[head + 1 :]
    if not rest:
        before = _owned_before(resolver, mention, kind) if head == 0 else None
        before = before or (_signed_before(resolver, mention) if kind in OWN else None)
        return before or (_issued_before(resolver, mention) if kind in RELEASES else NOBODY)
    if rest[0].text.lower() in {"о", "об", "по"}:
        if kind in TITLED:
            return Answer("name", body=in_nominative(mention.tokens, head, mention.case), sign="document")
        return NOBODY
    if rest[0].is_quoted and len(rest) == 1 and kind in {"статья", "доклад", "исследование"}:
        return NOBODY
    span = Span(rest[0].start, rest[-1].end)
    owner = Mention(span, tuple(rest), "gent", None, mention.at)
    answer = resolver.answer(owner)
    if answer is not NOBODY and (answer.who is not None or answer.body is not None):
        return answer
    return NOBODY


def _owned_before(resolver: Resolver, mention: Mention, kind: str) -> Answer | None:
    """«… в докладе фонда. … – говорится в докладе»: whose it was when it was last spoken of with its owner."""
    for owner in owners_before(resolver.body, kind, mention.at):
        tokens = tuple(body_tokens(resolver.body, *owner))
        answer = resolver.answer(Mention(owner, tokens, "gent", None, mention.at))
        if answer.who is not None or answer.body is not None:
            return replace(answer, by="previous")
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
    body = resolver.body_before(mention.at)
    if body is not None:
        return Answer("previous", body=body, sign="issued before")
    return NOBODY


def by_body(resolver: Resolver, mention: Mention) -> Answer | None:
    """A body by its name, or by its kind where the article names it more fully."""
    tokens = mention.tokens
    if not tokens:
        return None
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
    bare = len(tokens) == 1 or (len(tokens) == 2 and head == 1 and set(concepts_of(tokens[:1])) <= LIGHT)
    if bare and of_an_office(kind):
        name = fuller(resolver.body, kind, mention.at) or main_body(resolver.body, kind)
        if name is None and kind in PRESS:
            name = resolver.body_before(mention.at)
        return Answer("role", body=name, sign="body by kind") if name else NOBODY
    if head is not None and tokens[head].is_word and _is_plural(tokens[head], mention.case):
        return NOBODY  # «правозащитные организации»
    told = any(t.is_quoted or t.is_latin or (t.is_capital and t.start > mention.at) for t in tokens)
    if len(tokens) > 1 and not told and not (head is not None and is_body(tokens[head])):
        return NOBODY  # «южная трибуна»
    name = name_of_body(tokens, mention.case)
    if name is not None and (len(tokens) > 1 or ACRONYM.match(name) or tokens[0].is_quoted or tokens[0].is_latin):
        return Answer("name", body=name, sign="body")
    known = any(r.known and not r.marks & {"Geox", "Orgn", "Name", "Surn"} for r in readings(tokens[0].text))
    if tokens[0].is_capital and len(tokens) == 1 and not known:
        if mention.case == "loct" and not is_abbreviation(tokens[0].text):
            return NOBODY  # «в Британии отмечают»: who does?
        return Answer("name", body=in_nominative(tokens, 0, mention.case), sign="body, one word")
    return NOBODY


def _is_plural(token: Token, case: str) -> bool:
    fitting = [r for r in readings(token.text) if r.pos == "NOUN" and r.case == case and r.known]
    return bool(fitting) and all(r.number == "plur" for r in fitting)


def concepts_of(tokens: Sequence[Token]) -> frozenset[str]:
    """The lemmas of some tokens."""
    return frozenset(lemma for token in tokens if token.is_word for lemma in lemmas(token.text))


RULES: tuple[Rule, ...] = (
    inherited,
    anonymous,
    by_pronoun,
    issued,
    named,
    namesakes,
    by_role,
    unknown_name,
    taken_up,
    by_body,
)
