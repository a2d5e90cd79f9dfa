// A picture whose small copy is still being made comes as a drawing of three pixels: ask for it again, a few times.
const PENDING = 3;
const WAITS = [1500, 3000, 6000, 12000];

function again(image) {
  const tries = Number(image.dataset.tries || 0);
  if (image.naturalWidth !== PENDING || tries >= WAITS.length) return;
  image.dataset.tries = tries + 1;
  setTimeout(() => {
    const address = new URL(image.src);
    address.searchParams.set("again", tries + 1);
    image.src = address.href;
  }, WAITS[tries]);
}

const isThumbnail = (node) => node instanceof HTMLImageElement && node.classList.contains("thumb");

export function startThumbnails() {
  // The event does not bubble, so it is caught on its way down.
  document.addEventListener("load", (event) => isThumbnail(event.target) && again(event.target), true);
  for (const image of document.querySelectorAll("img.thumb")) if (image.complete) again(image);
}
