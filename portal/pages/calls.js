// Call records of a month, and one charge explained.
import { read } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { explanation } from "../lib/explain.js";
import { downloads } from "../lib/files.js";
import { input } from "../lib/form.js";
import { badge, button, facts, loaded, section, table } from "../lib/parts.js";
import { bounds, lastMonths, monthChoice } from "../lib/period.js";
import { coded, duration, moment, money, t } from "../lib/text.js";

const SIZE = 50;

function detail(call) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "call-title" },
    h("h2", { id: "call-title" }, moment(call.startedAt)),
    facts([[t("calls.from"), call.calling ?? t("calls.deleted")], [t("calls.to"), call.called ?? t("calls.deleted")], [t("column.user"), call.user ?? ""],
      [t("calls.service"), coded("service", call.service)], [t("column.amount"), money(call.amount, { exact: true })]]),
    explanation({ explanation: call.explanation, amount: call.amount }),
    h("div", { class: "actions" }, button(t("action.close"), () => dialog.close())));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const calls = items => table(t("page.calls"), [
  { title: t("history.started"), cell: each => button(moment(each.startedAt), () => detail(each), { appearance: "subtle", size: "small" }) },
  { title: t("calls.direction"), cell: each => t(`direction.${each.direction}`) },
  { title: t("calls.to"), cell: each => each.called ?? t("calls.deleted") },
  { title: t("column.kind"), cell: each => badge("info", coded("kind", each.callKind)) },
  { title: t("column.user"), cell: each => each.user ?? "" },
  { title: t("calls.length"), number: true, cell: each => duration(each.seconds) },
  { title: t("column.amount"), number: true, cell: each => money(each.amount, { exact: true }) },
], items);

export async function render() {
  const [account, { at }] = await Promise.all([read(""), read("balance")]);
  const chosen = { month: lastMonths(at, account.openedAt)[0], user: "" };
  const place = h("div", { class: "said" });
  const more = async (items, query, after) => {
    const page = await read("calls", { ...query, limit: String(SIZE), after });
    const all = [...items, ...page.items];
    place.replaceChildren(calls(all), page.next ? button(t("calls.more"), () => more(all, query, page.next)) : "", downloads("calls", query, `calls-${chosen.month}`));
  };
  const show = () => {
    const query = { ...bounds(chosen.month), user: chosen.user };
    place.replaceChildren(loaded(async () => { await more([], query, ""); return []; }));
  };
  const user = input("user", t("calls.of_user"), { autocomplete: "off" });
  user.addEventListener("change", event => { chosen.user = event.target.value.trim(); show(); });
  const month = monthChoice(lastMonths(at, account.openedAt), text => { chosen.month = text; show(); });
  show();
  return section(t("page.calls"), h("div", { class: "two" }, month, user), place);
}
