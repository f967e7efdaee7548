// Texts and formats of the reader's language. Every text is in portal/texts; Intl knows numbers, dates and plurals.
export const LANGUAGES = { en: "English", ja: "日本語", ru: "Русский", fr: "Français" };
const KEY = "language";
let language = "en";
let texts = {};
let plural = new Intl.PluralRules("en");

const wanted = () => [localStorage.getItem(KEY), ...navigator.languages].filter(Boolean)
  .map(tag => tag.slice(0, 2)).find(tag => tag in LANGUAGES) ?? "en";

/** Loads the texts of *tag*, or of the language that the reader chose before or the browser asks for. */
export async function useLanguage(tag = wanted()) {
  const found = await fetch(new URL(`../texts/${tag}.json`, import.meta.url));
  texts = await found.json();
  [language, plural] = [tag, new Intl.PluralRules(tag)];
  document.documentElement.lang = tag;
}

/** Keeps the reader's choice. */
export const chooseLanguage = tag => localStorage.setItem(KEY, tag);
export const currentLanguage = () => language;

/** Whether there is a text of this name. */
export const has = key => key in texts;

/** The text of this name with `{name}` replaced. A text with plural forms is chosen by `count`. */
export function t(key, values = {}) {
  const found = texts[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  const form = typeof found === "string" ? found : found[plural.select(Number(values.count))] ?? found.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`the text ${key} needs ${name}`);
    return typeof values[name] === "number" ? number(values[name]) : values[name];
  });
}

/** The text of a code of the API, such as a reason; *otherwise* where there is none. */
export const coded = (family, code, otherwise = code) => has(`${family}.${code}`) ? t(`${family}.${code}`) : otherwise;

const format = (kind, value, options) => new Intl[kind](language, options).format(value);

/** Every code that has a text in a family, with its text. */
export const family = name => Object.keys(texts).filter(key => key.startsWith(`${name}.`)).map(key => [key.slice(name.length + 1), texts[key]]);

export const number = value => format("NumberFormat", value, {});

/** Money in the reader's manner: minor units, or all six places of a price that has more. */
export function money({ amount, currency }, { exact = false, isSigned = false } = {}) {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const places = amount.replace(/0+$/, "").split(".")[1]?.length ?? 0;
  const most = exact ? Math.max(digits, places) : digits;
  return format("NumberFormat", amount, {
    style: "currency", currency, signDisplay: isSigned ? "exceptZero" : "auto", minimumFractionDigits: Math.min(digits, most), maximumFractionDigits: most,
  });
}

const UTC = { timeZone: "UTC" };
export const day = instant => format("DateTimeFormat", new Date(instant), { dateStyle: "medium", ...UTC });
export const shortDay = instant => format("DateTimeFormat", new Date(instant), { day: "numeric", month: "short", ...UTC });
export const month = text => format("DateTimeFormat", new Date(`${text.slice(0, 7)}-01T00:00:00Z`),
  { month: "long", year: "numeric", ...UTC });
export const moment = instant => format("DateTimeFormat", new Date(instant),
  { dateStyle: "medium", timeStyle: "short" });

/** Seconds as minutes and seconds, such as 2:05. */
export const duration = seconds => `${number(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, "0")}`;
export const minutes = seconds => format("NumberFormat", Math.round(seconds / 60), { style: "unit", unit: "minute", unitDisplay: "short" });

/** Seconds in the largest unit that they fill: minutes, hours or days. */
export function span(seconds) {
  const [unit, size] = [["day", 86_400], ["hour", 3_600]].find(([, each]) => seconds >= each) ?? ["minute", 60];
  return format("NumberFormat", seconds / size, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 });
}

/** A card as its holder knows it. Brands are names, the same in every language. */
const BRANDS = { amex: "American Express", diners: "Diners Club", discover: "Discover", jcb: "JCB", mastercard: "Mastercard", unionpay: "UnionPay", visa: "Visa" };
export const cardName = ({ brand, lastFour }) => t("cards.name", { brand: BRANDS[brand] ?? brand, lastFour });
export const percent = share => format("NumberFormat", share, { style: "percent", maximumFractionDigits: 0 });
