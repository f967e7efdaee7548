// Will calls work tomorrow? The service decides (GET …/forecast). This rule, without page or network, says how grave
// each of its reasons is, where it is resolved, and adds what reassures (R20).
import { approximate, micros } from "./amount.js";

const BAD = ["all_held", "balance_zero", "runs_out", "payment_declined", "no_card", "not_licensed", "not_eligible", "overdraft", "fraud_brake"];
const GOOD = ["included_minutes", "post_usage", "lasts", "auto_recharge_on"];
const INFO = ["little_history", "held"];
const PAGES = {
  all_held: "funds", auto_recharge_off: "auto-recharge", balance_zero: "funds", cap_ahead: "auto-recharge", card_expires: "cards",
  fraud_brake: "brake", may_run_out: "funds", no_card: "cards", not_eligible: "eligibility", not_licensed: "licences", overdraft: "funds", payg_off: "subscriptions",
  paused_brake: "brake", payment_declined: "cards", runs_out: "funds",
};
const ORDER = ["bad", "warning", "good", "info"];

const levelOf = code => {
  if (BAD.includes(code)) return "bad";
  if (GOOD.includes(code)) return "good";
  return INFO.includes(code) ? "info" : "warning";
};

const reason = (code, values = {}) => ({ level: levelOf(code), code, values, page: PAGES[code] ?? (code.startsWith("paused_") ? "auto-recharge" : null) });

/** Whole days until the money is used up at the usual rate, without what will expire; null where nothing is used. */
export function daysLeft(spendable, { perDay, losses }) {
  const usable = losses.reduce((left, loss) => left - approximate(loss.amount), approximate(spendable));
  return approximate(perDay) > 0 ? Math.floor(usable / approximate(perDay)) : null;
}

function ofService({ forecast, autoRecharge }) {
  return forecast.willWorkTomorrow.reasons.map(({ code, detail }) =>
    ({ ...reason(code === "auto_recharge_paused" && autoRecharge.paused ? `paused_${autoRecharge.paused.reason}` : code, { when: forecast.depletedAt }), detail }));
}

function alsoTrue({ account, forecast, autoRecharge, eligibility }, said) {
  const more = [];
  const isPrepaid = account.state === "prepaid";
  const isTroubled = said.some(each => each.level === "bad" || each.code.startsWith("paused_"));
  const days = daysLeft(account.spendable, forecast);
  if (isPrepaid && !eligibility.eligible) more.push(reason("not_eligible"));
  if (micros(account.overdraft) > 0n) more.push(reason("overdraft", { amount: account.overdraft }));
  if (isPrepaid && days > 0) more.push(reason("lasts", { count: days }));
  if (isPrepaid && autoRecharge.enabled && !isTroubled) more.push(reason("auto_recharge_on", { trigger: autoRecharge.trigger, amount: autoRecharge.amount }));
  if (micros(account.held) > 0n) more.push(reason("held", { amount: account.held }));
  return more;
}

/** `{verdict: "yes" | "no" | "atRisk", reasons: [{level, code, values, page}]}`, the gravest reason first. */
export function willCallsWork(facts) {
  const said = ofService(facts);
  const reasons = [...said, ...alsoTrue(facts, said)].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
  return { verdict: facts.forecast.willWorkTomorrow.verdict, reasons };
}
