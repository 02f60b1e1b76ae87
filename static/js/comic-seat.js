/** One seat: what of it is locked, and what the host can do with whoever sits there. */
import {on, toast, write} from "footlight/dom";
import {gettext, interpolate, number} from "footlight/i18n";
import {openAt} from "footlight/sheets";

export class SeatSheet {
  #sheet = document.getElementById("seat-sheet");
  #locks = [...this.#sheet.querySelectorAll("[data-lock]")];
  #to = this.#sheet.querySelector("select");
  #comic;
  #index = 0;

  /** @param {import("./client/comic.js").CoMic} comic */
  constructor(comic) {
    this.#comic = comic;
    for (const lock of this.#locks) lock.addEventListener("change", () => this.#do(this.#lock()));
    this.#to.addEventListener("change", () => this.#move(Number(this.#to.value)));
    on("seat-remove", () => this.#do(comic.kickUserOffSeatByAdmin(this.#index), true), this.#sheet);
  }

  /** @param {number} index @param {HTMLElement} opener */
  open(index, opener) {
    this.#index = index;
    this.draw();
    openAt(this.#sheet, opener);
    this.#locks[0].focus();
  }

  draw() {
    if (!this.#index) return;
    const {users, locks, size} = this.#comic.seating.list;
    const seat = users.find((one) => one.number === this.#index);
    const values = {number: number(this.#index), name: seat?.person.nick};
    write("seat-title", interpolate(seat ? gettext("Seat %(number)s: %(name)s") : gettext("Seat %(number)s: free"), values), this.#sheet);
    const locked = locks[this.#index] ?? [];
    for (const lock of this.#locks) lock.checked = locked.includes(lock.dataset.lock);
    for (const part of this.#sheet.querySelectorAll("[data-seated]")) part.hidden = !seat;
    this.#drawFree(users, locks, size);
  }

  /** The seats to which somebody can be moved. */
  #drawFree(users, locks, size) {
    const free = Array.from({length: size}, (_, place) => place + 1).filter((index) => {
      return index !== this.#index && !users.some((one) => one.number === index) && !(locks[index] ?? []).includes("seat");
    });
    const known = [...this.#to.options].slice(1).map(({value}) => Number(value));
    if (String(known) === String(free)) return;
    const options = free.map((index) => new Option(interpolate(gettext("Seat %(number)s"), {number: number(index)}), String(index)));
    this.#to.replaceChildren(new Option(gettext("Stays here"), ""), ...options);
    this.#to.disabled = !free.length;
  }

  #lock() {
    const on = Object.fromEntries(this.#locks.map((lock) => [lock.dataset.lock, lock.checked]));
    return this.#comic.lockSeatByAdmin(this.#index, {lockSeat: on.seat, lockAudio: on.audio, lockVideo: on.video});
  }

  async #move(index) {
    const seat = this.#comic.seating.list.users.find((one) => one.number === this.#index);
    this.#to.value = "";
    if (!seat || !index) return;
    await this.#do(this.#comic.moveUserToSeat(seat.person.uid, index), true);
  }

  async #do(deed, closes = false) {
    try {
      await deed;
      if (closes) this.#sheet.hidePopover();
    } catch (error) {
      toast(error.message, {bad: true});
      this.draw();
    }
  }
}
