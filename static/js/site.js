// What every page does: theme, menus, dialogs, toasts, small helpers of forms. Pages work without it.

const root = document.documentElement;
const all = (/** @type {string} */ selector) => document.querySelectorAll(selector);

/** Shows a line at the foot of the page for a while. @param {string} words @param {boolean} [bad] */
export function toast(words, bad = false) {
  const line = document.createElement("p");
  line.className = bad ? "toast toast-bad" : "toast";
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = words;
  line.append(text);
  document.getElementById("toasts").append(line);
  fade(line);
}

function fade(/** @type {Element} */ line) {
  setTimeout(() => line.remove(), 7000);
}

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The page changes at once; the server is told, so that the next page comes in the same light. */
async function switchTheme(/** @type {HTMLButtonElement} */ button) {
  const theme = isDark() ? "light" : "dark";
  root.dataset.theme = theme;
  const body = new FormData(button.form);
  body.set("theme", theme);
  await fetch(button.form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
}

function openDialog(/** @type {Element} */ opener, /** @type {Event} */ event) {
  const dialog = document.getElementById(opener.getAttribute("data-dialog"));
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
}

function closeMenus(/** @type {Node | null} */ except) {
  for (const menu of all("details[data-menu][open]")) if (!except || !menu.contains(except)) menu.removeAttribute("open");
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  closeMenus(target);
  const el = target.closest("[data-theme-switch], [data-dialog], [data-close], [data-dismiss], [data-focus]");
  if (!el) return;
  if (el.matches("[data-theme-switch]")) { event.preventDefault(); switchTheme(el); }
  if (el.matches("[data-dialog]")) openDialog(el, event);
  if (el.matches("[data-dismiss]")) el.closest(".toast").remove();
  if (el.matches("[data-focus]")) setTimeout(() => document.getElementById(el.dataset.focus).focus());
  const dialog = el.matches("[data-close]") && el.closest("dialog");
  if (dialog) { event.preventDefault(); dialog.close(); }
});

document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });

/** A chosen picture is shown before it is sent. */
function preview(/** @type {HTMLInputElement} */ input) {
  const [file] = input.files;
  const old = document.getElementById(input.dataset.preview);
  if (!file || !old) return;
  const picture = document.createElement("img");
  picture.id = old.id;
  picture.className = old.className.replace("avatar-letter", "");
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  old.replaceWith(picture);
}

document.addEventListener("change", (event) => {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target.matches("input[data-preview]")) preview(target);
  if (target.form?.matches("[data-auto-submit]")) target.form.requestSubmit();
});

/** The main stage: one show at a time, one lamp for each. */
function carousel(/** @type {Element} */ stage) {
  const slides = stage.querySelectorAll("[data-slide]");
  const pick = stage.querySelector(".hero-pick");
  if (!pick) return;
  const buttons = [...pick.querySelectorAll("button")];
  pick.hidden = false;
  const show = (/** @type {number} */ chosen) => buttons.forEach((button, at) => {
    slides[at].hidden = at !== chosen;
    if (at === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.firstElementChild.classList.toggle("is-lit", at === chosen);
  });
  buttons.forEach((button, at) => button.addEventListener("click", () => show(at)));
}

all("[data-carousel]").forEach(carousel);
all(".toast").forEach(fade);
