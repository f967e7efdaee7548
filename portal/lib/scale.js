// The amounts that sliders offer: even steps in round numbers, with what is set and what is advised among them.
import { fromMicros, micros } from "./amount.js";

const UNIT = 1_000_000n;
const [SMALLEST_TIMES, MARK_TIMES, STEPS] = [10n, 2n, 100n];
const larger = (one, other) => (one > other ? one : other);

/** The smallest of 1, 2 and 5 times a power of ten that is at least *value*, and at least one unit of the currency. */
function roundStep(value) {
  const units = (value + UNIT - 1n) / UNIT;
  const power = 10n ** BigInt(String(units).length - 1);
  return UNIT * [1n, 2n, 5n, 10n].map(times => times * power).find(each => each >= units);
}

/** Money in order from *first* on, about a hundred amounts, with *marked* among them and room above. */
function amounts(first, smallest, marked) {
  const marks = marked.filter(Boolean).map(micros);
  const most = [micros(smallest) * SMALLEST_TIMES, ...marks.map(each => each * MARK_TIMES)].reduce(larger);
  const step = roundStep(most / STEPS);
  const found = new Set([first, ...marks.filter(each => each >= first)]);
  for (let each = (first / step + 1n) * step; each <= most; each += step) found.add(each);
  return [...found].sort((one, other) => (one < other ? -1 : 1)).map(each => fromMicros(each, smallest.currency));
}

/** The recharge amounts: none is below the smallest, and none above the cap where there is one. */
export const rechargeAmounts = (smallest, marked, cap) =>
  amounts(micros(smallest), smallest, marked).filter(each => !cap || micros(each) <= micros(cap));

/** The trigger amounts, from nothing on. */
export const triggerAmounts = (smallest, marked) => amounts(0n, smallest, marked);

/** The place of *money* among *offered*: of the first that is not below it, or of the last. */
export function placeOf(offered, money) {
  const found = offered.findIndex(each => micros(each) >= micros(money));
  return found < 0 ? offered.length - 1 : found;
}
