/** Handing on the address of a show. */
import {on, toast} from "footlight/dom";
import {gettext} from "footlight/i18n";

/**
 * Every `data-act="share"` hands on its `data-url` (the page's own address without one).
 * A phone opens its own sheet; elsewhere the address is copied.
 */
export function mountShare() {
  on("share", async ({currentTarget}) => {
    const url = new URL(currentTarget.dataset.url ?? location.pathname, location.href).href;
    const title = currentTarget.dataset.title;
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({title, url}).catch(() => {}); // closed without choosing: nothing to say
      return;
    }
    await copy(url, gettext("The address is copied."));
  });
}

/** @param {string} text @param {string} [words] what to say then */
export async function copy(text, words = gettext("Copied.")) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words);
  } catch {
    toast(text); // no right to the clipboard: it can still be read
  }
}
