// "/" moves to the search box, as long as nobody is typing elsewhere.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.getElementById("q");
  box.focus();
  box.select();
  event.preventDefault();
});

// The first page is for typing; on a phone the keyboard would hide it.
if (document.body.classList.contains("hero") && matchMedia("(hover: hover)").matches) {
  document.getElementById("q").focus({ preventScroll: true });
}

// A quote with its source: opening it copies it; without a clipboard it is marked, to be copied by hand.
document.addEventListener("toggle", (event) => {
  const cite = event.target;
  if (!(cite instanceof HTMLDetailsElement) || !cite.matches(".cite") || !cite.open) return;
  const text = cite.querySelector("textarea");
  text.focus();
  text.select();
  if (!navigator.clipboard) return;
  navigator.clipboard.writeText(text.value).then(() => {
    const summary = cite.querySelector("summary");
    summary.setAttribute("aria-live", "polite");
    summary.textContent = cite.dataset.copied;
  }, () => {});
}, true);
