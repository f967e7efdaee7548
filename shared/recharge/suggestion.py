"""What a portal offers, ticked, at the first purchase (R1, R3): auto-recharge with its amounts in view."""

from shared.kernel.money import MICROS
from shared.ledger.settings import AutoRecharge
from shared.recharge.trigger import LARGEST_CHARGE_TIMES

TRIGGER_PART = 5
"""The suggested trigger balance is this part of the amount. It is below the smallest purchase: otherwise that purchase
would be followed by a recharge at once.
"""


def suggestion(smallest: int, largest: int) -> AutoRecharge:
    """Auto-recharge of the *smallest* amount, in micro-units; its largest charge is at most *largest*."""
    trigger = smallest // TRIGGER_PART // MICROS * MICROS
    return AutoRecharge(
        enabled=True, trigger=trigger, amount=smallest, largest_charge=min(largest, smallest * LARGEST_CHARGE_TIMES)
    )
