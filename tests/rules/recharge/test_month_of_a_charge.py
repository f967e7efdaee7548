"""R4: the month in which the card is charged counts; a recharge under way is reserved in the month of its try."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import Recharged
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot, SlotState
from shared.recharge.slot import begin, ended, settled
from tests.rules.books import HOUR, INSTANT, NOON, book, card, the

VISA, OTHER = card("visa"), card("other")
WANTED = SlotState.WANTED
RUNNING = Slot(SlotState.CHARGING, 3, 100, "pi", attempt=1, card="visa")
WAITING = replace(RUNNING, state=SlotState.DECLINED, soft_declines=2, retry_at=NOON + HOUR, reason="lost_card")


def account(slot, *, recharged):
    return book(slot=slot, settings=Settings(cards=(VISA, OTHER)), recharged=recharged)


APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "recharged"),
    [(APRIL - INSTANT, None), (APRIL, Recharged("2026-04", 100)), (APRIL + 40 * HOUR, Recharged("2026-04", 100))],
)
def test_a_try_reserves_its_amount_in_its_own_month(now, recharged):
    """Wanted in March, with 700 of that month, and tried in April."""
    wanted = account(Slot(WANTED, 3, 100, since=NOON), recharged=Recharged("2026-03", 700, 80))
    assert begin(wanted, "pi", VISA, now=now).recharged == recharged


@pytest.mark.parametrize(
    ("reserved", "charged_at", "counted"),
    [
        ("2026-03", APRIL - INSTANT, ("2026-03", 700)),
        ("2026-03", APRIL, ("2026-04", 100)),  # confirmed a moment after the end of the month
        ("2026-04", APRIL - INSTANT, ("2026-04", 700)),  # the provider's clock is behind: it counts all the same
    ],
)
def test_the_month_of_the_charge_counts(reserved, charged_at, counted):
    before = account(RUNNING, recharged=Recharged(reserved, 700))
    after = the(settled(before, "pi", charged_at=charged_at, now=charged_at).recharged)
    assert (after.month, after.amount, after.recent) == (*counted, (charged_at,))


def test_what_is_reserved_in_another_month_is_given_back_there():
    before = account(WAITING, recharged=Recharged("2026-03", 700))
    moved = apply(before, begin(before, "pi", OTHER, now=APRIL))
    assert the(ended(moved, "pi").recharged) == Recharged("2026-04", 0)


def test_charges_of_the_last_hour_are_kept():
    recent = (NOON - HOUR, NOON - HOUR + INSTANT, NOON - INSTANT)
    before = account(RUNNING, recharged=Recharged("2026-03", 700, 80, recent))
    after = the(settled(before, "pi", charged_at=NOON - 5 * HOUR, now=NOON).recharged)
    assert after == Recharged("2026-03", 700, 80, (NOON - HOUR + INSTANT, NOON - INSTANT, NOON))
