// Pictures of running shows ([data-thumb]), made anew about every ten seconds. Each is loaded before it is shown, so
// nothing flickers; where there is none, the cover ([data-cover]) is shown.

const EVERY = 10_000; // ms
const seen = new Set();

const eyes = new IntersectionObserver((changes) => {
  for (const {target, isIntersecting} of changes) {
    if (isIntersecting) seen.add(target);
    else seen.delete(target);
  }
});

async function renew(/** @type {HTMLImageElement} */ shown) {
  const fresh = new Image();
  fresh.src = `${shown.dataset.thumb}?at=${Math.floor(Date.now() / EVERY)}`;
  const came = await fresh.decode().then(() => true, () => false);
  shown.src = came ? fresh.src : shown.dataset.cover;
}

/** Pictures that the page has and had not before. */
export function watchThumbs() {
  for (const shown of document.querySelectorAll("img[data-thumb]")) eyes.observe(shown);
}

function look() {
  if (document.hidden || navigator.connection?.saveData) return;
  for (const shown of seen) {
    if (shown.isConnected) renew(shown);
    else seen.delete(shown);
  }
}

watchThumbs();
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
