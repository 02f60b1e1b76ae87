/** The audience, for the host to ask somebody up. */
import {copyOf, on, toast, write} from "footlight/dom";
import {faceOf} from "footlight/faces";
import {gettext, interpolate, ngettext, number} from "footlight/i18n";
import {rest} from "footlight/rest";

export class InviteList {
  #dialog = document.getElementById("invite");
  #list = this.#dialog.querySelector(".people");
  #comic;
  #cid;
  #people = [];

  /** @param {import("./client/comic.js").CoMic} comic @param {string} cid */
  constructor(comic, cid) {
    this.#comic = comic;
    this.#cid = cid;
    on("invite-again", () => this.#load(), this.#dialog);
    comic.seating.on("change", () => this.#dialog.open && this.#draw());
  }

  open() {
    this.#dialog.showModal();
    this.#load();
  }

  async #load() {
    try {
      const {total, people} = await rest("GET", `channels/${this.#cid}/audience/`);
      this.#people = people;
      const here = interpolate(ngettext("%(count)s person is here.", "%(count)s people are here.", total), {count: number(total)});
      const known = people.length < total ? gettext("People who are signed in can be asked; the latest stand first.") : "";
      write("audience", `${here} ${known}`.trim(), this.#dialog);
      this.#list.dataset.empty = gettext("Nobody who is signed in is here yet.");
    } catch (error) {
      write("audience", error.message, this.#dialog);
    }
    this.#draw();
  }

  #draw() {
    const focused = document.activeElement?.closest("li")?.dataset.uid;
    this.#list.replaceChildren(...this.#people.map((person) => this.#row(person)));
    if (focused) [...this.#list.children].find(({dataset}) => dataset.uid === focused)?.querySelector("button:not([hidden])")?.focus();
  }

  #row(person) {
    const row = copyOf("invite-row");
    row.dataset.uid = person.uid;
    row.prepend(faceOf(person, "avatar"));
    row.querySelector("b").textContent = person.nick;
    row.querySelector(".quiet").textContent = `@${person.uid}`;
    const seat = this.#comic.seating.of(person.uid);
    const [button, badge] = [row.querySelector("button"), row.querySelector(".badge")];
    button.hidden = Boolean(seat);
    badge.hidden = !seat;
    const words = {asked: gettext("asks to join"), invited: gettext("invited"), seated: gettext("on stage")};
    badge.textContent = words[seat?.state] ?? "";
    button.setAttribute("aria-label", interpolate(gettext("Invite %(name)s"), {name: person.nick}));
    button.addEventListener("click", () => this.#invite(button, person));
    return row;
  }

  async #invite(button, person) {
    button.disabled = true;
    await this.#comic.requestIntraRoomConnection(person.uid, null, true).catch((error) => toast(error.message, {bad: true}));
    this.#draw();
  }
}
