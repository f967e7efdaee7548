// Service numbers: what callers of the organisation dial, and who pays for those calls.
import { list, post, remove, session } from "../lib/api.js";
import { confirmed } from "../lib/dom.js";
import { form, input, select } from "../lib/form.js";
import { button, note, section, table } from "../lib/parts.js";
import { day, t } from "../lib/text.js";

const KINDS = ["tollFree", "toll", "premium"];
const USES = ["conference", "autoAttendant", "callQueue"];

async function takeAway(number, again) {
  const body = t("numbers.remove_body", { number: number.number });
  if (!await confirmed({ title: t("action.remove"), body, yes: t("action.remove"), no: t("action.cancel") })) return;
  await remove(`service-numbers/${number.id}`);
  again();
}

export async function render({ again }) {
  const numbers = await list("service-numbers");
  return [
    section(t("page.numbers"), note(t("numbers.note")), table(t("page.numbers"), [
      { title: t("column.number"), cell: each => each.number },
      { title: t("numbers.kind"), cell: each => t(`number_kind.${each.kind}`) },
      { title: t("numbers.use"), cell: each => t(`number_use.${each.use}`) },
      { title: t("column.since"), cell: each => day(each.registeredAt) },
      { title: t("column.actions"), cell: each => (session.canManage ? button(t("action.remove"), () => takeAway(each, again), { size: "small", "aria-label": `${t("action.remove")}: ${each.number}` }) : "") },
    ], numbers, { whenEmpty: t("numbers.none") })),
    section(t("numbers.add"), form([
      input("number", t("column.number"), { required: true, type: "tel", autocomplete: "off", hint: t("rates.number_hint") }),
      select("kind", t("numbers.kind"), KINDS.map(each => [each, t(`number_kind.${each}`)])),
      select("use", t("numbers.use"), USES.map(each => [each, t(`number_use.${each}`)])),
    ], { submit: t("numbers.add"), save: async values => { await post("service-numbers", values); again(); return t("action.saved"); } })),
  ];
}
