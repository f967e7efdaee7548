// Months in UTC, as the service counts them.
import { select } from "./form.js";
import { month, t } from "./text.js";

const COUNT = 14;

/** The last months, the present one first, as `yyyy-mm`. */
export function lastMonths(now, openedAt) {
  const date = new Date(now);
  const months = Array.from({ length: COUNT }, (_, back) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back)).toISOString().slice(0, 7));
  return months.filter(each => each >= openedAt.slice(0, 7));
}

/** The first instant of a month and of the next one. */
export function bounds(text) {
  const [year, number] = text.split("-").map(Number);
  const first = at => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  return { from: first(Date.UTC(year, number - 1)), to: first(Date.UTC(year, number)) };
}

/** A choice of month that calls *show* at once and whenever it changes. */
export function monthChoice(months, show) {
  const choice = select("month", t("period.month"), months.map(each => [each, month(each)]));
  choice.addEventListener("change", event => show(event.target.value));
  return choice;
}

const instant = at => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
const LAST_DAYS = 30 * 86_400_000;

/** Windows of the past, `{name, from, to}` with `months` where it has whole ones, the usual one first: the last two whole months, or 30 days where the account
 * is younger; then the twelve months until now, and each month. */
export function windows(now, openedAt) {
  const [present, ...months] = lastMonths(now, openedAt);
  const days = { name: "30", from: instant(Date.parse(now) - LAST_DAYS), to: now };
  const date = new Date(now);
  const year = { name: "12", from: instant(Date.UTC(date.getUTCFullYear() - 1, date.getUTCMonth(), date.getUTCDate())), to: now };
  const two = months.length > 1 ? [{ name: "2", months: [months[1], months[0]], from: bounds(months[1]).from, to: bounds(months[0]).to }] : [];
  return [...two, days, ...(months.length ? [year] : []), ...[present, ...months].map(each => ({ name: each, months: [each], ...bounds(each) }))];
}
