"""Can anybody put markup on our pages? Titles, texts, addresses, sources, authors, speakers, ids and queries full of
it: in a real browser everything stays text, nothing runs, and no link leads to a script.
"""

from __future__ import annotations

import json
import random
import shutil
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from index import Article, Quote, Span, Speaker, open_writer

from .loaded import Held

CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS: Final = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# `HIT` tells that something ran; x-foreign is an element that none of our pages has.
HIT: Final = "window.hit=1"
PAYLOADS: Final = (
    *(f"<script>{HIT}</script>", f"<img src=x onerror={HIT}>", f"<svg onload={HIT}>", "<x-foreign>мост</x-foreign>"),
    *(f"</title><script>{HIT}</script>", f"</textarea><x-foreign onclick={HIT}>", f"</style><script>{HIT}</script>"),
    *(f"</script><script>{HIT}</script>", f"]]><script>{HIT}</script>", f"--><script>{HIT}</script><!--"),
    *(
        f'"><x-foreign onmouseover="{HIT}">',
        f"'><x-foreign onfocus='{HIT}' autofocus>",
        f'" autofocus onfocus="{HIT}" x="',
    ),
    *(
        f"' onpointerenter='{HIT}' x='",
        f"` onload=`{HIT}",
        f'<iframe srcdoc="<script>parent.{HIT[7:]}</script>"></iframe>',
    ),
    *(
        f"javascript:{HIT}",
        f"JaVaScRiPt:{HIT}//",
        f"java\tscript:{HIT}",
        f"\x01javascript:{HIT}",
        f"data:text/html,<script>{HIT}</script>",
    ),
    *(
        f"vbscript:{HIT}",
        "//evil.example/%22%3e<x-foreign>",
        'http://a.example/?"><x-foreign>',
        "http://a.example/' x='",
    ),
    *(
        f"&lt;script&gt;{HIT}&lt;/script&gt;",
        f"&#60;script&#62;{HIT}&#60;/script&#62;",
        f"%3Cscript%3E{HIT}%3C/script%3E",
    ),
    *(
        "<mark><x-foreign></mark>",
        f"<ma<mark>rk><script>{HIT}</script>",
        f"<a href=javascript:{HIT}>мост</a>",
        "{{7*7}}<x-foreign>",
    ),
    *(
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<form action=//evil.example><input>",
    ),
    *(
        f"<math><mtext></form><form><mglyph><style></math><img src onerror={HIT}>",
        f'<noscript><p title="</noscript><img src=x onerror={HIT}>">',
    ),
    *(
        f"＜script＞{HIT}＜/script＞",
        f"<\u0000script>{HIT}</script>",
        "\u202e<x-foreign>\u202c",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x-foreign>&e;",
    ),
)
LOOK: Final = """() => {
  const all = what => [...document.querySelectorAll(what)];
  const ours = one => one.src || one.type === 'application/json';
  const harmless = link => /^(https?|mailto):/i.test(link) || link.startsWith('data:image/');
  return {
    hit: window.hit,
    foreign: all('x-foreign, base, iframe, object, embed, img, meta[http-equiv], form[action*="evil"]').length,
    scripts: all('script').filter(one => one.textContent.includes('window.hit') || !ours(one)).length,
    handlers: all('*').filter(one => [...one.attributes].some(a => a.name.startsWith('on'))).length,
    links: all('[href], [src], [action]').map(one => one.href || one.src || one.action)
      .filter(link => typeof link === 'string' && !harmless(link)),
  };
}"""


@dataclass
class Shown:
    """How many payloads were shown on how many pages, and what was wrong, told."""

    payloads: int = 0
    pages: int = 0
    skipped: str = ""
    wrong: list[str] = field(default_factory=list)


