/** Tabs of which one is open: the panels are those that they name. */

/** @param {HTMLElement} root holds the tabs */
export function mountTabs(root) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const show = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", ({key}) => {
      const next = tabs[place + ({ArrowRight: 1, ArrowLeft: -1}[key] ?? 0)];
      if (!next || next === tab) return;
      show(next);
      next.focus();
    });
  });
}
