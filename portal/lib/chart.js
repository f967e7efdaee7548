// Pictures over time: uPlot's canvas, with a table of the same numbers for everybody who cannot use a picture.
import uPlot from "../vendor/uplot.js";
import { h } from "./dom.js";
import { day, money, shortDay, t } from "./text.js";
import { table } from "./parts.js";

const HEIGHT = 260;
const forced = matchMedia("(forced-colors: active)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name, system) => () => (forced.matches ? system : getComputedStyle(document.documentElement).getPropertyValue(name).trim());

const LINE = { width: 2, stroke: colour("--colorBrandStroke1", "Highlight"), points: { show: false } };
const STEPS = { ...LINE, paths: uPlot.paths.stepped({ align: 1 }) };
const EDGE = { ...LINE, width: 1, dash: [2, 3], stroke: colour("--colorBrandStroke1", "CanvasText") };

/** A line that is drawn across the chart at the trigger. */
function drawLevel(level, label) {
  return chart => {
    const { ctx, bbox } = chart;
    const y = chart.valToPos(level, "y", true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--colorPaletteRedForeground1", "CanvasText")();
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.textAlign = "right";
    ctx.textBaseline = "bottom";
    ctx.font = `${12 * devicePixelRatio}px sans-serif`;
    ctx.fillText(label, bbox.left + bbox.width - 4, y - 4);
    ctx.restore();
  };
}

function options(currency, level, parts) {
  const axis = { stroke: colour("--colorNeutralForeground3", "CanvasText"), grid: { stroke: colour("--colorNeutralStroke2", "GrayText"), width: 1 }, ticks: { show: false } };
  const least = level ? Number(level.amount) : 0;
  return {
    height: HEIGHT, legend: { show: false }, cursor: { y: false },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most, least) * 1.08 || 1] } },
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    axes: [
      { ...axis, space: 70, size: 32, values: (_, seconds) => seconds.map(each => shortDay(each * 1000)) },
      { ...axis, size: 76, values: (_, values) => values.map(each => money({ amount: String(each), currency }).replace(/[.,]00(?=\D*$)/, "")) },
    ],
    hooks: { draw: level ? [drawLevel(least, `${t("overview.trigger")} ${money(level)}`)] : [] },
    ...parts,
  };
}

/** The canvas of *data* as wide as its place, which says *label*. */
function canvas(label, data, shape) {
  const place = h("div", { class: "chart", role: "img", "aria-label": label });
  let chart = null;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (!width) return;
    if (chart) chart.setSize({ width, height: HEIGHT });
    else chart = new uPlot({ ...shape, width }, data, place);
  }).observe(place);
  for (const media of [forced, dark]) media.addEventListener("change", () => chart?.redraw());
  return place;
}

function legend(names, level) {
  return h("p", { class: "legend" }, Object.entries(names).map(([look, text]) => h("span", { class: look }, text)),
    level ? h("span", { class: "trigger" }, t("overview.trigger")) : null);
}

const asTable = (caption, columns, rows) => h("details", {}, h("summary", {}, t("overview.as_table")), table(caption, columns, rows));
const column = (title, name) => ({ title, number: true, cell: row => (row[name] ? money(row[name]) : "") });
const dayColumn = () => ({ title: t("column.day"), cell: row => day(row.at) });
const seconds = points => points.map(point => Date.parse(point.at) / 1000);

/** A chart of `points`, `{at, balance, isFuture}` in order, with the trigger's level where there is one. */
export function balanceChart(points, currency, level) {
  const now = points.findLastIndex(point => !point.isFuture);
  const value = point => Number(point.balance.amount);
  const data = [
    seconds(points),
    points.map((point, place) => (place <= now ? value(point) : null)),
    points.map((point, place) => (place >= now ? value(point) : null)),
  ];
  const series = [{}, { ...STEPS, fill: colour("--colorBrandBackground2", "Canvas") }, { ...STEPS, dash: [4, 4], stroke: colour("--colorNeutralForeground3", "GrayText") }];
  return h("div", {}, canvas(t("overview.chart_label"), data, options(currency, level, { series })),
    legend({ past: t("overview.legend_past"), future: t("overview.legend_future") }, level),
    asTable(t("overview.balance_over_time"), [dayColumn(), column(t("column.balance"), "balance")], points));
}

/** The forecast as a fan: `past`, `{at, spendable}` in order until now, then `fan`, `{at, low, likely, high}`. */
export function fanChart(past, fan, currency, level) {
  const now = past.at(-1);
  const future = [{ at: now.at, low: now.spendable, likely: now.spendable, high: now.spendable }, ...fan];
  const rows = [...past.slice(0, -1), { ...now, ...future[0] }, ...fan];
  const values = name => rows.map(row => (row[name] ? Number(row[name].amount) : null));
  const series = [{}, EDGE, EDGE, STEPS, { ...LINE, dash: [6, 3] }]; // the band is filled with its edges: lines come after it
  const bands = [{ series: [2, 1], fill: colour("--colorBrandBackground2Hover", "transparent") }];
  return h("div", {}, canvas(t("forecast.chart_label"), [seconds(rows), ...["low", "high", "spendable", "likely"].map(values)], options(currency, level, { series, bands })),
    legend({ past: t("overview.legend_past"), likely: t("forecast.likely"), fan: t("forecast.range") }, level),
    asTable(t("forecast.title"), [dayColumn(), column(t("overview.spendable"), "spendable"), column(t("forecast.low"), "low"), column(t("forecast.likely"), "likely"), column(t("forecast.high"), "high")], rows));
}
