// The card of a link is filled from what the linked page says of itself; every word of it can be changed.
const LINK = /https?:\/\/[^\s<>"]+/;

const field = (name) => document.querySelector(`#composer [name="link_preview.${name}"]`);

function look(box) {
  const url = field("metaLink").value.trim() || (document.querySelector("#composer .big-text").value.match(LINK) || [""])[0];
  if (!url) return field("metaLink").focus();
  const token = document.querySelector("#composer input[name=csrfmiddlewaretoken]").value;
  return window.htmx.ajax("POST", box.dataset.looks, {
    source: "#link-preview",
    target: "#link-preview",
    swap: "outerHTML",
    values: { url },
    headers: { "X-CSRFToken": token },
  });
}

/** What came of the look goes into the fields, which then are checked like everything that is typed. */
function fill() {
  const found = document.querySelectorAll('#link-preview input[type="hidden"]');
  for (const input of found) {
    if (field(input.name)) field(input.name).value = input.value;
    input.remove();
  }
  if (found.length) window.htmx.trigger(document.body, "planner:check");
}

export function startLinks() {
  const show = () => document.querySelectorAll("[data-looks]").forEach((box) => (box.hidden = false));
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-looks] button")?.parentElement;
    if (box) look(box);
  });
  document.addEventListener("htmx:afterSettle", () => {
    show();
    fill();
  });
  show();
}
