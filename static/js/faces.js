/** A person's picture, or their first letter in a colour that is always theirs. */

/** @param {{uid?: string, nick?: string, avatar?: string} | null} person @param {string} [size] */
export function faceOf(person, size = "avatar-s") {
  if (person?.avatar) {
    const picture = document.createElement("img");
    Object.assign(picture, {className: `avatar ${size}`, src: person.avatar, alt: "", width: 28, height: 28, loading: "lazy"});
    return picture;
  }
  const letter = document.createElement("span");
  letter.className = `avatar avatar-letter avatar-hue ${size}`;
  letter.ariaHidden = "true";
  letter.textContent = [...(person?.nick || "?")][0].toUpperCase();
  letter.style.setProperty("--hue", String(hueOf(person?.uid ?? "")));
  return letter;
}

/** @param {string} uid @returns {number} 0 to 359 */
export function hueOf(uid) {
  let sum = 7;
  for (const letter of uid) sum = (sum * 31 + letter.codePointAt(0)) % 3600;
  return sum % 360;
}
