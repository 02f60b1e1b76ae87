/** The drawer of the host and the moderators: what waits for them, the rules, and who may do what. */
import {acts, write} from "footlight/dom";
import {mountPeople} from "footlight/moderation-people";
import {mountQueue} from "footlight/moderation-queue";
import {mountRules} from "footlight/moderation-rules";
import {mountTabs} from "footlight/tabs";

/**
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./chat-deeds.js").Deeds} deeds
 */
export function mountModeration(store, deeds) {
  const drawer = document.getElementById("moderation");
  if (!drawer) return;
  const queue = mountQueue(drawer.querySelector("#mod-queue"), store, deeds);
  const people = mountPeople(drawer.querySelector("#mod-people"), store, deeds);
  mountRules(drawer.querySelector("#mod-rules"), store);
  const openers = acts("moderation");
  let known = false; // the queue was asked for since this person may moderate
  const draw = () => {
    const may = Boolean(store.me?.moderator);
    for (const opener of openers) opener.hidden = !may;
    if (!may && drawer.open) drawer.close();
    drawer.toggleAttribute("data-owner", store.me?.role === "owner");
    if (may && !known) queue.load();
    known = may;
  };
  queue.on("count", (count) => {
    write("mod-count", count ? String(count) : "");
    for (const opener of openers) opener.toggleAttribute("data-waiting", count > 0);
  });
  for (const opener of openers) {
    opener.addEventListener("click", () => {
      drawer.showModal();
      queue.load();
      people.load();
    });
  }
  drawer.addEventListener("click", ({target}) => target === drawer && drawer.close()); // the veil beside it
  mountTabs(drawer);
  store.on("me", draw);
}
