/** The sheet of emoji: groups, a grid, arrow keys. What is chosen goes into the text where the caret stands. */
import {acts} from "footlight/dom";
import {GROUPS} from "footlight/emoji";
import {openAt, roam} from "footlight/sheets";

const COLUMNS = 8;

/** @param {HTMLElement} sheet @param {HTMLInputElement} input */
export function mountEmoji(sheet, input) {
  const [tabs, grid] = [sheet.querySelector(".emoji-tabs"), sheet.querySelector(".emoji-grid")];
  const [opener] = acts("emoji");
  const show = (group) => {
    for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.group === group.id));
    grid.ariaLabel = group.name();
    grid.replaceChildren(...group.faces.map((face) => button(face)));
  };
  tabs.append(
    ...GROUPS.map((group) => {
      const tab = button(group.faces[0]);
      Object.assign(tab, {role: "tab", ariaLabel: group.name(), title: group.name()});
      tab.dataset.group = group.id;
      tab.addEventListener("click", () => show(group));
      return tab;
    }),
  );
  roam(tabs);
  roam(grid, COLUMNS);
  grid.addEventListener("click", ({target}) => target.matches("button") && insert(input, target.textContent));
  opener.addEventListener("click", () => {
    show(GROUPS[0]);
    openAt(sheet, opener);
    if (matchMedia("(pointer: fine)").matches) grid.firstElementChild.focus();
  });
}

function button(face) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = face;
  return made;
}

function insert(input, face) {
  const {selectionStart: from, selectionEnd: to, value} = input;
  if ([...value].length + [...face].length > input.maxLength) return;
  input.setRangeText(face, from ?? value.length, to ?? value.length, "end");
  input.dispatchEvent(new Event("input", {bubbles: true}));
}
