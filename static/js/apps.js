/** The page of an account's apps. */
import {AppCard} from "footlight/app-card";
import {ask, linesOf} from "footlight/app-dialogs";
import {showSecrets} from "footlight/app-secrets";
import {on, pageData, toast} from "footlight/dom";
import {gettext} from "footlight/i18n";
import {rest} from "footlight/rest";

const page = pageData();
const root = document.getElementById("apps");
const list = root.querySelector("[data-apps]");
let next = null;

on("new-app", makeOne, root);
on("more", () => load(new URL(next, location.href).search), root);
load("");

async function load(search) {
  try {
    const answer = await rest("GET", `apps/${search}`);
    if (!search) list.replaceChildren();
    next = answer.next;
    list.append(...answer.results.map(cardOf));
    draw();
  } catch (error) {
    toast(error.message, {bad: true});
  }
  list.removeAttribute("aria-busy");
}

function cardOf(app) {
  const card = new AppCard(app, page);
  card.on("gone", draw);
  return card.root;
}

function draw() {
  root.querySelector("[data-none]").hidden = list.children.length > 0;
  root.querySelector("[data-more]").hidden = !next;
}

async function makeOne() {
  const made = await ask("new-app", ({name, version, origins}) =>
    rest("POST", "apps/", {name: name.value, version: version.value, origins: linesOf(origins.value)}));
  if (!made) return;
  list.prepend(cardOf(made));
  list.firstElementChild.open = true;
  draw();
  showSecrets(gettext("The app is made"), {
    [gettext("App id (SDKAppID)")]: made.app_id,
    [gettext("API key, for your servers")]: made.api_key,
    [gettext("UserSig key, signs who your people are")]: made.usersig_key,
    [gettext("Guard token, for AEC events")]: made.guard_token,
    [gettext("Agora secret, for its notifications")]: made.agora_secret,
  });
}
