/** How a gift looks and what it is called. The house's own ones have drawings and names in each language. */
import {gettext} from "footlight/i18n";

const NAMES = {
  rose: () => gettext("Rose"),
  candle: () => gettext("Candle"),
  applause: () => gettext("Applause"),
  spotlight: () => gettext("Spotlight"),
  encore: () => gettext("Encore"),
  "first-night": () => gettext("First night"),
  "full-house": () => gettext("Full house"),
  curtain: () => gettext("Curtain"),
};

/** The drawings that the page carries as templates; see templates/rooms/parts/gift_icons.html. */
const DRAWN = {
  rose: "flower-2",
  candle: "flame",
  applause: "hand-heart",
  spotlight: "lightbulb",
  encore: "drama",
  "first-night": "sparkles",
  "full-house": "crown",
  curtain: "party-popper",
};

/** @param {{code?: string, name?: string}} gift */
export const giftName = ({code, name}) => NAMES[code]?.() ?? name ?? gettext("a gift");

/** @param {{code?: string, icon?: string}} gift @param {string} [dress] @returns {Element} */
export function giftIcon({code, icon}, dress = "") {
  const drawn = document.getElementById(`gift-${DRAWN[code] ?? icon}`) ?? (icon ? null : document.getElementById("gift-gift"));
  if (drawn) {
    const copy = drawn.content.firstElementChild.cloneNode(true);
    if (dress) copy.classList.add(...dress.split(" "));
    return copy;
  }
  const glyph = document.createElement("span");
  glyph.className = `glyph ${dress}`;
  glyph.ariaHidden = "true";
  glyph.textContent = icon;
  return glyph;
}
