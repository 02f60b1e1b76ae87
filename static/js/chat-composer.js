/** The field in which a person writes: what they answer to, whether they may speak, and what became of it. */
import {acts, clockSkew, write} from "footlight/dom";
import {droppedWords, refusalWords, standingWords, waitingWords} from "footlight/chat-words";
import {isFace} from "footlight/emoji";
import {mountEmoji} from "footlight/emoji-picker";
import {gettext, interpolate, ngettext} from "footlight/i18n";
import {Mentions} from "footlight/mentions";
import {Outbox} from "footlight/outbox";
import {standing} from "footlight/standing";

const LONGEST = 500; // characters
const WARN = 50; // characters left from which the composer counts down
const SOLID = ["muted", "muted_all", "followers_only", "not_allowed"]; // nothing can be written meanwhile

export class Composer {
  #root;
  #input;
  #send;
  #store;
  #connection;
  #outbox;
  #mentions;
  #reply = null;
  #coolUntil = 0;
  #said = ""; // why this person may not speak, as it was read out last
  #skew = clockSkew();

  /**
   * @param {HTMLElement} root holds form.composer and its strips
   * @param {import("./chat.js").ChatStore} store
   * @param {import("./socket.js").Connection} connection
   */
  constructor(root, store, connection) {
    const form = root.querySelector("form.composer");
    this.#root = root;
    this.#input = form.querySelector("input");
    [this.#send] = acts("send", form);
    this.#store = store;
    this.#connection = connection;
    this.#outbox = new Outbox(connection);
    this.#mentions = new Mentions(this.#input, root.querySelector(".mention-list"), () => this.#others());
    mountEmoji(document.getElementById("emoji"), this.#input);
    this.#listen(form);
    this.#draw();
  }

  #listen(form) {
    this.#input.addEventListener("input", () => this.#draw(""));
    // A word that is still being composed is finished with Enter, not sent.
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.isComposing) event.preventDefault();
      if (event.key === "Escape" && this.#reply) this.answer(null);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    acts("reply-cancel", this.#root)[0].addEventListener("click", () => this.answer(null));
    this.#connection.on("state", () => this.#draw());
    this.#store.on("me", ({wait = 0}) => {
      if (wait > 0) this.#cool(wait);
      this.#draw();
    });
    this.#store.on("profile", ({slow_seconds: slow}) => {
      // A slow mode that was loosened binds nobody any longer than the new one.
      this.#coolUntil = Math.min(this.#coolUntil, Date.now() + (slow ?? 0) * 1000);
      this.#draw();
    });
    this.#store.on("gone", (key) => this.#reply?.key === key && this.answer(null));
    setInterval(() => this.#draw(), 1000);
  }

  /** What is written next answers to this message. @param {{key: string, seq: number, nick: string, text: string} | null} message */
  answer(message) {
    this.#reply = message;
    this.#root.querySelector(".composer-reply").hidden = !message;
    write("reply-nick", message?.nick ?? "", this.#root);
    write("reply-text", message?.text ?? "", this.#root);
    if (message) this.#input.focus();
  }

  /** @param {{uid: string, nick: string}} person */
  mention(person) {
    this.#mentions.add(person);
  }

  #others() {
    return [...this.#store.people.values()].filter(({uid}) => uid !== this.#store.me?.uid);
  }

  async #say() {
    const text = this.#input.value.trim();
    if (!text || this.#send.disabled) return;
    const fields = {kind: isFace(text) && !this.#reply ? "face" : "text", text};
    const mentions = this.#mentions.in(text);
    if (mentions.length) fields.mentions = mentions;
    const answered = this.#reply;
    if (answered) fields.reply_to = answered.seq;
    this.#input.value = "";
    this.answer(null);
    if (!this.#store.me?.moderator) this.#cool(this.#store.profile?.slow_seconds ?? 0);
    this.#draw("");
    try {
      this.#heard(text, await this.#outbox.send(fields, () => this.#draw(waitingWords())));
    } catch (error) {
      this.#refused(error, text, answered);
    }
  }

  #heard(text, {held, id, dropped}) {
    if (held) this.#store.emit("waiting", {id, text});
    this.#draw(dropped ? droppedWords() : "");
  }

  #refused(error, text, answered) {
    this.#coolUntil = 0;
    if (error.code === "slow_mode") this.#cool(error.frame.wait ?? 0);
    // Nothing that was written is lost.
    if (!this.#input.value) this.#input.value = text;
    if (answered && !this.#reply) this.answer(answered);
    this.#draw(error.code === "slow_mode" ? "" : refusalWords(error));
  }

  #cool(seconds) {
    this.#coolUntil = Math.max(this.#coolUntil, Date.now() + seconds * 1000);
  }

  /** @param {string} [error] what to say from now on; without it what was said stays */
  #draw(error) {
    const now = standing({...this.#room(), coolUntil: this.#coolUntil}, Date.now(), this.#skew);
    const solid = SOLID.includes(now.why);
    this.#root.dataset.standing = now.why;
    this.#input.disabled = solid;
    this.#send.disabled = this.#connection.state !== "open" || now.why !== "";
    write("wait", now.why === "slow" ? String(now.left) : "", this.#send);
    this.#send.ariaLabel = now.why === "slow" ? waitWords(now.left) : gettext("Send");
    const strip = this.#root.querySelector(".composer-state");
    strip.hidden = !solid;
    write("standing", standingWords(now), strip);
    // Read out when it begins, not each second of it.
    if (this.#said !== now.why) write("standing-said", solid ? standingWords(now) : "", this.#root);
    this.#said = now.why;
    if (error !== undefined || this.#input.value) this.#sayLeft(error);
  }

  #room() {
    return {me: this.#store.me, profile: this.#store.profile};
  }

  #sayLeft(error) {
    const left = LONGEST - [...this.#input.value].length;
    const text = ngettext("%(count)s character left", "%(count)s characters left", left);
    if (left <= WARN) write("chat-error", interpolate(text, {count: left}), this.#root);
    else if (error !== undefined) write("chat-error", error, this.#root);
  }
}

const waitWords = (count) => interpolate(ngettext("Slow mode: send in %(count)s second", "Slow mode: send in %(count)s seconds", count), {count});
