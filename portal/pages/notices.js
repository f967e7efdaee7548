// What administrators were told by e-mail.
import { list } from "../lib/api.js";
import { badge, link, note, section, table } from "../lib/parts.js";
import { LANGUAGES, coded, moment, number, t } from "../lib/text.js";
import { h } from "../lib/dom.js";

const LEVELS = { delivered: "good", sent: "good", failed: "bad", waiting: "warning" };

export async function render() {
  const notices = await list("notices", { order: "desc" }, 100);
  return section(t("page.notices"), note(t("notices.note")), table(t("page.notices"), [
    { title: t("column.day"), cell: each => moment(each.at) },
    { title: t("column.what"), cell: each => coded("notice", each.kind) },
    { title: t("frame.language"), cell: each => LANGUAGES[each.language] ?? each.language },
    { title: t("notices.recipients"), number: true, cell: each => number(each.recipients) },
    { title: t("notices.delivery"), cell: each => badge(LEVELS[each.delivery] ?? "info", t(`delivery.${each.delivery}`)) },
  ], notices, { whenEmpty: t("notices.none") }), h("p", {}, link("administrators", t("page.administrators"))));
}
