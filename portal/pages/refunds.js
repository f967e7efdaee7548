// Give unspent credit back to the card it was paid with.
import { list, post, read, session } from "../lib/api.js";
import { confirmed } from "../lib/dom.js";
import { badge, button, managersOnly, note, section, table } from "../lib/parts.js";
import { coded, day, moment, money, t } from "../lib/text.js";

const LEVELS = { succeeded: "good", pending: "warning", failed: "bad" };

async function giveBack(lot, account, again) {
  const body = t("refunds.body", { amount: money(lot.remaining) });
  if (!await confirmed({ title: t("refunds.give_back"), body, yes: t("refunds.give_back"), no: t("action.cancel") })) return;
  await post("refunds", { lot: lot.id }, crypto.randomUUID());
  again();
}

export async function render({ again }) {
  const [account, lots, refunds] = await Promise.all([read(""), list("lots", { order: "desc" }), list("refunds", { order: "desc" }, 100)]);
  const refundable = lots.filter(lot => lot.state === "open" && lot.kind === "paid" && lot.source !== "grant" && Number(lot.remaining.amount) > 0);
  return [
    section(t("refunds.possible"), note(t("refunds.note")), managersOnly(), table(t("refunds.possible"), [
      { title: t("column.bought"), cell: lot => day(lot.purchasedAt) },
      { title: t("column.source"), cell: lot => t(`source.${lot.source}`) },
      { title: t("column.left"), number: true, cell: lot => money(lot.remaining) },
      { title: t("column.expires"), cell: lot => day(lot.expiresAt) },
      { title: t("column.actions"), cell: lot => (session.canManage ? button(t("refunds.give_back"), () => giveBack(lot, account, again), { size: "small", "aria-label": `${t("refunds.give_back")}: ${day(lot.purchasedAt)}` }) : "") },
    ], refundable, { whenEmpty: t("refunds.nothing") })),
    section(t("refunds.history"), table(t("refunds.history"), [
      { title: t("column.day"), cell: each => moment(each.createdAt) },
      { title: t("column.amount"), number: true, cell: each => money(each.amount) },
      { title: t("column.state"), cell: each => badge(LEVELS[each.state], t(`refund.${each.state}`)) },
      { title: t("column.reason"), cell: each => (each.reason ? coded("decline", each.reason) : "") },
    ], refunds, { whenEmpty: t("refunds.none") })),
  ];
}
