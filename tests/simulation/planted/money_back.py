"""Bugs in refunds and disputes."""

import uuid
from typing import Any

from shared.ledger import chargeback
from shared.ledger.claim import Claim, ClaimState
from shared.ledger.lot import Lot
from shared.ledger.refund import Refund
from shared.ports import Dispute, ProviderRefund, RefundState
from shared.posting.decision import Event, event
from shared.use_cases.corrections import reverse_movement
from shared.use_cases.payments import follow_dispute, money_back
from shared.use_cases.refunds import advance_refund
from shared.use_cases.refunds.book_refund import book_refund
from tests.simulation.planted.bug import Bug, Patch

SCENARIO = "money back"


def _new_key_per_refund_try() -> list[Patch]:
    return [(advance_refund, "_key", lambda *_: uuid.uuid4().hex)]


def _nothing_set_aside() -> list[Patch]:
    return [(Refund, "pinned", property(lambda _: 0))]


def _failure_after_success_ignored() -> list[Patch]:
    async def once(services: Any, account: Any, refund: Refund, found: ProviderRefund) -> bool:
        is_late = found.state is RefundState.FAILED and not refund.is_open
        return not is_late and await book_refund(services, account, refund, found)

    return [(money_back, "book_refund", once)]


def _clawed_back_by_every_report() -> list[Patch]:
    """Each look at a dispute is a step of its own, from a claim without any."""

    def unknown(_lot: Lot, dispute: str) -> Claim:
        return Claim(dispute, ClaimState.OPEN)

    def step(account: str, _lot: Lot, dispute: Dispute) -> Event:
        return event("dispute", account, dispute.id, uuid.uuid4().hex, content="")

    return [(chargeback, "claim_of", unknown), (follow_dispute, "_step", step)]


def _reversal_not_keyed() -> list[Patch]:
    def of_its_own(*name: str, content: str) -> Event:
        suffix = (uuid.uuid4().hex,) if name[0] == "reversal" else ()
        return event(*name, *suffix, content=content)

    return [(reverse_movement, "event", of_its_own)]


def _dispute_does_not_pause() -> list[Patch]:
    return [(chargeback, "_pause", lambda *_, **__: None)]


BUGS: tuple[Bug, ...] = (
    Bug("refund twice", "a repeated refund has another key", SCENARIO, 40, _new_key_per_refund_try),
    Bug("refund and debit race", "calls spend what is being refunded", SCENARIO, 120, _nothing_set_aside),
    Bug("refund lost", "a refund that fails later is not given back", SCENARIO, 40, _failure_after_success_ignored),
    Bug("clawed back twice", "every report of a dispute claws back", SCENARIO, 20, _clawed_back_by_every_report),
    Bug("reversed twice", "a repeated request reverses again", SCENARIO, 20, _reversal_not_keyed),
    Bug("dispute without pause", "a dispute does not pause auto-recharge", SCENARIO, 20, _dispute_does_not_pause),
)
