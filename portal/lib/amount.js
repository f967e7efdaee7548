// Money as whole micro-units, so that nothing is rounded: the API sends six places.
const SCALE = 1_000_000n;

/** Micro-units of `{amount}`. */
export function micros({ amount }) {
  const [whole, part = ""] = amount.replace("-", "").split(".");
  const value = BigInt(whole) * SCALE + BigInt(part.padEnd(6, "0"));
  return amount.startsWith("-") ? -value : value;
}

/** Money of a number of micro-units. */
export function fromMicros(value, currency) {
  const size = value < 0n ? -value : value;
  const text = `${size / SCALE}.${String(size % SCALE).padStart(6, "0")}`;
  return { amount: value < 0n ? `-${text}` : text, currency };
}

export const sum = (amounts, currency) => fromMicros(amounts.reduce((all, each) => all + micros(each), 0n), currency);

/** A number for charts only. */
export const approximate = amount => Number(amount.amount);
