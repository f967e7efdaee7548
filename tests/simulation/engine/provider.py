"""The payment provider: the fake that tests/contracts check, with random outcomes and delays of the bank."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from local.stand_ins.stripe.cards import DECLINES, OUTCOMES
from shared.kernel.ids import AccountId, CardId, PaymentId
from shared.ports import (
    CardSetup,
    Confirmation,
    Decline,
    Payment,
    PaymentOrder,
    PaymentState,
    SetupOrder,
    StoredCard,
    UnavailableError,
)
from tests.fakes.payments import FakePayments
from tests.simulation.engine.faults import Call, Kind, Mishap
from tests.simulation.engine.virtual_time import at_once
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

T = TypeVar("T")

BANK_SECONDS = (5.0, 600.0, 7_200.0, 100_000.0)
"""Time until a bank or its customer decides: up to more than a day, after which keys are forgotten."""

LONG_SECONDS = 1_800.0

UNDECIDED = frozenset({PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION})
FINAL = frozenset({PaymentState.SUCCEEDED, PaymentState.CANCELLED})

CREATE, CONFIRM, CANCEL, STORE, CUSTOMER, SET_UP, REMOVE = (
    Call(f"provider.{name}", Kind.WRITE)
    for name in ("create", "confirm", "cancel", "store", "open_customer", "set_up", "remove")
)
RETRIEVE, LIST, SETUP = (Call(f"provider.{name}", Kind.READ) for name in ("retrieve", "list", "setup"))


class Provider(FakePayments):
    """*odds* is the probability that a confirmation has a random outcome instead of the card's own. *watchers* are
    called for every payment whose state changed, *confirming* before every confirmation, and *informed* after it, with
    the time at which its task had last read the payment before it asked for the confirmation (*reads*).
    """

    def __init__(self, simulation: "Simulation") -> None:
        super().__init__(simulation)
        self._simulation = simulation
        self.odds = 0.0
        self.outcomes: tuple[str, ...] = tuple(sorted(OUTCOMES))
        self.watchers: list[Callable[[Payment], None]] = []
        self.confirming: list[Callable[[Confirmation, str], None]] = []
        self.informed: list[Callable[[Confirmation, float], None]] = []
        self.reads: dict[tuple[asyncio.Task[Any] | None, PaymentId], float] = {}
        self._reported: dict[PaymentId, PaymentState] = {}
        self._fingerprints: dict[CardId, str] = {}

    def _take(self, on: str, among: Collection[str]) -> str | None:
        """A random outcome of the next call; None: the card's own outcome."""
        rng = self._simulation.randomness.provider
        if among is OUTCOMES:
            return rng.choice(self.outcomes) if rng.random() < self.odds else None
        if on != "retrieve" and self._simulation.faults.happens(Mishap.PROVIDER_500):
            return rng.choice(("error_500", "error_500_after", "rate_limit"))
        return None

    def act(self, work: Coroutine[Any, Any, T]) -> T:
        """Execute one call, and report the payments that it changed."""
        try:
            return at_once(work)
        finally:
            self._fingerprints.update({card: stored.fingerprint for card, (*_, stored) in self._cards.items()})
            self._notice()

    def time(self) -> float:
        """The virtual time in seconds."""
        return self._simulation.loop.time()

    def fingerprint(self, card: CardId) -> str:
        """What a stored card has in common with the same card stored again."""
        return self._fingerprints[card]

    async def all_since(self, at: datetime) -> list[Payment]:
        return [payment async for payment in self.since(at)]

    def end(self, payment: PaymentId) -> None:
        """Let the bank or its customer decide about an undecided payment."""
        known = self.payments[payment]
        if known.state in UNDECIDED:
            rng = self._simulation.randomness.provider
            self.resolve(payment, "succeed" if rng.random() < 0.6 else rng.choice(sorted(DECLINES)))
            self._notice()

    def _notice(self) -> None:
        for payment in list(self.payments.values()):
            if self._reported.get(payment.id) is not payment.state:
                self._reported[payment.id] = payment.state
                self._simulation.record("provider", f"{payment.id} is {payment.state}")
                if payment.state in UNDECIDED:
                    self._decide_later(payment.id)
                for watch in self.watchers:
                    watch(payment)

    def _decide_later(self, payment: PaymentId) -> None:
        """Schedule the bank's decision. For a long delay, stop the timers, which would poll every two minutes."""
        delay = self._simulation.randomness.provider.choice(BANK_SECONDS)
        self._simulation.loop.call_later(delay, self.end, payment)
        if delay > LONG_SECONDS and not self._simulation.is_calm:
            self._simulation.timers.off_for(delay - LONG_SECONDS)


class WorkerPayments:
    """The ports `Payments` and `Cards` of one worker."""

    def __init__(self, worker: Worker, provider: Provider) -> None:
        self._worker = worker
        self._provider = provider

    async def _ask(self, call: Call, work: Callable[[], Coroutine[Any, Any, T]], words: str) -> T:
        return await self._worker.reach(call, lambda: self._provider.act(work()), UnavailableError, words)

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        return await self._ask(CREATE, lambda: self._provider.create(order, key), key[-30:])

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        known_at = self._provider.reads.get((asyncio.current_task(), confirmation.payment), -1.0)

        async def work() -> Decline | None:
            for watch in self._provider.confirming:
                watch(confirmation, key)
            tries = len(self._provider.charges)
            try:
                return await self._provider.confirm(confirmation, key)
            finally:
                if len(self._provider.charges) > tries:
                    for inform in self._provider.informed:
                        inform(confirmation, known_at)

        return await self._ask(CONFIRM, work, key)

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        async def work() -> Payment | None:
            self._provider.reads[asyncio.current_task(), payment] = self._provider.time()
            return await self._provider.retrieve(payment)

        return await self._ask(RETRIEVE, work, payment)

    async def cancel(self, payment: PaymentId) -> None:
        return await self._ask(CANCEL, lambda: self._provider.cancel(payment), payment)

    async def since(self, at: datetime) -> AsyncIterator[Payment]:
        for payment in await self._ask(LIST, lambda: self._provider.all_since(at), ""):
            yield payment

    async def open_customer(self, account: AccountId, key: str) -> str:
        return await self._ask(CUSTOMER, lambda: self._provider.open_customer(account, key), "")

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        return await self._ask(STORE, lambda: self._provider.store(customer, method, key), method)

    async def set_up(self, order: SetupOrder, key: str) -> CardSetup | Decline:
        return await self._ask(SET_UP, lambda: self._provider.set_up(order, key), order.method or "")

    async def setup(self, setup: str) -> CardSetup | None:
        return await self._ask(SETUP, lambda: self._provider.setup(setup), setup)

    async def remove(self, card: CardId) -> None:
        return await self._ask(REMOVE, lambda: self._provider.remove(card), card)
