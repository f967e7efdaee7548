// What a call to a number costs, now or on a date.
import { post } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { form, input, select } from "../lib/form.js";
import { facts, message, note, section } from "../lib/parts.js";
import { day, money, t } from "../lib/text.js";

function answer(found) {
  if (found.emergency) return message("good", t("rates.emergency"));
  return h("div", {}, h("h3", {}, found.name), facts([
    [t("rates.per_minute"), h("b", {}, money(found.perMinute, { exact: true }))],
    [t("rates.fee"), money(found.connectionFee, { exact: true })],
    [t("rates.minimum"), t("rates.seconds", { count: found.minimumSeconds })],
    [t("rates.increment"), t("rates.seconds", { count: found.incrementSeconds })],
    [t("rates.prefix"), `+${found.prefix}`], [t("rates.country"), found.country], [t("rates.valid_from"), day(found.validFrom)],
  ]));
}

export async function render() {
  return section(t("page.rates"), note(t("rates.note")), form([
    input("number", t("column.number"), { required: true, type: "tel", autocomplete: "off", placeholder: "+442079460123", hint: t("rates.number_hint") }),
    select("direction", t("rates.direction"), [["out", t("rates.out")], ["in", t("rates.in")]]),
    input("on", t("rates.on"), { type: "date", hint: t("rates.on_hint") }),
  ], {
    submit: t("rates.look_up"), anybody: true,
    save: async ({ number, direction, on }) =>
      answer(await post("/rates/lookup", { number: number.replace(/[\s()-]/g, ""), direction, ...(on ? { at: `${on}T12:00:00Z` } : {}) })),
  }));
}
