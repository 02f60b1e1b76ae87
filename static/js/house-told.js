/** What the house did to the show, or has to say about it: it stands in the studio until the host puts it away. */
import {on, write} from "footlight/dom";
import {gettext} from "footlight/i18n";

const HEADS = {
  stopped: () => gettext("The house has ended the show."),
  frozen: () => gettext("The house holds your show back: nobody sees or hears it for now."),
  unfrozen: () => gettext("Your show is seen and heard again."),
  not_recorded: () => gettext("The house has no room for recordings now: this show is not kept."),
  message: () => gettext("A word of the house:"),
};

/** @param {import("./show.js").Show} show @param {string} cid */
export function mountHouseTold(show, cid) {
  const place = document.getElementById("house-told");
  const tell = (kind, text) => {
    write("house-head", HEADS[kind]());
    write("house-words", text);
    place.hidden = false;
  };
  show.room.on("host.told", (told) => told.cid === cid && HEADS[told.kind] && tell(told.kind, told.text));
  show.room.on("room.snapshot", ({channel, me}) => channel.frozen && me.host && tell("frozen", me.frozen_why ?? ""));
  on("dismiss-told", () => (place.hidden = true));
}
