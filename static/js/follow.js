/** Following a channel, and how many do. */
import {acts, toast, write} from "footlight/dom";
import {gettext, interpolate, ngettext, number} from "footlight/i18n";
import {rest} from "footlight/rest";

/**
 * Every `data-act="follow"` follows and lets go again.
 * @param {string} cid
 * @param {import("./chat.js").ChatStore} store
 * @param {boolean} [follows] what the page was written with
 */
export function mountFollow(cid, store, follows = false) {
  const buttons = acts("follow").filter((button) => button.matches("button"));
  const draw = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(follows));
      button.disabled = false;
      write("follow", follows ? gettext("Following") : gettext("Follow"), button);
    }
    const count = store.profile?.follows;
    if (count === undefined) return;
    const words = ngettext("%(count)s follower", "%(count)s followers", count);
    write("follows", interpolate(words, {count: number(count)}));
  };
  store.on("me", (me) => {
    follows = me.follows ?? follows;
    draw();
  });
  store.on("profile", draw);
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      for (const other of buttons) other.disabled = true;
      const before = store.profile?.follows;
      try {
        await rest(follows ? "DELETE" : "POST", `channels/${cid}/follow/`);
        follows = !follows;
        if (store.me) store.setMe({...store.me, follows}); // the room's rules look at it
        // The room's own figure comes a few seconds later, or has come already.
        if (store.profile?.follows === before) store.setProfile({...store.profile, follows: before + (follows ? 1 : -1)});
      } catch (error) {
        toast(error.message, {bad: true});
      }
      draw();
    });
  }
  draw();
}
