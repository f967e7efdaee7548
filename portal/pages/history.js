// Movements: what changed the balance. One of them explained, charge by charge.
import { read } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { explanation } from "../lib/explain.js";
import { select } from "../lib/form.js";
import { badge, button, facts, link, loaded, section, table } from "../lib/parts.js";
import { moment, money, t } from "../lib/text.js";

const KINDS = ["purchase", "recharge", "grant", "debit", "expiry", "refund", "chargeback", "correction", "accrual"];
const LEVELS = { purchase: "good", recharge: "good", grant: "good", expiry: "warning", chargeback: "bad" };
const SIZE = 25;

function pageOf(items) {
  return table(t("page.history"), [
    { title: t("column.day"), cell: each => h("a", { href: `#/history/${each.id}` }, moment(each.at)) },
    { title: t("column.movement"), cell: each => badge(LEVELS[each.kind] ?? "info", t(`movement.${each.kind}`)) },
    { title: t("column.what"), cell: each => each.explanation?.destination ?? each.user ?? "" },
    { title: t("column.amount"), number: true, cell: each => money(each.amount, { exact: true }) },
  ], items);
}

async function one(name) {
  const found = await read(`movements/${name}`);
  return [section(`${t(`movement.${found.kind}`)} · ${moment(found.at)}`, facts([
    [t("column.amount"), h("b", {}, money(found.amount, { exact: true }))],
    found.event ? [t("history.event"), h("code", {}, `${found.event.source} ${found.event.id}`)] : null,
    found.user ? [t("column.user"), found.user] : null, found.startedAt ? [t("history.started"), moment(found.startedAt)] : null,
    Number(found.overdraft.amount) ? [t("overview.overdraft"), money(found.overdraft, { exact: true })] : null,
    Number(found.accrued.amount) ? [t("overview.accrued"), money(found.accrued, { exact: true })] : null,
  ]), explanation(found), h("h3", {}, t("history.lots")), table(t("history.lots"), [
    { title: t("history.lot"), cell: each => h("code", {}, each.lot) },
    { title: t("column.amount"), number: true, cell: each => money(each.amount, { exact: true }) },
  ], found.lots)), h("p", {}, link("history", t("history.back")))];
}

function newest() {
  const place = h("div", {});
  const more = h("div", { class: "actions" });
  const choice = select("kind", t("history.kind"), [["", t("history.all_kinds")], ...KINDS.map(each => [each, t(`movement.${each}`)])]);
  const show = async (kind, after) => {
    const page = await read("movements", { order: "desc", limit: String(SIZE), kind, after });
    more.replaceChildren(...(page.next ? [button(t("history.older"), () => show(kind, page.next))] : []));
    place.replaceChildren(pageOf(page.items));
  };
  choice.addEventListener("change", event => show(event.target.value, ""));
  return section(t("page.history"), choice, h("div", { class: "said" }, loaded(async () => { await show("", ""); return [place, more]; })));
}

export const render = async ({ argument }) => (argument ? one(argument) : newest());
