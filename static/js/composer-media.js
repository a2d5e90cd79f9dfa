// Files of a post change places by dragging; their buttons do the same without it.

/** The row above which a pointer at this height would drop. */
function rowBelow(list, y) {
  return [...list.querySelectorAll(".media-row:not(.is-dragged)")].find((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
}

export function startSorting() {
  let dragged = null;
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    dragged = grip.closest(".media-row");
    dragged.classList.add("is-dragged");
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const list = dragged.parentElement;
    const below = rowBelow(list, event.clientY);
    if (below !== dragged.nextElementSibling) list.insertBefore(dragged, below ?? null);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (!dragged) return;
      dragged.classList.remove("is-dragged");
      const list = dragged.parentElement;
      dragged = null;
      // The server numbers the rows anew.
      window.htmx.trigger(list.closest("#media"), "planner:media-sorted");
    });
  }
}
