// Ticking all or none of a list, and how many are ticked. Without scripts the boxes and buttons work alone.
function wire(form) {
  const boxes = () => [...form.querySelectorAll('input[type="checkbox"][name="pick"]')];
  const count = form.querySelector("[data-ticks-count]");
  form.querySelector("[data-ticks-all]").hidden = false;
  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    count.textContent = ticked ? count.dataset.some.replace("{n}", ticked) : count.dataset.none;
  };
  form.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-tick]")?.dataset.tick;
    if (!wish) return;
    for (const box of boxes()) box.checked = wish === "all";
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

function start() {
  for (const form of document.querySelectorAll("form[data-ticks]:not([data-wired])")) {
    form.dataset.wired = "";
    wire(form);
  }
}

start();
document.addEventListener("htmx:load", start);
