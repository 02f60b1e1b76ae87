/** Dialogs that ask the house for something, and stay open while it says no. */
import {write} from "footlight/dom";

/**
 * Opens the dialog; its form's submit does `does`.
 * @param {string} id
 * @param {(fields: HTMLFormControlsCollection & Record<string, any>) => Promise<any>} does
 * @param {(form: HTMLFormElement) => void} [begin]
 * @returns {Promise<any>} what `does` answered; null where it was cancelled
 */
export function ask(id, does, begin = () => {}) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
  const form = dialog.querySelector("form");
  form.reset();
  write("error", "", dialog);
  begin(form);
  dialog.showModal();
  return new Promise((resolve) => {
    let answer = null;
    form.onsubmit = async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[value]");
      button.disabled = true;
      try {
        answer = (await does(form.elements)) ?? true;
        dialog.close();
      } catch (error) {
        write("error", error.message, dialog);
      }
      button.disabled = false;
    };
    dialog.onclose = () => resolve(answer);
  });
}

/** @param {string} text @returns {string[]} its lines that are not empty */
export const linesOf = (text) => text.split(/\s+/).filter(Boolean);
