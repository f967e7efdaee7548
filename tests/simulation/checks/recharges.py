"""Checks the limits of auto-recharge: the monthly cap, bursts of charges, and cards that are refused for good."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.kernel.ids import CardId
from shared.ledger.book import Lot, LotSource
from shared.ledger.recharged import month_of
from shared.ledger.slot import SlotState
from shared.ports import Confirmation, Payment, PaymentState, Presence
from shared.posting.journal.keys import HEAD
from shared.posting.journal.pages import Page
from shared.posting.journal.rows import loaded_from
from shared.recharge.dunning import Severity, severity
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker_world import BURST_MAX

CLOCKS = timedelta(minutes=70)
"""How far the clocks of workers and of the provider differ at most: a charge so close to the end of a month may count
in either."""

HOUR = timedelta(hours=1)


class Recharges:
    """Checks every charge without a buyer, and the final state."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._refused: dict[tuple[str, str], float] = {}
        self._hidden: dict[tuple[str, str], float] = {}
        sim.provider.informed.append(self._charged)
        sim.provider.watchers.append(self._changed)

    def _charged(self, confirmation: Confirmation, known_at: float) -> None:
        """No card is charged by a worker that could know, from the payment that it read, that its bank has refused it
        for good. Of two requests that are on their way at once, the bank may refuse one for good and accept the other,
        or decline it for now: then the payment says nothing of the refusal any more.
        """
        if confirmation.presence is not Presence.BUYER_ABSENT:
            return
        payment = self._sim.provider.payments[confirmation.payment]
        card = self._card(payment, confirmation.card)
        refused_at, hidden_at = self._refused.get(card), self._hidden.get(card)
        if refused_at is not None and refused_at < known_at and (hidden_at is None or known_at <= hidden_at):
            self._sim.fail(f"4: {confirmation.card} is charged again for {payment.id} after it was refused for good")
        self._changed(payment)

    def _changed(self, payment: Payment) -> None:
        if payment.metadata["purpose"] != "recharge" or payment.card is None:
            return
        card, decline = self._card(payment, payment.card), payment.decline
        kind = severity(decline.code, decline.decline_code, decline.advice) if decline is not None else None
        if kind is Severity.HARD:
            self._refused.setdefault(card, self._sim.provider.time())
        elif (kind is not None or payment.state is PaymentState.SUCCEEDED) and card in self._refused:
            self._hidden.setdefault(card, self._sim.provider.time())

    def _card(self, payment: Payment, card: CardId) -> tuple[str, str]:
        return payment.metadata["account"], self._sim.provider.fingerprint(card)

    def end(self, books: Books, cap: int | None) -> Iterator[str]:
        """In the final state: what each month took, what is counted, and how often cards were charged."""
        for account, lots in books.lots.items():
            recharged = [lot for lot in lots if lot.source is LotSource.RECHARGE]
            yield from _above_cap(recharged, cap)
            yield from self._miscounted(account, recharged)
            yield from _bursts(account, books.pages[account])

    def _miscounted(self, account: str, lots: list[Lot]) -> Iterator[str]:
        """Nothing is reserved when no recharge is under way: what is counted in the month was charged in it."""
        rows = self._sim.ledger.partition(account)
        loaded = loaded_from(row for key, row in rows.items() if key.startswith("a:")) if HEAD in rows else None
        if loaded is None or loaded.book.slot.state is not SlotState.IDLE or any(_is_at_an_end(lot) for lot in lots):
            return
        counted = loaded.book.recharged
        charged = sum(lot.original for lot in lots if month_of(lot.purchased_at) == counted.month)
        if counted.amount != charged:
            yield f"4: {counted.amount} are counted for {counted.month}, and {charged} were charged"


def _above_cap(lots: list[Lot], cap: int | None) -> Iterator[str]:
    """Every month's charges are within the cap. Those at the end of a month may count in either."""
    if cap is None:
        return
    months, close = Counter[str](), 0
    for lot in lots:
        if _is_at_an_end(lot):
            close += lot.original
        else:
            months[month_of(lot.purchased_at)] += lot.original
    for month, charged in months.items():
        if charged > cap:
            yield f"4: {charged} were charged in {month}, and {cap} is the cap"
    room = sum(cap - charged for charged in (months["2026-03"], months["2026-04"]))
    if close > room:
        yield f"4: {close} were charged at the end of March, and the caps left {room}"


def _is_at_an_end(lot: Lot) -> bool:
    """Whether the card was charged so close to the end of a month that it may count in either."""
    return month_of(lot.purchased_at - CLOCKS) != month_of(lot.purchased_at + CLOCKS)


def _bursts(account: str, pages: list[Page]) -> Iterator[str]:
    """At most `BURST_MAX` recharges within an hour, by the account's clock, unless settings were saved meanwhile."""
    charged = list[datetime]()
    for page in pages:
        if "settings" in page.facts:
            charged.clear()
        charged += [page.at for movement in page.facts["movements"] if movement["kind"] == "recharge"]
        if len(charged) > BURST_MAX and charged[-1] - charged[-1 - BURST_MAX] < HOUR:
            yield f"3: {account} was charged more than {BURST_MAX} times within an hour before {page.at}"
            return
