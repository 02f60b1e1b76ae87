/** The drawer of the host and the moderators: what waits for them, the rules, and who may do what. */
import {acts, write} from "footlight/dom";
import {mountPeople} from "footlight/moderation-people";
import {mountQueue} from "footlight/moderation-queue";
import {mountRules} from "footlight/moderation-rules";

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

function mountTabs(drawer) {
  const tabs = [...drawer.querySelectorAll("[role=tab]")];
  const show = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", ({key}) => {
      const next = tabs[place + ({ArrowRight: 1, ArrowLeft: -1}[key] ?? 0)];
      if (!next || next === tab) return;
      show(next);
      next.focus();
    });
  });
}
