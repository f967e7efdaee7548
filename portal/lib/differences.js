// What a comparison of a carrier's export with the bookings found: how far it is, each class of difference, the sheet.
import { download, orMissing, readWhileChanging } from "./api.js";
import { h } from "./dom.js";
import { badge, button, facts, failure, message, note, section, table } from "./parts.js";
import { coded, day, duration, moment, money, number, t } from "./text.js";

const SHOWN = 50;
const DAY = 86_400_000;
const CLASSES = ["missing_here", "doubled", "price", "duration", "missing_there"];
const LEVELS = { waiting: "info", running: "info", done: "good", failed: "bad" };

/** The instants from which and before which calls count, of the first and the last day of a period. */
export const bounds = (first, last) => ({
  from: `${first}T00:00:00Z`, to: `${new Date(Date.parse(`${last}T00:00:00Z`) + DAY).toISOString().slice(0, 10)}T00:00:00Z`,
});
export const period = ({ from, to }) => t("reconciliations.period", { first: day(from), last: day(Date.parse(to) - 1) });
export const stateBadge = state => badge(LEVELS[state], t(`comparison.${state}`));

/** Seconds of a duration, else money; nothing where a side has no value. */
function valueOf(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? duration(value) : money(value, { exact: true });
}

const named = each => h("span", { class: "wide" }, t(`difference.${each}`));

const sides = of => [["ours", t("reconciliations.ours")], ["theirs", t("reconciliations.theirs")]].map(([side, title]) =>
  ({ title, number: true, cell: each => valueOf(of(each)?.[side]) }));

const byClass = ({ counts, amounts }) => table(t("reconciliations.by_class"), [
  { title: t("reconciliations.class"), cell: named },
  { title: t("column.calls"), number: true, cell: each => number(counts[each]) },
  ...sides(each => amounts[each]),
], CLASSES.filter(each => counts[each]));

const single = differences => table(t("reconciliations.differences"), [
  { title: t("reconciliations.class"), cell: each => named(each.class) },
  ...sides(each => each),
  { title: t("reconciliations.record"), cell: each => h("code", {}, each.record ?? "") },
  { title: t("reconciliations.event"), cell: each => h("code", {}, each.event?.id ?? "") },
], differences.slice(0, SHOWN));

function outcome(found, path) {
  const all = Object.values(found.counts).reduce((sum, each) => sum + each, 0);
  if (!all) return message("good", t("reconciliations.none"));
  const name = `dispute-sheet-${found.from.slice(0, 10)}-${found.id}.xlsx`;
  return [
    byClass(found), h("div", { class: "actions" }, button(t("reconciliations.sheet"), () => download(`${path}.xlsx`, {}, name), { primary: true })),
    h("h3", {}, t("reconciliations.differences")),
    all > SHOWN ? note(t("reconciliations.first", { shown: SHOWN, count: all })) : null, single(found.differences),
  ];
}

const ENDS = {
  failed: found => message("bad", t("reconciliations.failed", { detail: found.detail })),
  done: outcome,
};

function shown(found, path) {
  const end = ENDS[found.state];
  return h("div", { "aria-busy": String(!end) }, facts([
    [t("column.state"), stateBadge(found.state)], [t("reconciliations.calls_from"), period(found)],
    [t("reconciliations.format"), coded("format", found.format)], [t("reconciliations.asked"), moment(found.at)],
    ...(found.state === "done" ? [[t("reconciliations.read"), number(found.read)], [t("reconciliations.matched"), number(found.matched)],
      [t("reconciliations.skipped"), number(found.skipped)]] : []),
  ]), end ? end(found, path) : message("info", t("reconciliations.under_way")));
}

/** Shows what *changes* yields in *place*, while it is in view. *again* starts once more after a failure. */
async function follow(changes, place, path, last, again) {
  let state = last;
  try {
    for await (const found of changes) {
      if (!place.isConnected) return;
      if (found.state !== state) place.replaceChildren(shown(found, path));
      state = found.state;
    }
  } catch (error) {
    place.replaceChildren(failure(error, again));
  }
}

/** The comparison at *path*, followed until it has ended. */
export async function comparison(path, title, again) {
  const changes = readWhileChanging(path);
  const { value: found } = await orMissing(changes.next(), { value: null });
  if (!found) return message("warning", t("reconciliations.gone"));
  const place = h("div", {}, shown(found, path));
  follow(changes, place, path, found.state, again);
  return section(title, place);
}
