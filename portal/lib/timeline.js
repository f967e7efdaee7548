// Lots from purchase to expiry as bars: how much is left in each, and what will lapse.
import { h, svg } from "./dom.js";
import { day, money, month, shortDay, t } from "./text.js";

const WIDTH = 760;
const ROW = 34;
const TOP = 26;
const SOON = 90 * 86_400_000;

function axis(position, first, last, height) {
  const marks = [];
  const date = new Date(first);
  const step = last - first > 500 * 86_400_000 ? 4 : 3;
  for (let at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1); at < last;) {
    const x = position(at);
    marks.push(svg("line", { x1: x, x2: x, y1: TOP - 6, y2: height, class: "grid" }), svg("text", { x, y: 12, class: "axis", "text-anchor": "middle" }, shortDay(at)));
    const next = new Date(at);
    at = Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + step);
  }
  return marks;
}

function bar(lot, place, position, now) {
  const [start, end] = [position(Date.parse(lot.purchasedAt)), position(Date.parse(lot.expiresAt))];
  const share = Number(lot.remaining.amount) / Number(lot.original.amount);
  const y = TOP + place * ROW;
  const width = Math.max(end - start, 4);
  const isSoon = Date.parse(lot.expiresAt) - now < SOON;
  const words = t("lots.bar", { left: money(lot.remaining), original: money(lot.original), bought: day(lot.purchasedAt), expires: day(lot.expiresAt) });
  return svg("g", {}, svg("title", {}, words),
    svg("text", { x: start, y: y + 10 }, `${money(lot.remaining)} · ${t("lots.until", { day: day(lot.expiresAt) })}`),
    svg("rect", { x: start, y: y + 15, width, height: 9, rx: 4, class: "track" }),
    svg("rect", { x: start, y: y + 15, width: Math.max(width * share, 2), height: 9, rx: 4, class: isSoon ? "soon" : "left" }));
}

/** The open lots, the first to expire on top. */
export function lotsTimeline(lots, now) {
  const sorted = [...lots].sort((one, other) => one.expiresAt.localeCompare(other.expiresAt));
  const first = Math.min(now, ...sorted.map(lot => Date.parse(lot.purchasedAt)));
  const last = Math.max(now, ...sorted.map(lot => Date.parse(lot.expiresAt)));
  const position = at => 8 + ((at - first) / (last - first || 1)) * (WIDTH - 24);
  const height = TOP + sorted.length * ROW + 4;
  const today = position(now);
  return h("div", { class: "scroll", role: "region", "aria-label": t("lots.title"), tabindex: "0" },
    svg("svg", { class: "timeline", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": t("lots.chart_label", { count: sorted.length, month: month(new Date(last).toISOString()) }) },
      axis(position, first, last, height),
      svg("line", { x1: today, x2: today, y1: TOP - 6, y2: height, class: "today" }),
      sorted.map((lot, place) => bar(lot, place, position, now))));
}
