// Who may draw on credit: the Communications Credits licence of each user.
import { list, put, remove, session } from "../lib/api.js";
import { confirmed } from "../lib/dom.js";
import { form, input, select } from "../lib/form.js";
import { button, note, section, table } from "../lib/parts.js";
import { day, t } from "../lib/text.js";

async function takeAway(licence, again) {
  const body = t("licences.remove_body", { user: licence.user });
  if (!await confirmed({ title: t("action.remove"), body, yes: t("action.remove"), no: t("action.cancel") })) return;
  await remove(`licences/${encodeURIComponent(licence.user)}`);
  again();
}

function addForm(plans, again) {
  return form([
    input("user", t("column.user"), { required: true, maxlength: 256, autocomplete: "off", hint: t("licences.user_hint") }),
    select("plan", t("column.plan"), [["", t("licences.no_plan")], ...plans.map(each => [each.plan, `${each.name} (${each.plan})`])]),
    input("usageLocation", t("column.location"), { pattern: "[A-Z]{2}", maxlength: 2, hint: t("licences.location_hint"), autocomplete: "off" }),
  ], {
    submit: t("licences.assign"),
    save: async ({ user, plan, usageLocation }) => {
      await put(`licences/${encodeURIComponent(user)}`, { communicationsCredits: true, ...(plan ? { plan } : {}), ...(usageLocation ? { usageLocation } : {}) });
      again();
      return t("action.saved");
    },
  });
}

export async function render({ again }) {
  const [licences, plans] = await Promise.all([list("licences"), list("/plans")]);
  return [
    section(t("page.licences"), note(licences.length ? t("licences.note") : t("licences.note_first")), table(t("page.licences"), [
      { title: t("column.user"), cell: each => each.user },
      { title: t("column.plan"), cell: each => each.plan ?? "" },
      { title: t("column.location"), cell: each => each.usageLocation ?? "" },
      { title: t("column.since"), cell: each => day(each.assignedAt) },
      { title: t("column.actions"), cell: each => (session.canManage ? button(t("action.remove"), () => takeAway(each, again), { size: "small", "aria-label": `${t("action.remove")}: ${each.user}` }) : "") },
    ], licences, { whenEmpty: t("licences.none") })),
    section(t("licences.assign"), addForm(plans, again)),
  ];
}
