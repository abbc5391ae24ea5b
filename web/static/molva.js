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
