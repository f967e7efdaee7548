"""Answers about what will happen."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.parts import Answer, Money


class ForecastRange(Answer):
    """The ends of the range in which 90 % of outcomes lie."""

    low: Money
    high: Money


class ForecastReason(Answer):
    """What speaks for or against calls working."""

    code: str
    detail: str


class WillWorkTomorrow(Answer):
    """Whether chargeable calls will work until the end of tomorrow, UTC; the graver reasons come first."""

    verdict: Literal["yes", "no", "atRisk"]
    reasons: list[ForecastReason]


class DepletedBetween(Answer):
    """The range of `depletedAt`; null: beyond the horizon."""

    earliest: datetime | None
    latest: datetime | None


class ForecastLoss(Answer):
    """What will lapse of a lot."""

    lot: str
    expiresAt: datetime  # noqa: N815 - the wire's name
    amount: Money


class FanPoint(ForecastRange):
    """What can be spent at the end of a day."""

    at: datetime
    likely: Money


class Forecast(Answer):
    """What the account's habit leads to."""

    at: datetime
    perDay: Annotated[Money, Field(description="What calls will take from credit on a usual day.")]  # noqa: N815
    perDayRange: ForecastRange  # noqa: N815
    willWorkTomorrow: WillWorkTomorrow  # noqa: N815
    depletedAt: Annotated[  # noqa: N815
        datetime | None, Field(description="When nothing is left to spend; null: not within 400 days.")
    ]
    depletedBetween: DepletedBetween  # noqa: N815
    losses: list[ForecastLoss]
    nextRechargeAt: datetime | None  # noqa: N815
    fan: list[FanPoint]
