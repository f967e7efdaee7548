"""Whether an account may buy credit at an instant, with the reasons (R15, CONTRACT 2.3)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.ledger.entitlements import (
    POST_USAGE_AGREEMENTS,
    Agreement,
    BillingState,
    Channel,
    Entitlements,
    Exemption,
    Subscription,
)

NAMED_MAX = 5
"""Subscriptions or prefixes that a detail names; it says how many more there are."""


class Ineligibility(StrEnum):
    """Why credit cannot be bought (CONTRACT 2.3)."""

    CSP_ONLY = "csp_only"
    BILLING_REGION = "billing_region"
    POST_USAGE = "post_usage"


class Included(StrEnum):
    """What is included, so that no credit is needed for it (CONTRACT 2.3)."""

    DESTINATIONS = "included_destinations"
    MINUTES = "pool_minutes"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why credit cannot be bought, and what resolves it."""

    code: Ineligibility
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """What can be called without credit."""

    code: Included
    detail: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether credit can be bought at *at*: if there are no *reasons* against it."""

    at: datetime
    reasons: tuple[Reason, ...]

    @property
    def is_eligible(self) -> bool:
        """Whether credit can be bought."""
        return not self.reasons

    @property
    def is_post_usage_alone(self) -> bool:
        """Whether post-usage billing is the only reason: the refusal then has its code, `post_usage`."""
        return [reason.code for reason in self.reasons] == [Ineligibility.POST_USAGE]


def evaluate(entitlements: Entitlements, country: str, at: datetime) -> Eligibility:
    """The eligibility at *at* of an account in *country* (ISO 3166-1 alpha-2). Without any subscription in force the
    account is eligible, unless its usage is billed after use.
    """
    in_force = entitlements.in_force(at)
    found = (
        _csp_only(in_force),
        _billing_region(entitlements, in_force, country, at),
        _post_usage(entitlements, in_force, at),
    )
    return Eligibility(at, tuple(reason for reason in found if reason is not None))


def _csp_only(in_force: Sequence[Subscription]) -> Reason | None:
    if not in_force or any(each.channel is Channel.DIRECT for each in in_force):
        return None
    return Reason(
        Ineligibility.CSP_ONLY,
        f"all subscriptions were bought through a Cloud Solution Provider: {_named(each.id for each in in_force)}",
        "buy a telephony subscription directly",
    )


def _billing_region(
    entitlements: Entitlements, in_force: Sequence[Subscription], country: str, at: datetime
) -> Reason | None:
    abroad = [each for each in in_force if each.agreement is Agreement.ENTERPRISE and _is_abroad(each, country)]
    if not abroad or any(each.from_ <= at < each.until for each in entitlements.exemptions):
        return None
    billed = _named(f"{each.id} in {each.billing_country}" for each in abroad)
    return Reason(
        Ineligibility.BILLING_REGION,
        f"the account is in {country}, but enterprise agreements are billed elsewhere: {billed}",
        "open a support ticket; an operator can record an exemption",
    )


def _is_abroad(subscription: Subscription, country: str) -> bool:
    return bool(subscription.billing_country) and subscription.billing_country != country


def _post_usage(entitlements: Entitlements, in_force: Sequence[Subscription], at: datetime) -> Reason | None:
    billed_after = [each.id for each in in_force if each.agreement in POST_USAGE_AGREEMENTS]
    if billed_after:
        return Reason(
            Ineligibility.POST_USAGE,
            f"usage of these subscriptions is billed after use: {_named(billed_after)}",
            "no credit is needed: calls are billed after use",
        )
    since = entitlements.billing_since
    if entitlements.billing is not BillingState.PREPAID and (since is None or since <= at):
        return Reason(
            Ineligibility.POST_USAGE,
            "the account's usage is billed after use",
            "no credit is needed: calls are billed after use; the switch can be taken back while credit is left",
        )
    return None


def not_needed(entitlements: Entitlements, at: datetime, has_minutes: Callable[[str], bool]) -> tuple[NotNeeded, ...]:
    """What subscriptions in force at *at* include. *has_minutes*: whether the plan with this id includes minutes."""
    return tuple(_included(entitlements.in_force(at), has_minutes))


def _included(in_force: Sequence[Subscription], has_minutes: Callable[[str], bool]) -> Iterator[NotNeeded]:
    prefixes = sorted({prefix for each in in_force for prefix in each.includes})
    if prefixes:
        detail = f"subscriptions include calls to numbers that begin with {_named(f'+{each}' for each in prefixes)}"
        yield NotNeeded(Included.DESTINATIONS, detail)
    plans = sorted({each.plan for each in in_force if each.licences > 0 and has_minutes(each.plan)})
    if plans:
        yield NotNeeded(Included.MINUTES, f"these plans include minutes in each month: {_named(plans)}")


def next_change(entitlements: Entitlements, after: datetime) -> datetime | None:
    """The first instant after *after* at which eligibility may change by time alone; None if there is none."""
    dated: tuple[Subscription | Exemption, ...] = (*entitlements.subscriptions, *entitlements.exemptions)
    bounds = [bound for each in dated for bound in (each.from_, each.until) if bound is not None and bound > after]
    return min(bounds, default=None)


def _named(names: Iterator[str] | Sequence[str]) -> str:
    """The first few of *names*, and how many more there are."""
    known = list(names)
    more = len(known) - NAMED_MAX
    return ", ".join(known[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
