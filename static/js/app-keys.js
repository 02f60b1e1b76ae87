/** The keys of an app's servers: made, rotated so that the old one still opens for a while, revoked. */
import {ask} from "footlight/app-dialogs";
import {showSecrets} from "footlight/app-secrets";
import {copyOf, on, toast, write} from "footlight/dom";
import {dayAndTime, gettext, interpolate} from "footlight/i18n";
import {rest} from "footlight/rest";

/** @param {HTMLElement} root the card @param {string} path of the app @param {string} everything the scope of all */
export function mountKeys(root, path, everything) {
  const list = root.querySelector("[data-keys]");
  const load = async () => {
    const keys = await tried(rest("GET", `${path}keys/`));
    if (!keys) return;
    list.replaceChildren(...keys.map((key) => line(key, {path, everything, load})));
    root.querySelector("[data-no-keys]").hidden = keys.length > 0;
  };
  on("new-key", async () => {
    const made = await ask("new-key", (fields) => rest("POST", `${path}keys/`, {scopes: chosen(fields, everything)}), begin);
    if (made) shown(made, load);
  }, root);
  load();
}

function begin(form) {
  const {everything} = form.elements;
  const draw = () => (form.querySelector(".scopes").hidden = everything.checked);
  everything.onchange = draw;
  draw();
}

function chosen({everything: all, scopes}, everything) {
  return all.checked ? [everything] : [...scopes].filter(({checked}) => checked).map(({value}) => value);
}

function line(key, {path, everything, load}) {
  const row = copyOf("key");
  const at = `${path}keys/${key.prefix}/`;
  write("prefix", `fl_${key.prefix}_…`, row);
  write("scopes", key.scopes.includes(everything) ? gettext("everything") : key.scopes.join(", "), row);
  write("used", words(key), row);
  on("rotate", async () => {
    const made = await tried(rest("POST", `${at}rotate/`, {}));
    if (made) shown(made, load);
  }, row);
  on("revoke", () => sure(row, async () => {
    await tried(rest("DELETE", at));
    load();
  }), row);
  return row;
}

function words({used_at: used, expires_at: ends}) {
  const last = used ? interpolate(gettext("last used %(when)s"), {when: dayAndTime(used)}) : gettext("never used");
  return ends ? `${last} · ${interpolate(gettext("opens until %(when)s"), {when: dayAndTime(ends)})}` : last;
}

function shown({api_key: key}, load) {
  showSecrets(gettext("The new key"), {[gettext("API key, for your servers")]: key});
  load();
}

/** What takes something away at once is pressed twice. */
function sure(row, does) {
  const button = row.querySelector('[data-act="revoke"]');
  if (button.classList.contains("btn-danger")) return does();
  button.classList.replace("btn-plain", "btn-danger");
  button.textContent = gettext("Revoke now");
}

async function tried(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error.message, {bad: true});
    return null;
  }
}
