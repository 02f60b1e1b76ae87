/** The emoji of the picker, by group. */
import {gettext} from "footlight/i18n";

const split = (text) => text.trim().split(/\s+/);

/** @type {{id: string, name: () => string, faces: string[]}[]} */
export const GROUPS = [
  {
    id: "faces",
    name: () => gettext("Faces"),
    faces: split("😀 😄 😁 😆 😅 🤣 😂 🙂 😉 😊 😇 🥰 😍 🤩 😘 😋 😜 🤪 🤗 🤭 🤔 🤨 😐 😏 😒 🙄 😬 😌 😴 🤤 😷 🥵 🥶 🤯 🥳 😎 🤓 😕 😮 😳 🥺 😢 😭 😱 😤 😡 🤡 👻"),
  },
  {
    id: "hands",
    name: () => gettext("Hands and people"),
    faces: split("👋 👌 ✌️ 🤞 🤟 🤘 👈 👉 👆 👇 👍 👎 ✊ 👊 👏 🙌 🫶 🙏 💪 👀 🧠 💃 🕺 🙇 🤷 🤦 🙋 🧑‍🎤"),
  },
  {
    id: "hearts",
    name: () => gettext("Hearts and lights"),
    faces: split("❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💖 💯 ✨ ⭐ 🌟 💫 ⚡ 🔥 💥 🎉 🎊 🎈 🎁 🏆 🥇 🕯️ 💡 🌙"),
  },
  {
    id: "stage",
    name: () => gettext("Stage and play"),
    faces: split("🎭 🎬 🎤 🎧 🎵 🎶 🎻 🎹 🎸 🥁 🎺 🎮 🎲 ♟️ 🎨 📷 🎥 📺 ⚽ 🏀 🎯 🚀 ☕ 🍵 🍻 🥂 🍿 🍰"),
  },
  {
    id: "nature",
    name: () => gettext("Animals and nature"),
    faces: split("🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🦉 🦄 🐝 🦋 🐢 🐙 🐬 🌹 🌸 🌻 🍀 🌈 ☀️ ❄️ 🌊 🏔️"),
  },
];

const OURS = new Set(GROUPS.flatMap(({faces}) => faces));
const MOST = 8;

/** A text of nothing but a few of these emoji is a face, not a sentence. @param {string} text */
export function isFace(text) {
  const pieces = [...new Intl.Segmenter(undefined, {granularity: "grapheme"}).segment(text.replace(/\s+/g, ""))];
  return pieces.length > 0 && pieces.length <= MOST && pieces.every(({segment}) => OURS.has(segment));
}
