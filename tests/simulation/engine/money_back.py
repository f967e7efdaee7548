"""Refunds and disputes at the payment provider, reached by one worker through the faults of the simulation."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

from shared.kernel.ids import PaymentId
from shared.ports import Dispute, ProviderRefund, RefundOrder, UnavailableError
from tests.fakes.money_back import FakeMoneyBack
from tests.simulation.engine.faults import Call, Kind
from tests.simulation.engine.virtual_time import at_once
from tests.simulation.engine.worker import Worker

T = TypeVar("T")

REFUND = Call("provider.refund", Kind.WRITE)
REFUNDS, DISPUTES, WARNING = (
    Call(f"provider.{name}", Kind.READ) for name in ("refunds_of", "disputes_of", "has_fraud_warning")
)


class WorkerMoneyBack:
    """The ports `Refunds` and `Disputes` of one worker."""

    def __init__(self, worker: Worker, provider: FakeMoneyBack) -> None:
        self._worker, self._provider = worker, provider

    async def _ask(self, call: Call, work: Callable[[], Coroutine[Any, Any, T]], words: str) -> T:
        return await self._worker.reach(call, lambda: at_once(work()), UnavailableError, words)

    async def refund(self, order: RefundOrder, key: str) -> ProviderRefund:
        return await self._ask(REFUND, lambda: self._provider.refund(order, key), key)

    async def refunds_of(self, payment: PaymentId) -> AsyncIterator[ProviderRefund]:
        async def work() -> list[ProviderRefund]:
            return [refund async for refund in self._provider.refunds_of(payment)]

        for refund in await self._ask(REFUNDS, work, payment):
            yield refund

    async def disputes_of(self, payment: PaymentId) -> AsyncIterator[Dispute]:
        async def work() -> list[Dispute]:
            return [dispute async for dispute in self._provider.disputes_of(payment)]

        for dispute in await self._ask(DISPUTES, work, payment):
            yield dispute

    async def has_fraud_warning(self, payment: PaymentId) -> bool:
        return await self._ask(WARNING, lambda: self._provider.has_fraud_warning(payment), payment)
