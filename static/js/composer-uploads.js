// Files go to HighLevel's media library by way of Rota, with progress, while the rest of the post is written.

/** Send one file; `shown` is told of the progress from 0 to 1. Answers what Rota says of the file, or rejects. */
function send(file, address, token, shown, onStart) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && shown(event.loaded / event.total));
    request.addEventListener("load", () => {
      try {
        const answer = JSON.parse(request.responseText);
        if (request.status === 201) resolve(answer);
        else reject(new Error(answer.error));
      } catch {
        reject(new Error(""));
      }
    });
    request.addEventListener("error", () => reject(new Error("")));
    request.addEventListener("abort", () => reject(new Error("aborted")));
    onStart(request);
    request.send(body);
  });
}

/** A line of the list of uploads: name, progress, and a button that cancels. */
function line(file, drop) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const cancel = document.createElement("button");
  name.textContent = `${drop.dataset.waiting} ${file.name}`;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  cancel.type = "button";
  cancel.className = "link-button";
  cancel.textContent = drop.dataset.cancel;
  item.append(name, bar, cancel);
  document.getElementById("uploads").append(item);
  return { item, name, bar, cancel };
}

async function take(file, drop) {
  const shown = line(file, drop);
  const token = document.querySelector("#composer input[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await send(
      file,
      drop.dataset.uploads,
      token,
      (part) => (shown.bar.value = part),
      (request) => shown.cancel.addEventListener("click", () => request.abort()),
    );
    await window.htmx.ajax("POST", drop.dataset.adds, {
      source: "#composer",
      target: "#media",
      swap: "outerHTML",
      values: { do: "add", add: answer.address },
    });
    shown.item.remove();
  } catch (problem) {
    if (problem.message === "aborted") return shown.item.remove();
    shown.bar.remove();
    shown.cancel.remove();
    shown.item.className = "said said-error";
    shown.name.textContent = `${file.name}: ${problem.message || drop.dataset.broken}`;
  }
}

/** One after the other: each answer brings the list of files anew. */
let queue = Promise.resolve();
function takeAll(files) {
  for (const file of files) queue = queue.then(() => take(file, document.querySelector("[data-uploads]")));
}

export function startUploads() {
  const show = () => document.querySelectorAll("[data-uploads]").forEach((drop) => (drop.hidden = false));
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-uploads] input")) return;
    takeAll([...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    const drop = event.target.closest?.("#composer");
    if (!drop || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.querySelector("[data-uploads]")?.classList.add("is-over");
  });
  for (const end of ["dragleave", "drop"]) {
    document.addEventListener(end, (event) => {
      document.querySelector("[data-uploads]")?.classList.remove("is-over");
      if (end === "dragleave" || !event.target.closest?.("#composer") || !event.dataTransfer?.files.length) return;
      event.preventDefault();
      takeAll([...event.dataTransfer.files]);
    });
  }
  document.addEventListener("htmx:afterSettle", show);
  show();
}
