// The composer's comforts: groups tick their accounts, files are dragged, a sign-in that ended does not cost a word.
import { startLinks } from "./composer-links.js";
import { startSorting } from "./composer-media.js";
import { startSignedOut } from "./signed-out.js";
import { startUploads } from "./composer-uploads.js";

const form = () => document.getElementById("composer");

/** Tick the accounts of a group, or clear them when all are ticked. */
function toggleGroup(chip) {
  const boxes = boxesOf(chip);
  const on = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = on;
  boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

function boxesOf(chip) {
  const wanted = new Set(chip.dataset.accounts.split(" "));
  return [...form().elements.accounts ? form().querySelectorAll('input[name="accounts"]:not(:disabled)') : []].filter(
    (box) => wanted.has(box.value),
  );
}

function showGroups() {
  for (const row of document.querySelectorAll("[data-groups]")) {
    row.hidden = false;
    for (const chip of row.querySelectorAll("[data-accounts]")) {
      const boxes = boxesOf(chip);
      chip.disabled = boxes.length === 0;
      chip.setAttribute("aria-pressed", String(boxes.length > 0 && boxes.every((box) => box.checked)));
    }
  }
}

/** A link to something that is said about a field leads to the field itself. */
function focusField(event) {
  const link = event.target.closest('.verdict a[href^="#slot-"]');
  const slot = link && document.getElementById(link.hash.slice(1));
  if (!slot) return;
  event.preventDefault();
  const field = form().querySelector(`[aria-describedby~="${slot.id}"]:not([type="hidden"])`);
  (field ?? slot).scrollIntoView({ block: "center" });
  field?.focus();
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-accounts]");
  if (chip) toggleGroup(chip);
  focusField(event);
  for (const open of document.querySelectorAll(".publish-now[open], .unfinished[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".publish-now[open], .unfinished[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
  const button = event.key === "Enter" && event.target.dataset?.enter;
  if (button) {
    event.preventDefault();
    document.getElementById(button)?.click();
  } else if (event.key === "Enter" && event.target.matches?.('#composer input:not([type="submit"])')) {
    // Enter in a field would press the first button of the form.
    event.preventDefault();
  }
});

document.addEventListener("change", showGroups);
document.addEventListener("htmx:afterSettle", (event) => {
  showGroups();
  // Refused: the first wrong field, or else what was said about all of it.
  if (event.target.id === "composer" && !event.target.querySelector('[aria-invalid="true"]')) {
    event.target.querySelector(".compose-top [tabindex]")?.focus();
  }
  // Files and texts that were added or moved change what there is to preview.
  if (["media", "texts"].includes(event.target.id)) window.htmx.trigger(document.body, "planner:check");
});

showGroups();
startSorting();
startUploads();
startLinks();
startSignedOut("#composer");
