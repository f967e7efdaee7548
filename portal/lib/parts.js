// The parts of which pages are made: sections, messages, tables, forms, and the four states of whatever is loaded.
import { Problem, session } from "./api.js";
import { h } from "./dom.js";
import { coded, t } from "./text.js";

const INTENTS = { good: "success", warning: "warning", bad: "error", info: "info" };
const LEVELS = { success: "polite", info: "polite", warning: "polite", error: "assertive" };

/** A box with a heading. */
export const section = (title, ...children) =>
  h("section", { class: "box" }, h("h2", {}, title), ...children);

/** A message of one of four levels, which a screen reader announces. */
export const message = (level, ...children) =>
  h("fluent-message-bar", {
    intent: INTENTS[level], layout: "multiline", role: level === "bad" ? "alert" : "status",
    "aria-live": LEVELS[INTENTS[level]],
  }, h("span", {}, ...children));

export const badge = (level, text) => h("span", { class: `badge ${level}` }, text);
export const note = (...children) => h("p", { class: "note" }, ...children);
export const link = (page, text) => h("a", { href: `#/${page}` }, text);
export const empty = text => h("p", { class: "empty" }, text);

/** A button of the library. It stays where it is and is disabled while its work runs. */
export function button(text, run, { primary = false, type = "button", ...more } = {}) {
  const made = h("fluent-button", { appearance: primary ? "primary" : null, type, ...more }, text);
  if (run) made.addEventListener("click", () => whileBusy(made, run));
  return made;
}

/** Runs *work* while its control is disabled; what goes wrong is told beside it. */
async function whileBusy(control, work) {
  control.disabled = true;
  if (control.nextElementSibling?.matches(".flaw")) control.nextElementSibling.remove();
  try {
    await work();
  } catch (error) {
    control.after(h("span", { class: "flaw", role: "alert" }, problemText(error)));
    if (!(error instanceof Problem)) console.warn(error);
  } finally {
    control.disabled = false;
  }
}

/** A table that can be scrolled sideways with the keyboard. Columns: `{title, cell, number?}`. */
export function table(caption, columns, rows, { whenEmpty = t("state.empty") } = {}) {
  if (!rows.length) return empty(whenEmpty);
  const shape = column => (column.number ? "number" : null);
  return h("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    h("table", {},
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, columns.map(column => h("th", { scope: "col", class: shape(column) }, column.title)))),
      h("tbody", {}, rows.map(row =>
        h("tr", {}, columns.map((column, place) =>
          h(place ? "td" : "th", { class: shape(column), scope: place ? null : "row" }, column.cell(row))))))));
}

/** Facts as a list of terms and values. */
export const facts = pairs =>
  h("dl", { class: "facts" }, pairs.filter(Boolean).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));

/** The service's refusal in the reader's language: a text for the code, else the service's own English detail. */
export function problemText(error) {
  if (!(error instanceof Problem)) return t("state.offline");
  const reasons = error.errors.map(each => coded("code", each.code, "")).filter(Boolean);
  return [coded("code", error.code, error.detail), ...reasons].join(" ");
}

/** What stands where something could not be loaded. */
export function failure(error, again) {
  if (error instanceof Problem && error.status === 403) return message("warning", t("state.forbidden"));
  if (error instanceof Problem && error.status === 404) return message("warning", t("state.not_found"));
  const id = error instanceof Problem && error.correlationId ? ` (${error.correlationId})` : "";
  return h("div", {}, message("bad", problemText(error) + id), again ? button(t("action.retry"), again) : null);
}

/** Shows a spinner, then what *load* resolves to, or why it failed. */
export function loaded(load) {
  const place = h("div", { class: "loaded", "aria-busy": "true" });
  const run = async () => {
    place.replaceChildren(h("fluent-spinner", { size: "small", role: "progressbar", "aria-label": t("state.loading") }));
    try {
      place.replaceChildren(...[await load(run)].flat(2).filter(Boolean));
    } catch (error) {
      place.replaceChildren(failure(error, run));
      if (!(error instanceof Problem)) console.warn(error);
    }
    place.setAttribute("aria-busy", "false");
  };
  run();
  return place;
}

/** A refusal for people who may only read, in place of a form. */
export const managersOnly = () => (session.canManage ? null : note(t("state.read_only")));
