/** The chat on the page: the log, its menu, the pinned notice, the composer, and how the line is doing. */
import {Blocked} from "footlight/blocked";
import {Composer} from "footlight/chat-composer";
import {Deeds} from "footlight/chat-deeds";
import {ChatLog} from "footlight/chat-log";
import {ChatMenu} from "footlight/chat-menu";
import {on, toast, write} from "footlight/dom";
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
  new ChatLog(root, store, blocked);
  const composer = root.querySelector("form.composer") ? new Composer(root, store, connection) : null;
  if (document.getElementById("chat-menu")) new ChatMenu(root.querySelector(".chat"), store, {deeds, blocked, composer});
  mountPinned(root, store);
  mountLine(root, connection);
  store.on("message", ({from, desc}) => {
    if (desc && !blocked.has(from?.uid)) toast(from ? interpolate(gettext("%(name)s to you: %(words)s"), {name: from.nick, words: desc}) : desc);
  });
  return {blocked, deeds};
}

/** Why one is out -> words. The others concern the whole page, which says so itself. */
const OUT = {
  kicked: () => gettext("A moderator has shown you out of the chat for a while."),
  banned: () => gettext("A moderator has banned you from this chat."),
  disbanded: () => gettext("This chat is closed."),
  not_allowed: () => gettext("This chat is not open to you."),
  too_many_sockets: () => gettext("This chat is open in too many places already."),
};

/** How the line is doing, and the way back where it was ended. */
function mountLine(root, connection) {
  const ended = root.querySelector(".chat-ended");
  connection.on("state", (state, {why}) => {
    root.dataset.line = state;
    write("chat-line", state === "waiting" ? gettext("Reconnecting…") : "", root);
    ended.hidden = state !== "ended" || !OUT[why];
    if (!ended.hidden) write("ended", OUT[why](), ended);
  });
  on("chat-again", () => connection.open(), ended);
}
