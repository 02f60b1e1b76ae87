/** One message as a line of the chat. */
import {keyOf} from "footlight/chat";
import {copyOf} from "footlight/dom";
import {faceOf} from "footlight/faces";
import {dressGift} from "footlight/gift-line";
import {gettext, interpolate, timeOfDay} from "footlight/i18n";

const BADGES = {owner: "badge-owner", admin: "badge-admin"};
const DRESSES = {owner: "say-host", admin: "say-mod"};

/** What each kind looks like. A kind that is not here is not shown: likes are a figure, strokes are on the board. */
const DRAWS = {
  text: (message, store) => spoken(message, store, wordsOf(message, store)),
  face: (message, store) => spoken(message, store, wordsOf(message, store), "say-face"),
  custom: (message, store) => (message.data?.desc ? spoken(message, store, [message.data.desc]) : null),
  inquiry: (message, store) => marked(message, store, "mark-inquiry", gettext("asks about %(what)s"), about(message)),
  voucher: (message, store) => marked(message, store, "mark-voucher", gettext("offers %(what)s"), message.data?.title),
  gift: (message, store) => gifted(message, store),
  red_packet: (message, store) => gifted(message, store),
  notice: ({text}) => noticeLine(text),
  follow: ({sender}) => sender && tipLine(interpolate(gettext("%(name)s follows this channel now"), {name: sender.nick})),
};

/**
 * @param {object} message
 * @param {import("./chat.js").ChatStore} store
 * @returns {HTMLElement | null} null for what is not shown
 */
export function drawLine(message, store) {
  const line = DRAWS[message.kind]?.(message, store);
  if (!line) return null;
  line.dataset.seq = message.seq;
  line.dataset.key = keyOf(message);
  line.dataset.uid = message.sender?.uid ?? "";
  line.tabIndex = -1;
  return line;
}

/** A quiet word of the house. @param {string} text */
export function tipLine(text) {
  const line = document.createElement("p");
  line.className = "say say-tip";
  line.textContent = text;
  return line;
}

/** A word of the house to everybody. @param {string} text */
export function noticeLine(text) {
  const line = tipLine(text);
  line.classList.add("say-house");
  return line;
}

/** @param {number} place among those who gave most to the show */
export function supporterBadge(place) {
  const badge = copyOf("badge-supporter");
  badge.querySelector(".num").textContent = String(place);
  return badge;
}

/** @param {object} message @param {import("./chat.js").ChatStore} store */
export const nameOf = ({sender}, store) => (sender?.uid === store.me?.uid ? gettext("You") : (sender?.nick ?? gettext("The house")));

function spoken(message, store, words, dress = "") {
  const {sender, mentions = []} = message;
  const line = document.createElement("div");
  line.className = ["say", DRESSES[sender?.role], message.reply_to && "say-reply", dress].filter(Boolean).join(" ");
  if (store.me?.uid && mentions.includes(store.me.uid)) line.classList.add("say-to-me");
  const body = document.createElement("p");
  body.title = timeOfDay(message.at);
  if (message.reply_to) line.append(quote(message));
  if (BADGES[sender?.role]) body.append(copyOf(BADGES[sender.role]));
  const place = store.supporters?.get(sender?.uid);
  if (place) body.append(supporterBadge(place));
  body.append(element("b", nameOf(message, store)), wrap(words));
  line.append(faceOf(sender, "say-face-of"), body);
  if (store.me?.uid && sender) line.append(copyOf("line-more")); // guests only read
  return line;
}

function marked(message, store, mark, sentence, what) {
  const [before, after = ""] = sentence.split("%(what)s");
  const line = spoken(message, store, [before, element("strong", what || gettext("something")), after], "say-gift");
  line.querySelector(".say-face-of").replaceWith(copyOf(mark));
  return line;
}

function gifted(message, store) {
  const line = spoken(message, store, [], "say-gift");
  dressGift(message, line);
  return line;
}

const about = ({data}) => (typeof data?.about === "string" ? data.about : data?.about?.title);

function quote({epoch, reply_to: {epoch: of = epoch, seq, nick, text}}) {
  const button = copyOf("line-quote");
  button.dataset.to = keyOf({epoch: of, seq});
  button.querySelector("b").textContent = nick;
  button.querySelector(".cut").textContent = text;
  return button;
}

/** The text in pieces: the names of those it mentions are marked. */
function wordsOf({text, mentions = []}, store) {
  const names = mentions.map((uid) => store.people.get(uid)?.nick).filter(Boolean);
  if (!names.length) return [text];
  const escaped = names.map((name) => RegExp.escape?.(name) ?? name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = text.split(new RegExp(`(@(?:${escaped.join("|")}))`));
  return pieces.map((piece) => (names.includes(piece.slice(1)) && piece[0] === "@" ? element("span", piece, "mention") : piece));
}

function wrap(words) {
  const span = document.createElement("span");
  span.className = "words";
  span.append(...words.filter(Boolean));
  return span;
}

function element(name, text, dress = "") {
  const made = document.createElement(name);
  made.className = dress;
  made.textContent = text;
  return made;
}
