// What a browser with scripts adds to pages that work without: results as you type, suggestions, keys, dragging over
// years, steps from match to match, copying a quote. Every state that is shown has its address.

const $ = (selector, within = document) => within.querySelector(selector);
const box = $("#q");
const form = $("#search");
const live = document.body.hasAttribute("data-live");
const TYPING = 160; // milliseconds of rest after which a letter is asked for
const RESTED = 900; // milliseconds of rest after which it is told that nothing was found
const KEYS_OFF = "molva-keys-off";

// -- results as you type

let asking = new AbortController();
let shown = location.href;
let open = false; // whether the newest entry of the history is a query that is still being typed

function addressTyped() {
  const params = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  return form.action.split("?")[0] + (params.size ? `?${params}` : "");
}

// Put the answer in place of the results; `how` it was asked for: "typed", "entered", or by going "back".
async function show(address, how) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!$("#page", page)) throw new Error("no page");
    if (!answer.ok && how === "typed") return; // half a query; Enter shows what is wrong with it
    if (how === "typed" && $("main .empty", page)) await rested(signal); // half a word, most likely
    put(page, address);
  } catch (error) {
    if (error.name !== "AbortError" && how !== "typed") location.assign(address); // the browser tells what is wrong
    return;
  }
  if (how !== "back") history[open ? "replaceState" : "pushState"](null, "", address);
  open = how === "typed";
}

// Wait until nothing was typed for a while; rejects as soon as something is.
function rested(signal) {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, RESTED);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(signal.reason);
    });
  });
}

function put(page, address) {
  for (const id of ["under", "page"]) $(`#${id}`).replaceWith(document.adoptNode($(`#${id}`, page)));
  $(".tagline")?.remove();
  document.body.className = page.body.className;
  document.title = page.title;
  shown = address;
  for (const link of document.querySelectorAll(".languages a")) {
    const other = new URL(address);
    other.searchParams.set("lang", link.lang);
    link.href = other;
  }
  $("#status").textContent = $("#count")?.textContent ?? "";
}

if (live) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(rest);
    close();
    if (addressTyped() === shown) open = false;
    else show(addressTyped(), "entered");
  });
  addEventListener("popstate", () => {
    if (location.pathname !== new URL(shown).pathname || location.pathname === "/") return location.reload();
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    close();
    if (location.href.split("#")[0] !== shown.split("#")[0]) show(location.href, "back");
  });
}

// -- suggestions: a combobox as ARIA 1.2 has it, focus stays in the box

const list = document.createElement("ul");
const kinds = box.dataset.kinds.split("|");
let suggesting = new AbortController();
let chosen = -1;

list.id = "suggestions";
list.className = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", box.dataset.label);
form.append(list);
for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
  ["aria-autocomplete", "list"]]) box.setAttribute(name, value);

function close() {
  suggesting.abort();
  list.hidden = true;
  choose(-1);
  box.setAttribute("aria-expanded", "false");
}

function choose(place) {
  chosen = place;
  [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
  if (place < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", list.children[place].id);
  list.children[place].scrollIntoView({ block: "nearest" });
}

async function suggest() {
  const q = box.value;
  suggesting.abort();
  suggesting = new AbortController();
  if (!q.trim()) return close();
  let found;
  try {
    const answer = await fetch(`${box.dataset.suggest}?${new URLSearchParams({ q, limit: 4 })}`,
      { signal: suggesting.signal });
    found = answer.ok ? await answer.json() : {};
  } catch {
    return;
  }
  const options = [...(found.words ?? []), ...(found.speakers ?? []), ...(found.sources ?? [])]
    .filter((one) => one.text !== q).slice(0, 8);
  if (!options.length || box.value !== q || document.activeElement !== box) return close();
  list.replaceChildren(...options.map((one, n) => {
    const option = document.createElement("li");
    const kind = document.createElement("span");
    option.id = `suggestion-${n}`;
    option.setAttribute("role", "option");
    option.dataset.kind = one.kind;
    option.dataset.text = one.text;
    kind.className = "kind";
    kind.textContent = kinds[["word", "speaker", "source"].indexOf(one.kind)];
    option.append(one.text, " ", kind);
    return option;
  }));
  choose(-1);
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
}

function take(option) {
  const { kind, text } = option.dataset;
  close();
  if (kind === "speaker" && !/[:"]/.test(text)) {
    const [path, params] = box.dataset.speakers.split("?");
    location.assign(`${path}/${encodeURIComponent(text)}${params ? `?${params}` : ""}`);
    return;
  }
  box.value = text;
  form.requestSubmit();
}

list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) take(option);
});
box.addEventListener("blur", close);

let rest;
box.addEventListener("input", () => {
  clearTimeout(rest);
  rest = setTimeout(() => {
    suggest();
    if (!live) return;
    asking.abort(); // what was asked for is not what stands in the box any more
    if (addressTyped() !== shown) show(addressTyped(), "typed");
  }, TYPING);
});

