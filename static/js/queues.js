// The sheet that forms around queues open in, and ticking queues in the list. Without scripts each form is a page.
const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");

function load(address) {
  window.htmx.ajax("GET", address, { source: body, target: body, swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const link = event.target.closest("a[data-sheet]");
  if (link && plain && sheet && window.htmx) {
    event.preventDefault();
    document.getElementById("item-menu")?.hidePopover();
    load(link.href);
  }
  if (event.target.closest("[data-close]") && sheet?.open) {
    event.preventDefault();
    sheet.close();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== body || !body.childElementCount) return;
  if (!sheet.open) sheet.showModal();
  const wrong = body.querySelector('[aria-invalid="true"]');
  (wrong || body.querySelector("[autofocus]") || body.querySelector("#sheet-title"))?.focus();
});
sheet?.addEventListener("close", () => body.replaceChildren());
// What a form in the sheet did shows in the list behind it.
document.addEventListener("queues:draft-changed", (event) => {
  if (sheet?.open && sheet.contains(event.target)) sheet.close();
});

// What is drawn anew may take the focused control along. Whoever held the focus, or the form that was sent, names in
// data-then who gets it in that case.
let heir = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  const sent = event.detail.requestConfig?.elt;
  const names = document.activeElement.closest("[data-then]") ?? (sent?.matches("form") ? sent : null);
  if (names) heir = names.dataset.then ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (heir && document.activeElement === document.body) document.getElementById(heir)?.focus({ preventScroll: true });
  heir = "";
});

/** "All on this page", and how many are ticked. */
function wire(form) {
  const boxes = () => [...form.querySelectorAll('input[name="pick"]')];
  const all = form.querySelector("[data-pick-all]");
  const count = form.querySelector("[data-pick-count]");
  if (!all) return;
  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    count.textContent = ticked ? count.dataset.some.replace("{n}", ticked) : count.dataset.none;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

function start() {
  for (const form of document.querySelectorAll("form[data-picks]:not([data-wired])")) {
    form.dataset.wired = "";
    wire(form);
  }
}

start();
document.addEventListener("htmx:load", start);
