/** The whiteboard on the page: paper over the stage, the picture small in its corner, pens for who may draw. */
import {Board} from "footlight/board";
import {acts, toast} from "footlight/dom";
import {gettext} from "footlight/i18n";

const WORDS = {
  board_full: () => gettext("The board is full. Wipe it, then go on."),
  offline: () => gettext("The connection is gone. Try again in a moment."),
};

/**
 * @param {HTMLElement} stage
 * @param {import("./socket.js").Connection | null} connection to the group's chat
 */
export function mountBoard(stage, connection) {
  const root = document.getElementById("board");
  if (!root || !connection) return;
  const board = new Board(connection);
  const paper = mountPaper(root.querySelector("canvas"), board);
  mountPens(root, board, paper);
  mountDoor(stage, root, board);
  board.on("refused", say);
}

const say = (error) => toast(WORDS[error.code]?.() ?? error.message);

/** Whether the board is shown. It opens by itself when something stands on it, until somebody decides otherwise. */
function mountDoor(stage, root, board) {
  const [door] = acts("board", root);
  let wanted = null;
  const draw = () => {
    if (board.empty && !board.mayDraw) wanted = null;
    const open = wanted ?? !board.empty;
    root.hidden = board.empty && !board.mayDraw;
    root.querySelector(".whiteboard-sheet").hidden = !open;
    door.setAttribute("aria-pressed", String(open));
    if (open && !root.hidden) stage.dataset.board = board.mayDraw ? "draw" : "see";
    else delete stage.dataset.board;
  };
  door.addEventListener("click", () => {
    wanted = door.getAttribute("aria-pressed") !== "true";
    draw();
  });
  for (const news of ["draw", "redraw", "may"]) board.on(news, draw);
  draw();
}

/** The canvas: as sharp as the screen, drawn anew when its size or the light changes. */
function mountPaper(canvas, board) {
  const pencil = canvas.getContext("2d");
  let asked = false;
  const colors = new Map();
  const inkOf = (color) => {
    if (color.startsWith("#")) return color;
    if (!colors.has(color)) {
      canvas.style.color = `var(--pen-${color})`;
      colors.set(color, getComputedStyle(canvas).color);
    }
    return colors.get(color);
  };
  const draw = ({color, width, points}) => {
    const {width: across, height: down} = canvas;
    const at = ([x, y]) => [x * across, y * down];
    pencil.strokeStyle = inkOf(color);
    pencil.lineWidth = (width / 1000) * across;
    pencil.lineCap = pencil.lineJoin = "round";
    pencil.beginPath();
    pencil.moveTo(...at(points[0]));
    for (let i = 1; i < points.length - 1; i++) pencil.quadraticCurveTo(...at(points[i]), ...at(between(points[i], points[i + 1])));
    pencil.lineTo(...at(points.at(-1)));
    pencil.stroke();
  };
  const redraw = () => {
    asked = false;
    pencil.clearRect(0, 0, canvas.width, canvas.height);
    for (const stroke of board.strokes()) draw(stroke);
  };
  const redrawSoon = () => {
    if (!asked) requestAnimationFrame(redraw);
    asked = true;
  };
  const measure = () => {
    const {width, height} = canvas.getBoundingClientRect();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    redraw();
  };
  new ResizeObserver(measure).observe(canvas);
  // Dragged to a screen of another density, the element keeps its size and gets other pixels.
  addEventListener("resize", measure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colors.clear();
    redrawSoon();
  });
  board.on("draw", draw);
  board.on("redraw", redrawSoon);
  return canvas;
}

const between = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];

/** Colours, widths, the pen itself, and wiping. */
function mountPens(root, board, canvas) {
  const tools = root.querySelector(".whiteboard-tools");
  const dialog = root.querySelector("dialog");
  const [clear] = acts("board-clear", root);
  const pens = [...tools.querySelectorAll("[data-pen]")];
  const widths = [...tools.querySelectorAll("[data-width]")];
  const pick = (buttons, chosen) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
  };
  const picked = (buttons) => buttons.find((button) => button.getAttribute("aria-pressed") === "true");
  for (const group of [pens, widths]) {
    for (const button of group) button.addEventListener("click", () => pick(group, button));
  }
  const mayI = () => {
    tools.hidden = !board.mayDraw;
    if (!board.mayDraw) board.end();
  };
  board.on("may", mayI);
  mayI();
  clear.addEventListener("click", () => dialog.showModal());
  acts("board-keep", root)[0].addEventListener("click", () => dialog.close());
  acts("board-wipe", root)[0].addEventListener("click", () => {
    dialog.close();
    board.clear().catch(say);
  });

  const where = ({clientX, clientY}) => {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!board.mayDraw || !event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    board.begin(picked(pens).dataset.pen, Number(picked(widths).dataset.width), where(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) board.move(where(step));
  });
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, (event) => event.isPrimary && board.end());
}
