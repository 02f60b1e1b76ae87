/** What the studio watches: the host sees and hears the guests, sees what an encoder sends, and the list says who asks
 * and who sits. */
import {CoMic} from "footlight/client/comic";
import {HostList} from "footlight/comic-host";
import {dressStage} from "footlight/comic-stage";
import {write} from "footlight/dom";
import {gettext} from "footlight/i18n";
import {mountLayouts} from "footlight/layouts";
import {Stage} from "footlight/stage";
import {byEncoder} from "footlight/studio-encoder";
import {Watcher} from "footlight/watching";

/**
 * @param {import("./show.js").Show} show
 * @param {{root: HTMLElement, cid: string, skew: number, encoded: (track: MediaStreamTrack | null) => void}} page
 * `root`: the stage; `encoded` is told the picture that an encoder sends
 */
export function mountCoMicStudio(show, {root, cid, skew, encoded}) {
  const comic = new CoMic(show.room);
  const stage = new Stage(root);
  const watcher = new Watcher(show);
  const list = document.getElementById("on-stage") && new HostList(comic, show, cid, skew);
  mountLayouts(stage, root);
  const own = () => show.mine()?.sid; // also where another page sends it: nobody wants to hear themself
  const dress = dressStage(show, stage, comic.seating, {without: own, spoke: (feed, speaks) => list?.spoke(feed, speaks)});
  const guests = () => show.others().filter(({sid}) => sid !== own());
  const seen = () => (byEncoder(show.mine()) ? show.others() : guests());
  const drawEncoded = () => encoded((byEncoder(show.mine()) && watcher.streams.get(own())?.getVideoTracks()[0]) || null);
  show.on("feeds", () => seen().length && watcher.start());
  show.on("change", () => {
    if (!seen().length && watcher.wanted) {
      watcher.stop();
      stage.clear();
    }
    drawEncoded();
    dress.draw();
    write("preview-words", guests().length ? gettext("You hear your guests, not yourself") : gettext("Preview, no sound"));
  });
  watcher.on("streams", (streams) => {
    stage.setStreams(new Map([...streams].filter(([feed]) => feed !== own())));
    dress.listen();
    drawEncoded();
  });
  watcher.on("closing", () => stage.freeze());
}
