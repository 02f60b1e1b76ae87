/** Small sheets (`popover`) that rise from where they were asked for. The style sheet lays them at a phone's foot. */

const GAP = 8; // px

/**
 * @param {HTMLElement} sheet has `popover`
 * @param {HTMLElement} opener takes the focus back
 */
export function openAt(sheet, opener) {
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
  sheet.addEventListener("toggle", () => opener.isConnected && sheet.contains(document.activeElement) && opener.focus(), {once: true});
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
