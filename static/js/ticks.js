// Keeps "24 seconds ago" true while the page stays open.
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

/** The distance of an instant from now, in the page's language. */
function distance(instant) {
  const seconds = Math.round((instant - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) || UNITS.at(-1);
  return words.format(Math.trunc(seconds / size), unit);
}

function tick() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const said = distance(Date.parse(time.dateTime));
    if (time.textContent !== said) time.textContent = said;
  }
}

export function startTicks() {
  tick();
  setInterval(tick, 10_000);
  document.addEventListener("htmx:load", tick);
}
