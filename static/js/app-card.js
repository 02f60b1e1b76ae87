/** One app: its settings, the keys of its servers, its webhooks, and its end. */
import {ask, linesOf} from "footlight/app-dialogs";
import {mountKeys} from "footlight/app-keys";
import {copyOf, on, showFor, toast, write} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {gettext} from "footlight/i18n";
import {rest} from "footlight/rest";

const LIGHT = {active: "badge-ok", disabled: "badge-away"};

/** Emits `gone` when it was deleted. */
export class AppCard extends Emitter {
  /** @type {HTMLDetailsElement} */ root = copyOf("app");
  #app;
  #page;
  #form = this.root.querySelector("[data-settings]");

  /** @param {object} app @param {{statuses: Record<string, string>, webhooks: boolean, everything: string}} page */
  constructor(app, page) {
    super();
    this.#page = page;
    this.#draw(app);
    this.#fill();
    this.root.addEventListener("toggle", () => this.#open(), {once: true});
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    for (const verb of ["disable", "enable"]) on(verb, () => this.#move(verb), this.root);
    on("delete", () => this.#delete(), this.root);
  }

  get #path() {
    return `apps/${this.#app.app_id}/`;
  }

  /** What costs a question is asked when somebody looks. */
  #open() {
    mountKeys(this.root, this.#path, this.#page.everything);
    if (this.#page.webhooks) this.#loadHooks();
  }

  #draw(app) {
    this.#app = app;
    write("name", app.name, this.root);
    write("app-id", app.app_id, this.root);
    write("version", app.version, this.root);
    write("status", this.#page.statuses[app.status] ?? app.status, this.root);
    this.root.querySelector('[data-show="status"]').className = `badge ${LIGHT[app.status] ?? ""}`;
    showFor(this.root, "data-if", app.status);
  }

  #fill() {
    const {name, version, origins, quit_sync: quitSync} = this.#form.elements;
    name.value = this.#app.name;
    version.value = this.#app.version;
    origins.value = this.#app.origins.join("\n");
    quitSync.value = this.#app.quit_sync;
  }

  async #save() {
    const {name, version, origins, quit_sync: quitSync} = this.#form.elements;
    const fields = {name: name.value, version: version.value, origins: linesOf(origins.value), quit_sync: quitSync.value};
    write("settings-error", "", this.root);
    try {
      this.#draw(await rest("PATCH", this.#path, fields));
      this.#fill();
      toast(gettext("Saved."));
    } catch (error) {
      write("settings-error", error.message, this.root);
    }
  }

  async #move(verb) {
    try {
      this.#draw(await rest("POST", `${this.#path}${verb}/`));
    } catch (error) {
      toast(error.message, {bad: true});
    }
  }

  async #delete() {
    const {app_id: id} = this.#app;
    const gone = await ask("delete-app", () => rest("DELETE", this.#path), (form) => {
      write("app-id", id, form);
      const button = form.querySelector("button[value]");
      button.disabled = true;
      form.oninput = () => (button.disabled = form.elements.typed.value.trim() !== id);
    });
    if (!gone) return;
    this.root.remove();
    this.emit("gone");
  }

  async #loadHooks() {
    const answer = await rest("GET", `webhooks/?app_id=${this.#app.app_id}`).catch(() => null);
    if (!answer) return;
    const rows = answer.results ?? answer;
    this.root.querySelector("[data-webhooks]").hidden = false;
    this.root.querySelector("[data-no-hooks]").hidden = rows.length > 0;
    this.root.querySelector("[data-hooks]").replaceChildren(...rows.map(hookLine));
  }
}

function hookLine({url, shape, events = []}) {
  const row = copyOf("hook");
  write("url", url, row);
  write("shape", shape, row);
  write("events", events.join(", "), row);
  return row;
}
