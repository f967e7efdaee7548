// The amounts that sliders offer: even steps in round numbers, with what is set and what is advised among them.
import { fromMicros, micros } from "./amount.js";

const UNIT = 1_000_000n;
const [SMALLEST_TIMES, MARK_TIMES, MOST_STEPS] = [10n, 2n, 60n];

/** The largest of 1, 2 and 5 times a power of ten that is at most *value*, but no less than one unit of the currency. */
function roundStep(value) {
  const power = UNIT * 10n ** BigInt(String(value / UNIT).length - 1);
  return [5n, 2n, 1n].map(times => times * power).find(each => each <= value) ?? UNIT;
}

/** Money in order from *first* on, in steps of a tenth of *smallest*, and *marked* among it. */
function amounts(first, smallest, marked) {
  const { currency } = smallest;
  const marks = marked.filter(Boolean).map(micros);
  const most = [micros(smallest) * SMALLEST_TIMES, ...marks.map(each => each * MARK_TIMES)].reduce((one, other) => (one > other ? one : other));
  let step = roundStep(micros(smallest) / SMALLEST_TIMES);
  if (most / step > MOST_STEPS) step = roundStep(most / MOST_STEPS) * 2n;
  const found = new Set(marks.filter(each => each >= first));
  for (let each = first; each <= most; each += step) found.add(each);
  return [...found].sort((one, other) => (one < other ? -1 : 1)).map(each => fromMicros(each, currency));
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
