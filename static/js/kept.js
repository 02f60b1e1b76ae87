/** Small choices of a person that stay in this browser. Somebody else who signs in here has their own. */

let owner = "guest";

/** @param {string | null | undefined} uid whose choices are meant from now on */
export const keepFor = (uid) => void (owner = uid || "guest");

const place = (name) => `footlight.${name}.${owner}`;

/** @param {string} name @param {any} otherwise what nothing or nonsense counts as */
export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(place(name))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** A full or forbidden storage only means that the choice is made again next time. */
export function keep(name, value) {
  try {
    localStorage.setItem(place(name), JSON.stringify(value));
  } catch {}
}
