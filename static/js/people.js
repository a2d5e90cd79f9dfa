// What the pages about people do more comfortably with scripts: find and tick in long lists, copy what is shown once.

/** A search above a list of ticks hides the lines that do not match; "all shown" ticks or clears the others. */
for (const tools of document.querySelectorAll("[data-finds]")) {
  const list = document.getElementById(tools.dataset.finds);
  const lines = [...list.querySelectorAll("label")];
  const field = tools.querySelector("input[type=search]");
  const all = tools.querySelector("[data-tick-shown]");
  tools.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const line of lines) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
    all.checked = false;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  all.addEventListener("change", () => {
    for (const line of lines) if (!line.hidden) line.querySelector("input").checked = all.checked;
  });
}

/** The tick in a table's head ticks the whole page; it comes back after htmx swaps the table. */
function startTickAll(root) {
  for (const head of root.querySelectorAll("[data-tick-all]")) {
    head.hidden = false;
    head.addEventListener("change", () => {
      for (const box of head.closest("table").querySelectorAll(`tbody input[name="${head.dataset.tickAll}"]`)) {
        box.checked = head.checked;
      }
    });
  }
}
startTickAll(document);
document.addEventListener("htmx:load", (event) => startTickAll(event.target));

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value ?? [...source.children].map((line) => line.textContent).join("\n"));
    button.querySelector("span").textContent = button.dataset.done;
  });
}
for (const field of document.querySelectorAll("[data-copies]")) {
  field.addEventListener("focus", () => field.select());
}
