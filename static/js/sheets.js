/** Small sheets (`popover`) that rise from where they were asked for. The style sheet lays them at a phone's foot. */

const GAP = 8; // px
const SAME_PRESS = 300; // ms: a press outside closes a sheet, and on its own opener it would open it again

const closed = new WeakMap(); // sheet -> {opener, at}, where a press closed it
let pressed = -SAME_PRESS;
document.addEventListener("pointerdown", () => void (pressed = performance.now()), {capture: true});

/**
 * @param {HTMLElement} sheet has `popover`
 * @param {HTMLElement} opener where; the browser gives the focus back to what had it
 */
export function openAt(sheet, opener) {
  const last = closed.get(sheet);
  if (last?.opener === opener && performance.now() - last.at < SAME_PRESS) return;
  sheet.onbeforetoggle = ({newState}) => {
    const at = performance.now();
    if (newState === "closed" && at - pressed < SAME_PRESS) closed.set(sheet, {opener, at});
  };
  sheet.showPopover();
  const from = opener.getBoundingClientRect();
  const {offsetWidth: width, offsetHeight: height} = sheet;
  const left = Math.min(Math.max(GAP, from.right - width), innerWidth - width - GAP);
  sheet.style.left = `${left}px`;
  // Above it where there is room, held at its foot: it may grow while it is open.
  const above = from.top - height - GAP >= GAP;
  const below = from.bottom + height + 2 * GAP <= innerHeight;
  sheet.style.top = !above && below ? `${from.bottom + GAP}px` : "auto";
  sheet.style.bottom = above ? `${innerHeight - from.top + GAP}px` : below ? "auto" : `${GAP}px`;
}

/** Arrow keys walk through the buttons of a sheet. @param {HTMLElement} sheet @param {number} [columns] */
export function roam(sheet, columns = 1) {
  const steps = {ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1};
  sheet.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || !event.target.matches("button")) return;
    const buttons = [...sheet.querySelectorAll("button:not(:disabled)")].filter((button) => button.offsetParent);
    const next = buttons[buttons.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
