// The first page: will calls work tomorrow, and why; the balance over time; what lapses; recharges.
import { list, read } from "../lib/api.js";
import { approximate, micros, sum } from "../lib/amount.js";
import { balancesOf } from "../lib/balances.js";
import { balanceChart } from "../lib/chart.js";
import { h } from "../lib/dom.js";
import { badge, button, empty, facts, link, loaded, section, table } from "../lib/parts.js";
import { coded, day, moment, money, t } from "../lib/text.js";
import { lotsTimeline } from "../lib/timeline.js";
import { willCallsWork } from "../lib/verdict.js";

const DAY = 86_400_000;
const RATE_DAYS = 30;
const iso = at => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

/** What the account used in a day, on average over the last thirty, or since it was opened. */
async function usePerDay(account, now) {
  const from = Math.max(now - RATE_DAYS * DAY, Date.parse(account.openedAt));
  const kinds = await list("usage", { by: "callKind", from: iso(from), to: iso(now) });
  const used = kinds.reduce((all, each) => all + approximate(each.amount), 0);
  return used / Math.max((now - from) / DAY, 1);
}

async function readAll() {
  const balance = await read("balance");
  const now = Date.parse(balance.at);
  const [account, tomorrow, autoRecharge, cards, eligibility, lots] = await Promise.all([
    read(""), read("balance", { at: iso(now + DAY) }), read("auto-recharge"), list("payment-methods"), read("eligibility"),
    list("lots", { order: "desc" }),
  ]);
  return { now, account, tomorrow, autoRecharge, cards, eligibility, lots, perDay: await usePerDay(account, now) };
}

const shown = values => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value?.currency ? money(value) : value]));

function reasonItem({ level, code, values, page }) {
  const text = t(`reason.${code}`, shown(values));
  return h("li", { class: level }, h("span", {}, text, page ? [" ", link(page, t("overview.resolve"))] : null));
}

function verdictBox(facts_) {
  const { verdict, reasons } = willCallsWork(facts_);
  const { account } = facts_;
  const more = [
    [t("overview.spendable"), money(account.spendable)], micros(account.held) ? [t("overview.held"), money(account.held)] : null,
    micros(account.overdraft) ? [t("overview.overdraft"), money(account.overdraft)] : null,
    micros(account.accrued) ? [t("overview.accrued"), money(account.accrued)] : null,
    micros(account.scoped) ? [t("overview.scoped"), money(account.scoped)] : null,
  ];
  return h("section", { class: `box verdict ${verdict}` },
    h("div", {}, h("h2", { class: "question" }, t("overview.question")), h("p", { class: "answer", "data-verdict": verdict }, t(`verdict.${verdict}`)),
      h("ul", { class: "reasons" }, reasons.map(reasonItem))),
    h("div", {}, h("p", { class: "question" }, t("overview.balance")), h("p", { class: "balance", "data-balance": account.balance.amount }, money(account.balance)),
      facts(more), h("div", { class: "actions" }, button(t("page.funds"), () => { location.hash = "#/funds"; }, { primary: true }))));
}

function balanceBox({ now, account, lots, autoRecharge }) {
  return section(t("overview.balance_over_time"), loaded(async () => {
    const points = await balancesOf({ now, openedAt: account.openedAt, lots, days: 365 });
    return balanceChart(points, account.currency, autoRecharge.enabled ? autoRecharge.trigger : null);
  }));
}

/** What is left in each lot at its expiry if use goes on as it is: earlier lots are spent first. */
function lapsing(lots, perDay, now) {
  let used = 0;
  return [...lots].sort((one, other) => one.expiresAt.localeCompare(other.expiresAt)).map(lot => {
    const before = Math.max(((Date.parse(lot.expiresAt) - now) / DAY) * perDay - used, 0);
    const spent = Math.min(before, approximate(lot.remaining));
    used += spent;
    return { lot, lost: approximate(lot.remaining) - spent };
  }).filter(each => each.lost >= 0.01);
}

function lotsBox({ lots, perDay, now, account }) {
  const open = lots.filter(lot => lot.state === "open");
  if (!open.length) return section(t("lots.title"), empty(t("lots.none")));
  const lost = lapsing(open, perDay, now);
  const all = sum(lost.map(each => ({ amount: each.lost.toFixed(6), currency: account.currency })), account.currency);
  const columns = [
    { title: t("column.bought"), cell: lot => day(lot.purchasedAt) }, { title: t("column.source"), cell: lot => t(`source.${lot.source}`) },
    { title: t("column.original"), number: true, cell: lot => money(lot.original) }, { title: t("column.left"), number: true, cell: lot => money(lot.remaining) },
    { title: t("column.expires"), cell: lot => day(lot.expiresAt) },
  ];
  return section(t("lots.title"), lotsTimeline(open, now),
    h("p", {}, lost.length ? t("lots.will_lapse", { amount: money(all), day: day(lost[0].lot.expiresAt) }) : t("lots.nothing_lapses")),
    h("details", {}, h("summary", {}, t("overview.as_table")), table(t("lots.title"), columns, open)));
}

function rechargeBox({ autoRecharge, lots }) {
  const recharges = lots.filter(lot => lot.source === "recharge").slice(0, 6);
  const columns = [
    { title: t("column.day"), cell: lot => moment(lot.purchasedAt) }, { title: t("column.amount"), number: true, cell: lot => money(lot.original) },
    { title: t("column.state"), cell: lot => t(`lot.${lot.state}`) },
  ];
  const level = !autoRecharge.enabled || autoRecharge.slot === "declined" ? "warning" : autoRecharge.paused ? "bad" : "good";
  const state = !autoRecharge.enabled ? "off" : autoRecharge.paused ? "paused" : autoRecharge.slot === "idle" ? "on" : autoRecharge.slot;
  return section(t("overview.recharges"),
    h("p", {}, badge(level, t(`recharge.state_${state}`)), " ", autoRecharge.enabled
      ? t("recharge.next", { trigger: money(autoRecharge.trigger), amount: money(autoRecharge.amount) }) : t("recharge.off_note")),
    autoRecharge.paused ? h("p", {}, coded("reason", `paused_${autoRecharge.paused.reason}`)) : null,
    autoRecharge.nextAttempt ? h("p", {}, t("recharge.next_attempt", { when: moment(autoRecharge.nextAttempt) })) : null,
    table(t("overview.recharges"), columns, recharges, { whenEmpty: t("recharge.none") }),
    h("p", {}, link("auto-recharge", t("recharge.edit"))));
}

export async function render() {
  const all = await readAll();
  return [verdictBox(all), balanceBox(all), lotsBox(all), rechargeBox(all)];
}
