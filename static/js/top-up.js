/** Getting coins: packs that are bought elsewhere, and codes. On the wallet page and in the sheet of the watch page. */
import {Deed} from "footlight/deed";
import {acts, copyOf, toast, write} from "footlight/dom";
import {gettext, interpolate, money, number} from "footlight/i18n";
import {leaveToPay} from "footlight/purchase";
import {rest} from "footlight/rest";
import {roam} from "footlight/sheets";

/**
 * @param {HTMLElement} root holds the packs and the form for codes
 * @param {import("./purse.js").Purse} purse
 * @param {{packs?: object[], redeemed?: (wallet: object) => void, beside?: boolean}} [options] `packs` where they are
 *   known already; `beside`: one pays in another tab, so that this page stays
 */
export function mountTopUp(root, purse, {packs, redeemed = () => {}, beside = false} = {}) {
  mountCode(root, purse, redeemed);
  const shelf = new Shelf(root, beside);
  if (packs) shelf.show(packs);
  else rest("GET", "wallet/").then((wallet) => shelf.show(wallet.packs), () => {}); // codes work without the packs
}

class Shelf {
  #root;
  #buy;
  #deed = new Deed("wallet/purchases/");
  #chosen = null;
  #beside;

  constructor(root, beside) {
    this.#root = root;
    this.#beside = beside;
    roam(root.querySelector(".packs"), 3);
    [this.#buy] = acts("buy", root);
    this.#buy.addEventListener("click", () => this.#pay());
  }

  show(packs) {
    this.#root.querySelector("[data-shop]").hidden = !packs.length;
    const buttons = packs.map((pack) => this.#button(pack));
    this.#root.querySelector(".packs").replaceChildren(...buttons);
    if (packs.length) this.#choose(packs[Math.min(1, packs.length - 1)], buttons[Math.min(1, packs.length - 1)]);
  }

  #button(pack) {
    const button = copyOf("coin-pack");
    button.querySelector("b").textContent = number(pack.coins);
    button.querySelector("span").textContent = money(pack.price, pack.currency);
    button.addEventListener("click", () => this.#choose(pack, button));
    return button;
  }

  #choose(pack, chosen) {
    this.#chosen = pack;
    for (const button of this.#root.querySelectorAll(".pack")) button.setAttribute("aria-checked", String(button === chosen));
    const words = gettext("Buy %(coins)s coins for %(price)s");
    write("buy", interpolate(words, {coins: number(pack.coins), price: money(pack.price, pack.currency)}), this.#root);
  }

  async #pay() {
    this.#buy.disabled = true;
    const tab = this.#beside ? window.open("", "_blank") : null; // only within the click may a tab be opened
    if (tab) tab.opener = null;
    try {
      const {id, url} = await this.#deed.do({pack: this.#chosen.id});
      if (!tab) leaveToPay(id);
      (tab ?? window).location.assign(new URL(url, location.href));
      this.#buy.disabled = !tab;
    } catch (error) {
      tab?.close();
      toast(error.message, {bad: true});
      this.#buy.disabled = false;
    }
  }
}

function mountCode(root, purse, redeemed) {
  const form = root.querySelector("[data-code]");
  const [field, button] = [form.querySelector("input"), form.querySelector("button")];
  const deed = new Deed("wallet/redeem/");
  const say = (text) => {
    write("code-error", text, root);
    field.setAttribute("aria-invalid", String(Boolean(text)));
  };
  field.addEventListener("input", () => say(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = field.value.trim();
    if (!code) return field.focus();
    button.disabled = true;
    const before = purse.balance;
    try {
      const wallet = await deed.do({code});
      field.value = "";
      say("");
      purse.set(wallet.balance);
      toast(interpolate(gettext("%(coins)s coins are yours."), {coins: number(wallet.coins ?? Math.max(0, wallet.balance - before))}));
      redeemed(wallet);
    } catch (error) {
      say(error.message);
      field.focus();
    }
    button.disabled = false;
  });
}
