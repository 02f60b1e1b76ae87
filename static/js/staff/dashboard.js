/** The first page of staff keeps itself up to date while somebody looks at it. */
import {dayAndTime, number, timeOfDay} from "footlight/i18n";

const NOW_EVERY = 10_000; // ms
const LINES_EVERY = 60_000; // ms
const QUIET = "#9ca3af"; // readable on light and dark
const COLOURS = ["--color-primary-500", "--color-base-400"];

const now = document.getElementById("now");
const overTime = document.getElementById("over-time");
const charts = JSON.parse(overTime.dataset.charts).map(drawChart);
let span = overTime.querySelector("[data-span]").dataset.span;

/** @param {string} address @returns {Promise<Response | null>} null for what came to nothing: the next round will do */
async function ask(address) {
  const answer = await fetch(address, {headers: {"X-Requested-With": "fetch"}}).catch(() => null);
  if (answer?.redirected) location.reload(); // signed out meanwhile
  return answer?.ok ? answer : null;
}

async function tellNow() {
  const answer = await ask(now.dataset.url);
  if (!answer || now.contains(document.activeElement)) return; // nothing moves under a hand
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  now.replaceChildren(...page.body.childNodes);
}

async function tellLines() {
  const asked = span;
  const answer = await ask(`${overTime.dataset.url}?span=${asked}`);
  if (!answer || asked !== span) return;
  const {at, series} = await answer.json();
  for (const {chart, names} of charts) {
    chart.data.labels = at.map(asked === "14d" ? dayAndTime : timeOfDay);
    names.forEach((name, index) => (chart.data.datasets[index].data = series[name]));
    chart.update("none");
  }
}

function drawChart(lines) {
  const place = document.createElement("div");
  place.className = "line";
  const canvas = place.appendChild(document.createElement("canvas"));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", lines.map(([, label]) => label).join(", "));
  overTime.querySelector(".lines").append(place);
  const style = getComputedStyle(document.documentElement);
  const datasets = lines.map(([, label], index) => {
    const colour = style.getPropertyValue(COLOURS[index]).trim();
    return {label, data: [], borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 0, tension: 0.2, spanGaps: false};
  });
  const axis = {border: {width: 0}, ticks: {color: QUIET, maxTicksLimit: 4, maxRotation: 0}};
  const options = {
    animation: false,
    interaction: {intersect: false, mode: "index"},
    maintainAspectRatio: false,
    plugins: {legend: {labels: {boxWidth: 12, color: QUIET}, position: "bottom"}},
    responsive: true,
    scales: {
      x: {...axis, grid: {display: false}},
      y: {...axis, beginAtZero: true, grid: {color: "rgb(156 163 175 / 0.2)"}, ticks: {...axis.ticks, callback: (value) => (Number.isInteger(value) ? number(value) : "")}},
    },
  };
  return {chart: new globalThis.Chart(canvas, {type: "line", data: {labels: [], datasets}, options}), names: lines.map(([name]) => name)};
}

for (const button of overTime.querySelectorAll("[data-span]")) {
  button.addEventListener("click", () => {
    span = button.dataset.span;
    for (const other of overTime.querySelectorAll("[data-span]")) other.setAttribute("aria-pressed", String(other === button));
    tellLines();
  });
}

/** Nothing is asked for while nobody looks; whoever comes back sees it at once. */
function whileSeen(every, does) {
  setInterval(() => document.hidden || does(), every);
  document.addEventListener("visibilitychange", () => document.hidden || does());
}

whileSeen(NOW_EVERY, tellNow);
whileSeen(LINES_EVERY, tellLines);
tellLines();
