"""Stripe's own test mode, with the controls of the stand-in as far as Stripe has them.

It is used when the environment variable `CREDITS_STRIPE_TEST_KEY` has a key that begins with `sk_test_`. What only a
stand-in can do (faults, moving the clock) skips the test.
"""

import os
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from local.stand_ins.stripe.cards import TEST_CARDS
from shared.adapters.stripe.cards import StripeCards
from shared.adapters.stripe.client import StripeAccess
from shared.adapters.stripe.disputes import StripeDisputes
from shared.adapters.stripe.payments import StripePayments
from shared.adapters.stripe.refunds import StripeRefunds

KEY = os.environ.get("CREDITS_STRIPE_TEST_KEY", "")
ADDRESS = os.environ.get("CREDITS_STRIPE_TEST_ADDRESS") or None

MODES = ["stand-in", *(["test mode"] if KEY.startswith("sk_test_") else [])]

POLLS, POLL_SECONDS = 60, 2.0
"""How long what Stripe does "some time later" is waited for."""

KEYED = frozenset({"create", "confirm", "open_customer", "store", "set_up", "refund"})
"""Methods whose last argument is an idempotency key. Stripe keeps keys for a day: each run has its own."""


class OwnKeys:
    """An adapter whose idempotency keys are new in each test."""

    def __init__(self, adapter: Any) -> None:
        self._adapter, self._run = adapter, uuid.uuid4().hex

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        return (lambda *given: method(*given[:-1], f"{self._run} {given[-1]}")) if name in KEYED else method


class TestMode:
    """Stripe's test mode, used as the stand-in is."""

    __test__ = False

    def __init__(self) -> None:
        self.access = StripeAccess(KEY, ADDRESS)
        self.payments = OwnKeys(StripePayments(self.access))
        self.cards = OwnKeys(StripeCards(self.access))
        self.refunds = OwnKeys(StripeRefunds(self.access))
        self.disputes = OwnKeys(StripeDisputes(self.access))

    def __getattr__(self, name: str) -> Any:
        pytest.skip(f"only the stand-in can do this: {name}")

    async def follow(self, payment: str, method: str) -> None:
        """Wait for what follows the charge of a test card."""
        client = self.access.client.v1
        lists = {"warning": client.radar.early_fraud_warnings}
        expected = TEST_CARDS[method].afterwards
        if expected in ("", "pending", "failing"):
            return
        found = lists.get(expected, client.disputes)
        await _until(lambda: _is_any(found.list_async({"payment_intent": payment})))

    async def give(self, setup: str, method: str) -> None:
        """Give the card of a setup, as the provider's form does."""
        await self.access.client.v1.setup_intents.confirm_async(setup, {"payment_method": method})

    async def settle_refund(self, refund: str) -> None:
        """Wait until Stripe changes the refund."""
        refunds = self.access.client.v1.refunds
        first = (await refunds.retrieve_async(refund)).status

        async def has_changed() -> bool:
            return (await refunds.retrieve_async(refund)).status != first

        await _until(has_changed)

    async def answer_dispute(self, dispute: str, text: str) -> None:
        """Submit the evidence that closes a test dispute, and wait until it is closed."""
        disputes = self.access.client.v1.disputes
        await disputes.update_async(dispute, {"evidence": {"uncategorized_text": text}, "submit": True})

        async def is_closed() -> bool:
            return (await disputes.retrieve_async(dispute)).status in {"won", "lost", "warning_closed"}

        await _until(is_closed)


async def _is_any(listed: Awaitable[Any]) -> bool:
    return bool((await listed).data)


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(POLLS):
        if await condition():
            return
        await anyio.sleep(POLL_SECONDS)
    pytest.fail("Stripe has not done it in time")
