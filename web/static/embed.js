// <molva-search>: Molva's search on somebody else's page. One script, no library, no cookies; the style of the page is
// kept out by a shadow root, its font and colours come through. Without scripts there is nothing to see; put a link
// inside the element for those readers.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const TYPING = 200; // milliseconds of rest after which a letter is asked for
  const WORDS = {
    ru: { form: "Поиск в архиве", label: "Поиск", button: "Найти", none: "Ничего не нашлось", failed: "Поиск сейчас не отвечает",
      found: "Найдено: ", more: "Все результаты", untitled: "Без заголовка" },
    en: { form: "Search the archive", label: "Search", button: "Search", none: "Nothing was found", failed: "The search does not answer now",
      found: "Found: ", more: "All results", untitled: "Untitled" },
  };
  const STYLE = `
    :host { display: block; line-height: 1.5; }
    :host([hidden]) { display: none; }
    form { display: flex; gap: .5rem; }
    input { flex: 1; min-width: 0; }
    input, button { font: inherit; color: inherit; padding: .45rem .7rem; border-radius: 4px;
      border: 1px solid var(--molva-rule, currentcolor); background: transparent; }
    button { cursor: pointer; font-weight: 600; }
    :focus-visible { outline: 3px solid var(--molva-accent, #1a66d6); outline-offset: 1px; }
    ol { list-style: none; margin: .75rem 0 0; padding: 0; }
    li + li { margin-top: .9rem; padding-top: .9rem; border-top: 1px solid var(--molva-rule, rgb(128 128 128 / 40%)); }
    a { color: var(--molva-accent, inherit); text-underline-offset: .18em; overflow-wrap: anywhere; }
    .title { font-weight: 700; }
    p { margin: .15rem 0 0; overflow-wrap: anywhere; }
    .by { font-size: .875em; opacity: .85; }
    mark { background: var(--molva-mark, #fff0a6); color: #1d1b18; border-radius: 2px; }
    .more { margin-top: .9rem; }
    .more:empty, .said:empty { display: none; }`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  function element(name, attributes = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  // Text with its marks; spans count code points, strings count halves of some of them.
  function marked({ text, spans }) {
    const points = Array.from(text);
    const parts = [];
    let at = 0;
    for (const [start, end] of spans) {
      parts.push(points.slice(at, start).join(""), element("mark", {}, points.slice(start, end).join("")));
      at = end;
    }
    return [...parts, points.slice(at).join("")];
  }

  class MolvaSearch extends HTMLElement {
    static observedAttributes = ["q", "type", "limit", "server", "speaker", "source", "section", "lang"];
    #root = this.attachShadow({ mode: "open" });
    #asking = new AbortController();
    #rest;

    connectedCallback() {
      if (this.#root.childElementCount) return;
      this.#root.adoptedStyleSheets = [sheet];
      const words = this.#words;
      const input = element("input", { type: "search", part: "input", "aria-label": words.label, autocomplete: "off",
        enterkeyhint: "search" });
      const form = element("form", { role: "search", "aria-label": words.form }, input, element("button", { part: "button" }, words.button));
      this.#root.append(form, element("p", { class: "said", role: "status", part: "status" }),
        element("ol", { part: "list" }), element("p", { class: "more", part: "more" }));
      input.value = this.getAttribute("q") ?? "";
      input.addEventListener("input", () => {
        clearTimeout(this.#rest);
        this.#rest = setTimeout(() => this.search(), TYPING);
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(this.#rest);
        this.search();
      });
      if (input.value) this.search();
    }

    disconnectedCallback() {
      this.#asking.abort();
      clearTimeout(this.#rest);
    }

    attributeChangedCallback(name, before, value) {
      const input = this.#root.querySelector("input");
      if (!input || before === value) return;
      if (name === "q") input.value = value ?? "";
      if (input.value) this.search();
    }

    get #words() {
      const lang = this.getAttribute("lang") ?? this.closest("[lang]")?.lang ?? "ru";
      return lang.startsWith("en") ? WORDS.en : WORDS.ru;
    }

    get #server() {
      return (this.getAttribute("server") ?? home).replace(/\/+$/, "");
    }

    get #type() {
      return this.getAttribute("type") === "quote" ? "quote" : "article";
    }

    // Ask for what stands in the box, and show it. Resolves when that is done.
    async search() {
      this.#asking.abort();
      this.#asking = new AbortController();
      const q = this.#root.querySelector("input").value.trim();
      if (!q) return this.#show("", [], null);
      const params = new URLSearchParams({ q, type: this.#type });
      for (const name of ["speaker", "source", "section"]) {
        if (this.getAttribute(name)) params.set(name, this.getAttribute(name));
      }
      const more = `${this.#server}/search?${params}`;
      params.set("limit", Math.min(20, Math.max(1, Number.parseInt(this.getAttribute("limit") ?? "", 10) || 5)));
      let page;
      try {
        const answer = await fetch(`${this.#server}/api/v1/search?${params}`,
          { signal: this.#asking.signal, credentials: "omit", headers: { Accept: "application/json" } });
        if (answer.status === 400) return this.#show(this.#words.none, [], null);
        if (!answer.ok) throw new Error(`${answer.status}`);
        page = await answer.json();
      } catch (error) {
        if (error.name !== "AbortError") this.#show(this.#words.failed, [], null);
        return;
      }
      const said = page.hits.length ? this.#words.found + page.total.value : this.#words.none;
      this.#show(said, page.hits, page.hits.length ? more : null);
      this.dispatchEvent(new CustomEvent("molva-results", { detail: page, bubbles: true }));
    }

    #day(published) {
      if (!/^\d{4}-\d\d-\d\d$/.test(published ?? "")) return published;
      const language = this.#words === WORDS.en ? "en-GB" : "ru";
      return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(published));
    }

    #show(said, hits, more) {
      const root = this.#root;
      root.querySelector(".said").textContent = said;
      root.querySelector("ol").replaceChildren(...hits.map((hit) => this.#hit(hit)));
      root.querySelector(".more").replaceChildren(...(more ? [element("a", { href: more }, this.#words.more)] : []));
    }

    #hit(hit) {
      const quote = hit.type === "quote";
      const article = quote ? hit.article : hit;
      const anchor = quote ? `#${encodeURIComponent(hit.id.slice(hit.id.lastIndexOf("#") + 1))}` : "";
      const href = `${this.#server}/articles/${encodeURIComponent(article.id)}${anchor}`;
      const title = quote ? [article.title || this.#words.untitled]
        : hit.title.text.trim() ? marked(hit.title) : [this.#words.untitled];
      const link = element("a", { href, class: "title" }, ...title);
      const by = [quote && (hit.speaker?.name ?? hit.mention), this.#day(article.published), article.source].filter(Boolean);
      const shown = quote ? [element("p", { class: "quote", lang: "ru" }, ...marked(hit))]
        : hit.snippets.slice(0, 1).map((one) => element("p", { lang: "ru" }, ...marked(one)));
      const byline = element("p", { class: "by" }, by.join(" · "));
      return element("li", { part: "hit" }, ...(quote ? [...shown, byline, element("p", {}, link)]
        : [link, byline, ...shown]));
    }
  }

  if (!customElements.get("molva-search")) customElements.define("molva-search", MolvaSearch);
})();
