// Imports: sending a file with its progress, dropping it onto the page, and the drawer that shows a row.
import { startSignedOut } from "./signed-out.js";

/** Refuse a file that the server would not take, before anything is sent. Returns the sentence, or "". */
function refusal(form, files) {
  if (files.length > 1) return form.dataset.one;
  const [file] = files;
  if (!file) return "";
  if (!/\.(csv|xlsx)$/i.test(file.name)) return form.dataset.wrongKind;
  return file.size > Number(form.dataset.most) ? form.dataset.tooLarge : "";
}

function say(form, sentence) {
  const box = form.querySelector("[data-says]");
  box.hidden = !sentence;
  box.querySelector("span").textContent = sentence;
}

/** Show how much of the file is sent. */
function follow(form, { loaded, total }) {
  const box = form.querySelector("[data-progress]");
  box.hidden = false;
  const share = total ? Math.round((100 * loaded) / total) : 0;
  box.querySelector("progress").value = share;
  const mega = (bytes) => (bytes / 1048576).toFixed(1);
  box.querySelector("[data-sent]").textContent = `${mega(loaded)} / ${mega(total)} MB · ${share} %`;
}

function startUpload(form) {
  const field = form.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    const sentence = refusal(form, field.files);
    say(form, sentence);
    if (sentence) field.value = "";
  });
  form.addEventListener("htmx:xhr:progress", (event) => event.detail.lengthComputable && follow(form, event.detail));
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    form.addEventListener(name, () => {
      form.querySelector("[data-progress]").hidden = true;
    });
  }
}

// The whole page takes a file: one that misses the field would else be opened by the browser in the page's place.
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = document.querySelector("[data-upload]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const stays = name === "dragenter" || name === "dragover" || (name === "dragleave" && event.relatedTarget !== null);
    form.querySelector(".drop").classList.toggle("drop-over", stays);
    if (name !== "drop") return;
    const { files } = event.dataTransfer;
    const sentence = refusal(form, files);
    say(form, sentence);
    if (sentence || !files.length) return;
    form.querySelector("input[type=file]").files = files;
    form.requestSubmit();
  });
}

function start(root) {
  for (const form of root.querySelectorAll?.("[data-upload]") ?? []) startUpload(form);
  if (root.matches?.("[data-upload]")) startUpload(root);
  // A row that is opened for repair: the first wrong cell takes the focus, else one that is worth a look, else the first.
  const form = root.querySelector?.("[data-row-form]");
  const first = ['[aria-invalid="true"]', "[aria-describedby]", "input, textarea"].map((one) => form?.querySelector(one));
  first.find(Boolean)?.focus();
}

/** What was chosen for a column is judged at once by the list that it is chosen from. */
function judge(field) {
  const text = field.value.trim().toLowerCase();
  const option = [...field.list.options].find((one) => one.value.toLowerCase() === text);
  field.closest("[data-state]").dataset.state = option ? "known" : text ? "wrong" : "none";
  if (text && !option) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  const note = document.getElementById(field.getAttribute("aria-describedby"));
  note.textContent = option ? option.textContent : text ? field.list.dataset.wrong : "";
}
document.addEventListener("change", (event) => event.target.matches('input[list="column-choices"]') && judge(event.target));

const drawer = document.getElementById("row-preview");
document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const link = event.target.closest("a[data-row-preview]");
  if (!link || !plain || !drawer || !window.htmx) return;
  event.preventDefault();
  const body = drawer.querySelector("#row-preview-body");
  body.replaceChildren();
  drawer.showModal();
  window.htmx.ajax("GET", link.getAttribute("href"), { source: body, target: body, swap: "innerHTML" });
});

if (document.getElementById("signed-out")) startSignedOut(".bar");

document.addEventListener("htmx:load", (event) => start(event.detail.elt));
