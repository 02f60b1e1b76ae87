/** The tray of gifts: what there is, how many, and the run that goes on while one taps. */
import {acts, copyOf, on, toast, write} from "footlight/dom";
import {Deed} from "footlight/deed";
import {giftIcon, giftName} from "footlight/gift-icons";
import {COMBO, Giving} from "footlight/giving";
import {gettext, interpolate, number} from "footlight/i18n";
import {rest} from "footlight/rest";
import {roam} from "footlight/sheets";
import {mountTabs} from "footlight/tabs";

export class GiftTray {
  #root = document.getElementById("gifts");
  #button;
  #purse;
  #catalogue = null;
  #chosen = null; // {gift, button}
  #quantity = 1;
  #run = 0; // how many of the present run; its clock
  #timer = 0;
  #opener = null;
  giving;

  /** @param {string} cid @param {import("./purse.js").Purse} purse */
  constructor(cid, purse) {
    this.#purse = purse;
    this.giving = new Giving(new Deed(`channels/${cid}/gifts/`), purse);
    [this.#button] = acts("give", this.#root);
    this.#listen();
    mountTabs(this.#root);
    mountPacket(this.#root, cid, (words) => this.#say(words), () => this.close());
  }

  #listen() {
    const root = this.#root;
    on("gifts", ({currentTarget}) => (root.hidden ? this.open(currentTarget) : this.close()));
    on("gifts-close", () => this.close(), root);
    root.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
    roam(root.querySelector(".gifts"), 4);
    this.#button.addEventListener("click", () => this.#chosen && this.giving.give(this.#chosen.gift, this.#quantity));
    for (const button of root.querySelectorAll("[data-quantity]")) button.addEventListener("click", () => this.#setQuantity(Number(button.dataset.quantity)));
    this.giving.on("given", ({count}) => this.#count(count));
    this.giving.on("short", (coins) => this.#say(interpolate(gettext("That costs %(coins)s coins; you have %(balance)s. Top up to give it."), {coins: number(coins), balance: number(this.#purse.free)})));
    this.giving.on("refused", (error) => {
      this.#over();
      toast(error.message, {bad: true});
    });
    this.#purse.on("change", () => this.#drawDear());
  }

  /** @param {HTMLElement} opener gets the focus back */
  async open(opener) {
    this.#opener = opener;
    this.#show(true);
    this.#say("");
    if (!this.#catalogue) await this.#load();
    (this.#chosen?.button ?? this.#root.querySelector("[data-act=gifts-close]")).focus({preventScroll: true});
  }

  close() {
    this.#show(false);
    this.#over();
    this.#opener?.focus({preventScroll: true});
  }

  #show(open) {
    this.#root.hidden = !open;
    for (const button of acts("gifts")) button.setAttribute("aria-expanded", String(open));
  }

  async #load() {
    try {
      this.#catalogue = await rest("GET", "gifts/");
    } catch (error) {
      this.#say(error.message);
      return;
    }
    this.#root.querySelector(".gifts").replaceChildren(...this.#catalogue.map((gift) => this.#one(gift)));
    this.#root.querySelector("[data-none]").hidden = this.#catalogue.length > 0;
    this.#root.querySelector(".tray-foot").hidden = !this.#catalogue.length;
    if (this.#catalogue.length) this.#choose(this.#catalogue[0], this.#root.querySelector(".gift"));
    this.#drawDear();
  }

  #one(gift) {
    const button = copyOf("gift-button");
    button.prepend(giftIcon(gift));
    button.querySelector(".cut").textContent = giftName(gift);
    button.querySelector(".coin").textContent = number(gift.price);
    button.addEventListener("click", () => this.#choose(gift, button));
    return button;
  }

  #choose(gift, button) {
    if (this.#chosen?.gift !== gift) this.#over();
    this.#chosen = {gift, button};
    for (const other of this.#root.querySelectorAll(".gift")) {
      other.setAttribute("aria-checked", String(other === button));
      other.tabIndex = other === button ? 0 : -1;
    }
    this.#button.disabled = false;
    this.#say("");
    this.#draw();
  }

  #setQuantity(quantity) {
    this.#quantity = quantity;
    for (const button of this.#root.querySelectorAll("[data-quantity]")) button.setAttribute("aria-pressed", String(Number(button.dataset.quantity) === quantity));
    this.#draw();
  }

  #count(count) {
    this.#run = count;
    this.#say("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#over(), COMBO);
    const clock = this.#button.querySelector(".combo-left");
    clock.removeAttribute("data-on");
    void clock.offsetWidth; // begins its run anew
    clock.dataset.on = "";
    this.#draw();
  }

  #over() {
    clearTimeout(this.#timer);
    this.#run = 0;
    this.#button.querySelector(".combo-left").removeAttribute("data-on");
    this.#draw();
  }

  #draw() {
    if (!this.#chosen) return;
    const coins = number(this.#chosen.gift.price * this.#quantity);
    const words = this.#run ? gettext("Again · %(coins)s") : gettext("Send · %(coins)s");
    const run = this.#run > 1 ? ` · ×${number(this.#run)}` : "";
    write("give", interpolate(words, {coins}) + run, this.#button);
  }

  #drawDear() {
    const buttons = this.#root.querySelectorAll(".gift");
    (this.#catalogue ?? []).forEach(({price}, place) => buttons[place]?.toggleAttribute("data-dear", price > this.#purse.free));
  }

  #say(words) {
    write("gift-error", words, this.#root);
  }
}

/** Coins of any number, with words. */
function mountPacket(root, cid, say, close) {
  const form = root.querySelector(".packet-form");
  const deed = new Deed(`channels/${cid}/red-packets/`);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [coins, words] = form.querySelectorAll("input");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await deed.do({coins: Number(coins.value), words: words.value.trim()});
      form.reset();
      say("");
      close();
    } catch (error) {
      say(error.message);
    }
    button.disabled = false;
  });
}
