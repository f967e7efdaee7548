// The forecast of what can be spent, after what could be spent in the past days.
import { micros } from "./amount.js";
import { spendableOf } from "./balances.js";
import { fanChart } from "./chart.js";
import { empty, loaded, note, section } from "./parts.js";
import { money, t } from "./text.js";

const PAST_DAYS = 14;

/** Whether the forecast says nothing: no calls took credit. */
const isEmpty = ({ perDayRange }) => micros(perDayRange.high) === 0n;

/** The fan with the trigger's line, or why there is none. */
export function fanBox({ now, account, forecast, autoRecharge }) {
  if (account.state === "accruing") return section(t("forecast.title"), empty(t("reason.post_usage")));
  if (isEmpty(forecast)) return section(t("forecast.title"), empty(t("forecast.none")));
  const { low, high } = forecast.perDayRange;
  const isShort = forecast.willWorkTomorrow.reasons.some(each => each.code === "little_history");
  return section(t("forecast.title"),
    note(t("forecast.per_day", { likely: money(forecast.perDay), low: money(low), high: money(high) }), isShort ? ` ${t("reason.little_history")}` : ""),
    loaded(async () => {
      const past = await spendableOf({ now, openedAt: account.openedAt, days: PAST_DAYS });
      return fanChart([...past, { at: forecast.at, spendable: account.spendable }], forecast.fan, account.currency, autoRecharge.enabled ? autoRecharge.trigger : null);
    }));
}
