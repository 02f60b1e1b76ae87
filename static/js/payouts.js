/** What a host asks to have paid out, and what became of it. */
import {Deed} from "footlight/deed";
import {toast, write} from "footlight/dom";
import {gettext, number} from "footlight/i18n";
import {rest} from "footlight/rest";

export class Payouts {
  #root;
  #purse;
  #deed = new Deed("payouts/");

  /** @param {HTMLElement} root @param {import("./purse.js").Purse} purse */
  constructor(root, purse) {
    this.#root = root;
    this.#purse = purse;
    const form = root.querySelector("[data-payout]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(form);
    });
    this.load();
  }

  /** The last one that was decided: who asked for it wants to know. */
  async load() {
    const answer = await rest("GET", "payouts/").catch(() => null);
    const rows = answer?.results ?? answer ?? [];
    const waits = rows.find(({state}) => state === "asked") ?? null;
    const last = rows.find(({state}) => state !== "asked");
    this.show(waits);
    for (const row of this.#root.querySelectorAll("[data-last]")) row.hidden = !last;
    const reason = this.#root.querySelector("[data-last-reason]");
    reason.hidden = !last?.reason;
    reason.textContent = last?.reason ?? "";
    if (!last) return;
    write("last-words", last.state === "approved" ? gettext("Last paid out") : gettext("Refused and returned"), this.#root);
    write("last", number(last.coins), this.#root);
  }

  /** @param {{coins: number} | null} waits */
  show(waits) {
    for (const part of this.#root.querySelectorAll("[data-waits]")) part.hidden = !waits;
    this.#root.querySelector("[data-payout]").hidden = Boolean(waits);
    if (waits) write("asked", number(waits.coins), this.#root);
  }

  async #ask(form) {
    const [coins, note] = form.querySelectorAll("input");
    const button = form.querySelector("button");
    button.disabled = true;
    write("payout-error", "", this.#root);
    try {
      const payout = await this.#deed.do({coins: Number(coins.value), note: note.value.trim()});
      form.reset();
      this.show(payout);
      toast(gettext("Your request is in review."));
    } catch (error) {
      write("payout-error", error.message, this.#root);
      coins.focus();
    }
    button.disabled = false;
  }
}
