/** The balance wherever a page shows it, and the socket of pages without a room. */
import {write} from "footlight/dom";
import {gettext, interpolate, number} from "footlight/i18n";
import {Connection} from "footlight/socket";

/** Hears what concerns nobody but this person. @returns {Connection} not open yet */
export const ownSocket = () => new Connection("/ws/me/", {first: "me.welcome"});

/** Every `data-show="balance"` follows it. @param {import("./purse.js").Purse} purse */
export function mountPurse(purse) {
  const draw = (free) => {
    write("balance", number(free));
    for (const chip of document.querySelectorAll("[data-balance]")) {
      chip.ariaLabel = interpolate(gettext("Wallet: %(coins)s coins"), {coins: number(free)});
      chip.dataset.balance = String(free);
    }
  };
  purse.on("change", draw);
  draw(purse.free);
}

/** What the page was written with. */
mountPurse.written = () => Number(document.querySelector("[data-balance]")?.dataset.balance ?? 0);
