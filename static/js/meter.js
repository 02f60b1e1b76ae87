/** What watching costs at this moment, in words and lamps. No page here. */
import {gettext, interpolate, ngettext, number} from "footlight/i18n";
import {clock} from "footlight/standing";

const LAMPS = 5;

/**
 * @typedef {object} Situation
 * @property {number} price coins a minute, 0: free
 * @property {number} preview seconds
 * @property {boolean} live minutes are taken only then
 * @property {number | null} from ms of the server's clock: before it nothing costs
 * @property {number} now ms of the server's clock
 * @property {{price: number, minute: number} | null} spending the last minute that was charged
 * @property {number} free coins that can be spent
 */

/**
 * @param {Situation} situation
 * @returns {{mood: "price" | "preview" | "quiet" | "low" | "last", words: string, more: string, lamps: number} | null}
 * null where nothing costs
 */
export function meterState({price, preview, live, from, now, spending, free}) {
  if (spending) return running(spending, free);
  if (!price) return null;
  const left = live && from ? Math.ceil((from - now) / 1000) : 0;
  if (left > 0) {
    const words = interpolate(gettext("Free preview: %(time)s left"), {time: clock(left)});
    return {mood: "preview", words, more: interpolate(gettext("then %(price)s"), {price: aMinute(price)}), lamps: Math.min(LAMPS, Math.ceil((left / (preview || left)) * LAMPS))};
  }
  const more = preview && !from ? interpolate(ngettext("the first second is free", "the first %(count)s seconds are free", preview), {count: number(preview)}) : "";
  return {mood: "price", words: aMinute(price), more, lamps: 0};
}

/** @param {number} price */
export const aMinute = (price) => interpolate(ngettext("%(count)s coin a minute", "%(count)s coins a minute", price), {count: number(price)});

function running({price, minute}, free) {
  const after = Math.floor(free / price);
  const taken = interpolate(ngettext("%(count)s coin for minute %(minute)s", "%(count)s coins for minute %(minute)s", price), {count: number(price), minute: number(minute)});
  const left = interpolate(gettext("%(coins)s left"), {coins: number(free)});
  if (after < 1) return {mood: "last", words: gettext("This is the last minute that your coins pay for."), more: left, lamps: 1};
  if (after === 1) return {mood: "low", words: gettext("Your coins last one more minute after this one."), more: left, lamps: 2};
  return {mood: "quiet", words: taken, more: left, lamps: Math.min(LAMPS, after + 1)};
}
