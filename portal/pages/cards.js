// Stored cards: add, order, confirm, remove.
import { list, put, remove, session } from "../lib/api.js";
import { confirmed, h } from "../lib/dom.js";
import { form } from "../lib/form.js";
import { badge, button, message, note, section, table } from "../lib/parts.js";
import { paymentFrame, storeCard } from "../lib/payment.js";
import { cardName, month, t } from "../lib/text.js";

function stateOf(card) {
  if (card.refused) return badge("bad", t("cards.refused"));
  if (card.needsHolder) return badge("warning", t("cards.needs_holder"));
  return badge("good", t("cards.usable"));
}

async function takeAway(card, again) {
  const isSure = await confirmed({ title: t("cards.remove"), body: t("cards.remove_body", { lastFour: card.lastFour }), yes: t("cards.remove"), no: t("action.cancel") });
  if (!isSure) return;
  await remove(`payment-methods/${card.id}`);
  again();
}

function actions(card, again) {
  if (!session.canManage) return "";
  const label = text => ({ size: "small", "aria-label": `${text}: ${card.lastFour}` });
  return h("div", { class: "actions" },
    card.order > 1 ? button(t("cards.first"), async () => { await put(`payment-methods/${card.id}`, { order: 1 }); again(); }, label(t("cards.first"))) : null,
    card.needsHolder ? button(t("cards.confirm"), async () => { await storeCard(card.id); again(); }, label(t("cards.confirm"))) : null,
    button(t("cards.remove"), () => takeAway(card, again), label(t("cards.remove"))));
}

function addForm(again) {
  const frame = paymentFrame();
  return form([session.canManage ? frame.element : null], {
    submit: t("cards.store"),
    save: async () => {
      const isStored = await storeCard(await frame.collect());
      setTimeout(again, isStored ? 1200 : 4000);
      return isStored ? t("cards.stored") : message("warning", t("cards.not_confirmed"));
    },
  });
}

export async function render({ again }) {
  const cards = await list("payment-methods");
  return [
    section(t("page.cards"), note(t("cards.order_note")), table(t("page.cards"), [
      { title: t("column.card"), cell: cardName },
      { title: t("column.expires"), cell: card => month(card.expiry) },
      { title: t("column.order"), number: true, cell: card => String(card.order) },
      { title: t("column.state"), cell: stateOf },
      { title: t("column.actions"), cell: card => actions(card, again) },
    ], cards, { whenEmpty: t("cards.none") })),
    section(t("cards.add"), note(t("cards.add_note")), addForm(again)),
  ];
}
