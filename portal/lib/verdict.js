// Will calls work tomorrow? A rule without page or network: from what was read to a verdict and its reasons (R20).
import { approximate, fromMicros, micros } from "./amount.js";

const DAY = 86_400_000;
const SOON = 30 * DAY;

const reason = (level, code, values = {}, page = null) => ({ level, code, values, page });

/** Days until the money is used up at the present rate, or null where nothing is used. */
export const daysLeft = (spendable, perDay) => perDay > 0 ? approximate(spendable) / perDay : null;

export const usable = cards => cards.filter(card => !card.refused && !card.needsHolder);

const expiryOf = card => Date.parse(`${card.expiry}-01T00:00:00Z`) + 31 * DAY;

/** Whether auto-recharge would charge a card if the balance reached the trigger now. */
export function rechargeWorks({ autoRecharge, cards, eligibility, now }) {
  return autoRecharge.enabled && !autoRecharge.paused && autoRecharge.slot !== "declined" && eligibility.eligible
    && usable(cards).some(card => expiryOf(card) > now);
}

function aboutRecharge({ autoRecharge, cards, eligibility, now }) {
  const said = [];
  if (!eligibility.eligible) said.push(reason("bad", "not_eligible", {}, "eligibility"));
  if (!autoRecharge.enabled) said.push(reason("warning", "auto_recharge_off", {}, "auto-recharge"));
  else if (autoRecharge.paused) said.push(reason("bad", `paused_${autoRecharge.paused.reason}`, {}, "auto-recharge"));
  else if (autoRecharge.slot === "declined") said.push(reason("bad", "card_declined", {}, "cards"));
  else if (!usable(cards).length) said.push(reason("bad", "no_card", {}, "cards"));
  else said.push(reason("good", "auto_recharge_on", { trigger: autoRecharge.trigger, amount: autoRecharge.amount }));
  const expiring = autoRecharge.enabled && usable(cards).length === 1 && expiryOf(usable(cards)[0]) - now < SOON;
  if (expiring) said.push(reason("warning", "card_expires", { lastFour: usable(cards)[0].lastFour }, "cards"));
  return said;
}

function aboutMoney({ account, tomorrow, perDay }) {
  const { currency } = account;
  const need = fromMicros(BigInt(Math.ceil(perDay * 1_000_000)), currency);
  const lapsing = micros(account.spendable) - micros(tomorrow.spendable);
  const said = [];
  if (micros(account.overdraft) > 0n) said.push(reason("bad", "overdraft", { amount: account.overdraft }, "funds"));
  if (micros(account.spendable) <= 0n) return [...said, reason("bad", "balance_zero", {}, "funds")];
  if (lapsing > 0n) said.push(reason("warning", "expires_tomorrow", { amount: fromMicros(lapsing, currency) }));
  if (micros(account.held) > 0n) said.push(reason("info", "held", { amount: account.held }));
  const isShort = micros(tomorrow.spendable) < micros(need) || micros(tomorrow.spendable) <= 0n;
  if (isShort) said.push(reason("warning", "runs_out", { need }, "funds"));
  else if (perDay > 0) said.push(reason("good", "lasts", { count: Math.floor(daysLeft(tomorrow.spendable, perDay)) }));
  else said.push(reason("good", "enough", { amount: tomorrow.spendable }));
  return said;
}

/** `{verdict: "yes" | "no" | "atRisk", reasons: [{level, code, values, page}]}`, the gravest reason first. */
export function willCallsWork(facts) {
  const { account } = facts;
  if (account.state === "accruing") return { verdict: "yes", reasons: [reason("good", "billed_after_use", {}, "post-usage")] };
  if (account.state === "draining") return { verdict: "yes", reasons: [reason("good", "draining", {}, "post-usage")] };
  const money = aboutMoney(facts);
  const recharge = aboutRecharge(facts);
  const works = rechargeWorks(facts);
  const isEmpty = money.some(each => each.code === "balance_zero");
  const isShort = isEmpty || money.some(each => each.code === "runs_out");
  const verdict = !isShort ? "yes" : isEmpty && !works ? "no" : works && !isEmpty ? "yes" : "atRisk";
  const order = ["bad", "warning", "good", "info"];
  const reasons = [...money, ...recharge].sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
  return { verdict, reasons };
}
