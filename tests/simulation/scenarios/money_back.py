"""Refunds and disputes beside calls: what goes back goes back once, whatever comes late, twice or never."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import DisputeState, PaymentState, RefundState
from shared.service.http import Reply
from shared.use_cases.corrections.reverse_movement import reverse_movement
from shared.use_cases.refunds.start_refund import start_refund
from shared.views.lots import list_lots
from shared.views.movements import list_movements
from tests.fakes.world import START
from tests.simulation.engine.client import send_until_answered, send_until_tired
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.reconciliations import reconcile_at_random_times
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import (
    UserRequest,
    money,
    request,
    send_auto_recharge,
    send_card,
    send_grant,
    send_purchase,
)


@dataclass
class MoneyBack(Scenario):
    """One or two purchases, of which parts are refunded, by the service and beside it, and disputed; an operator
    reverses calls and grants. Half of the
    accounts have auto-recharge with a trigger of 20, which the refunds, claw-backs and calls reach.
    """

    horizon: ClassVar[float] = 4 * 86_400.0
    is_reconciled_last: ClassVar[bool] = True

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        for number in range(rng.randint(1, 2)):
            bought = UserRequest(ONE, f"purchase {number}", (50 + number) * UNIT)
            self.purchases.append(bought)
            await send_purchase(sim, bought, "pm_card_visa")
        if rng.random() < 0.5:
            await send_card(sim, ONE, "pm_card_visa")
            await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT)
        await together(
            self._spend(sim),
            self._refund(sim),
            self._dispute(sim),
            self._reverse(sim),
            reconcile_at_random_times(sim, 86_400.0),
        )

    async def _spend(self, sim: Simulation) -> None:
        for number in range(sim.randomness.work.randint(0, 3)):
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, 1800, START - timedelta(hours=9)))
            await pause(sim, 3600.0)

    async def _refund(self, sim: Simulation) -> None:
        """Refunds with and without an amount; some are pending first, some fail later, some are made by hand."""
        rng = sim.randomness.work
        for number in range(rng.randint(1, 2)):
            await pause(sim, rng.choice((1.0, 7_200.0)))
            sim.money_back.next_state = rng.choice((RefundState.SUCCEEDED, RefundState.SUCCEEDED, RefundState.PENDING))
            answer, _ = await send_until_answered(sim, list_lots, request(ONE), "portal")
            shown: Any = answer.value if isinstance(answer, Reply) else {"items": []}
            lots = shown["items"]
            if not lots:
                continue
            body = {"lot": rng.choice(lots)["id"], **rng.choice(({}, {"amount": money(7 * UNIT)}))}
            asked = request(ONE, body, {"idempotency-key": f"refund {number}"})
            await send_until_tired(sim, start_refund, asked, "portal")
        for payment in self._paid(sim):
            is_possible = sim.money_back.refunded(payment) < 40 * UNIT and not self._is_disputed(sim, payment)
            if is_possible and rng.random() < 0.2:
                sim.money_back.refund_by_hand(payment, Money(3 * UNIT, "USD"))
                sim.webhooks.money_back(payment)
        await pause(sim, 7_200.0)
        for name, refund in list(sim.money_back.refunds.items()):
            if refund.state is RefundState.PENDING or rng.random() < 0.3:
                state = rng.choice((RefundState.SUCCEEDED, RefundState.FAILED))
                sim.money_back.resolve(name, state, "lost_or_stolen_card" if state is RefundState.FAILED else "")
                sim.webhooks.money_back(refund.payment)

    async def _dispute(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        for payment in self._paid(sim):
            if rng.random() < 0.5:
                continue
            left = sim.provider.payments[payment].money.micros - sim.money_back.refunded(payment)
            if left <= 0:
                continue
            disputed = Money(rng.choice((left, left // 2)), "USD")
            name = sim.money_back.dispute(payment, disputed, inquiry=rng.random() < 0.2)
            sim.webhooks.money_back(payment)
            await pause(sim, rng.choice((1.0, 7_200.0)))
            sim.money_back.withdraw(name)
            sim.webhooks.money_back(payment)
            await pause(sim, rng.choice((1.0, 86_400.0)))
            if sim.money_back.disputes[name].state is DisputeState.OPEN and rng.random() < 0.8:
                sim.money_back.close(name, rng.choice((DisputeState.WON, DisputeState.LOST)))
                sim.webhooks.money_back(payment)

    async def _reverse(self, sim: Simulation) -> None:
        """An operator grants credit, and reverses what was booked: calls, grants, and some of it twice."""
        rng = sim.randomness.work
        for number in range(rng.choice((0, 1, 2))):
            granted = UserRequest(ONE, f"grant {number}", 20 * UNIT)
            self.grants.append(granted)
            await send_grant(sim, granted, kind=rng.choice(("paid", "promotional")))
            await pause(sim, 7_200.0)
            answer, _ = await send_until_answered(sim, list_movements, request(ONE), "operator")
            shown: Any = answer.value if isinstance(answer, Reply) else {"items": []}
            booked = [each["id"] for each in shown["items"] if each["kind"] in {"debit", "grant"}]
            for name in rng.sample(booked, min(len(booked), rng.choice((1, 2)))):
                asked = request(ONE, {"reason": "booked by mistake"}, movement=name)
                twice = (
                    send_until_answered(sim, reverse_movement, asked, "operator") for _ in range(rng.choice((1, 2)))
                )
                await asyncio.gather(*twice)

    def _paid(self, sim: Simulation) -> list[PaymentId]:
        return [each.id for each in sim.provider.payments.values() if each.state is PaymentState.SUCCEEDED]

    def _is_disputed(self, sim: Simulation, payment: PaymentId) -> bool:
        return any(each.payment == payment for each in sim.money_back.disputes.values())
