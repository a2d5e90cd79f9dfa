// Ticks in the list of posts: Shift ticks a range, the bar appears with the first tick and counts.
let last = null;

const boxes = () => [...document.querySelectorAll("[data-tick]")];

/** Make the bar say what is chosen. */
function show() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const all = boxes();
  const on = all.filter((box) => box.checked).length;
  const everything = bar.querySelector("[data-bulk-everything]");
  const page = bar.querySelector("[data-bulk-page]");
  bar.hidden = !on && !everything.checked;
  bar.querySelector("[data-bulk-number]").textContent = everything.checked ? everything.dataset.bulkEverything : on;
  page.hidden = false;
  page.checked = on === all.length;
  page.indeterminate = on > 0 && on < all.length;
  for (const box of all) box.closest("li").classList.toggle("post-chosen", box.checked || everything.checked);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-tick]");
  if (!box) return;
  const all = boxes();
  const from = all.indexOf(last);
  if (event.shiftKey && from >= 0) {
    const [start, stop] = [from, all.indexOf(box)].sort((one, other) => one - other);
    for (const between of all.slice(start, stop + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-bulk-page]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.closest("[data-bulk], .post-list")) show();
});

// Enter in a field is meant for the button beside it, not for the first of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input[form=bulk]:not([data-tick], [type=checkbox])")) return;
  event.preventDefault();
  event.target.closest("fieldset, .bulk-pick").querySelector("button[name=kind]").click();
});

// The field of the view to be saved asks for the focus too, though it is not shown.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "posts") event.target.querySelector("#count[autofocus]")?.focus();
});

document.addEventListener("htmx:load", show);
window.addEventListener("pageshow", show);
show();
