/** How the line is doing, each second, in real figures. A dash where nobody knows. */
import {write} from "footlight/dom";
import {gettext, number} from "footlight/i18n";
import {healthMeter} from "footlight/stats";

const LINES = {good: () => gettext("Good"), fair: () => gettext("Fair"), poor: () => gettext("Poor")};
const DRESSES = {good: "badge-ok", fair: "warm", poor: "hint-bad"};

/** @param {() => RTCPeerConnection | null} connection the one that sends, if there is one */
export function mountHealth(connection) {
  const measure = healthMeter();
  setInterval(async () => draw(await measure(connection())), 1000);
}

const or = (value, words) => (value === null ? "—" : words(value));

/** @param {import("./stats.js").Health} health */
function draw({bitrate, fps, rtt, loss, line}) {
  write("bitrate", or(bitrate, (bits) => `${number(bits / 1e6, 1)} Mb/s`));
  write("fps", or(fps, (frames) => `${number(frames)} fps`));
  write("rtt", or(rtt, (ms) => `${number(ms)} ms`));
  write("loss", or(loss, (part) => `${number(part * 100, 1)} %`));
  write("line", or(line, (word) => LINES[word]()));
  document.getElementById("line").className = DRESSES[line] ?? "";
}