// -- keys

const hits = () => [...document.querySelectorAll(".hit-link")];

box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const listed = !list.hidden;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && listed) {
    const many = list.children.length + 1; // and the box itself
    choose(((chosen + 1 + step + many) % many) - 1);
  } else if (event.key === "ArrowDown" && hits().length) {
    hits()[0].focus();
  } else if (event.key === "Enter" && listed && chosen >= 0) {
    take(list.children[chosen]);
  } else if (event.key === "Escape" && listed) {
    close();
  } else if (event.key === "Escape" && box.value) {
    box.value = "";
    box.dispatchEvent(new Event("input"));
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], molva-search")
    && !kept(KEYS_OFF)) {
    box.focus();
    box.select();
    event.preventDefault();
    return;
  }
  const at = hits().indexOf(event.target);
  if (at < 0) return;
  if (event.key === "ArrowDown") hits()[at + 1]?.focus();
  else if (event.key === "ArrowUp") (hits()[at - 1] ?? box).focus();
  else if (event.key === "Escape") box.focus();
  else return;
  event.preventDefault();
});

// A key of one character must be possible to switch off (WCAG 2.1.4); the browser remembers it, no cookie does.
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

const off = $("#keys-off");
if (off) {
  const tick = $("input", off);
  off.hidden = false;
  tick.checked = Boolean(kept(KEYS_OFF));
  tick.addEventListener("change", () => {
    if (tick.checked) localStorage.setItem(KEYS_OFF, "1");
    else localStorage.removeItem(KEYS_OFF);
  });
}

// The first page is for typing; on a phone the keyboard would hide it.
if (document.body.classList.contains("hero") && matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });

// -- a range of years or months: dragged from one bar to another

let drag = null; // the chart, its bars, the first and the last one under the pointer

function barAt(bars, x) {
  return bars.findIndex((bar) => x < $(".reach", bar).getBoundingClientRect().right);
}

document.addEventListener("pointerdown", (event) => {
  const chart = event.target.closest?.(".chart");
  if (!chart || event.button) return;
  const bars = [...chart.querySelectorAll("a")];
  const at = barAt(bars, event.clientX);
  drag = { bars, from: at < 0 ? bars.length - 1 : at, to: null };
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const at = barAt(drag.bars, event.clientX);
  const to = at < 0 ? drag.bars.length - 1 : at;
  if (to === drag.from && drag.to === null) return;
  drag.to = to;
  const [first, last] = [Math.min(drag.from, to), Math.max(drag.from, to)];
  drag.bars.forEach((bar, n) => bar.classList.toggle("dragged", n >= first && n <= last));
});
document.addEventListener("pointerup", () => {
  const ended = drag;
  drag = null;
  if (!ended || ended.to === null) return;
  const [first, last] = [Math.min(ended.from, ended.to), Math.max(ended.from, ended.to)];
  const address = new URL(ended.bars[first].getAttribute("href"), location.href);
  address.searchParams.set("from", ended.bars[first].dataset.period);
  address.searchParams.set("to", ended.bars[last].dataset.period);
  document.addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
  location.assign(address);
});
document.addEventListener("pointercancel", () => { drag = null; });
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".chart")) event.preventDefault(); // the link itself is not what is dragged
});

// -- an article: from match to match

const bar = $(".matches");
if (bar) {
  const marks = [...document.querySelectorAll("mark[id]")];
  const told = $("output", bar);
  let at = Math.max(0, marks.findIndex((mark) => `#${mark.id}` === location.hash));
  const go = (place) => {
    marks[at].classList.remove("current");
    at = (place + marks.length) % marks.length;
    marks[at].classList.add("current");
    marks[at].scrollIntoView({ block: "center" });
    told.textContent = `${at + 1}/${marks.length}`;
    history.replaceState(null, "", `#${marks[at].id}`);
  };
  $("ol", bar).hidden = true;
  $(".steps", bar).hidden = false;
  told.textContent = `${at + 1}/${marks.length}`;
  let begun = location.hash === `#${marks[at].id}`;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    go(begun ? at + Number(button.dataset.step) : at);
    begun = true;
  });
}

// -- a quote with its source: opening it copies it; without a clipboard it is marked, to be copied by hand

document.addEventListener("toggle", (event) => {
  const cite = event.target;
  if (!(cite instanceof HTMLDetailsElement) || !cite.matches(".cite") || !cite.open) return;
  const text = $("textarea", cite);
  text.focus();
  text.select();
  navigator.clipboard?.writeText(text.value).then(() => {
    const summary = $("summary", cite);
    summary.setAttribute("aria-live", "polite");
    summary.textContent = cite.dataset.copied;
  }, () => {});
}, true);