def show(home: Path, every: bool, seed: int) -> Shown:
    """Look at them on the pages; `every`: each on each kind of page, else a few."""
    found = Shown()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found.skipped = "Playwright is not installed (molva[test])"
        return found
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        found.skipped = "no Chromium on the PATH"
        return found
    payloads = list(PAYLOADS)
    random.Random(seed).shuffle(payloads)  # noqa: S311
    chosen = payloads if every else payloads[:6]
    index = home / "index"
    _publish(index, payloads)
    server = Held(home, (), index=index)
    try:
        with sync_playwright() as running:
            browser = running.chromium.launch(executable_path=program, args=ARGS)
            tab = browser.new_page(base_url=f"http://{server.host}:{server.port}", locale="ru-RU")
            tab.on("dialog", lambda dialog: dialog.dismiss())
            violations: list[str] = []
            tab.on(
                "console",
                lambda message: violations.append(message.text) if "Content Security" in message.text else None,
            )
            for payload in chosen:
                found.payloads += 1
                for path in _paths(payloads.index(payload), payload):
                    found.pages += 1
                    tab.goto(path, wait_until="load")
                    seen: dict[str, Any] = tab.evaluate(LOOK)
                    bad = {name: value for name, value in seen.items() if value}
                    if bad or violations:
                        found.wrong.append(
                            f"{path:.90}: {payload:.60}: {json.dumps(bad, ensure_ascii=False)} {violations}"
                        )
                    violations.clear()
            browser.close()
        for path in ("/search.atom", "/sitemap.xml", "/opensearch.xml", "/api/v1/search", "/api/v1/suggest?q=мо"):
            for payload in chosen:
                _is_well_formed(found, server, path, payload)
    finally:
        server.stop()
    return found


def _publish(index: Path, payloads: list[str]) -> None:
    """An article for each payload, in everything that it has."""
    with open_writer(index) as writer:
        for number, payload in enumerate(payloads):
            text = f"Мост {payload} открыт. «Паром {payload} ушёл», — сказал {payload}."
            start = text.index("Паром")
            quote = Quote(
                f"p{number}{payload}#q1",
                f"p{number}{payload}",
                (Span(start, text.index("»")),) if "»" in text[start:] else (Span(start, start + 5),),
                text[start : start + 5],
                "direct",
                Speaker("x", f"Иван {payload}"),
                mention=payload,
            )
            article = Article(
                f"p{number}{payload}", f"Мост {payload}", text, "2016-01-01", payload, payload, payload, url=payload
            )
            writer.add(article, [quote])
        writer.publish()


def _paths(number: int, payload: str) -> Iterator[str]:
    """Every kind of page that shows it."""
    quoted = urllib.parse.quote(payload, safe="")
    article = urllib.parse.quote(f"p{number}{payload}", safe="")
    yield f"/search?q={quoted}"
    yield f"/search?q=мост&source={quoted}"
    yield "/search?q=мост&limit=100"
    yield "/search?q=паром&type=quote&limit=100"
    yield f"/articles/{article}?q={quoted}"
    yield "/speakers?limit=100"
    yield f"/speakers/{quoted}"
    yield f"/search?q=дата:{quoted}"
    yield f"/{quoted}"
    yield "/speakers?q=иван"


def _is_well_formed(found: Shown, server: Held, path: str, payload: str) -> None:
    import http.client
    from xml.etree import ElementTree

    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    asked = path if "q=" in path or "search" not in path else f"{path}?q={urllib.parse.quote(payload, safe='')}"
    connection.request("GET", urllib.parse.quote(asked, safe="/?=&%"))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    found.pages += 1
    if answer.status not in (200, 400):
        found.wrong.append(f"{path}: {payload:.60}: {answer.status}")
    elif "json" in (answer.getheader("Content-Type") or ""):
        json.loads(body)
    elif answer.status == 200:
        try:
            ElementTree.fromstring(body)  # noqa: S314 - our own
        except ElementTree.ParseError as error:
            found.wrong.append(f"{path}: {payload:.60}: {error}")
