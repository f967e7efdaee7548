// A carrier's export against what was booked, for those who operate the service: compare, follow, dispute.
import { list, orMissing, read, sendFile, session } from "../lib/api.js";
import { bounds, comparison, period, stateBadge } from "../lib/differences.js";
import { h } from "../lib/dom.js";
import { form, input, select } from "../lib/form.js";
import { link, loaded, message, note, section, table } from "../lib/parts.js";
import { coded, family, moment, number, t } from "../lib/text.js";

const ACCOUNTS_MAX = 1000;
const pathOf = account => `/accounts/${account}/reconciliations`;
const pageOf = (...names) => ["reconciliations", ...names].join("/");

/** The first and the last day of the month before *now*, in UTC. */
function lastMonth(now) {
  const at = new Date(now);
  const dayOf = (month, day) => new Date(Date.UTC(at.getUTCFullYear(), month, day)).toISOString().slice(0, 10);
  return [dayOf(at.getUTCMonth() - 1, 1), dayOf(at.getUTCMonth(), 0)];
}

/** The ledger's present, where the person's own organisation has an account; else the browser's. */
async function present(accounts) {
  const isKnown = session.canRead && accounts.some(each => each.account === session.account);
  return isKnown ? (await read("balance")).at : Date.now();
}

function compareForm(accounts, account, now) {
  const [first, last] = lastMonth(now);
  const until = input("to", t("reconciliations.last_day"), { type: "date", required: true, value: last, min: first });
  const since = input("from", t("reconciliations.first_day"), { type: "date", required: true, value: first });
  since.addEventListener("change", event => { until.querySelector("input").min = event.target.value; });
  return form([
    accountChoice(accounts, account),
    input("file", t("reconciliations.file"), { type: "file", required: true, hint: t("reconciliations.file_hint") }),
    select("format", t("reconciliations.format"), family("format")),
    since, until,
    input("profile", t("reconciliations.profile"), { hint: t("reconciliations.profile_hint"), autocomplete: "off" }),
  ], {
    submit: t("reconciliations.compare"), anybody: true,
    save: async ({ file, format, from, to, profile }) => {
      const asked = await sendFile(pathOf(account), { format, ...bounds(from, to), profile: profile.trim() }, file);
      location.hash = `#/${pageOf(account, asked.id)}`;
    },
  });
}

const wide = text => h("span", { class: "wide" }, text);

/** All that were made. One that is under way is followed on its own page. */
const made = account => loaded(async () => {
  const items = await orMissing(list(pathOf(account), { order: "desc" }), null);
  if (!items) return message("warning", t("reconciliations.no_account"));
  const found = each => (each.state === "done" ? number(Object.values(each.counts).reduce((all, one) => all + one, 0)) : "");
  return table(t("reconciliations.made"), [
    { title: t("reconciliations.asked"), cell: each => wide(link(pageOf(account, each.id), moment(each.at))) },
    { title: t("reconciliations.calls_from"), cell: each => wide(period(each)) },
    { title: t("reconciliations.format"), cell: each => wide(coded("format", each.format)) },
    { title: t("column.state"), cell: each => stateBadge(each.state) },
    { title: t("reconciliations.read"), number: true, cell: each => number(each.read) },
    { title: t("reconciliations.differences"), number: true, cell: found },
  ], items, { whenEmpty: t("reconciliations.none_made") });
});

/** Whose calls are compared: one of the accounts of the service, or, if they are too many, an account's id. */
function accountChoice(accounts, account) {
  const choice = accounts.length < ACCOUNTS_MAX
    ? select("account", t("reconciliations.account"), accounts.map(each => [each.account, each.name ?? each.account]), { value: account })
    : input("account", t("reconciliations.account"), { value: account, autocomplete: "off" });
  choice.addEventListener("change", event => { location.hash = `#/${pageOf(event.target.value.trim())}`; });
  return choice;
}

export async function render({ argument, again }) {
  if (!session.canOperate) return message("warning", t("reconciliations.no_role"));
  const [asked, name] = argument.split("/");
  if (name) {
    return [h("p", {}, link(pageOf(asked), t("reconciliations.back"))),
      await comparison(`${pathOf(asked)}/${encodeURIComponent(name)}`, t("reconciliations.result"), again)];
  }
  const accounts = await list("/accounts", {}, ACCOUNTS_MAX);
  if (!accounts.length) return message("info", t("reconciliations.no_accounts"));
  const own = accounts.find(each => each.account === session.account) ?? accounts[0];
  const account = asked || own.account;
  return [
    section(t("reconciliations.compare_title"), note(t("reconciliations.note")), compareForm(accounts, account, await present(accounts))),
    section(t("reconciliations.made"), made(account)),
  ];
}
