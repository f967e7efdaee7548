"""What the account's book says of a call: its kind, what is free first, and whether the user may spend credit.

All of this is pure and is decided again whenever the loop decides again, so that a call meets the pool as it then is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.entitlements import POST_USAGE_AGREEMENTS, Assignment, BillingState, Subscription
from shared.ledger.hold import Hold
from shared.ledger.pool import Pool
from shared.plans.catalogue import CONFERENCING, canonical, is_domestic, plan_at
from shared.plans.included import is_included
from shared.plans.pool import PoolCall, PoolId, pool_for, size_seconds
from shared.plans.sizes import Sizes
from shared.rating.kind import FREE, CallKind, outbound_kind
from shared.use_cases.calls.call_facts import CallFacts


@dataclass(frozen=True, slots=True)
class Entitlement:
    """*left*: seconds that the pool can still pay. *is_included*: the subscription contains the destination.
    *is_licensed*, *pays_as_you_go*: whether the part that would draw on credit is allowed (R16, R17). *capability*: the
    plan that the call is made by, empty if none is known.
    """

    kind: CallKind
    pool: PoolId | None
    left: int
    is_included: bool
    is_licensed: bool
    pays_as_you_go: bool
    capability: str

    @property
    def is_free(self) -> bool:
        """Whether nothing is charged, however long the call lasts."""
        return self.kind in FREE or self.is_included


def entitlement_of(book: Book, facts: CallFacts, sizes: Sizes, hold: Hold | None) -> Entitlement:
    """What the book says of the call when it starts. The pools that it needs have been read (`needed_pools`). What the
    call's own *hold* had set aside in its pool is left, even if the pool is smaller now.
    """
    kind = _kind(book, facts)
    assignment = _assignment(book, facts)
    in_force = book.entitlements.in_force(facts.started_at)
    pool, left = None, 0
    if in_force and _may_use_pools(facts):
        pool = pool_for(_pool_call(book, facts, assignment, _capability(facts, assignment)), sizes)
    if pool is not None:
        left = pool_left(book, pool, facts.started_at, sizes)
        left = max(left, hold.pool_seconds) if hold is not None and hold.pool == pool.key else left
    return Entitlement(
        kind=kind,
        pool=pool if left else None,
        left=left,
        is_included=facts.rate is not None and not facts.is_toll_free and is_included(facts.digits, in_force),
        is_licensed=_is_licensed(book, facts),
        pays_as_you_go=_pays_as_you_go(book, in_force, _capability(facts, assignment)),
        capability=_capability(facts, assignment),
    )


def pool_left(book: Book, pool: PoolId, at: datetime, sizes: Sizes) -> int:
    """The seconds that *pool* can still pay, by the subscriptions in force at *at*."""
    size = size_seconds(pool, book.entitlements.in_force(at), at, sizes, book.terms.country)
    return book.pools.get(pool.key, Pool(pool.key)).left(size)


def needed_pools(book: Book, facts: CallFacts, sizes: Sizes) -> tuple[str, ...]:
    """The keys of the pools that the call may use: of every plan, while the user's licence has not been read."""
    if not book.entitlements.subscriptions or not _may_use_pools(facts):
        return ()
    in_force = book.entitlements.in_force(facts.started_at)
    assignments = [_assignment(book, facts)]
    capabilities = [_capability(facts, assignments[0])]
    if facts.user and facts.user not in book.licences and book.entitlements.licensed_since:
        capabilities += [each.plan for each in in_force]
        assignments += [Assignment(facts.started_at, None, "", each.usage_location) for each in in_force]
    calls = (_pool_call(book, facts, each, capability) for each in assignments for capability in capabilities)
    pools = (pool_for(call, sizes) for call in calls)
    return tuple(dict.fromkeys(pool.key for pool in pools if pool is not None))


def _kind(book: Book, facts: CallFacts) -> CallKind:
    if facts.is_emergency:
        return CallKind.EMERGENCY
    if facts.is_toll_free:
        return CallKind.TOLL_FREE
    if facts.rate is None:
        return CallKind.INBOUND
    where = _usage_location(book, facts, _assignment(book, facts))
    return outbound_kind(
        facts.rate,
        is_conference=facts.is_conference,
        is_premium=facts.is_premium,
        is_domestic=lambda country: is_domestic(where, country),
    )


def _may_use_pools(facts: CallFacts) -> bool:
    """Whether a pool is asked at all: not for toll-free calls, and not where credit was named as the capability."""
    plan = plan_at(facts.capability, facts.started_at) if facts.capability else None
    return facts.rate is not None and not facts.is_toll_free and not (plan is not None and plan.is_prepaid)


def _assignment(book: Book, facts: CallFacts) -> Assignment | None:
    """The licence from which plan and usage location are taken where the event has none. A call from before the first
    assignment takes them from that one: they say which plan the user has, not what is allowed.
    """
    licence = book.licences.get(facts.user)
    if licence is None or not licence.assignments:
        return None
    first = licence.assignments[0]
    return first if facts.started_at < first.from_ else licence.at(facts.started_at)


def _capability(facts: CallFacts, assignment: Assignment | None) -> str:
    if facts.is_conference:
        return facts.capability or CONFERENCING
    return facts.capability or (assignment.plan if assignment else "")


def _usage_location(book: Book, facts: CallFacts, assignment: Assignment | None) -> str:
    return facts.usage_location or (assignment.usage_location if assignment else "") or book.terms.country


def _pool_call(book: Book, facts: CallFacts, assignment: Assignment | None, capability: str) -> PoolCall:
    assert facts.rate is not None
    is_premium = _kind(book, facts) is CallKind.PREMIUM
    where = _usage_location(book, facts, assignment)
    country, at = facts.rate.country, facts.started_at
    return PoolCall(capability, where, facts.user, country, is_premium, facts.is_conference, at)


def _is_licensed(book: Book, facts: CallFacts) -> bool:
    """Whether the user may draw on credit (R16): nobody needs a licence before the first one was assigned, or where
    usage is billed after use, and calls of service numbers need none. A user's call that does not name the user is
    refused where licences are required: otherwise leaving the name out would lift the requirement.
    """
    since, is_prepaid = book.entitlements.licensed_since, book.entitlements.billing is BillingState.PREPAID
    if not is_prepaid or since is None or facts.started_at < since:
        return True
    if not facts.user:
        return not facts.lacks_user
    licence = book.licences.get(facts.user)
    return licence is not None and licence.at(facts.started_at) is not None


def _pays_as_you_go(book: Book, in_force: Iterable[Subscription], capability: str) -> bool:
    """Whether the part beyond the included minutes is allowed where usage is billed after use (R17). A subscription
    that the account does not have switches nothing off.
    """
    if book.entitlements.billing is BillingState.PREPAID:
        return True
    plan = canonical(capability)
    matching = [
        each
        for each in in_force
        if each.agreement in POST_USAGE_AGREEMENTS and (not plan or canonical(each.plan) == plan)
    ]
    return not matching or any(each.pay_as_you_go or _is_pay_as_you_go_plan(each) for each in matching)


def _is_pay_as_you_go_plan(subscription: Subscription) -> bool:
    plan = plan_at(subscription.plan, subscription.from_)
    return plan is not None and plan.is_pay_as_you_go
