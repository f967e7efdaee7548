// What the organisation has bought: plans, licences, agreement. It decides pools and eligibility.
import { list, readSettings, saveSettings, session } from "../lib/api.js";
import { confirmed } from "../lib/dom.js";
import { form, input, select, tick } from "../lib/form.js";
import { button, note, section, table } from "../lib/parts.js";
import { day, number, t } from "../lib/text.js";

const AGREEMENTS = ["web", "volumeLicensing", "enterprise", "newCommerce", "customerAgreement"];

async function takeAway(items, subscription, etag, again) {
  const body = t("subscriptions.remove_body", { id: subscription.id });
  if (!await confirmed({ title: t("action.remove"), body, yes: t("action.remove"), no: t("action.cancel") })) return;
  await saveSettings("subscriptions", { items: items.filter(each => each !== subscription).map(sent) }, etag);
  again();
}

/** A subscription as it is sent: without what is absent. */
const sent = each => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null));

function addForm(items, etag, plans, again) {
  return form([
    input("id", t("subscriptions.id"), { required: true, maxlength: 64, autocomplete: "off" }),
    select("plan", t("column.plan"), plans.map(each => [each.plan, `${each.name} (${each.plan})`])),
    input("licences", t("column.licences"), { type: "number", min: 0, max: 10_000_000, value: "1", required: true }),
    input("usageLocation", t("column.location"), { required: true, pattern: "[A-Z]{2}", maxlength: 2, hint: t("licences.location_hint"), autocomplete: "off" }),
    select("channel", t("subscriptions.channel"), ["direct", "csp"].map(each => [each, t(`channel.${each}`)])),
    select("agreement", t("subscriptions.agreement"), AGREEMENTS.map(each => [each, t(`agreement.${each}`)])),
    input("from", t("column.from"), { type: "date", required: true }),
    input("until", t("column.until"), { type: "date" }),
    tick("payAsYouGo", t("subscriptions.pay_as_you_go"), { hint: t("subscriptions.pay_as_you_go_hint") }),
  ], {
    submit: t("subscriptions.add"),
    save: async values => {
      const item = { ...values, licences: Number(values.licences), from: `${values.from}T00:00:00Z` };
      if (values.until) item.until = `${values.until}T00:00:00Z`;
      else delete item.until;
      await saveSettings("subscriptions", { items: [...items.map(sent), item] }, etag);
      again();
      return t("action.saved");
    },
  });
}

export async function render({ again }) {
  const [{ value, etag }, plans] = await Promise.all([readSettings("subscriptions"), list("/plans")]);
  return [
    section(t("page.subscriptions"), note(t("subscriptions.note")), table(t("page.subscriptions"), [
      { title: t("subscriptions.id"), cell: each => each.id },
      { title: t("column.plan"), cell: each => plans.find(plan => plan.plan === each.plan)?.name ?? each.plan },
      { title: t("column.licences"), number: true, cell: each => number(each.licences) },
      { title: t("column.location"), cell: each => each.usageLocation },
      { title: t("subscriptions.channel"), cell: each => t(`channel.${each.channel}`) },
      { title: t("subscriptions.agreement"), cell: each => t(`agreement.${each.agreement}`) },
      { title: t("column.from"), cell: each => day(each.from) },
      { title: t("column.until"), cell: each => (each.until ? day(each.until) : "") },
      { title: t("column.actions"), cell: each => (session.canManage ? button(t("action.remove"), () => takeAway(value.items, each, etag, again), { size: "small", "aria-label": `${t("action.remove")}: ${each.id}` }) : "") },
    ], value.items, { whenEmpty: t("subscriptions.none") })),
    section(t("subscriptions.add"), addForm(value.items, etag, plans, again)),
  ];
}
