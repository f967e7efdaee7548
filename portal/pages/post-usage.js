// The switch to billing after use: what it would do, the switch, and taking it back.
import { post, read, remove, session } from "../lib/api.js";
import { confirmed, h } from "../lib/dom.js";
import { badge, button, facts, managersOnly, message, note, section, table } from "../lib/parts.js";
import { coded, day, money, t } from "../lib/text.js";

const steps = items => h("ol", {}, items.map(step => h("li", {}, coded("step", step.code, step.detail))));

async function accrued(now) {
  const { items, amount } = await read(`accruals/${now.slice(0, 7)}`);
  return [note(t("post_usage.accrued_note", { amount: money(amount) })), table(t("post_usage.accrued"), [
    { title: t("column.kind"), cell: each => coded("kind", each.callKind, "") },
    { title: t("column.destination"), cell: each => each.destination ?? "" },
    { title: t("column.calls"), number: true, cell: each => String(each.calls) },
    { title: t("column.amount"), number: true, cell: each => money(each.amount, { exact: true }) },
  ], items)];
}

function actions(state, place, again) {
  if (!session.canManage) return managersOnly();
  const dryRun = button(t("post_usage.dry_run"), async () => {
    try {
      const plan = await post("post-usage", { dryRun: true });
      place.replaceChildren(message("info", t("post_usage.would_happen")), steps(plan.steps));
    } catch (error) {
      place.replaceChildren(message("warning", coded("code", error.code, error.detail)));
    }
  });
  const change = button(t("post_usage.switch"), async () => {
    const { steps: found } = await post("post-usage", { dryRun: true });
    if (!await confirmed({ title: t("post_usage.switch"), body: steps(found), yes: t("post_usage.switch"), no: t("action.cancel") })) return;
    await post("post-usage", {});
    again();
  });
  const back = button(t("post_usage.take_back"), async () => { await remove("post-usage"); again(); });
  return h("div", { class: "actions" }, state === "prepaid" ? [dryRun, change] : state === "draining" ? back : null);
}

export async function render({ again }) {
  const [found, { at }] = await Promise.all([read("post-usage"), read("balance")]);
  const place = h("div", { class: "said" });
  return [
    section(t("page.post-usage"), note(t("post_usage.note")), facts([
      [t("column.state"), badge("info", t(`billing.${found.state}`))],
      found.accruesFrom ? [t("post_usage.accrues_from"), day(found.accruesFrom)] : null,
    ]), found.steps.length ? [h("h3", {}, t("post_usage.still")), steps(found.steps)] : null, actions(found.state, place, again), place),
    found.state === "prepaid" ? null : section(t("post_usage.accrued"), await accrued(at)),
  ];
}
