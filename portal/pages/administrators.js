// Who is told by e-mail: address, roles, language, time zone.
import { read, readSettings, saveSettings, session } from "../lib/api.js";
import { form, input, moneyOf, plain, select, tick } from "../lib/form.js";
import { badge, button, note, section, table } from "../lib/parts.js";
import { LANGUAGES, t } from "../lib/text.js";

const ROLES = ["billing", "skypeForBusiness", "global", "user", "helpdesk", "serviceSupport", "azureAdJoinedDeviceLocal",
  "application", "license", "cloudDevice", "authentication", "privilegedAuthentication", "teamsCommunications",
  "teamsCommunicationsSupportEngineer", "teamsCommunicationsSupportSpecialist", "teams"];

function alertsBox({ value, etag }, currency, again) {
  return section(t("alerts.title"), note(t("alerts.note")), form([
    input("lowBalance", `${t("alerts.levels")} (${currency})`, { value: value.lowBalance.map(plain).join("; "), hint: t("alerts.hint"), autocomplete: "off" }),
  ], {
    submit: t("action.save"),
    save: async ({ lowBalance }) => {
      const levels = lowBalance.split(";").map(text => moneyOf(text, currency)).filter(Boolean);
      await saveSettings("alerts", { lowBalance: levels }, etag);
      setTimeout(again, 1500);
      return t("action.saved");
    },
  }));
}

export async function render({ again }) {
  const [{ value, etag }, alerts, account] = await Promise.all([readSettings("administrators"), readSettings("alerts"), read("")]);
  const save = async items => { await saveSettings("administrators", items, etag); again(); };
  const without = each => save(value.filter(other => other !== each));
  return [
    section(t("page.administrators"), note(t("administrators.note")), table(t("page.administrators"), [
      { title: t("column.address"), cell: each => each.address },
      { title: t("column.roles"), cell: each => each.roles.map(role => t(`role.${role}`)).join(", ") },
      { title: t("frame.language"), cell: each => LANGUAGES[each.locale?.slice(0, 2)] ?? each.locale ?? "" },
      { title: t("column.zone"), cell: each => each.timeZone ?? "" },
      { title: t("column.state"), cell: each => (each.optOut ? badge("warning", t("administrators.opted_out")) : badge("good", t("administrators.told"))) },
      { title: t("column.actions"), cell: each => (session.canManage && value.length > 1 ? button(t("action.remove"), () => without(each), { size: "small", "aria-label": `${t("action.remove")}: ${each.address}` }) : "") },
    ], value, { whenEmpty: t("administrators.none") })),
    section(t("administrators.add"), form([
      input("address", t("column.address"), { type: "email", required: true, autocomplete: "off" }),
      select("role", t("column.roles"), ROLES.map(role => [role, t(`role.${role}`)])),
      select("locale", t("frame.language"), Object.entries(LANGUAGES)),
      input("timeZone", t("column.zone"), { value: Intl.DateTimeFormat().resolvedOptions().timeZone, autocomplete: "off" }),
      tick("optOut", t("administrators.opt_out")),
    ], {
      submit: t("administrators.add"),
      save: async ({ address, role, locale, timeZone, optOut }) => {
        await save([...value, { address, roles: [role], locale, ...(timeZone ? { timeZone } : {}), optOut }]);
        return t("action.saved");
      },
    })),
    alertsBox(alerts, account.currency, again),
  ];
}
