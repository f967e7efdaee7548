// What would have been: sliders for auto-recharge over a window of the past, as booked beside as if.
import { list, post, read, session } from "../lib/api.js";
import { comparison, differences } from "../lib/compare.js";
import { h } from "../lib/dom.js";
import { input, plain, select } from "../lib/form.js";
import { latest } from "../lib/latest.js";
import { button, failure, note, section } from "../lib/parts.js";
import { windows } from "../lib/period.js";
import { rechargeSliders } from "../lib/recharge-sliders.js";
import { day, month, t } from "../lib/text.js";

/** The rate cards in the account's currency; none where the role may not list them. */
async function rateCards(currency) {
  try {
    const versions = await list("/rate-cards");
    return [...new Set(versions.filter(each => each.currency === currency).map(each => each.card))];
  } catch (error) {
    if (error.status === 403) return [];
    throw error;
  }
}

async function readAll() {
  const [account, autoRecharge, advice, subscriptions, { at }] = await Promise.all([
    read(""), read("auto-recharge"), read("advice"), read("subscriptions"), read("balance"),
  ]);
  return { account, autoRecharge, advice, subscriptions: subscriptions.items, cards: await rateCards(account.currency), now: at };
}

function windowName({ name, months = [] }) {
  const [first, second] = months.map(month);
  if (second) return t("what_if.two_months", { first, second });
  return first ?? t(name === "30" ? "what_if.last_days" : "what_if.last_year");
}

/** The last day of a period that ends before *instant*. */
const lastDay = instant => day(Date.parse(instant) - 1000);

/** A subscription as it is sent: without what is absent. */
const sent = (each, licences) => ({ ...Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null)), licences });

/** The fields, and `question()`: what they ask, as the API takes it. */
function fields(all, changed) {
  const { account, autoRecharge, advice, subscriptions, cards, now } = all;
  const offered = windows(now, account.openedAt);
  const span = select("window", t("what_if.window"), offered.map(each => [each.name, windowName(each)]));
  const recharge = autoRecharge.smallest ? rechargeSliders(autoRecharge, advice, changed) : null;
  const card = cards.length > 1 ? select("rateCard", t("what_if.card"), [["", t("what_if.own_card")], ...cards.map(each => [each, each])]) : null;
  const licences = subscriptions.map(each => input("licences", t("what_if.licences", { id: each.id, plan: each.plan }), {
    type: "number", min: 0, max: 10_000_000, required: true, value: String(each.licences),
  }));
  const counts = () => licences.map(each => Number(each.querySelector("input").value));
  const question = () => {
    const { from, to } = offered.find(each => each.name === span.querySelector("select").value);
    const otherCard = card?.querySelector("select").value;
    const isOther = counts().some((count, place) => count !== subscriptions[place].licences);
    return {
      from, to, ...(recharge ? { autoRecharge: recharge.settings() } : {}), ...(otherCard ? { rateCard: otherCard } : {}),
      ...(isOther ? { subscriptions: { items: subscriptions.map((each, place) => sent(each, counts()[place])) } } : {}),
    };
  };
  const form = h("form", { class: "what-if" }, h("fieldset", {}, span, recharge?.element, card, licences));
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("change", event => { if (event.target.type !== "range") changed(); });
  return { form, question, recharge };
}

function ratedNote(rated) {
  if (!rated) return "";
  const since = rated.numbersFrom ? ` ${t("what_if.numbers_from", { when: day(rated.numbersFrom) })}` : "";
  return ` ${t("what_if.rated", { number: rated.byNumber, prefix: rated.byPrefix, none: rated.notRated })}${since}`;
}

/** The pictures, what they say in words, and what went wrong. */
function results(ask) {
  const pictures = comparison();
  const told = h("div", { class: "said" }, h("fluent-spinner", { size: "small", role: "progressbar", "aria-label": t("state.loading") }));
  const [period, words] = [note(), h("p", { role: "status" })];
  const shown = h("div", { hidden: true }, period, words, h("div", { class: "two" }, pictures.elements));
  const place = h("div", { class: "results", "aria-busy": "true" }, told, shown);
  const settle = (problem, isShown) => {
    told.replaceChildren(...(problem ? [problem] : []));
    shown.hidden = !isShown;
    place.setAttribute("aria-busy", "false");
  };
  return {
    place,
    wait: () => place.setAttribute("aria-busy", "true"),
    show: answer => {
      pictures.update(answer);
      period.textContent = t("what_if.booked_within", { from: day(answer.from), to: lastDay(answer.to) });
      words.textContent = differences(answer) + ratedNote(answer.rated);
      settle(null, true);
    },
    fail: error => settle(failure(error, ask), false),
  };
}

export async function render() {
  const all = await readAll();
  let [made, result] = [null, null];
  const take = button(t("what_if.take"), () => {
    const { trigger, amount } = made.recharge.settings();
    location.hash = `#/auto-recharge/${plain(trigger)}/${plain(amount)}`;
  }, { primary: true });
  const send = latest(question => post("what-if", question), { show: answer => result.show(answer), fail: error => result.fail(error) });
  const ask = () => {
    if (!made.form.reportValidity()) return;
    const question = made.question();
    take.disabled = !question.autoRecharge?.enabled;
    result.wait();
    send(question);
  };
  made = fields(all, ask);
  result = results(ask);
  ask();
  return [
    section(t("what_if.settings"), note(t("what_if.note")), made.form, made.recharge && session.canManage ? h("div", { class: "actions" }, take) : null),
    result.place,
  ];
}
