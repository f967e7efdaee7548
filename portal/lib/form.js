// Forms: native controls in Fluent's field, because Fluent's own text input and dropdown lose their label.
import { Problem, session } from "./api.js";
import { h } from "./dom.js";
import { button, managersOnly, message, problemText } from "./parts.js";
import { coded, t } from "./text.js";

let made = 0;

function field(label, control, hint) {
  const id = `field-${made += 1}`;
  control.id = id;
  control.setAttribute("slot", "input");
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" },
    h("fluent-field", { "label-position": "above" }, h("label", { slot: "label", for: id }, label), control),
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
    h("p", { class: "flaw", hidden: true, role: "alert" }));
}

/** A field with a text; *attributes* are the input's own. */
export const input = (name, label, { hint, ...attributes } = {}) =>
  field(label, h("input", { name, class: "control", ...attributes }), hint);

/** A field with an amount of money in the account's currency. */
export const amount = (name, label, currency, { value, hint, ...more } = {}) =>
  input(name, `${label} (${currency})`, { hint, inputmode: "decimal", pattern: "[0-9]+([.,][0-9]{1,3})?", autocomplete: "off", value: value ? plain(value) : "", ...more });

/** An amount as a person types it, without trailing zeros. */
export const plain = ({ amount: text }) => text.replace(/(\.\d\d)\d*$/, "$1").replace(/\.00$/, "");

/** A choice; *options* are pairs of value and text. */
export const select = (name, label, options, { value, hint, ...attributes } = {}) =>
  field(label, h("select", { name, class: "control", ...attributes },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))), hint);

/** A slider. *words* says what a number means: below the slider, and to screen readers. */
export function range(name, label, { min, max, step, value, words, hint }) {
  const control = h("input", { type: "range", name, class: "range", min, max, step, value });
  const made = field(label, control, hint);
  const meaning = h("p", { class: "meaning" });
  const tell = () => {
    meaning.textContent = words(Number(control.value));
    control.setAttribute("aria-valuetext", meaning.textContent);
  };
  control.addEventListener("input", tell);
  tell();
  made.firstElementChild.after(meaning);
  return made;
}

/** A box to tick. */
export function tick(name, label, { checked = false, hint } = {}) {
  const id = `field-${made += 1}`;
  return h("div", { class: "tick" },
    h("input", { type: "checkbox", id, name, checked, "aria-describedby": hint ? `${id}-hint` : null }),
    h("label", { for: id }, label), hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null);
}

/** Money of a field, or null when it is empty. */
export const moneyOf = (text, currency) => (text.trim() ? { amount: text.trim().replace(",", "."), currency } : null);

function showFlaws(form, error) {
  for (const flaw of error.errors) {
    const name = flaw.pointer.split("/").filter(part => Number.isNaN(Number(part)))[0];
    const control = form.elements[name];
    const place = control?.closest?.(".field")?.querySelector(".flaw");
    if (!place) continue;
    place.textContent = coded("code", flaw.code, flaw.detail);
    place.hidden = false;
    control.setAttribute("aria-invalid", "true");
  }
}

function clearFlaws(form) {
  for (const place of form.querySelectorAll(".flaw")) place.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

/** A form. *save* gets the fields' values, and resolves to what is said afterwards. People who may only read see the
 * fields disabled. */
export function form(fields, { submit, save, anybody = false }) {
  const said = h("div", { class: "said" });
  const send = button(submit, null, { primary: true, type: "submit" });
  const isAllowed = anybody || session.canManage;
  const made = h("form", { novalidate: false }, h("fieldset", { disabled: !isAllowed }, fields, isAllowed ? h("div", { class: "actions" }, send) : null), said);
  made.addEventListener("submit", async event => {
    event.preventDefault();
    clearFlaws(made);
    said.replaceChildren();
    send.disabled = true;
    try {
      const values = Object.fromEntries(new FormData(made));
      for (const box of made.querySelectorAll("input[type=checkbox]")) values[box.name] = box.checked;
      const answer = await save(values, made);
      if (answer) said.replaceChildren(typeof answer === "string" ? message("good", answer) : answer);
    } catch (error) {
      if (error instanceof Problem) showFlaws(made, error);
      else console.warn(error);
      said.replaceChildren(message("bad", error instanceof Problem && error.code === "stale" ? t("state.stale") : problemText(error)));
    } finally {
      send.disabled = false;
    }
  });
  if (!isAllowed) made.append(managersOnly());
  return made;
}
