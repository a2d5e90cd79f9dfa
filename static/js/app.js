// What every page does in the browser. Everything works without it, less comfortably.
import { startDialogs } from "./dialogs.js";
import { startThumbnails } from "./thumbnails.js";
import { startTicks } from "./ticks.js";

const toasts = document.getElementById("toasts");

/** Show a sentence in the live region; it is text, never markup. */
export function toast(sentence, level = "info") {
  const box = document.createElement("div");
  box.className = `toast toast-${level}`;
  box.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", toasts.dataset.dismiss);
  close.textContent = "×";
  box.append(words, close);
  toasts.append(box);
}

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-dismiss]");
  if (close && close !== toasts) close.closest("[data-toast]")?.remove();
  for (const open of document.querySelectorAll("details.person[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.person[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// Short texts of 403, 404 and 5xx; a page that answers markup is too long for a toast.
document.addEventListener("htmx:responseError", (event) => {
  const { responseText, status } = event.detail.xhr;
  if (status === 401) return; // the page has a dialog for that
  const plain = (event.detail.xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  toast(plain && status < 500 && responseText ? responseText : toasts.dataset.broken, "error");
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(toasts.dataset.offline, "error"));
}

// A form that came back refused: the summary is announced, the first wrong field takes the focus.
document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelector('[aria-invalid="true"]')?.focus();
});

// Selects and checkboxes of a filter form act at once; the button is for browsers without scripts.
for (const form of document.querySelectorAll("form[data-acts-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;

startDialogs();
startThumbnails();
startTicks();
