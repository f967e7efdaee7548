"""A finished call as a charge: free seconds first, the rest at its rate, with everything that explains it (R8, R9)."""

from shared.ledger.book import Book
from shared.ledger.change import EventName, PoolUse
from shared.ledger.debit import Charge
from shared.ledger.hold import Hold
from shared.plans.sizes import Sizes
from shared.rating.charge import billed_seconds, charge
from shared.use_cases.calls.call_facts import CallFacts
from shared.use_cases.calls.entitlement import Entitlement, entitlement_of

DIGITS_SHOWN = 2
"""How many digits of a number a page keeps (R27)."""

NOT_LICENSED, PAYG_OFF = "not_licensed", "payg_off"
"""Flags of calls that should not have been made and are booked all the same (CONTRACT 1)."""


def charge_call(
    book: Book, facts: CallFacts, seconds: int, event: EventName, sizes: Sizes, *, hold: Hold | None
) -> Charge:
    """The charge of a call that lasted *seconds*. What its *hold* had set aside in a pool is free again in *book*."""
    entitled = entitlement_of(book, facts, sizes, hold)
    if facts.rate is None:
        explanation: dict[str, object] = {
            "seconds": seconds,
            "billedSeconds": 0,
            "freeSeconds": seconds,
            "callKind": entitled.kind.value,
        }
        return _charge(facts, event, entitled, 0, explanation, pools=())
    whole = billed_seconds(facts.rate, seconds)
    free = whole if entitled.is_included else min(whole, entitled.left)
    charged = charge(facts.card, book.terms.currency, facts.rate, seconds=seconds, free=free)
    explanation = {**charged.explanation.facts(), "callKind": entitled.kind.value}
    pools: tuple[PoolUse, ...] = ()
    if free and entitled.pool is not None and not entitled.is_included:
        explanation["pool"] = entitled.pool.key
        pools = (PoolUse(entitled.pool.key, free, entitled.pool.user),)
    if charged.amount.micros and (flags := _flags(entitled)):
        explanation["flags"] = flags
    return _charge(facts, event, entitled, charged.amount.micros, explanation, pools=pools)


def _charge(
    facts: CallFacts,
    event: EventName,
    entitled: Entitlement,
    amount: int,
    explanation: dict[str, object],
    *,
    pools: tuple[PoolUse, ...],
) -> Charge:
    return Charge(
        amount=amount,
        started_at=facts.started_at,
        event=event,
        user=facts.user,
        digits=facts.digits[-DIGITS_SHOWN:],
        explanation=explanation,
        call_kind=entitled.kind.value,
        pools=pools,
        capability=entitled.capability,
    )


def _flags(entitled: Entitlement) -> list[str]:
    flags = [] if entitled.is_licensed else [NOT_LICENSED]
    return flags if entitled.pays_as_you_go else [*flags, PAYG_OFF]
