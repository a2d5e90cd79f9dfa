// The palette, the location switcher and the drawer: native dialogs that load when they open.
const FIELDS = "input, textarea, select, [contenteditable]";

/** Open a dialog by id; one with an address in data-loads fetches its contents first. */
function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  if (dialog.dataset.loads) {
    const body = `#${id}-body`;
    window.htmx.ajax("GET", dialog.dataset.loads, { source: body, target: body, swap: "innerHTML" });
  }
  return true;
}

/** Arrow keys walk through the links of a finder; Enter in its field takes the first. */
function walk(event, finder) {
  const links = [...finder.querySelectorAll("a.finder-item")];
  const at = links.indexOf(document.activeElement);
  const field = finder.querySelector("input");
  if (event.key === "ArrowDown") {
    event.preventDefault();
    links[Math.min(at + 1, links.length - 1)]?.focus();
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    (at > 0 ? links[at - 1] : field)?.focus();
  } else if (event.key === "Enter" && document.activeElement === field) {
    event.preventDefault();
    links[0]?.click();
  } else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    field?.focus();
  }
}

export function startDialogs() {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-shortcut]")) key.textContent = `⌘ ${key.dataset.shortcut}`;
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (opener && plain && open(opener.dataset.opens)) event.preventDefault();
    if (event.target.matches("dialog[open]")) event.target.close();
  });
  document.addEventListener("keydown", (event) => {
    const asked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (asked && !document.querySelector("dialog[open]:not(#palette)") && open("palette")) event.preventDefault();
    if (event.key === "/" && !event.target.closest(FIELDS) && open("palette")) event.preventDefault();
    const finder = event.target.closest?.("dialog.finder[open]");
    if (finder) walk(event, finder);
  });
  // Not before htmx has bound the field: a letter typed into one that nobody listens to would find nothing.
  document.addEventListener("htmx:afterSettle", (event) => {
    event.target.closest?.("dialog.finder")?.querySelector("[data-first]")?.focus();
  });
}
