// The statement of a month: what came in, what was used, what is left, in all and for each lot.
import { download, read } from "../lib/api.js";
import { approximate } from "../lib/amount.js";
import { h } from "../lib/dom.js";
import { downloads } from "../lib/files.js";
import { button, facts, loaded, note, section, table } from "../lib/parts.js";
import { lastMonths, monthChoice } from "../lib/period.js";
import { money, month, t } from "../lib/text.js";

const IN = ["purchased", "recharged", "granted"];
const OUT = ["used", "expired", "refunded", "clawedBack"];
const LOT = ["opening", "in", "used", "expired", "refunded", "clawedBack", "corrected", "closing"];

const line = (name, sign, amount) => h("tr", {}, h("th", { scope: "row" }, `${sign} ${t(`statement.${name}`)}`.trim()), h("td", { class: "number" }, money(amount, { exact: true })));

function sheet(statement) {
  const rows = [line("opening", "", statement.opening), ...IN.map(name => line(name, "+", statement[name])), ...OUT.map(name => line(name, "−", statement[name])),
    approximate(statement.corrected) ? line("corrected", "±", statement.corrected) : null, line("closing", "=", statement.closing)];
  return h("table", { class: "statement" }, h("caption", { class: "hidden" }, month(statement.month)), h("tbody", {}, rows.filter(Boolean)));
}

function ofMonth(statement) {
  const file = `statement-${statement.month}`;
  const path = `statements/${statement.month}`;
  const lots = LOT.filter(name => name !== "corrected" || statement.lots.some(lot => approximate(lot.corrected)));
  return [
    h("div", { class: "two" }, sheet(statement), h("div", {}, approximate(statement.overdraft) ? facts([[t("overview.overdraft"), money(statement.overdraft, { exact: true })]]) : null,
      note(t("statement.note")), note(t("statement.proof_note")), h("p", { class: "note" }, t("statement.chain"), " ", h("code", {}, statement.chain)))),
    h("h3", {}, t("statement.lots")),
    table(t("statement.lots"), [{ title: t("history.lot"), cell: each => h("code", {}, each.id) },
      ...lots.map(name => ({ title: t(`statement.${name}`), number: true, cell: each => money(each[name], { exact: true }) }))], statement.lots),
    h("div", { class: "actions" }, downloads(path, {}, file), button(t("files.proof"), () => download(`${path}.proof`, {}, `${file}.proof`))),
  ];
}

export async function render() {
  const [account, { at }] = await Promise.all([read(""), read("balance")]);
  const months = lastMonths(at, account.openedAt);
  const place = h("div", { class: "said" });
  const show = text => place.replaceChildren(loaded(async () => ofMonth(await read(`statements/${text}`))));
  const choice = monthChoice(months, show);
  show(months[0]);
  return section(t("page.statements"), choice, place);
}
