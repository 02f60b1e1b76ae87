/** The chat on the page: the log, the pill for what came meanwhile, and the composer. */
import {acts, copyOf, write} from "footlight/dom";
import {gettext, interpolate, ngettext, timeOfDay} from "footlight/i18n";

const ROWS = 300; // kept in the page
const NEAR = 60; // px from the end that still count as reading along
const LONGEST = 500; // characters
const WARN = 50; // characters left from which the composer counts down

/**
 * @param {HTMLElement} root holds .chat, the jump pill and, for who may speak, the composer
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./socket.js").Connection} connection
 */
export function mountChat(root, store, connection) {
  mountLog(root, store);
  const form = root.querySelector("form.composer");
  if (form) mountComposer(form, connection);
  connection.on("state", (state) => {
    root.dataset.line = state;
    write("chat-line", state === "waiting" ? gettext("Reconnecting…") : "", root);
  });
}

function mountLog(root, store) {
  const log = root.querySelector(".chat");
  const [jump] = acts("jump", root);
  let unseen = 0;
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
    unseen = 0;
    jump.hidden = true;
  };
  const miss = () => {
    unseen += 1;
    const text = ngettext("%(count)s new message", "%(count)s new messages", unseen);
    write("unseen", interpolate(text, {count: unseen}), root);
    jump.hidden = false;
  };
  store.on("reset", (messages) => {
    log.dataset.open = "yes";
    log.replaceChildren(...messages.slice(-ROWS).map((message) => row(message, store.me)));
    toEnd();
  });
  store.on("add", (message) => {
    const follow = atEnd() || message.sender.uid === store.me?.uid;
    log.append(row(message, store.me));
    // While somebody reads further up nothing is taken away above them: the text would move under their eyes.
    while (follow && log.children.length > ROWS) log.firstElementChild.remove();
    if (follow) toEnd();
    else miss();
  });
  log.addEventListener("scroll", () => atEnd() && unseen && toEnd());
  jump.addEventListener("click", toEnd);
  new ResizeObserver(() => unseen || toEnd()).observe(log);
}

const BADGES = {owner: "badge-owner", admin: "badge-admin"};
const DRESSES = {owner: "say-host", admin: "say-mod"};

function row({sender, text, at, seq}, me) {
  const line = document.createElement("p");
  line.className = `say ${DRESSES[sender.role] ?? ""}`;
  line.dataset.seq = seq;
  line.title = timeOfDay(at);
  if (BADGES[sender.role]) line.append(copyOf(BADGES[sender.role]));
  const name = document.createElement("b");
  name.textContent = sender.uid === me?.uid ? gettext("You") : sender.nick;
  const words = document.createElement("span");
  words.textContent = text;
  line.append(name, words);
  return line;
}

function mountComposer(form, connection) {
  const input = form.querySelector("input");
  const [send] = acts("send", form);
  const say = (text) => write("chat-error", text, form.parentElement);
  const draw = () => {
    const left = LONGEST - [...input.value].length;
    send.disabled = connection.state !== "open";
    const text = ngettext("%(count)s character left", "%(count)s characters left", left);
    say(left <= WARN ? interpolate(text, {count: left}) : "");
  };
  input.addEventListener("input", draw);
  connection.on("state", draw);
  // A word that is still being composed is finished with Enter, not sent.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.isComposing && event.preventDefault());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || send.disabled) return;
    input.value = "";
    draw();
    try {
      await connection.ask("chat.send", {kind: "text", text});
    } catch (error) {
      if (!input.value) input.value = text; // nothing that was written is lost
      draw();
      say(error.code === "offline" ? gettext("Not sent: the connection is gone. Try again in a moment.") : error.message);
    }
  });
  draw();
}
