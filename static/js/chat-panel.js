/** The chat on the page: the log, its menu, the pinned notice, the composer, and how the line is doing. */
import {Blocked} from "footlight/blocked";
import {Composer} from "footlight/chat-composer";
import {Deeds} from "footlight/chat-deeds";
import {ChatLog} from "footlight/chat-log";
import {ChatMenu} from "footlight/chat-menu";
import {toast, write} from "footlight/dom";
import {gettext, interpolate} from "footlight/i18n";
import {mountPinned} from "footlight/pinned";

/**
 * @param {HTMLElement} root holds .chat, the jump pill and, for who may speak, the composer
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./socket.js").Connection} connection
 * @returns {{blocked: Blocked, deeds: Deeds}}
 */
export function mountChat(root, store, connection) {
  const blocked = new Blocked();
  const deeds = new Deeds(connection);
  const log = new ChatLog(root, store, blocked);
  const composer = root.querySelector("form.composer") ? new Composer(root, store, connection) : null;
  if (document.getElementById("chat-menu")) new ChatMenu(root.querySelector(".chat"), store, {deeds, blocked, log, composer});
  mountPinned(root, store);
  connection.on("state", (state) => {
    root.dataset.line = state;
    write("chat-line", state === "waiting" ? gettext("Reconnecting…") : "", root);
  });
  store.on("message", ({from, desc}) => {
    if (desc && !blocked.has(from?.uid)) toast(from ? interpolate(gettext("%(name)s to you: %(words)s"), {name: from.nick, words: desc}) : desc);
  });
  return {blocked, deeds};
}
