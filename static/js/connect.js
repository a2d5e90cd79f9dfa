// Connecting an account: the dialog, HighLevel's window, and the one answer that is believed.
const PAGES = new Set(["social-media-posting", "social_media_posting"]); // both spellings of HighLevel's documents
const NETWORKS = /^(google|facebook|instagram|linkedin|tiktok|tiktok-business|youtube|pinterest|threads|bluesky)$/;
const WINDOW = "popup,width=640,height=780";
const GRACE = 1500; // ms for an answer that is under way when its window closes
const dialog = document.getElementById("connect");

let opened = null; // what the last click on a network gave: {popup}; popup is null where the browser blocked it
let flow = null; // the sign-in that is under way

/** Open a window inside the click, or browsers block it; the address follows when our server has named it. */
function openWindow(button, address = "about:blank") {
  const popup = window.open(address, "_blank", WINDOW);
  if (popup && address === "about:blank") popup.document.body.textContent = button.dataset.waiting;
  return popup;
}

/** Show the sentence for a trouble, and have it logged. */
function trouble(kind, { stop = true } = {}) {
  const { panel } = flow;
  if (flow.said === kind) return;
  flow.said = kind;
  const sentence = panel.querySelector(`template[data-trouble="${kind}"]`);
  panel.querySelector("[data-says]").replaceChildren(sentence.content.cloneNode(true));
  panel.querySelector(".connect-waiting").hidden = stop;
  tell(panel, kind);
}

function tell(panel, kind) {
  const body = new URLSearchParams({ trouble: kind });
  body.set("csrfmiddlewaretoken", panel.querySelector("[name=csrfmiddlewaretoken]").value);
  fetch(panel.dataset.tells, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).catch(() => {});
}

/** Wait for the answer of a window that is open, and notice when it closes or stays silent. */
function watch(popup) {
  unwatch();
  flow.popup = popup;
  flow.said = "";
  flow.panel.querySelector("[data-says]").replaceChildren();
  flow.panel.querySelector(".connect-waiting").hidden = !popup;
  if (!popup) return trouble("blocked");
  flow.poll = setInterval(() => {
    if (!popup.closed) return;
    unwatch();
    flow.grace = setTimeout(() => trouble("closed"), GRACE);
  }, 300);
  flow.silence = setTimeout(() => trouble("silent"), Number(flow.panel.dataset.patience) * 1000);
}

function unwatch() {
  clearInterval(flow.poll);
  clearTimeout(flow.grace);
  clearTimeout(flow.silence);
}

/** Leave the sign-in that is under way; whoever left it open is told nothing more. */
function leave({ because = "" } = {}) {
  if (!flow) return;
  unwatch();
  if (because) tell(flow.panel, because);
  flow.popup?.close();
  flow = null;
}

/** A panel that waits for a sign-in takes the window that was opened for it. */
function adopt(panel) {
  leave();
  flow = { panel, popup: null, said: "" };
  if (opened) {
    const { popup } = opened;
    opened = null;
    if (popup && !popup.closed) popup.location.replace(new URL(panel.dataset.start, location.href).href);
    watch(popup);
  } else {
    panel.querySelector(".connect-waiting").hidden = true;
  }
}

function heard(event) {
  const answer = event.data;
  if (!flow || typeof answer !== "object" || answer === null || !PAGES.has(answer.page)) return;
  const { panel } = flow;
  if (!panel.isConnected) return leave();
  if (event.source === null || event.source !== flow.popup) return trouble("foreign_window", { stop: false });
  if (!panel.dataset.origins.split(" ").includes(event.origin)) return trouble("foreign_origin", { stop: false });
  const named = String(answer.platform);
  if (NETWORKS.test(named) && named !== panel.dataset.platform) return trouble("other_network", { stop: false });
  const form = panel.querySelector("[data-connect-report]");
  form.elements.account_id.value = typeof answer.accountId === "string" ? answer.accountId : "";
  leave();
  form.requestSubmit();
}

function show(link) {
  dialog.showModal();
  const body = dialog.querySelector("#connect-body");
  body.replaceChildren();
  window.htmx.ajax("GET", link.getAttribute("href"), { source: body, target: body, swap: "innerHTML" });
}

function find(root) {
  const panel = root.matches?.("[data-connect-attempt]") ? root : root.querySelector?.("[data-connect-attempt]");
  if (panel) return adopt(panel);
  if (root.matches?.("[data-connect-panel]") || root.querySelector?.("[data-connect-panel]")) abandon();
}

/** The step after the click was not a sign-in: the window that was opened for one has nothing to show. */
function abandon() {
  opened?.popup?.close();
  opened = null;
  leave();
}

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const opener = event.target.closest("[data-opens-window]");
  if (opener && window.htmx && opener.form.hasAttribute("hx-post")) opened = { popup: openWindow(opener) };
  const again = event.target.closest("[data-window-again]");
  if (again) {
    if (!flow) adopt(again.closest("[data-connect-attempt]"));
    flow.popup?.close();
    watch(openWindow(again, new URL(flow.panel.dataset.start, location.href).href));
  }
  const link = event.target.closest("a[data-connect]");
  if (link && plain && dialog && window.htmx && !document.querySelector(".connect-page")) {
    event.preventDefault();
    show(link);
  }
  if (event.target.closest("[data-connect-done]") && dialog?.open) {
    event.preventDefault();
    dialog.close();
  }
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => event.target.closest("[data-connect-panel]") && abandon());
}
window.addEventListener("pagehide", abandon);
document.addEventListener("htmx:load", (event) => find(event.detail.elt));
// After a step is replaced the focus would be nowhere.
document.addEventListener("htmx:afterSettle", () => {
  const heading = document.querySelector("dialog#connect[open] [data-connect-focus], .connect-page [data-connect-focus]");
  if (heading && !heading.closest("[data-connect-panel]").contains(document.activeElement)) heading.focus();
});
window.addEventListener("message", heard);
// The list behind the dialog shows the new account at once, with the filters that it has.
document.addEventListener("accounts:account-connected", () => {
  const list = document.getElementById("accounts");
  if (list) window.htmx.ajax("GET", location.href, { source: list, target: list, swap: "outerHTML" });
});
dialog?.addEventListener("close", () => {
  leave({ because: "abandoned" });
  dialog.querySelector("#connect-body").replaceChildren();
});
find(document.body);
