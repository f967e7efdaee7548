// Usage of a month by destination, user, day, kind of call or plan.
import { list, read } from "../lib/api.js";
import { approximate, sum } from "../lib/amount.js";
import { h } from "../lib/dom.js";
import { downloads } from "../lib/files.js";
import { select } from "../lib/form.js";
import { facts, loaded, section, table } from "../lib/parts.js";
import { bounds, lastMonths, monthChoice } from "../lib/period.js";
import { coded, day, minutes, money, number, t } from "../lib/text.js";

const BY = ["destination", "user", "day", "callKind", "capability"];
const SHOWN = 50;

function name(by, key) {
  if (by === "day") return day(key);
  if (by === "callKind") return coded("kind", key);
  return key || t("usage.none_named");
}

function bar(item, largest) {
  const made = h("span", {});
  made.style.inlineSize = `${largest ? (100 * approximate(item.amount)) / largest : 0}%`;
  return h("span", { class: "bar", "aria-hidden": "true" }, made);
}

function shown(by, items, currency) {
  const sorted = by === "day" ? items : [...items].sort((one, other) => approximate(other.amount) - approximate(one.amount));
  const largest = Math.max(...items.map(each => approximate(each.amount)), 0);
  const total = field => items.reduce((all, each) => all + each[field], 0);
  return [
    facts([[t("column.calls"), number(total("calls"))], [t("usage.talked"), minutes(total("seconds"))], [t("usage.free"), minutes(total("freeSeconds"))],
      [t("column.amount"), money(sum(items.map(each => each.amount), currency))]]),
    table(t("page.usage"), [
      { title: t(`by.${by}`), cell: each => name(by, each.key) },
      { title: h("span", { class: "hidden" }, t("column.share")), cell: each => bar(each, largest) },
      { title: t("column.calls"), number: true, cell: each => number(each.calls) },
      { title: t("usage.talked"), number: true, cell: each => minutes(each.seconds) },
      { title: t("usage.billed"), number: true, cell: each => minutes(each.billedSeconds) },
      { title: t("usage.free"), number: true, cell: each => minutes(each.freeSeconds) },
      { title: t("column.amount"), number: true, cell: each => money(each.amount) },
    ], sorted.slice(0, SHOWN)),
  ];
}

export async function render() {
  const [account, { at }] = await Promise.all([read(""), read("balance")]);
  const chosen = { by: BY[0], month: lastMonths(at, account.openedAt)[0] };
  const place = h("div", { class: "said" });
  const show = () => {
    const query = { by: chosen.by, ...bounds(chosen.month) };
    place.replaceChildren(loaded(async () => {
      const items = await list("usage", query, 10_000);
      return [shown(chosen.by, items, account.currency), downloads("usage", query, `usage-${chosen.month}`)];
    }));
  };
  const by = select("by", t("usage.by"), BY.map(each => [each, t(`by.${each}`)]));
  by.addEventListener("change", event => { chosen.by = event.target.value; show(); });
  const month = monthChoice(lastMonths(at, account.openedAt), text => { chosen.month = text; show(); });
  show();
  return section(t("page.usage"), h("div", { class: "two" }, month, by), place);
}
