"""Refunds and disputes at the provider and in the books match, in the final state."""

from collections import Counter
from collections.abc import Iterator

from shared.kernel.ids import AccountId, PaymentId
from shared.ledger.change import CARD, DISPUTE
from shared.ledger.claim import ClaimState
from shared.ledger.lot import Lot
from shared.ledger.pause import PauseReason
from shared.posting.journal.pages import Page
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
        yield from _unpaused(books, account, some)
    asked = Counter(each.metadata["refund"] for each in sim.money_back.refunds.values() if "refund" in each.metadata)
    for refund, number in asked.items():
        if number > 1:
            yield f"6: {refund} was refunded {number} times"


def _unpaused(books: Books, account: AccountId, lots: list[Lot]) -> Iterator[str]:
    """Every dispute that is not won pauses auto-recharge, and no recharge begins in such a pause."""
    before = 0
    for page in books.pages[account]:
        after = page.facts["after"]
        is_paused, begun = _reason(page) == PauseReason.DISPUTE, after["slot"]["sequence"]
        may_be_earlier = "disputed" in page.facts and not _only_claws_back(page)
        if is_paused and begun > before and not may_be_earlier:
            yield f"6: a recharge begins in page {page.sequence}, although auto-recharge is paused by a dispute"
        before = begun
    causes = {claim.id for lot in lots for claim in lot.claims if claim.state is not ClaimState.WON}
    if causes and _reason(books.pages[account][-1]) != PauseReason.DISPUTE:
        yield f"6: {causes} do not pause auto-recharge"


def _only_claws_back(page: Page) -> bool:
    """Whether nothing else in the page can have begun a recharge, before the claw-back."""
    return "settings" not in page.facts and all(each["kind"] == "chargeback" for each in page.facts["movements"])


def _reason(page: Page) -> str | None:
    reason: str | None = page.facts["after"].get("pause", {}).get("reason")
    return reason


def _moved(books: Books, account: AccountId, place: str) -> int:
    """What went to *place*, less what came from it."""
    entries = [
        entry for page in books.pages[account] for facts in page.facts["movements"] for entry in facts["entries"]
    ]
    return sum(amount * ((target == place) - (source == place)) for source, target, amount in entries)
