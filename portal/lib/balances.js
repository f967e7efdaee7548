// The balance at many instants: as booked in the past, as it will be in the future if nothing is used.
import { read } from "./api.js";

const DAY = 86_400_000;
const iso = at => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

/** `{at, balance, isFuture}` of about *many* instants of the last *days* and, at each expiry, of the year ahead. */
export async function balancesOf({ now, openedAt, lots, days, many = 40 }) {
  const first = Math.max(now - days * DAY, Date.parse(openedAt));
  const step = Math.max((now - first) / many, 3_600_000);
  const past = [];
  for (let at = first; at < now - step / 2; at += step) past.push(at);
  const bought = lots.map(lot => Date.parse(lot.purchasedAt)).filter(at => at > first && at < now).flatMap(at => [at - 1000, at + 1000]);
  // The whole second after the expiry: a question has whole seconds, and just before it the credit is still there.
  const expiries = [...new Set(lots.filter(lot => lot.state === "open").map(lot => Math.ceil(Date.parse(lot.expiresAt) / 1000) * 1000 + 1000).filter(at => at > now))];
  const future = expiries.length ? [...expiries, Math.max(...expiries) + 5 * DAY] : [now + 30 * DAY];
  const instants = [...new Set([...past, ...bought, now, ...future])].sort((one, other) => one - other);
  return Promise.all(instants.map(async at => {
    const { balance } = await read("balance", at === now ? {} : { at: iso(at) });
    return { at: iso(at), balance, isFuture: at > now };
  }));
}

/** `{at, spendable}` at this hour of each of the last *days*, as booked, without now. */
export async function spendableOf({ now, openedAt, days }) {
  const instants = Array.from({ length: days }, (_, place) => now - (days - place) * DAY).filter(at => at > Date.parse(openedAt));
  return Promise.all(instants.map(async at => ({ at: iso(at), spendable: (await read("balance", { at: iso(at) })).spendable })));
}
