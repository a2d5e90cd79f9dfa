// The editor of a queue: every step is one request after the other, from buttons, keys, the menu or a drag.
import { startDragging } from "./queue_drag.js";

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const HEARTBEAT = 20_000; // ms
const menu = document.getElementById("item-menu");
const here = document.getElementById("here");
const waiting = [];
let busy = false;
let stale = false; // the draft moved on while something was under way

const editor = () => document.getElementById("editor");
const form = () => document.getElementById("cycle");
const rows = () => [...document.querySelectorAll(".qi")];

/** Take a step; those that come while one is under way wait for it, so that each knows the version before it. */
export function act(verb, extra = {}, focus = "") {
  waiting.push({ verb, extra, focus });
  if (!busy) next();
}

async function next() {
  const { verb, extra, focus } = waiting.shift();
  busy = true;
  const values = {};
  const data = new FormData(form());
  for (const name of new Set(data.keys())) values[name] = data.getAll(name);
  const held = focus || document.activeElement?.id;
  const place = held ? rows().indexOf(document.getElementById(held)?.closest(".qi")) : -1;
  await window.htmx.ajax("POST", form().action, {
    source: editor(),
    target: editor(),
    swap: "outerHTML",
    values: { ...values, do: verb, ...extra },
  });
  busy = false;
  if (document.getElementById("said")?.querySelector(".tone-bad")) waiting.length = 0;
  if (waiting.length) return next();
  keepFocus(held, place);
  if (stale) refresh();
}

/** Back to the control that was used; where it has nothing left to do, to its row or the button beside it; where it is
 * gone, to the row that stands in its place; else to the list. */
function keepFocus(id, place = -1) {
  let control = id ? document.getElementById(id) : null;
  if (control?.disabled) {
    control = control.closest(".qi")?.querySelector("[data-grip]") ?? control.parentElement.querySelector("button:enabled");
  }
  if (!control && place >= 0) control = (rows()[place] ?? rows().at(-1))?.querySelector("[data-grip]");
  control?.focus();
  if (document.activeElement === document.body) document.getElementById("cycle-title")?.focus({ preventScroll: true });
}

/** The list as it is stored now, in the same window. */
async function refresh() {
  if (busy || document.querySelector(".qi-dragged")) {
    stale = true;
    return;
  }
  stale = false;
  const data = new FormData(form());
  const query = new URLSearchParams({ skip: data.get("skip"), q: data.get("q"), errors: data.get("errors") });
  const held = document.activeElement?.id;
  await window.htmx.ajax("GET", `${editor().dataset.address}?${query}`, { source: editor(), target: editor(), swap: "outerHTML" });
  window.htmx.trigger(document.body, "queues:draft-changed");
  if (!document.querySelector("dialog[open]")) keepFocus(held);
}

function beat() {
  if (document.visibilityState !== "visible" || busy || !here) return;
  window.htmx.ajax("POST", editor().dataset.here, { source: here, target: here, swap: "innerHTML", values: { version: editor().dataset.version } });
}

function openMenu(link) {
  const row = link.closest(".qi");
  menu.dataset.key = row.dataset.key;
  menu.querySelector("[data-menu-edit]").href = link.href;
  menu.querySelector('[data-verb="reset"]').hidden = !link.hasAttribute("data-original");
  for (const verb of ["up", "down"]) {
    menu.querySelector(`[data-verb="${verb}"]`).disabled = row.querySelector(`#${verb}-${row.dataset.key}`).disabled;
  }
  menu.showPopover();
  const box = link.getBoundingClientRect();
  const below = box.bottom + menu.offsetHeight + 8 < window.innerHeight;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - menu.offsetHeight - 4)}px`;
  menu.style.left = `${Math.max(8, box.right - menu.offsetWidth)}px`;
  menu.querySelector("a, button:not([disabled])").focus();
}

function walkMenu(event) {
  const entries = [...menu.querySelectorAll("a, button[data-verb]:not([disabled], [hidden]), input")];
  const at = entries.indexOf(document.activeElement);
  const to = event.key === "ArrowDown" ? at + 1 : at - 1;
  event.preventDefault();
  entries[(to + entries.length) % entries.length].focus();
}

function tellTicks() {
  const tools = document.querySelector("[data-tools]");
  if (!tools) return;
  const boxes = [...form().querySelectorAll('input[name="pick"]')];
  const ticked = boxes.filter((box) => box.checked).length;
  tools.toggleAttribute("data-idle", !ticked);
  const count = tools.querySelector("[data-ticked]");
  const words = ticked === 0 ? count.dataset.none : ticked === 1 ? count.dataset.one : count.dataset.some;
  count.textContent = words.replace("{n}", ticked);
  const page = tools.querySelector("[data-tick-page]");
  page.checked = ticked > 0 && ticked === boxes.length;
  page.indeterminate = ticked > 0 && !page.checked;
}

document.addEventListener("submit", (event) => {
  if (event.target.id === "cycle" && event.submitter) {
    event.preventDefault();
    if (event.submitter.dataset.enter !== undefined && !form().elements.place.value) return;
    act(event.submitter.value);
  } else if (event.target.closest("[data-menu-place]")) {
    event.preventDefault();
    const key = menu.dataset.key;
    menu.hidePopover();
    act(`to ${key}`, { place: event.target.querySelector("input").value }, `grip-${key}`);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-menu]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openMenu(link);
  }
  const entry = event.target.closest("[data-verb]");
  if (entry) {
    menu.hidePopover();
    act(`${entry.dataset.verb} ${menu.dataset.key}`, {}, `more-${menu.dataset.key}`);
  }
  const grip = event.target.closest("[data-grip]");
  if (grip) grip.focus();
});

document.addEventListener("keydown", (event) => {
  if (menu?.contains(event.target) && ["ArrowDown", "ArrowUp"].includes(event.key) && event.target.type !== "number") walkMenu(event);
  if (document.querySelector("dialog[open]")) return;
  const row = event.target.closest?.(".qi");
  const grip = event.target.closest?.("[data-grip]");
  if (row && (grip || event.altKey)) {
    const verb = { ArrowUp: "up", ArrowDown: "down", Home: "top", End: "bottom" }[event.key];
    if (verb) {
      event.preventDefault();
      act(`${verb} ${row.dataset.key}`, {}, event.target.id || `grip-${row.dataset.key}`);
    }
    if (grip && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      openMenu(row.querySelector("[data-menu]"));
    }
  }
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest(FIELDS)) {
    const button = document.getElementById(event.shiftKey ? "redo" : "undo");
    if (button && !button.disabled) {
      event.preventDefault();
      act(button.value);
    }
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-page]")) {
    for (const box of form().querySelectorAll('input[name="pick"]')) box.checked = event.target.checked;
  }
  if (event.target.closest("#cycle")) tellTicks();
});

document.addEventListener("input", (event) => {
  event.target.closest(".slots-form")?.querySelector("[data-unchanged]")?.removeAttribute("data-unchanged");
});

document.addEventListener("htmx:load", (event) => {
  if (event.target.id === "editor" || event.target.querySelector?.("#editor")) tellTicks();
});
document.addEventListener("queues:draft-moved", () => refresh());
document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", () => {
  const leaving = new FormData();
  leaving.set("leave", "yes");
  leaving.set("csrfmiddlewaretoken", form().elements.csrfmiddlewaretoken.value);
  navigator.sendBeacon(editor().dataset.here, leaving);
});

document.querySelector("[data-desk]").dataset.wired = "";
startDragging(act);
tellTicks();
beat();
setInterval(beat, HEARTBEAT);
