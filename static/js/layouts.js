/** The choice of how the people on stage stand. */

/**
 * @param {import("./stage.js").Stage} stage
 * @param {HTMLElement} root holds the .layouts
 */
export function mountLayouts(stage, root) {
  const group = root.querySelector(".layouts");
  const buttons = [...group.querySelectorAll("[data-set]")];
  for (const button of buttons) button.addEventListener("click", () => stage.setLayout(button.dataset.set));
  stage.on("layout", (layout, count) => {
    group.hidden = count < 2;
    for (const button of buttons) {
      const {set} = button.dataset;
      button.setAttribute("aria-pressed", String(set === layout));
      button.hidden = ["spotlight", "strip"].includes(set) && set !== stage.preset;
    }
  });
}
