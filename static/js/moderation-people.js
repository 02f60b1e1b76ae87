/** Moderators, and those who are muted or banned here. */
import {copyOf, toast} from "footlight/dom";
import {faceOf} from "footlight/faces";
import {dayAndTime, gettext, interpolate} from "footlight/i18n";
import {groupPath, rest} from "footlight/rest";

/**
 * @param {HTMLElement} root
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./chat-deeds.js").Deeds} deeds
 */
export function mountPeople(root, store, deeds) {
  const [moderators, restricted] = ["moderators", "restricted"].map((name) => root.querySelector(`[data-list=${name}]`));
  const form = root.querySelector("form");
  const path = (part) => `${groupPath(store.profile.gid)}${part}/`;

  const load = async () => {
    if (!store.profile) return;
    const [members, bound] = await Promise.all([list(path("members")), list(path("restrictions"))]);
    if (members) fill(moderators, members.filter(({role}) => role === "owner" || role === "admin").map(moderatorRow));
    if (bound) fill(restricted, bound.map(boundRow));
  };

  const change = async (does) => {
    try {
      await does();
    } catch (error) {
      toast(error.message, {bad: true});
    }
    await load();
  };
  const name = (uid, role) => change(() => rest("PATCH", path("members"), {uid, role}));

  const moderatorRow = (member) => {
    const person = member.user ?? member.person ?? member;
    const owner = member.role === "owner";
    const row = personRow(person, owner ? gettext("Host") : gettext("Moderator"));
    if (owner) row.querySelector("button").remove();
    else act(row, gettext("Dismiss"), () => name(person.uid, "member"));
    return row;
  };

  const boundRow = (restriction) => {
    const person = restriction.user ?? restriction.person ?? restriction;
    const row = personRow(person, boundWords(restriction));
    act(row, gettext("Lift"), () => change(() => rest("DELETE", path("restrictions"), {uid: person.uid, kind: restriction.kind})));
    return row;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.querySelector("input");
    const uid = field.value.trim();
    if (!uid) return;
    field.value = "";
    await name(uid, "admin");
  });
  // Somebody was named, dismissed, muted or banned, here or by another moderator.
  store.on("tip", ({operation}) => root.closest("dialog").open && !["join", "quit", "profile"].includes(operation) && load());
  return {load};
}

const list = (path) => rest("GET", path).then((answer) => answer.results ?? answer, () => null);

function fill(place, rows) {
  place.replaceChildren(...rows);
}

function personRow(person, words) {
  const row = copyOf("mod-person");
  row.querySelector(".avatar").replaceWith(faceOf(person, ""));
  row.querySelector("b").textContent = person.nick;
  row.querySelector(".quiet").textContent = words;
  return row;
}

function act(row, words, does) {
  const button = row.querySelector("button");
  button.textContent = words;
  button.addEventListener("click", () => {
    button.disabled = true;
    does();
  });
}

function boundWords({kind, until, reason}) {
  const banned = kind !== "mute";
  const time = until ? dayAndTime(until) : "";
  const words = {
    true: banned ? gettext("Banned until %(time)s") : gettext("Muted until %(time)s"),
    false: banned ? gettext("Banned for good") : gettext("Muted for good"),
  }[Boolean(time)];
  return [interpolate(words, {time}), reason].filter(Boolean).join(" · ");
}
