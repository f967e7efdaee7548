"""Bugs in the limits of auto-recharge."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.ledger.book import Book, Recharged
from shared.ledger.recharged import with_charge
from shared.ledger.slot import Slot
from shared.ports import Payment
from shared.recharge import slot, trigger
from shared.use_cases.recharge import recharge_account
from tests.simulation.planted.bug import Bug, Patch


def _reserve_kept() -> list[Patch]:
    def kept(book: Book) -> Recharged:
        return book.recharged

    return [(slot, "without_reserve", kept)]


def _month_of_the_wish() -> list[Patch]:
    """A recharge counts in the month in which it was wanted."""

    def reserved(book: Book, **_now: datetime) -> Recharged:
        return book.recharged

    def charged(book: Book, charged_at: datetime, **now: datetime) -> Recharged:
        counted = with_charge(book, charged_at, **now)
        return replace(counted, month=book.recharged.month, amount=book.recharged.amount)

    return [(slot, "recharged_this_month", reserved), (slot, "with_charge", charged)]


def _any_decline_may_be_that_of_the_try_before() -> list[Patch]:
    def first(current: Slot, _payment: Payment) -> bool:
        return current.attempt == 1

    return [(recharge_account, "_is_answered", first)]


def _bursts_not_counted() -> list[Patch]:
    def none(_book: Book, **_now: Any) -> tuple[datetime, ...]:
        return ()

    return [(trigger, "charges_within_the_hour", none)]


BUGS: tuple[Bug, ...] = (
    Bug("reserve kept", "a cancelled recharge still counts against the cap", "capped", 60, _reserve_kept),
    Bug("month of the wish", "a recharge counts in the month in which it was wanted", "capped", 60, _month_of_the_wish),
    Bug(
        "refused card again",
        "a card that was refused for good is charged again under the next hour's key",
        "recharging",
        400,
        _any_decline_may_be_that_of_the_try_before,
    ),
    Bug("burst", "nothing stops a burst of recharges", "capped", 60, _bursts_not_counted),
)
