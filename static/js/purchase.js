/** The way back from the payment partner: `?purchase=` says which one it was. */
import {write} from "footlight/dom";
import {gettext} from "footlight/i18n";

const WORDS = {
  paid: () => gettext("Thank you. The coins are yours."),
  failed: () => gettext("Nothing was paid, and nothing was taken."),
  open: () => gettext("Waiting for the payment partner. The coins come in here by themselves."),
};

/** @param {HTMLElement} notice @param {import("./socket.js").Connection} me hears of the coins when they come */
export function tellPurchase(notice, me) {
  const state = new URLSearchParams(location.search).get("purchase");
  if (!state) return;
  const say = (name) => {
    write("purchase", (WORDS[name] ?? WORDS.open)(), notice);
    notice.hidden = false;
    notice.classList.toggle("notice-bad", name === "failed");
  };
  say(state);
  me.on("wallet.changed", ({kind}) => kind === "purchase" && say("paid"));
  history.replaceState(null, "", location.pathname); // a reload does not say it again
}
