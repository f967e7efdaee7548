// The first page: will calls work tomorrow, and why; the forecast; the balance over time; what lapses; recharges.
import { list, read } from "../lib/api.js";
import { micros, sum } from "../lib/amount.js";
import { balancesOf } from "../lib/balances.js";
import { balanceChart } from "../lib/chart.js";
import { h } from "../lib/dom.js";
import { fanBox } from "../lib/fan.js";
import { badge, button, empty, facts, link, loaded, section, table } from "../lib/parts.js";
import { coded, day, has, moment, money, t } from "../lib/text.js";
import { lotsTimeline } from "../lib/timeline.js";
import { willCallsWork } from "../lib/verdict.js";

async function readAll() {
  const [account, forecast, autoRecharge, eligibility, lots] = await Promise.all([
    read(""), read("forecast"), read("auto-recharge"), read("eligibility"), list("lots", { order: "desc" }),
  ]);
  return { now: Date.parse(forecast.at), account, forecast, autoRecharge, eligibility, lots };
}

/** Values as people read them: money, and the instant at which the credit ends. */
const shown = values => Object.fromEntries(Object.entries(values).map(([name, value]) => {
  if (name === "when") return [name, value ? moment(value) : ""];
  return [name, value?.currency ? money(value) : value];
}));

function reasonItem({ level, code, values, page, detail }) {
  const text = has(`reason.${code}`) ? t(`reason.${code}`, shown(values)) : detail;
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

function lotsBox({ lots, forecast, now, account }) {
  const open = lots.filter(lot => lot.state === "open");
  if (!open.length) return section(t("lots.title"), empty(t("lots.none")));
  const lost = forecast.losses;
  const all = sum(lost.map(each => each.amount), account.currency);
  const columns = [
    { title: t("column.bought"), cell: lot => day(lot.purchasedAt) }, { title: t("column.source"), cell: lot => t(`source.${lot.source}`) },
    { title: t("column.original"), number: true, cell: lot => money(lot.original) }, { title: t("column.left"), number: true, cell: lot => money(lot.remaining) },
    { title: t("column.expires"), cell: lot => day(lot.expiresAt) },
  ];
  return section(t("lots.title"), lotsTimeline(open, now),
    h("p", {}, lost.length ? t("lots.will_lapse", { amount: money(all), day: day(lost[0].expiresAt) }) : t("lots.nothing_lapses")),
    h("details", {}, h("summary", {}, t("overview.as_table")), table(t("lots.title"), columns, open)));
}

function rechargeBox({ autoRecharge, forecast, lots }) {
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
    forecast.nextRechargeAt ? h("p", {}, t("recharge.expected", { when: day(forecast.nextRechargeAt) })) : null,
    autoRecharge.nextAttempt ? h("p", {}, t("recharge.next_attempt", { when: moment(autoRecharge.nextAttempt) })) : null,
    table(t("overview.recharges"), columns, recharges, { whenEmpty: t("recharge.none") }),
    h("p", {}, link("auto-recharge", t("recharge.edit"))));
}

export async function render() {
  const all = await readAll();
  return [verdictBox(all), fanBox(all), balanceBox(all), lotsBox(all), rechargeBox(all)];
}
