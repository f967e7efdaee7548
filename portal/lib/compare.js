// What was booked beside what would have been: two pictures of bars that move with each answer.
import { approximate, fromMicros, micros } from "./amount.js";
import { h } from "./dom.js";
import { section } from "./parts.js";
import { money, number, span, t } from "./text.js";

const MONEY = ["charges", "recharged", "expired", "closing"];
const difference = (one, other) => fromMicros(micros(one) - micros(other), one.currency);

const AS_MONEY = { size: approximate, text: value => money(value), change: (after, before) => money(difference(after, before), { isSigned: true }) };
const asNumber = text => ({ size: value => value, text, change: (after, before) => `${after > before ? "+" : "−"}${text(Math.abs(after - before))}` });
const KINDS = { recharges: asNumber(number), secondsAtZero: asNumber(span) };
const kindOf = name => KINDS[name] ?? AS_MONEY;
const differs = (kind, after, before) => kind.text(after) !== kind.text(before);

function line(look, title) {
  const bar = h("span", {});
  const text = h("span", { class: "number" });
  return { bar, text, element: h("p", { class: `pair ${look}` }, h("span", {}, title), h("span", { class: "bar", "aria-hidden": "true" }, bar), text) };
}

/** One measure; `size(answer)` is its longest bar, `update(answer, longest)` moves both. */
function measure(name) {
  const kind = kindOf(name);
  const [booked, asIf] = [line("booked", t("what_if.booked")), line("as-if", t("what_if.as_if"))];
  const changed = h("span", { class: "change" });
  const set = ({ bar, text }, value, longest) => {
    bar.style.inlineSize = `${longest > 0 ? (100 * Math.max(kind.size(value), 0)) / longest : 0}%`;
    text.textContent = kind.text(value);
  };
  return {
    element: h("li", { "data-measure": name }, h("div", { class: "measure-head" }, h("h3", {}, t(`measure.${name}`)), changed), booked.element, asIf.element),
    size: ({ asBooked, asIf: other }) => Math.max(kind.size(asBooked[name]), kind.size(other[name])),
    update: ({ asBooked, asIf: other }, longest) => {
      set(booked, asBooked[name], longest);
      set(asIf, other[name], longest);
      changed.textContent = differs(kind, other[name], asBooked[name]) ? kind.change(other[name], asBooked[name]) : "";
    },
  };
}

/** Two pictures. `update(answer)` moves their bars to an answer of what-if; amounts of money have one scale. */
export function comparison() {
  const [amounts, others] = [MONEY.map(measure), Object.keys(KINDS).map(measure)];
  const picture = (title, measures) => section(title, h("ul", { class: "measures" }, measures.map(each => each.element)));
  return {
    elements: [picture(t("what_if.money"), amounts), picture(t("what_if.recharges_and_time"), others)],
    update: answer => {
      const longest = Math.max(...amounts.map(each => each.size(answer)));
      for (const each of amounts) each.update(answer, longest);
      for (const each of others) each.update(answer, each.size(answer));
    },
  };
}

/** What differs, in words. */
export function differences({ asBooked, asIf }) {
  const told = [...MONEY, ...Object.keys(KINDS)].map(name => ({ kind: kindOf(name), title: t(`measure.${name}`), before: asBooked[name], after: asIf[name] }))
    .filter(({ kind, before, after }) => differs(kind, after, before))
    .map(({ kind, title, before, after }) => t("what_if.instead", { what: title, after: kind.text(after), before: kind.text(before) }));
  return told.length ? told.join(" ") : t("what_if.same");
}
