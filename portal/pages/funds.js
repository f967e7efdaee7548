// Buy credit: amount, stored or new card, the bank's question, and auto-recharge offered at the first purchase.
import { list, read, session } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { amount, form, moneyOf, select, tick } from "../lib/form.js";
import { badge, button, loaded, message, note, section, table } from "../lib/parts.js";
import { buy, paymentFrame } from "../lib/payment.js";
import { cardName, coded, moment, money, t } from "../lib/text.js";

const NEW = "new";
const LEVELS = { succeeded: "good", declined: "bad", processing: "info", requiresAction: "warning", cancelled: "info" };

function outcome(purchase) {
  if (purchase.state === "succeeded") return message("good", t("funds.succeeded", { amount: money(purchase.amount) }));
  if (purchase.state === "declined") return message("bad", t("funds.declined", { reason: coded("decline", purchase.reason) }));
  return message("info", t("funds.waiting"));
}

function offer(suggested) {
  if (!suggested) return null;
  const values = { trigger: money(suggested.trigger), amount: money(suggested.amount) };
  return tick("arm", t("funds.arm", values), { checked: true, hint: t("funds.arm_hint", { largest: money(suggested.largestCharge) }) });
}

function buyForm(account, cards, autoRecharge, again) {
  const { currency } = account;
  const { suggested } = autoRecharge;
  const frame = paymentFrame();
  const place = h("div", { hidden: cards.length > 0 }, session.canManage ? frame.element : null);
  const choice = cards.length
    ? select("card", t("funds.pay_with"), [...cards.map(card => [card.id, cardName(card)]), [NEW, t("funds.new_card")]])
    : null;
  choice?.addEventListener("change", event => { place.hidden = event.target.value !== NEW; });
  let key = crypto.randomUUID();
  return form([
    amount("amount", t("funds.amount"), currency, { value: suggested?.amount ?? autoRecharge.amount, required: true, hint: t("funds.amount_hint") }),
    choice, place, offer(suggested),
  ], {
    submit: t("funds.buy"),
    save: async values => {
      const isNew = !values.card || values.card === NEW;
      const order = { amount: moneyOf(values.amount, currency), paymentMethod: isNew ? await frame.collect() : values.card };
      if (values.arm) order.autoRecharge = { enabled: true, trigger: suggested.trigger, amount: suggested.amount };
      let purchase = null;
      try {
        purchase = await buy(order, key);
      } catch (error) {
        if (error.status) key = crypto.randomUUID();
        throw error;
      }
      key = crypto.randomUUID();
      again();
      return outcome(purchase);
    },
  });
}

function purchases(items) {
  const receipt = async purchase => {
    const { receiptUrl } = await read(`purchases/${purchase.id}`);
    if (receiptUrl) open(receiptUrl, "_blank", "noopener");
  };
  return table(t("funds.history"), [
    { title: t("column.day"), cell: each => moment(each.createdAt) },
    { title: t("column.amount"), number: true, cell: each => money(each.amount) },
    { title: t("column.state"), cell: each => [badge(LEVELS[each.state], t(`purchase.${each.state}`)), each.reason ? ` ${coded("decline", each.reason)}` : ""] },
    { title: t("column.receipt"), cell: each => (each.state === "succeeded" ? button(t("funds.receipt"), () => receipt(each), { size: "small" }) : "") },
  ], items, { whenEmpty: t("funds.none") });
}

export async function render() {
  const [account, cards, autoRecharge, eligibility] = await Promise.all([read(""), list("payment-methods"), read("auto-recharge"), read("eligibility")]);
  const state = h("p", {}, t("funds.balance_now", { balance: money(account.balance) }));
  const history = loaded(async () => purchases(await list("purchases", { order: "desc" }, 50)));
  const box = h("div", {});
  const again = async () => {
    state.textContent = t("funds.balance_now", { balance: money((await read("")).balance) });
    box.replaceChildren(loaded(async () => purchases(await list("purchases", { order: "desc" }, 50))));
  };
  box.append(history);
  if (!eligibility.eligible) {
    return [message("warning", t("funds.not_eligible"), " ", h("a", { href: "#/eligibility" }, t("page.eligibility"))), section(t("funds.history"), box)];
  }
  return [section(t("page.funds"), state, note(t("funds.lasts_a_year")), buyForm(account, cards.filter(card => !card.refused), autoRecharge, again)),
    section(t("funds.history"), box)];
}
