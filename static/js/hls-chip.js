/** How far behind one watches, on the stage: a word, and the choice between the two ways. */
import {acts, toast, write} from "footlight/dom";
import {DIRECT, HLS} from "footlight/hls-delivery";
import {gettext} from "footlight/i18n";
import {openAt, roam} from "footlight/sheets";

const WORDS = {
  [DIRECT]: () => gettext("Live · under a second"),
  [HLS]: () => gettext("Live · a few seconds behind"),
  late: () => gettext("Behind · back to live"),
  trying: () => gettext("Changing over…"),
};
const FAILED = {
  [DIRECT]: () => gettext("Your network does not let the fast way through. You go on a few seconds behind."),
  [HLS]: () => gettext("The other way does not work just now."),
};

/**
 * @param {import("./hls-delivery.js").Delivery} delivery
 * @param {HTMLElement} root the .stage
 */
export function mountDelay(delivery, root) {
  const [chip] = acts("delay", root);
  const sheet = document.getElementById("delay");
  const choices = [...sheet.querySelectorAll("[data-way]")];
  const draw = () => {
    const {mode, trying, isLate} = delivery;
    const state = trying ? "trying" : isLate ? "late" : mode;
    root.dataset.delivery = mode;
    chip.dataset.state = state;
    write("delay", WORDS[state](), root);
    chip.setAttribute("aria-label", WORDS[state]());
    for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.dataset.way === (trying || mode)));
  };
  chip.addEventListener("click", () => {
    if (chip.dataset.state !== "late") return openAt(sheet, chip);
    delivery.toLive();
    if (delivery.stage.paused) acts("play", root)[0].click();
  });
  for (const choice of choices) {
    choice.addEventListener("click", () => {
      sheet.hidePopover();
      delivery.choose(choice.dataset.way);
    });
  }
  roam(sheet);
  delivery.on("change", draw);
  delivery.on("failed", (way) => toast(FAILED[way](), {bad: true}));
  draw();
}
