/** The few things that every page of ours does with its elements. */
import {gettext} from "footlight/i18n";

/** @param {string} name @param {ParentNode} [root] the elements that do `name`: `data-act="name"` */
export const acts = (name, root = document) => [...root.querySelectorAll(`[data-act="${name}"]`)];

/**
 * @param {string} name
 * @param {(event: Event) => void} does
 */
export function on(name, does, root = document) {
  for (const element of acts(name, root)) element.addEventListener("click", does);
}

/**
 * Shows the elements under `root` whose attribute lists `value`, and hides those that list others.
 * @param {ParentNode} root
 * @param {string} attribute
 * @param {string} value
 */
export function showFor(root, attribute, value) {
  for (const element of root.querySelectorAll(`[${attribute}]`)) {
    element.hidden = !element.getAttribute(attribute).split(" ").includes(value);
  }
}

/** Writes a text wherever `data-show="name"` stands. Screen readers are not told what did not change. */
export function write(name, text, root = document) {
  for (const element of root.querySelectorAll(`[data-show="${name}"]`)) {
    if (element.textContent !== text) element.textContent = text;
  }
}

/** @param {string} id @returns {HTMLElement} a copy of what a <template> holds */
export const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

const TOAST = 5_000; // ms

/**
 * A word that rises at the foot of the page and goes by itself.
 * @param {string} text
 * @param {{bad?: boolean, undo?: () => void}} [options] `undo` takes back what the word tells of
 */
export function toast(text, {bad = false, undo} = {}) {
  const note = document.createElement("p");
  note.className = bad ? "toast toast-bad" : "toast";
  note.append(text);
  if (undo) note.append(undoButton(() => (note.remove(), undo())));
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), undo ? 2 * TOAST : TOAST);
}

function undoButton(does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-line";
  button.textContent = gettext("Undo");
  button.addEventListener("click", does);
  return button;
}

/** What the server left for the script. */
export const pageData = () => JSON.parse(document.getElementById("page").textContent);

/**
 * How far the server's clock is ahead of this one, in ms: the page says when it was written.
 * Whole seconds are enough for the figure on the screen.
 */
export function clockSkew() {
  const written = Number(document.querySelector("[data-now]").dataset.now) * 1000;
  const [visit] = performance.getEntriesByType("navigation");
  return written - (performance.timeOrigin + (visit?.responseStart ?? 0));
}
