/** The notice that is pinned above the chat: put away until it changes, written anew by moderators. */
import {acts, on, toast, write} from "footlight/dom";
import {keep, kept} from "footlight/kept";
import {groupPath, rest} from "footlight/rest";

/** @param {HTMLElement} root @param {import("./chat.js").ChatStore} store */
export function mountPinned(root, store) {
  const [pinned, form] = [root.querySelector(".pinned"), root.querySelector(".pinned-form")];
  if (!pinned) return;
  const field = form.querySelector("textarea");
  const name = () => `notice.${store.profile.gid}`;
  const draw = () => {
    const notice = store.profile?.notice ?? "";
    const writing = !form.hidden;
    pinned.hidden = writing || !notice || kept(name(), "") === notice;
    write("notice", notice, pinned);
    for (const button of acts("pin", root)) button.hidden = !store.me?.moderator;
  };
  const close = () => {
    form.hidden = true;
    draw();
  };
  const open = () => {
    if (!form.hidden) return close();
    field.value = store.profile?.notice ?? "";
    form.hidden = false;
    draw();
    field.focus();
  };
  store.on("profile", draw);
  store.on("me", draw);
  on("unpin", () => (keep(name(), store.profile.notice), draw()), root);
  on("pin", open, root);
  on("pin-cancel", close, root);
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const notice = field.value.trim();
      await rest("PATCH", groupPath(store.profile.gid), {notice});
      store.setProfile({...store.profile, notice}); // the server's own word of it follows
      close();
    } catch (error) {
      toast(error.message, {bad: true});
    }
  });
}
