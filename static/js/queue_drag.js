// Dragging items of a queue with the browser's own drag and drop. A ticked item takes all ticked ones with it.
let dragged = []; // the rows under way
let mark = null; // the row or link that shows where they would land

function clear() {
  mark?.classList.remove("drop-above", "drop-below", "drop-here");
  mark = null;
}

function show(element, name) {
  if (mark === element && element.classList.contains(name)) return;
  clear();
  mark = element;
  element.classList.add(name);
}

/** Where a drop at this height would go: a row with its side, or a link to another window. */
function landing(event) {
  const link = event.target.closest?.("[data-drop]");
  if (link) return { element: link, name: "drop-here" };
  const row = event.target.closest?.(".qi");
  if (!row || dragged.includes(row)) return null;
  const box = row.getBoundingClientRect();
  return { element: row, name: event.clientY < box.top + box.height / 2 ? "drop-above" : "drop-below" };
}

export function startDragging(act) {
  // A row can only be taken by its grip, so that text in it can still be marked.
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (grip) grip.closest(".qi").draggable = true;
  });
  document.addEventListener("pointerup", () => {
    for (const row of document.querySelectorAll('.qi[draggable="true"]')) row.draggable = false;
  });
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.(".qi");
    if (!row) return;
    const ticked = row.querySelector(".qi-tick").checked;
    dragged = ticked ? [...document.querySelectorAll(".qi:has(.qi-tick:checked)")] : [row];
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.key);
    for (const one of dragged) one.classList.add("qi-dragged");
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged.length) return;
    const to = landing(event);
    if (!to) return clear();
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    show(to.element, to.name);
  });
  document.addEventListener("drop", (event) => {
    const to = dragged.length ? landing(event) : null;
    if (!to) return;
    event.preventDefault();
    const keys = dragged.map((row) => row.dataset.key);
    const drop = (verb, extra) => act(keys.length > 1 ? verb : `${verb} ${keys[0]}`, extra, `grip-${keys[0]}`);
    if (to.name === "drop-here") {
      const farthest = Number(to.element.dataset.total) - keys.length + 1;
      drop("to", { place: Math.min(Number(to.element.dataset.to), farthest) });
      return;
    }
    const side = to.name === "drop-above" ? "before" : "after";
    to.element[side](...dragged); // at once; the answer brings the dates
    drop(side, { target: to.element.dataset.key });
  });
  document.addEventListener("dragend", () => {
    for (const row of dragged) {
      row.classList.remove("qi-dragged");
      row.draggable = false;
    }
    dragged = [];
    clear();
  });
}
