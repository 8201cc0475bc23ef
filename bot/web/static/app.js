// Every page works without this file. No words here: everything people read comes from the templates.

const PREFIX = "visavis.";

// A panel opens and closes with its key, closes on Escape, and gives the focus back.
for (const panel of document.querySelectorAll("details.pop")) {
  let from = null;
  const close = () => { panel.open = false; from?.focus(); };
  document.addEventListener("keydown", (event) => {
    // A browser that fills a form in tells of a key without a name, and most panels have no key.
    if (event.key && event.key === panel.dataset.key) {
      event.preventDefault();
      if (panel.open) return close();
      from = document.activeElement;
      panel.open = true;
      panel.querySelector("summary").focus();
    } else if (event.key === "Escape" && panel.open) { from ??= panel.querySelector("summary"); close(); }
  });
  document.addEventListener("click", (event) => { if (!panel.contains(event.target)) panel.open = false; });
}

// What a marked word means shows on hover and focus, by the style sheet; Escape hides it until one comes back to it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("mark:hover, mark:focus").forEach((mark) => mark.setAttribute("data-hushed", ""));
});
for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const mark = event.target.closest?.("mark[data-hushed]");
    if (mark && !mark.contains(event.relatedTarget) && !mark.matches(":focus")) mark.removeAttribute("data-hushed");
  });
}

// Whoever signs out leaves nothing behind on a shared computer.
document.querySelector("form[data-forget]")?.addEventListener("submit", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
