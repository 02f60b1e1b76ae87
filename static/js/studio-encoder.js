/** The panel of whoever sends with an encoder: the key that is shown once, and whether one sends now. */
import {acts, on, toast, write} from "footlight/dom";
import {gettext} from "footlight/i18n";
import {rest} from "footlight/rest";
import {copy} from "footlight/share";

/** Whether this stay is sent by an encoder. @param {{origin: string} | null | undefined} stay */
export const byEncoder = (stay) => stay?.origin === "whip";

/** @param {import("./show.js").Show} show @param {string} cid */
export function mountEncoder(show, cid) {
  const panel = document.getElementById("encoder");
  if (!panel) return;
  const [address, field] = ["whip-url", "stream-key"].map((id) => document.getElementById(id));
  const dialog = document.getElementById("encoder-key");
  const path = `channels/${encodeURIComponent(cid)}/stream-key/`;
  let confirmed = () => {};

  function draw(prefix, key = "") {
    field.value = key;
    panel.querySelector("[data-key-made]").hidden = !key;
    for (const part of panel.querySelectorAll("[data-key-there]")) part.hidden = !prefix;
    for (const button of acts("make-stream-key", panel)) button.hidden = Boolean(prefix);
    write("key-prefix", prefix ?? "", panel);
  }

  const refused = (error) => toast(error.message, {bad: true});
  const make = () => rest("POST", path).then(({prefix, key}) => draw(prefix, key), refused);
  const takeAway = () => rest("DELETE", path).then(() => draw(null), refused);

  function ask(question, answer, does) {
    write("key-question", question, dialog);
    write("key-answer", answer, dialog);
    confirmed = does;
    dialog.showModal();
  }

  on("make-stream-key", make);
  on("ask-new-key", () => ask(gettext("Make a new stream key?"), gettext("Make a new key"), make));
  on("ask-no-key", () => ask(gettext("Take the stream key away?"), gettext("Take it away"), takeAway));
  on("keep-key", () => dialog.close());
  on("confirm-key", () => {
    dialog.close();
    confirmed();
  });
  on("copy-whip-url", () => copy(address.value, gettext("The address is copied.")));
  on("copy-stream-key", () => copy(field.value, gettext("The key is copied.")));
  const sending = panel.querySelector("[data-sending]");
  show.on("change", () => (sending.hidden = !(byEncoder(show.mine()) && show.mine().state === "up")));
}
