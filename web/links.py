"""Where does a link lead? Every URL that a page or an answer shows is made here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import url_for
from werkzeug.routing import PathConverter

from search.request import HitType, SearchRequest

from .i18n import Lang
from .params import for_speakers, to_params

EVERYONE = SearchRequest()
EDGE = 4  # words at either end of a quote that tell where it stands


class IdConverter(PathConverter):
    """Any id as the rest of a path: with `/` at either end or doubled, `#`, `:`, `?`, and dot segments."""

    regex = "(?s:.+)"
    part_isolating = False
    weight = 300

    def to_url(self, value: str) -> str:
        """Percent-encoded; slashes stay readable unless a browser or proxy would tidy them away."""
        tidied_away = any(part in ("", ".", "..") for part in value.split("/"))
        return quote(value, safe="" if tidied_away else "/:@!$'()*,;=")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one page. `lang` is kept in each of them if the reader chose it in the URL, else None."""

    lang: Lang | None = None

    def params(self, asked: SearchRequest) -> list[tuple[str, str]]:
        """The parameters of a search, for a form that changes one of them."""
        return [*to_params(asked), *([("lang", self.lang)] if self.lang else [])]

    def search(self, asked: SearchRequest, **changes: Any) -> str:
        """The page of results for what is `asked`, with `changes` of its fields."""
        return url_for("pages.search") + self._query(to_params(replace(asked, **changes)))

    def ask(self, q: str, hit_type: HitType = "article") -> str:
        """The page of results for the words `q` alone."""
        return self.search(SearchRequest(q=q, type=hit_type))

    def article(self, article_id: str, q: str = "", quote_id: str | None = None) -> str:
        """The article's page, at this quote of it."""
        anchor = f"#{quote(anchor_of(quote_id))}" if quote_id else ""
        return url_for("pages.article", article_id=article_id) + self._query([("q", q)] if q else []) + anchor

    def speaker(self, speaker_id: str, asked: SearchRequest | None = None, **changes: Any) -> str:
        """The speaker's page, with what is asked of their quotes."""
        params = [] if asked is None else to_params(replace(asked, **changes))
        own = [(name, value) for name, value in params if name not in ("type", "speaker")]
        return url_for("speakers.speaker", speaker_id=speaker_id) + self._query(own)

    def feed(self, asked: SearchRequest, *, cursor: str | None = None) -> str:
        """The feed of a question, from its beginning or from a cursor on."""
        params = to_params(replace(asked, offset=0, cursor=cursor, facets=(), explain=False))
        return url_for("feed.atom") + ("?" + urlencode(params, errors="replace") if params else "")

    def speakers(self, asked: SearchRequest = EVERYONE, sort: str = "quotes", page: int = 1) -> str:
        """The list of speakers, or who is found by the words and filters of a search."""
        params = to_params(for_speakers(asked))
        params += [("sort", sort)] if sort != "quotes" else []
        return url_for("speakers.listed") + self._query(params + ([("page", str(page))] if page > 1 else []))

    def reprints(self, quote_id: str) -> str:
        """A quote and all its reprints."""
        return url_for("speakers.reprints", quote_id=quote_id) + self._query([])

    def home(self) -> str:
        """The first page."""
        return url_for("pages.home") + self._query([])

    def help(self) -> str:
        """The page on the query language."""
        return url_for("pages.help_page") + self._query([])

    def about(self) -> str:
        """The page on Molva and its index."""
        return url_for("pages.about") + self._query([])

    def embedding(self) -> str:
        """The page on a search box for other sites."""
        return url_for("embedding.page") + self._query([])

    def _query(self, params: list[tuple[str, str]]) -> str:
        params = [*params, ("lang", self.lang)] if self.lang else params
        return "?" + urlencode(params, errors="replace") if params else ""


def anchor_of(quote_id: str) -> str:
    """The `id` of a quote on its article's page: `q1` of `a1#q1`."""
    return quote_id.rpartition("#")[2]


def fragment_of(url: str, text: str) -> str:
    """`url` at the place where `text` stands, for browsers that know text fragments: its first and last words.

    Source: https://wicg.github.io/scroll-to-text-fragment/
    """
    words = text.split()
    parts = [" ".join(words)] if len(words) <= 2 * EDGE else [" ".join(words[:EDGE]), " ".join(words[-EDGE:])]
    directive = ",".join(quote(part, safe="").replace("-", "%2D") for part in parts)
    base, _, anchor = url.partition("#")
    return f"{base}#{anchor.partition(':~:')[0]}:~:text={directive}"


def safe_url(url: str | None) -> str | None:
    """`url` if a browser may follow it (http or https, with a host), else None: never `javascript:`."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def original_of(url: str | None, text: str) -> str | None:
    """Where a quote stands on the page that it came from; None without one that a browser may follow."""
    found = safe_url(url)
    return None if found is None else fragment_of(found, text)


def host_of(url: str) -> str:
    """The host of a URL, as a label for a link."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
