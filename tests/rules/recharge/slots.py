"""A running and a waiting recharge, and the account that they belong to."""

from dataclasses import replace

from shared.ledger.book import Recharged
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import Slot, SlotState
from tests.rules.books import HOUR, NOON, book, card

WANTED, CHARGING, DECLINED = SlotState.WANTED, SlotState.CHARGING, SlotState.DECLINED
CANCELLING = SlotState.CANCELLING

VISA, OTHER = card("visa"), card("other")
ORDER = AutoRecharge(enabled=True, trigger=500, amount=100, largest_charge=500)
RUNNING = Slot(CHARGING, 3, 100, "pi", attempt=1, card="visa")
WAITING = replace(RUNNING, state=DECLINED, soft_declines=2, retry_at=NOON + HOUR, reason="lost_card")


def account(slot, *lots, cards=(VISA, OTHER), order=ORDER, recharged=None):
    settings = Settings(auto_recharge=order, cards=tuple(cards))
    return book(*lots, slot=slot, settings=settings, recharged=recharged or Recharged("2026-03", 100))
