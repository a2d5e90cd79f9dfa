// The sign-in ended while somebody was writing: the page stays, and goes on once they are signed in again.

const TOKEN = "input[name=csrfmiddlewaretoken]";

/** Take over the token of a fresh page, because signing in has made a new one. `within` tells that page from others. */
async function comeBack(within) {
  const answer = await fetch(window.location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`${within} ${TOKEN}`);
  if (!fresh) return false;
  for (const field of document.querySelectorAll(TOKEN)) field.value = fresh.value;
  document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
  return true;
}

export function startSignedOut(within) {
  const dialog = document.getElementById("signed-out");
  document.body.addEventListener("accounts:signed-out", () => {
    if (!dialog.open) dialog.showModal();
  });
  const resume = async (asked) => {
    if (!dialog.open) return;
    const back = await comeBack(within);
    document.getElementById("signed-out-still").hidden = back || !asked;
    if (!back) return;
    dialog.close();
    window.htmx.trigger(document.body, "planner:check");
  };
  dialog?.querySelector("[data-back-in]").addEventListener("click", () => resume(true));
  window.addEventListener("focus", () => resume(false));
}
