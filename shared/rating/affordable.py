"""How long a call may last for what is left in a pool and in lots (R13, R14)."""

from shared.rating.charge import MINUTE, Tariff, billed_seconds, price_of


def affordable_seconds(tariff: Tariff, *, wanted: int, free: int, money: int) -> int:
    """The billed seconds of a call of *wanted* seconds, or as many of them as *free* seconds and *money* micro-units
    pay for; 0 when they do not pay for the first billable unit. The connection fee is due once any second is charged.
    """
    most, first = billed_seconds(tariff, wanted), billed_seconds(tariff, 1)
    if price_of(tariff, most, free) <= money:
        return most
    paid = free + _charged_seconds(tariff, money)
    whole = paid // tariff.increment_seconds * tariff.increment_seconds
    return whole if whole >= first else 0


def _charged_seconds(tariff: Tariff, money: int) -> int:
    """The most seconds, beyond free ones, of which the rounded price and the fee are at most *money*. It is called only
    where money limits the call, so that a rate of zero leaves the fee unpaid.
    """
    left = money - tariff.connection_fee
    if left < 0 or tariff.per_minute == 0:
        return 0
    # price = floor((per_minute * seconds + 30) / 60) <= left: the largest such number of seconds
    return (MINUTE * (left + 1) - MINUTE // 2 - 1) // tariff.per_minute
