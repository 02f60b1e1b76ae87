/** What the house tells of people and rules, in words. Who comes and goes is gathered into one line. */
import {gettext, interpolate, ngettext, number} from "footlight/i18n";

const GATHER = 10_000; // ms in which those who come (or go) share a line
const NAMED = 2;

const CROWDS = {
  join: {
    one: () => gettext("%(names)s came in"),
    many: (count) => ngettext("%(names)s and %(count)s other came in", "%(names)s and %(count)s others came in", count),
  },
  quit: {
    one: () => gettext("%(names)s left"),
    many: (count) => ngettext("%(names)s and %(count)s other left", "%(names)s and %(count)s others left", count),
  },
};

/** @param {string} operation @param {{nick: string}[]} people @param {number} count all of them */
export function crowdWords(operation, people, count) {
  // Two by name, or three where nobody is left over: "and 1 other" is longer than a name.
  const named = count <= NAMED + 1 && people.length >= count ? people : people.slice(0, NAMED);
  const names = named.map(({nick}) => nick);
  const others = count - names.length;
  const list = others ? names.join(gettext(", ")) : listOf(names);
  const words = others ? CROWDS[operation].many(others) : CROWDS[operation].one();
  return interpolate(words, {names: list, count: number(others)});
}

const listOf = (names) => new Intl.ListFormat(document.documentElement.lang || "en", {style: "long"}).format(names);

/** Gathers joins and quits: call it with each tip; it answers whether the line before is to be written anew. */
export class Crowd {
  #last = {};

  /** @returns {{words: string, line: HTMLElement | null, keep: (line: HTMLElement) => void}} */
  add({operation, people, count}) {
    const last = this.#last[operation];
    const gathered = last && Date.now() - last.at < GATHER && last.line?.isConnected ? last : {people: [], count: 0, at: Date.now(), line: null};
    gathered.people = [...gathered.people, ...people].slice(0, NAMED + 1);
    gathered.count += count;
    this.#last[operation] = gathered;
    return {
      words: crowdWords(operation, gathered.people, gathered.count),
      line: gathered.line,
      keep: (line) => void (gathered.line = line),
    };
  }
}

/** @returns {string[]} the lines of any other tip; none where there is nothing to say */
export function tipWords({operation, people = [], operator, ...tip}, me) {
  const name = people.map(({uid, nick}) => (uid === me?.uid ? gettext("You") : nick)).join(gettext(", "));
  const by = operator?.nick ?? gettext("The house");
  if (operation === "kicked") return [interpolate(gettext("%(name)s was shown out"), {name, by})];
  if (operation === "set_admin") return [interpolate(gettext("%(name)s: moderator from now on"), {name})];
  if (operation === "cancel_admin") return [interpolate(gettext("%(name)s: no longer a moderator"), {name})];
  if (operation === "member_profile") return [interpolate(tip.muted_until ? gettext("%(name)s: muted by a moderator") : gettext("%(name)s: may speak again"), {name})];
  return operation === "profile" ? ruleWords(tip.profile ?? {}) : [];
}

const RULES = {
  title: (value) => interpolate(gettext("The title is now “%(title)s”"), {title: value}),
  slow_seconds: (value) => {
    if (!value) return gettext("Slow mode is off");
    return interpolate(ngettext("Slow mode: one message every %(count)s second", "Slow mode: one message every %(count)s seconds", value), {count: value});
  },
  followers_only: (value) => (value ? gettext("Only followers may speak now") : gettext("Everybody may speak again, follower or not")),
  block_links: (value) => (value ? gettext("Links are refused now") : gettext("Links are allowed again")),
  muted_all: (value) => (value ? gettext("Only the host and moderators may speak now") : gettext("Everybody may speak again")),
};

const ruleWords = (changed) => Object.entries(changed).flatMap(([name, value]) => (RULES[name] ? [RULES[name](value)] : []));
