/** What the house says to this person: it comes over any socket of theirs and waits in the top bar until it is read. */
import {toast} from "footlight/dom";
import {dayAndTime} from "footlight/i18n";
import {rest} from "footlight/rest";

/** @param {import("./socket.js").Connection} line one that hears what concerns this person */
export function mountLetters(line) {
  const box = document.getElementById("letters");
  if (!box) return;
  line.on("user.letter", ({letter}) => {
    box.querySelector("ul").prepend(written(letter));
    box.hidden = false;
    toast(letter.text);
  });
  box.querySelector("form").addEventListener("submit", (event) => putAway(event, box));
}

/** Without leaving the page: a show may be on it. */
async function putAway(event, box) {
  event.preventDefault();
  await rest("POST", "users/me/letters/").then(() => empty(box), () => event.target.submit());
}

function empty(box) {
  box.open = false;
  box.hidden = true;
  box.querySelector("ul").replaceChildren();
}

function written({text, at}) {
  const line = document.createElement("li");
  const words = document.createElement("p");
  const time = document.createElement("time");
  words.textContent = text;
  time.className = "tiny quiet";
  time.dateTime = at;
  time.textContent = dayAndTime(at);
  line.append(words, time);
  return line;
}
