// Whether credit can be bought, what resolves each reason against it, and what needs no credit.
import { list, read } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { link, message, note, section, table } from "../lib/parts.js";
import { coded, minutes, percent, t } from "../lib/text.js";

export async function render() {
  const [found, pools] = await Promise.all([read("eligibility"), list("pools")]);
  return [
    found.eligible ? message("good", t("eligibility.yes")) : message("bad", t("eligibility.no")),
    found.reasons.length ? section(t("eligibility.reasons"), h("ul", {}, found.reasons.map(each => h("li", {},
      h("b", {}, coded("ineligible", each.code, each.detail)), h("p", {}, `${t("eligibility.remedy")} ${coded("remedy", each.code, each.remedy)}`))))) : null,
    section(t("eligibility.not_needed"), note(t("eligibility.not_needed_note")),
      h("ul", {}, found.notNeeded.map(each => h("li", {}, coded("not_needed", each.code, each.detail)))),
      table(t("pools.title"), [
        { title: t("column.plan"), cell: each => each.capability },
        { title: t("column.destinations"), cell: each => t(`destinations.${each.destinations}`) },
        { title: t("column.location"), cell: each => each.usageLocation },
        { title: t("column.used"), number: true, cell: each => minutes(each.usedSeconds) },
        { title: t("column.size"), number: true, cell: each => minutes(each.sizeSeconds) },
        { title: t("column.share"), cell: each => percent(each.sizeSeconds ? each.usedSeconds / each.sizeSeconds : 0) },
      ], pools, { whenEmpty: t("pools.none") }), h("p", {}, link("subscriptions", t("page.subscriptions")))),
  ];
}
