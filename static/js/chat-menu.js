/** What can be done with a message: a button on each line, a long press, or Enter on a line one walked to. */
import {keyOf} from "footlight/chat";
import {on, toast, write} from "footlight/dom";
import {gettext, interpolate} from "footlight/i18n";
import {copy} from "footlight/share";
import {openAt, roam} from "footlight/sheets";

const LONG = 500; // ms of a press
const STILL = 10; // px a finger may move meanwhile

export class ChatMenu {
  #sheet = document.getElementById("chat-menu");
  #dialog = document.getElementById("report");
  #reason = this.#sheet.querySelector("input");
  #store;
  #does;
  #message = null;

  /**
   * @param {HTMLElement} log
   * @param {import("./chat.js").ChatStore} store
   * @param {{deeds: import("./chat-deeds.js").Deeds, blocked: import("./blocked.js").Blocked,
   *   composer: import("./chat-composer.js").Composer | null}} does
   */
  constructor(log, store, does) {
    this.#store = store;
    this.#does = does;
    this.#listen(log);
    this.#key(log);
    this.#press(log);
    roam(this.#sheet);
  }

  #listen(log) {
    log.addEventListener("click", ({target}) => {
      const more = target.closest("[data-act=line-menu]");
      if (more) this.#open(more.closest(".say"), more);
    });
    const act = (name, does) => on(name, () => this.#act(does), this.#sheet);
    act("reply", (message) => this.#does.composer?.answer(outline(message)));
    act("mention", ({sender}) => this.#does.composer?.mention(sender));
    act("copy", (message) => copy(outline(message).text));
    act("block", ({sender}) => this.#hide(sender));
    act("report", () => this.#dialog.showModal());
    act("delete", (message, reason) => this.#does.deeds.remove(message, reason));
    act("kick", ({sender}, reason) => this.#does.deeds.kick(sender, reason));
    act("ban", ({sender}, reason) => this.#does.deeds.ban(sender, reason));
    for (const button of this.#sheet.querySelectorAll("[data-mute]")) {
      button.addEventListener("click", () => this.#act(({sender}, reason) => this.#does.deeds.mute(sender, Number(button.dataset.mute), reason)));
    }
    this.#sheet.addEventListener("toggle", ({newState}) => {
      if (newState === "closed") for (const line of log.querySelectorAll(".is-open")) line.classList.remove("is-open");
    });
    this.#dialog.addEventListener("close", () => {
      if (this.#dialog.returnValue !== "send") return;
      const fields = new FormData(this.#dialog.querySelector("form"));
      const reason = [fields.get("why"), fields.get("words")].filter(Boolean).join(": ").slice(0, 200);
      this.#does.deeds.report(this.#message, reason);
    });
    // What is gone cannot be acted upon.
    this.#store.on("gone", (key) => this.#message && keyOf(this.#message) === key && this.#sheet.hidePopover());
  }

  #hide(person) {
    const {blocked} = this.#does;
    blocked.add(person);
    const words = interpolate(gettext("You do not read %(name)s any more."), {name: person.nick});
    toast(words, {undo: () => blocked.remove(person.uid)});
  }

  #act(does) {
    const reason = this.#reason.value.trim();
    this.#sheet.hidePopover();
    does(this.#message, reason);
  }

  /** @param {HTMLElement} line @param {HTMLElement} from */
  #open(line, from) {
    this.#message = this.#store.messages.find((message) => keyOf(message) === line.dataset.key) ?? null;
    const {me} = this.#store;
    if (!this.#message?.sender || !me?.uid) return;
    const {role, uid} = this.#message.sender;
    const is = {
      other: uid !== me.uid,
      rules: me.moderator,
      above: me.moderator && role !== "owner" && (role !== "admin" || me.role !== "admin"),
      speaks: Boolean(this.#does.composer),
    };
    for (const part of this.#sheet.querySelectorAll("[data-whose]")) {
      part.hidden = !part.dataset.whose.split(" ").every((word) => is[word]);
    }
    write("menu-nick", this.#message.sender.nick, this.#sheet);
    write("menu-text", this.#message.text ?? "", this.#sheet);
    this.#reason.value = "";
    line.classList.add("is-open");
    openAt(this.#sheet, from);
    [...this.#sheet.querySelectorAll("button")].find((button) => button.offsetParent)?.focus();
  }

  /** On a line that one walked to. */
  #key(log) {
    log.addEventListener("keydown", (event) => {
      if (!event.target.matches(".say[data-key]") || !["Enter", "ContextMenu"].includes(event.key)) return;
      event.preventDefault();
      this.#open(event.target, event.target);
    });
  }

  #press(log) {
    let timer = 0;
    let start = null;
    const stop = () => clearTimeout(timer);
    log.addEventListener("pointerdown", (event) => {
      stop();
      const line = event.target.closest(".say[data-key]");
      if (!line || event.pointerType === "mouse" || event.target.closest("button")) return;
      start = event;
      timer = setTimeout(() => this.#open(line, line), LONG);
    });
    log.addEventListener("pointermove", ({clientX, clientY}) => {
      if (start && Math.hypot(clientX - start.clientX, clientY - start.clientY) > STILL) stop();
    });
    for (const name of ["pointerup", "pointercancel", "scroll"]) log.addEventListener(name, stop);
    log.addEventListener("contextmenu", (event) => start && event.pointerType !== "mouse" && event.preventDefault());
  }
}

/** What a reply shows of it. */
const outline = (message) => ({key: keyOf(message), seq: message.seq, nick: message.sender.nick, text: message.text ?? message.data?.desc ?? ""});
