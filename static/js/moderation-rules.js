/** The rules of a room: each is changed where it stands, and put back where the server says no. */
import {toast} from "footlight/dom";
import {groupPath, rest} from "footlight/rest";

/** @param {HTMLElement} root @param {import("./chat.js").ChatStore} store */
export function mountRules(root, store) {
  const fields = [...root.querySelectorAll("[data-rule]")];
  const draw = () => {
    const profile = store.profile ?? {};
    for (const field of fields) {
      const value = profile[field.dataset.rule];
      if (field.type === "checkbox") field.checked = Boolean(value);
      else field.value = nearest(field, value ?? 0);
    }
  };
  for (const field of fields) {
    field.addEventListener("change", async () => {
      const value = field.type === "checkbox" ? field.checked : Number(field.value);
      field.disabled = true;
      try {
        const {gid} = store.profile;
        await rest("PATCH", groupPath(gid), {[field.dataset.rule]: value});
        store.setProfile({...store.profile, [field.dataset.rule]: value}); // the server's own word of it follows
      } catch (error) {
        toast(error.message, {bad: true});
      }
      field.disabled = false;
      draw();
      field.focus();
    });
  }
  store.on("profile", draw);
}

/** An app may have set seconds that are not in the list. */
function nearest(field, value) {
  const steps = [...field.options].map((option) => Number(option.value));
  return String(steps.reduce((best, step) => (Math.abs(step - value) < Math.abs(best - value) ? step : best), 0));
}
