"""Which crossing is told: one e-mail per crossing, never one per call (R19)."""

from datetime import datetime

from shared.kernel.money import Money
from shared.ledger.balance import can_spend
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.notices.kinds import BalanceZero
from shared.notices.telling import standing_order, tell


def zero(book: Book, *, now: datetime) -> Change:
    """Tell once that nothing is left to spend; armed again when there is credit."""
    if can_spend(book, now):
        return Change(zero_told=False) if book.zero_told else NOTHING
    if book.zero_told:
        return NOTHING
    notice = BalanceZero(
        at=now, overdraft=Money(book.overdraft, book.terms.currency), auto_recharge=standing_order(book)
    )
    return Change(zero_told=True, tells=(tell(book, notice),))
