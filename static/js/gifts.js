/** Gifts on the watch page: one's own are shown as they are tapped, those of others as the chat tells of them. */
import {acts, on} from "footlight/dom";
import {giftName} from "footlight/gift-icons";
import {GiftStage} from "footlight/gift-stage";
import {GiftTray} from "footlight/gift-tray";
import {gettext} from "footlight/i18n";
import {openAt} from "footlight/sheets";
import {mountTopUp} from "footlight/top-up";

const GATHER = 10_000; // ms in which gifts without a run of their own are counted together

/** What a red packet looks like over the picture. */
const PACKET = () => ({name: gettext("a red packet"), icon: "mail", effect: "banner"});

/**
 * @param {{stage: HTMLElement, cid: string, store: import("./chat.js").ChatStore, blocked: import("./blocked.js").Blocked,
 *   purse: import("./purse.js").Purse, look: {gifts: boolean}}} parts
 */
export function mountGifts({stage, cid, store, blocked, purse, look}) {
  const over = new GiftStage(stage, () => look.gifts);
  const tray = document.getElementById("gifts") ? new GiftTray(cid, purse) : null;
  const runs = new Runs();
  tray?.giving.on("given", ({gift, count, combo}) => over.show({sender: store.me, gift, count, run: combo}));
  store.on("add", ({kind, sender, data = {}, ts}) => {
    if (blocked.has(sender?.uid) || tray?.giving.mine.has(data.combo)) return;
    if (kind === "red_packet") over.show({sender, gift: PACKET(), count: 1, run: `packet:${ts}`});
    if (kind === "gift") over.show({sender, gift: {...data, name: giftName(data)}, ...runs.count(sender, data)});
  });
  on("supporters", ({currentTarget}) => openAt(document.getElementById("supporters"), currentTarget));
  return over;
}

/** Top up in a sheet, without leaving the show. @param {import("./purse.js").Purse} purse */
export function mountTopUpSheet(purse) {
  const dialog = document.getElementById("top-up");
  if (!dialog) return;
  let mounted = false;
  for (const button of acts("top-up")) {
    button.addEventListener("click", () => {
      if (!mounted) mountTopUp(dialog, purse, {redeemed: () => dialog.close(), beside: true});
      mounted = true;
      dialog.showModal();
    });
  }
}

/** How many of a gift somebody gave in one go. */
class Runs {
  #runs = new Map();

  /** @returns {{run: string, count: number}} */
  count(sender, {code, combo, quantity = 1}) {
    const run = `${sender?.uid}:${combo || code}`;
    const known = this.#runs.get(run);
    const fresh = !known || performance.now() - known.at > GATHER;
    const count = (fresh ? 0 : known.count) + quantity;
    this.#runs.set(run, {count, at: performance.now()});
    if (this.#runs.size > 200) this.#runs.delete(this.#runs.keys().next().value);
    return {run, count};
  }
}
