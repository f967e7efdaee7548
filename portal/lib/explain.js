// Why a charge is what it is (R9): prefix, rate, increment, free minutes, and the sum with the same numbers.
import { h } from "./dom.js";
import { facts } from "./parts.js";
import { coded, duration, money, number, t } from "./text.js";

function sentence(why, amount) {
  const { perMinute, connectionFee, billedSeconds } = why;
  if (!perMinute) return null;
  return h("p", { class: "note" }, t("explain.sum", {
    fee: money(connectionFee ?? { amount: "0", currency: perMinute.currency }, { exact: true }), rate: money(perMinute, { exact: true }),
    minutes: number(billedSeconds / 60), amount,
  }));
}

/** The explanation of a movement of a call; nothing for other movements. */
export function explanation({ explanation: why, amount }) {
  if (!why) return null;
  const positive = money({ ...amount, amount: amount.amount.replace("-", "") }, { exact: true });
  return h("div", {}, h("h3", {}, t("explain.title")), facts([
    why.callKind ? [t("column.kind"), coded("kind", why.callKind)] : null, why.destination ? [t("column.destination"), why.destination] : null,
    why.prefix ? [t("rates.prefix"), `+${why.prefix}`] : null, why.card ? [t("explain.card"), why.card] : null,
    why.seconds === undefined ? null : [t("explain.talked"), duration(why.seconds)],
    why.freeSeconds === undefined ? null : [t("explain.free"), duration(why.freeSeconds)],
    why.billedSeconds === undefined ? null : [t("explain.billed"), duration(why.billedSeconds)],
    why.pool ? [t("explain.pool"), h("code", {}, why.pool)] : null, why.reason ? [t("column.reason"), why.reason] : null,
    why.flags?.length ? [t("explain.flags"), why.flags.map(each => coded("code", each)).join(" ")] : null,
  ]), sentence(why, positive));
}
