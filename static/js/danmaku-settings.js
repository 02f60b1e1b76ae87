/** The switch and the settings of the flying comments: kept for each person in this browser. */
import {acts, copyOf, on} from "footlight/dom";
import {Danmaku} from "footlight/danmaku";
import {giftName} from "footlight/gift-icons";
import {gettext, interpolate} from "footlight/i18n";
import {keep, kept} from "footlight/kept";
import {openAt} from "footlight/sheets";

const NAME = "danmaku";
const SHOWN = ["text", "face", "gift"];
const MOST_WORDS = 50;

/** Nothing moves over the picture of somebody who asked for no motion until they ask for this. */
const usual = () => ({
  on: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  opacity: 0.92,
  size: 1,
  speed: 1,
  area: 0.5,
  density: 40,
  merge: true,
  words: [],
  gifts: true,
});

/**
 * @param {HTMLElement} stage holds .danmaku
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./blocked.js").Blocked} blocked
 * @returns {{gifts: boolean}} what the person chose, as it is now
 */
export function mountDanmaku(stage, store, blocked) {
  const look = {...usual(), ...kept(NAME, {})};
  const danmaku = new Danmaku(stage.querySelector(".danmaku"), look);
  const sheet = document.getElementById("danmaku-settings");
  const [toggle] = acts("danmaku", stage);
  const set = (changed) => {
    Object.assign(look, changed);
    keep(NAME, look);
    danmaku.setLook(look);
    draw(sheet, toggle, look);
  };
  toggle.addEventListener("click", () => set({on: !look.on}));
  on("danmaku-settings", ({currentTarget}) => openAt(sheet, currentTarget), stage);
  mountFields(sheet, set);
  mountWords(sheet, look, set);
  mountPeople(sheet, blocked);
  draw(sheet, toggle, look);
  store.on("begin", () => danmaku.clear()); // who jumps in a film leaves behind what was flying
  let run = ""; // of gifts, the last one that was told of: the banner counts the rest of it
  store.on("add", ({kind, text, data, sender}) => {
    if (!SHOWN.includes(kind) || blocked.has(sender?.uid)) return;
    if (kind === "gift" && data?.combo && data.combo === run) return;
    if (kind === "gift") run = data?.combo ?? "";
    const mine = Boolean(sender) && sender.uid === store.me?.uid;
    if (kind === "gift") danmaku.say(`${sender?.nick ?? ""} ${interpolate(gettext("sent %(what)s"), {what: giftName(data ?? {})})}`, {mine, dress: "is-gift"});
    else danmaku.say(text ?? "", {mine, dress: sender?.role === "owner" ? "is-host" : ""});
  });
  return look;
}

function mountFields(sheet, set) {
  for (const field of sheet.querySelectorAll("[data-look]")) {
    const {look} = field.dataset;
    if (field.type === "checkbox") field.addEventListener("change", () => set({[look]: field.checked}));
    else if (field.type === "range") field.addEventListener("input", () => set({[look]: Number(field.value) / 100}));
    else field.addEventListener("click", () => set({[look]: Number(field.value)}));
  }
}

function draw(sheet, toggle, look) {
  toggle.setAttribute("aria-pressed", String(look.on));
  for (const field of sheet.querySelectorAll("[data-look]")) {
    const value = look[field.dataset.look];
    if (field.type === "checkbox") field.checked = value;
    else if (field.type === "range") drawRange(field, value);
    else field.setAttribute("aria-pressed", String(Number(field.value) === value));
  }
}

function drawRange(field, value) {
  field.value = String(Math.round(value * 100));
  const [min, max] = [Number(field.min), Number(field.max)];
  field.style.setProperty("--at", `${((value * 100 - min) / (max - min)) * 100}%`);
}

function mountWords(sheet, look, set) {
  const [form, list] = [sheet.querySelector("form"), sheet.querySelector("[data-list=words]")];
  const show = () => list.replaceChildren(...look.words.map((word) => chip(word, () => change(look.words.filter((other) => other !== word)))));
  const change = (words) => {
    set({words});
    show();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = form.querySelector("input");
    const word = field.value.trim().toLocaleLowerCase();
    field.value = "";
    if (word && !look.words.includes(word)) change([...look.words, word].slice(-MOST_WORDS));
  });
  show();
}

function mountPeople(sheet, blocked) {
  const list = sheet.querySelector("[data-list=people]");
  const show = () => {
    list.replaceChildren(...[...blocked.people].map(([uid, nick]) => chip(nick, () => blocked.remove(uid))));
    list.parentElement.hidden = !blocked.people.size;
  };
  blocked.on("change", show);
  show();
}

function chip(text, remove) {
  const made = copyOf("chip-removable");
  made.querySelector(".cut").textContent = text;
  const button = made.querySelector("button");
  button.ariaLabel = interpolate(gettext("Remove %(what)s"), {what: text});
  button.addEventListener("click", remove);
  return made;
}
