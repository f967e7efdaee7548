// The portal's pages by group, as administrators know the steps: product, billing settings, and so on.
export const GROUPS = [
  ["group.credits", ["overview", "history", "rates"]],
  ["group.billing", ["funds", "auto-recharge", "what-if", "brake", "cards", "refunds", "post-usage"]],
  ["group.people", ["eligibility", "subscriptions", "licences", "numbers"]],
  ["group.usage", ["usage", "calls", "reconciliations", "statements"]],
  ["group.telling", ["administrators", "notices"]],
];
/** Pages of those who operate the service, for the accounts of others. */
export const OPERATING = ["reconciliations"];
export const FIRST = "overview";
export const PAGES = GROUPS.flatMap(([, pages]) => pages);
export const groupOf = page => GROUPS.find(([, pages]) => pages.includes(page))?.[0];
