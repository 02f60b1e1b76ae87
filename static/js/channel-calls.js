/** Whether a host takes private calls, at what price, and who answers: saved for the calls to come. */
import {pageData, toast, write} from "footlight/dom";
import {gettext} from "footlight/i18n";
import {rest} from "footlight/rest";

const root = document.getElementById("calls");
const form = root.querySelector("form");
const terms = form.querySelector("fieldset");
const path = `channels/${pageData().cid}/`;

form.on.addEventListener("change", () => (terms.disabled = !form.on.checked));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  write("calls-error", "", form);
  try {
    if (form.on.checked) await rest("PATCH", path, {ring_seconds: Number(form.ring_seconds.value), auto_accept_calls: form.auto_accept_calls.checked});
    await rest("PATCH", `${path}prices/`, {call: form.on.checked ? Number(form.call.value) : null});
    toast(form.on.checked ? gettext("Saved. Viewers see the button while you are on the air.") : gettext("Saved. Nobody can call you here."));
  } catch (error) {
    write("calls-error", error.message, form);
  }
  button.disabled = false;
});
