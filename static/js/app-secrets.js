/** What is shown once. */
import {copyOf, write} from "footlight/dom";

const COPIED = 2_000; // ms

/** @param {string} title @param {Record<string, string>} secrets by what they are called; empty ones are left out */
export function showSecrets(title, secrets) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("secrets"));
  write("secrets-title", title, dialog);
  const rows = Object.entries(secrets).filter(([, value]) => value);
  dialog.querySelector(".secrets").replaceChildren(...rows.map(([name, value]) => line(name, value)));
  dialog.onclose = () => dialog.querySelector(".secrets").replaceChildren();
  dialog.showModal();
}

function line(name, value) {
  const row = copyOf("secret");
  row.querySelector("dt").textContent = name;
  row.querySelector("code").textContent = value;
  const button = row.querySelector("button");
  button.addEventListener("click", () => copy(button, row.querySelector("code")));
  return row;
}

/** Where the clipboard is not to be had (no HTTPS), the words are at least marked. */
async function copy(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.setAttribute("aria-pressed", "true");
    setTimeout(() => button.setAttribute("aria-pressed", "false"), COPIED);
  } catch {
    getSelection().selectAllChildren(code);
  }
}
