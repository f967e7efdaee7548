// The fraud brake: what it has stopped and why, its release with one click, and its settings.
import { post, read, readSettings, saveSettings, session } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { amount, form, moneyOf, range, tick } from "../lib/form.js";
import { badge, button, facts, message, note, section, table } from "../lib/parts.js";
import { moment, money, percent, t } from "../lib/text.js";

/** Above this sensitivity the limits fall no further. */
const STRICTEST = 0.9;
const BALANCED = 0.5;

/** Who or what is stopped: a user, numbers of a prefix, or everything that costs money. */
function named({ user, prefix }) {
  if (user) return t("brake.user", { user });
  return prefix ? t("brake.prefix", { prefix: `+${prefix}` }) : t("brake.everything");
}

const causes = why => table(t("brake.why"), [
  { title: t("brake.who"), cell: named },
  { title: t("brake.observed"), number: true, cell: each => money(each.observed) },
  { title: t("brake.usual"), number: true, cell: each => money(each.usual) },
], why);

function stateBox({ enabled, state, since, why }, again) {
  const isBraked = state === "braked";
  const shown = isBraked || enabled ? state : "off";
  const level = { braked: "bad", off: "warning" }[shown] ?? "good";
  const release = button(t("brake.release"), async () => { await post("brake/release"); again(); }, { primary: true });
  return section(t("column.state"), isBraked ? message("bad", t("brake.effect")) : note(t("brake.note")), facts([
    [t("page.brake"), badge(level, t(`brake.${shown}`))],
    since ? [t(isBraked ? "column.since" : "brake.released"), moment(since)] : null,
  ]), isBraked ? [h("h3", {}, t("brake.why")), causes(why), note(t("brake.span"))] : null,
  isBraked && session.canManage ? [note(t("brake.release_note")), h("div", { class: "actions" }, release)] : null);
}

/** What a sensitivity means, in words: the limits are multiplied by (1 - s) / s. */
function meaning(sensitivity) {
  if (sensitivity === 0) return t("brake.only_limits");
  if (sensitivity === BALANCED) return t("brake.as_usual", { level: t("brake.balanced") });
  const level = sensitivity < BALANCED ? "tolerant" : "strict";
  return t("brake.share", { level: t(`brake.${level}`), share: percent((1 - sensitivity) / sensitivity) });
}

function settingsForm(value, etag, currency, again) {
  const slider = range("sensitivity", t("brake.sensitivity"), {
    min: 0, max: STRICTEST, step: 0.05, value: value.sensitivity, words: meaning, hint: t("brake.sensitivity_hint"),
  });
  const shown = slider.querySelector("input").value;
  return form([
    tick("enabled", t("brake.enable"), { checked: value.enabled, hint: t("brake.enable_hint") }), slider,
    amount("perUserPerHour", t("brake.per_user"), currency, { value: value.perUserPerHour, hint: t("brake.limit_hint") }),
    amount("perPrefixPerHour", t("brake.per_prefix"), currency, { value: value.perPrefixPerHour, hint: t("brake.prefix_hint") }),
  ], {
    submit: t("action.save"),
    save: async values => {
      const sensitivity = values.sensitivity === shown ? value.sensitivity : Number(values.sensitivity);
      await saveSettings("brake", {
        enabled: values.enabled, sensitivity,
        perUserPerHour: moneyOf(values.perUserPerHour, currency), perPrefixPerHour: moneyOf(values.perPrefixPerHour, currency),
      }, etag);
      setTimeout(again, 1500);
      return t("action.saved");
    },
  });
}

export async function render({ again }) {
  const [{ value, etag }, account] = await Promise.all([readSettings("brake"), read("")]);
  return [stateBox(value, again), section(t("brake.settings"), settingsForm(value, etag, account.currency, again))];
}
