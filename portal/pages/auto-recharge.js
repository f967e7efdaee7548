// Edit auto-recharge settings, in the steps that administrators know.
import { list, read, readSettings, saveSettings } from "../lib/api.js";
import { micros } from "../lib/amount.js";
import { h } from "../lib/dom.js";
import { amount, form, moneyOf, tick } from "../lib/form.js";
import { badge, facts, link, message, note, section } from "../lib/parts.js";
import { coded, moment, money, t } from "../lib/text.js";

function stateBox({ enabled, slot, paused, nextAttempt, reason }) {
  const state = !enabled ? "off" : paused ? "paused" : slot === "idle" ? "on" : slot;
  const level = { off: "warning", paused: "bad", declined: "bad" }[state] ?? "good";
  return section(t("column.state"), facts([
    [t("page.auto-recharge"), badge(level, t(`recharge.state_${state}`))],
    paused ? [t("recharge.paused_since"), `${coded("reason", `paused_${paused.reason}`)} (${moment(paused.since)})`] : null,
    reason ? [t("column.reason"), coded("decline", reason)] : null,
    nextAttempt ? [t("recharge.next_title"), moment(nextAttempt)] : null,
  ]));
}

/** The trigger and the amount that the page what-if hands over in the address, or nothing. A largest charge that does
 * not allow the amount is left empty: then it follows the amount. */
function handedOver(argument, { largestCharge }, currency) {
  const [trigger, size] = argument.split("/").filter(each => /^\d{1,10}(\.\d{1,3})?$/.test(each)).map(each => ({ amount: each, currency }));
  if (!size) return null;
  return { enabled: true, trigger, amount: size, largestCharge: largestCharge && micros(largestCharge) < micros(size) ? null : largestCharge };
}

/** Shows the settings as they are now, if they are still in view. */
function leaveHandedOver() {
  if (location.hash.startsWith("#/auto-recharge/")) location.hash = "#/auto-recharge";
}

/** The fields with what is set, or suggested; *over* it what was handed over. */
function settingsForm(value, over, etag, currency, again) {
  const shown = { ...(value.suggested ?? {}), ...Object.fromEntries(Object.entries(value).filter(([, each]) => each)), ...over };
  return form([
    tick("enabled", t("recharge.enable"), { checked: shown.enabled, hint: t("recharge.enable_hint") }),
    amount("trigger", t("recharge.trigger"), currency, { value: shown.trigger, required: true, hint: t("recharge.trigger_hint") }),
    amount("amount", t("recharge.amount"), currency, { value: shown.amount, required: true, hint: t("recharge.amount_hint") }),
    amount("largestCharge", t("recharge.largest"), currency, { value: (over ?? value).largestCharge, hint: t("recharge.largest_hint") }),
    amount("monthlyCap", t("recharge.cap"), currency, { value: value.monthlyCap, hint: t("recharge.cap_hint") }),
  ], {
    submit: t("action.save"),
    save: async values => {
      const order = { enabled: values.enabled, trigger: moneyOf(values.trigger, currency), amount: moneyOf(values.amount, currency) };
      for (const name of ["largestCharge", "monthlyCap"]) if (values[name].trim()) order[name] = moneyOf(values[name], currency);
      await saveSettings("auto-recharge", order, etag);
      setTimeout(over ? leaveHandedOver : again, 1500);
      return t("action.saved");
    },
  });
}

/** What the account's own calls suggest. */
function adviceNote({ enoughData, needNone, trigger, amount: size }) {
  if (needNone) return note(t("recharge.advice_none"));
  if (!enoughData || !trigger || !size) return null;
  return note(t("recharge.advice", { trigger: money(trigger), amount: money(size) }));
}

/** The fraud brake in short: it refuses calls and pauses auto-recharge. */
function brakeBox({ enabled, state, since }) {
  const isBraked = state === "braked";
  const shown = isBraked || enabled ? state : "off";
  const level = { braked: "bad", off: "warning" }[shown] ?? "good";
  return section(t("page.brake"), note(t("brake.note")), facts([[t("column.state"), badge(level, t(`brake.${shown}`))],
    isBraked ? [t("column.since"), moment(since)] : null]), h("p", {}, link("brake", t(isBraked ? "brake.look" : "brake.settings"))));
}

export async function render({ argument, again }) {
  const [{ value, etag }, account, cards, eligibility, advice, brake] = await Promise.all([readSettings("auto-recharge"), read(""),
    list("payment-methods"), read("eligibility"), read("advice"), read("brake")]);
  const isCardless = !cards.some(card => !card.refused);
  const over = handedOver(argument, value, account.currency);
  return [
    over ? message("info", t("what_if.handed_over")) : null,
    isCardless ? message("warning", t("recharge.needs_card"), " ", link("cards", t("page.cards"))) : null,
    eligibility.eligible ? null : message("warning", t("funds.not_eligible"), " ", link("eligibility", t("page.eligibility"))),
    stateBox(value),
    brake.state === "braked" ? brakeBox(brake) : null,
    section(t("recharge.edit"), note(t("recharge.steps")), value.suggested ? note(t("recharge.suggested", { trigger: money(value.suggested.trigger), amount: money(value.suggested.amount) })) : null,
      adviceNote(advice), note(link("what-if", t("what_if.try"))), settingsForm(value, over, etag, account.currency, again)),
    brake.state === "braked" ? null : brakeBox(brake),
  ];
}
