// The balance over time: uPlot's canvas, with a table of the same numbers for everybody who cannot use a picture.
import uPlot from "../vendor/uplot.js";
import { h } from "./dom.js";
import { day, money, shortDay, t } from "./text.js";
import { table } from "./parts.js";

const HEIGHT = 260;
const forced = matchMedia("(forced-colors: active)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name, system) => (forced.matches ? system : getComputedStyle(document.documentElement).getPropertyValue(name).trim());

/** A line that is drawn across the chart at the trigger. */
function drawLevel(level, label) {
  return chart => {
    const { ctx, bbox } = chart;
    const y = chart.valToPos(level, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) return;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--colorPaletteRedForeground1", "CanvasText");
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

function options(width, currency, level) {
  const axis = { stroke: () => colour("--colorNeutralForeground3", "CanvasText"), grid: { stroke: () => colour("--colorNeutralStroke2", "GrayText"), width: 1 }, ticks: { show: false } };
  const line = { width: 2, stroke: () => colour("--colorBrandStroke1", "Highlight"), points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) };
  return {
    width, height: HEIGHT, legend: { show: false }, cursor: { y: false }, scales: { x: { time: true }, y: { range: (_, __, most) => [0, most * 1.08 || 1] } },
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    axes: [
      { ...axis, space: 70, size: 32, values: (_, seconds) => seconds.map(each => shortDay(each * 1000)) },
      { ...axis, size: 76, values: (_, values) => values.map(each => money({ amount: String(each), currency }).replace(/[.,]00(?=\D*$)/, "")) },
    ],
    series: [{}, { ...line, fill: () => colour("--colorBrandBackground2", "Canvas") }, { ...line, dash: [4, 4], stroke: () => colour("--colorNeutralForeground3", "GrayText") }],
    hooks: { draw: level ? [drawLevel(Number(level.amount), `${t("overview.trigger")} ${money(level)}`)] : [] },
  };
}

/** A chart of `points`, `{at, balance, isFuture}` in order, with the trigger's level where there is one. */
export function balanceChart(points, currency, level) {
  const now = points.findLastIndex(point => !point.isFuture);
  const value = point => Number(point.balance.amount);
  const data = [
    points.map(point => Date.parse(point.at) / 1000),
    points.map((point, place) => (place <= now ? value(point) : null)),
    points.map((point, place) => (place >= now ? value(point) : null)),
  ];
  const place = h("div", { class: "chart", role: "img", "aria-label": t("overview.chart_label") });
  let chart = null;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (!width) return;
    if (chart) chart.setSize({ width, height: HEIGHT });
    else chart = new uPlot(options(width, currency, level), data, place);
  }).observe(place);
  for (const media of [forced, dark]) media.addEventListener("change", () => chart?.redraw());
  const columns = [{ title: t("column.day"), cell: point => day(point.at) },
    { title: t("column.balance"), number: true, cell: point => money(point.balance) }];
  return h("div", {}, place,
    h("p", { class: "legend" }, h("span", {}, t("overview.legend_past")), h("span", { class: "future" }, t("overview.legend_future")),
      level ? h("span", { class: "trigger" }, t("overview.trigger")) : null),
    h("details", {}, h("summary", {}, t("overview.as_table")), table(t("overview.balance_over_time"), columns, points)));
}
