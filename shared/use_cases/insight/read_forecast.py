"""The forecast over HTTP: what the account's book, settings and habit lead to (R20, CONTRACT 2.5)."""

from asyncio import to_thread
from datetime import datetime

from shared.insight.forecast import Forecast, Span, forecast
from shared.insight.habit import habit_of
from shared.insight.tomorrow import Tomorrow, will_calls_work
from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.service.http import Reply, Request
from shared.service.services import Services
from shared.use_cases.insight.history import read_history
from shared.use_cases.insight.present import present_book, replay_rules
from shared.views.account import money_json


async def read_forecast(services: Services, request: Request) -> Reply:
    """200 with the forecast from now on. An account without calls has one, too: nothing will be used."""
    book, now = await present_book(services, request)
    history = await read_history(services, book, now=now)
    habit = habit_of(history.uses, history.since, now)
    found = await to_thread(forecast, book, habit, replay_rules(services), services.rules.plan_sizes, now=now)
    return Reply(200, _json(book, found, will_calls_work(book, found, habit, history.callers)))


def _json(book: Book, found: Forecast, tomorrow: Tomorrow) -> dict[str, object]:
    currency = book.terms.currency
    earliest, latest = found.depleted_between
    return {
        "at": instant_text(found.at),
        "perDay": money_json(found.per_day.likely, currency),
        "perDayRange": _range_json(found.per_day, currency),
        "willWorkTomorrow": {
            "verdict": tomorrow.verdict.value,
            "reasons": [{"code": reason.code, "detail": reason.detail} for reason in tomorrow.reasons],
        },
        "depletedAt": _instant(found.depleted_at),
        "depletedBetween": {"earliest": _instant(earliest), "latest": _instant(latest)},
        "losses": [
            {
                "lot": loss.lot.id,
                "expiresAt": instant_text(loss.lot.expires_at),
                "amount": money_json(loss.amount, currency),
            }
            for loss in found.losses
        ],
        "nextRechargeAt": _instant(found.next_recharge_at),
        "fan": [
            {
                "at": instant_text(point.at),
                "likely": money_json(point.spendable.likely, currency),
                **_range_json(point.spendable, currency),
            }
            for point in found.fan
        ],
    }


def _range_json(span: Span, currency: str) -> dict[str, object]:
    return {"low": money_json(span.low, currency), "high": money_json(span.high, currency)}


def _instant(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant is not None else None
