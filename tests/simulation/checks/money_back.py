"""Refunds and disputes at the provider and in the books match, in the final state."""

from collections.abc import Iterator

from shared.kernel.ids import AccountId, PaymentId
from shared.ledger.change import CARD, DISPUTE
from shared.ledger.lot import Lot
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation


def money_back(sim: Simulation, books: Books, lots: dict[AccountId, list[Lot]]) -> Iterator[str]:
    """What went back to each account's cards, and what banks hold back, is what the pages say."""
    for account, some in lots.items():
        payments = [PaymentId(lot.payment) for lot in some if lot.payment]
        refunded = sum(sim.money_back.refunded(payment) for payment in payments)
        withdrawn = sum(each.withdrawn.micros for each in sim.money_back.disputes.values() if each.payment in payments)
        bought = sum(sim.provider.payments[payment].money.micros for payment in payments)
        booked = _moved(books, account, CARD) + bought, _moved(books, account, DISPUTE)
        if booked != (refunded, withdrawn):
            yield f"6: refunded and withdrawn {(refunded, withdrawn)}, booked {booked}"


def _moved(books: Books, account: AccountId, place: str) -> int:
    """What went to *place*, less what came from it."""
    entries = [
        entry for page in books.pages[account] for facts in page.facts["movements"] for entry in facts["entries"]
    ]
    return sum(amount * ((target == place) - (source == place)) for source, target, amount in entries)
