/** Words and figures in the reader's language. The catalogue is Django's and is loaded before the modules. */

/** @type {(text: string) => string} */
export const gettext = (text) => globalThis.gettext?.(text) ?? text;

/** @type {(one: string, many: string, count: number) => string} */
export const ngettext = (one, many, count) => globalThis.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

/**
 * Fills `%(name)s` in a translated text.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export const interpolate = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));

const language = () => document.documentElement.lang || "en";

/** @param {number} value @param {number} [digits] */
export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language(), {maximumFractionDigits: digits, minimumFractionDigits: digits}).format(value);

/** A price in money. @param {number} price in the smallest unit of the currency @param {string} currency */
export function money(price, currency) {
  const format = new Intl.NumberFormat(language(), {style: "currency", currency});
  return format.format(price / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** A duration as 0:42:16. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const formats = new Map(); // made once: each costs as much as a hundred lines of chat

function moment(iso, options) {
  const name = JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(language(), options));
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : formats.get(name).format(at);
}

/** A moment as the reader's time of day. @param {string} iso */
export const timeOfDay = (iso) => moment(iso, {hour: "2-digit", minute: "2-digit"});

/** A moment as the reader's day and time. @param {string} iso */
export const dayAndTime = (iso) => moment(iso, {dateStyle: "medium", timeStyle: "short"});
