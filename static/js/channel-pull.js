/** Where a channel's picture is pulled from, and how that goes: asked again while the page is looked at. */
import {on, pageData, showFor, toast, write} from "footlight/dom";
import {gettext, interpolate, ngettext} from "footlight/i18n";
import {rest} from "footlight/rest";

const EVERY = 3000; // ms
const root = document.getElementById("pull");
const form = root.querySelector("form");
const path = `channels/${pageData().cid}/`;

function draw({state, words, tries}) {
  root.dataset.state = state;
  showFor(root, "data-pull", state);
  write("pull-words", words, root);
  write("pull-tries", tries ? interpolate(ngettext("%(n)s failed try", "%(n)s failed tries", tries), {n: tries}) : "", root);
}

const look = () => rest("GET", `${path}pull/`).then(draw, () => {}); // unheard, it is asked again

/** @param {() => Promise<any>} ask what the host wants; then the page shows what became of it */
async function said(ask) {
  write("pull-error", "", root);
  try {
    await ask();
    await look();
  } catch (error) {
    write("pull-error", error.message, root);
  }
}

on("start-pull", () => said(() => rest("POST", `${path}pull/`)), root);
on("stop-pull", () => said(() => rest("DELETE", `${path}pull/`)), root);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  said(async () => {
    await rest("PATCH", path, {source_url: form.source_url.value.trim()});
    toast(gettext("Saved."));
  });
});
setInterval(() => document.hidden || look(), EVERY);
