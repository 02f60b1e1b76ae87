/** A word that nobody else will say: it names one act, however often that is tried. */

/** randomUUID is there on secure addresses only; a house in a local network has none. */
export const newNonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
