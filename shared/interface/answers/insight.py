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


class WindowTotals(Answer):
    """What a window adds up to."""

    charges: Annotated[Money, Field(description="What its calls cost, whoever paid.")]
    recharges: int
    recharged: Money
    secondsAtZero: Annotated[int, Field(description="How long nothing could be spent.")]  # noqa: N815
    expired: Annotated[Money, Field(description="What has lapsed.")]
    closing: Annotated[Money, Field(description="What is left in the lots at the end, less the overdraft.")]


class RatedCalls(Answer):
    """How calls were rated on another card."""

    byNumber: Annotated[int, Field(description="By their whole number.")]  # noqa: N815
    byPrefix: Annotated[int, Field(description="By the prefix that matched on their own card.")]  # noqa: N815
    notRated: Annotated[int, Field(description="At their own price: the card has no rate for them.")]  # noqa: N815
    numbersFrom: Annotated[  # noqa: N815
        datetime | None, Field(description="Calls that started earlier are known by their prefix only.")
    ]


class WhatIfAnswer(Answer):
    """A window as it was booked, and as if."""

    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    asBooked: WindowTotals  # noqa: N815
    asIf: WindowTotals  # noqa: N815
    rated: Annotated[RatedCalls | None, Field(description="Null unless a rate card was named.")]


class AdviceBackTest(Answer):
    """What the advised settings would have led to on the same calls."""

    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    recharges: int
    secondsAtZero: int  # noqa: N815 - the wire's name
    expired: Money


class Advice(Answer):
    """The settings to choose, and why."""

    enoughData: Annotated[bool, Field(description="26 days of calls, or more, are known.")]  # noqa: N815
    trigger: Annotated[Money | None, Field(description="Null where none is needed.")]
    amount: Annotated[Money | None, Field(description="Null where none is needed.")]
    backTest: AdviceBackTest  # noqa: N815
    needNone: Annotated[bool, Field(description="Neither credit nor auto-recharge is needed.")]  # noqa: N815
    reasons: list[ForecastReason]
