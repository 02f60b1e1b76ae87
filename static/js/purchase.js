/** The way to the payment partner and back: what became of it is said once. */
import {write} from "footlight/dom";
import {gettext} from "footlight/i18n";

const MARK = "footlight.purchase"; // of this tab, which goes there and comes back
const WORDS = {
  paid: () => gettext("Thank you. The coins are yours."),
  failed: () => gettext("Nothing was paid, and nothing was taken."),
  open: () => gettext("Waiting for the payment partner. The coins come in here by themselves."),
};

/** @param {number} id of the purchase that this tab goes to pay for */
export const leaveToPay = (id) => sessionStorage.setItem(MARK, String(id));

/**
 * @param {HTMLElement} notice
 * @param {Record<string, string>} purchases the state of the last ones
 * @param {import("./socket.js").Connection} me hears of the coins when they come
 */
export function tellPurchase(notice, purchases, me) {
  const state = purchases[sessionStorage.getItem(MARK) ?? ""];
  if (!state) return;
  const say = (name) => {
    write("purchase", WORDS[name](), notice);
    notice.hidden = false;
    notice.classList.toggle("notice-bad", name === "failed");
    if (name !== "open") sessionStorage.removeItem(MARK);
  };
  say(state);
  me.on("wallet.changed", ({kind}) => kind === "purchase" && say("paid"));
}
