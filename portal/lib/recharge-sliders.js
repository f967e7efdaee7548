// Auto-recharge as if: switched on or off, with sliders that start at what is set.
import { micros } from "./amount.js";
import { h } from "./dom.js";
import { tick } from "./form.js";
import { rechargeAmounts, triggerAmounts } from "./scale.js";
import { slider } from "./slider.js";
import { t } from "./text.js";

/** What a slider starts at, and what else is marked on it, as far as the monthly cap allows it. */
function marksOf(name, { monthlyCap, suggested, ...set }, advice) {
  const first = set[name] ? [t("what_if.set"), set[name]] : [t("what_if.suggested"), suggested[name]];
  const isAllowed = name === "trigger" || !monthlyCap || (advice[name] && micros(advice[name]) <= micros(monthlyCap));
  return advice[name] && isAllowed ? [first, [t("what_if.advised"), advice[name]]] : [first];
}

/** The controls; `settings()` is the auto-recharge to ask about: the cap stays as it is set, the largest charge, too,
 * unless the amount is larger. */
export function rechargeSliders(autoRecharge, advice, changed) {
  const { smallest, monthlyCap, largestCharge } = autoRecharge;
  const over = (name, amounts) => {
    const marks = marksOf(name, autoRecharge, advice);
    const offered = amounts(smallest, marks.map(([, amount]) => amount), monthlyCap);
    return slider(name, t(`recharge.${name}`), offered, { marks, hint: t(`recharge.${name}_hint`), changed });
  };
  const box = tick("enabled", t("what_if.enabled"), { checked: true });
  const enabled = box.querySelector("input");
  const [trigger, amount] = [over("trigger", triggerAmounts), over("amount", rechargeAmounts)];
  enabled.addEventListener("change", () => {
    for (const each of [trigger, amount]) each.control.disabled = !enabled.checked;
  });
  const settings = () => {
    const order = { enabled: enabled.checked, trigger: trigger.value(), amount: amount.value() };
    if (monthlyCap) order.monthlyCap = monthlyCap;
    if (largestCharge && micros(largestCharge) >= micros(order.amount)) order.largestCharge = largestCharge;
    return order;
  };
  return { element: h("div", { class: "sliders" }, box, trigger.element, amount.element), settings };
}
