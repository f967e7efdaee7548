"""What an account's users may do and what is included: subscriptions, exemptions, and how usage is billed (R15 to R17).

The rules are in the packages `eligibility` and `plans`; the book only carries these facts. Licences are rows of their
own, because an account may have many thousand users.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How a subscription was bought (R15)."""

    DIRECT = "direct"
    CSP = "csp"  # through a Cloud Solution Provider


class Agreement(StrEnum):
    """The agreement under which a subscription was bought (R15, R17)."""

    WEB = "web"
    VOLUME_LICENSING = "volumeLicensing"
    ENTERPRISE = "enterprise"
    NEW_COMMERCE = "newCommerce"
    CUSTOMER_AGREEMENT = "customerAgreement"  # the later name of newCommerce


POST_USAGE_AGREEMENTS = frozenset({Agreement.NEW_COMMERCE, Agreement.CUSTOMER_AGREEMENT})
"""Agreements whose usage is billed after use: credit cannot be bought (R17)."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Licences of one plan (CONTRACT 2.3). *from_* and *until* are half-open; *until* None means without an end.

    *includes*: prefixes, digits only, whose calls the subscription contains. *pay_as_you_go* counts only where usage is
    billed after use: without it calls stop after the included minutes. The names of all fields are stored.
    """

    id: str
    plan: str
    licences: int
    usage_location: str
    channel: Channel
    agreement: Agreement
    from_: datetime
    until: datetime | None = None
    billing_country: str = ""
    pay_as_you_go: bool = False
    includes: tuple[str, ...] = ()

    def is_in_force(self, at: datetime) -> bool:
        """Whether it is in force at *at*."""
        return self.from_ <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Exemption:
    """An operator's permission to buy credit although the billing region differs (R15), in force from *from_* until
    *until*, half-open. *ticket*: the support ticket that it rests on.
    """

    reason: str
    ticket: str
    from_: datetime
    until: datetime


class BillingState(StrEnum):
    """How usage is paid (CONTRACT 2, `state`)."""

    PREPAID = "prepaid"
    DRAINING = "draining"  # on the way to post-usage billing: remaining credit is used up first
    ACCRUING = "accruing"  # usage is billed after use


@dataclass(frozen=True, slots=True)
class Entitlements:
    """Everything above for one account. *licensed_since*: when a licence was assigned for the first time ever; before,
    no licence is required (R16). *authorises_since*: when a call was authorised for the first time ever; before, usage
    need not end its leg. *billing_since*: when the billing state was entered. *stays_prepaid*: a switch to
    post-usage billing was taken back, so that it does not begin again by itself before auto-recharge is switched off
    once more or the subscriptions change.
    """

    subscriptions: tuple[Subscription, ...] = ()
    subscriptions_version: int = 0
    exemptions: tuple[Exemption, ...] = ()
    licensed_since: datetime | None = None
    billing: BillingState = BillingState.PREPAID
    billing_since: datetime | None = None
    stays_prepaid: bool = False
    authorises_since: datetime | None = None

    def in_force(self, at: datetime) -> tuple[Subscription, ...]:
        """The subscriptions in force at *at*."""
        return tuple(each for each in self.subscriptions if each.is_in_force(at))


NO_ENTITLEMENTS = Entitlements()
"""Those of an account for which nothing was ever recorded."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A user's Communications Credits licence from *from_* until *until*, half-open (R16). *plan* and *usage_location*
    are those of the user's calling plan, empty if unknown.
    """

    from_: datetime
    until: datetime | None = None
    plan: str = ""
    usage_location: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """All assignments of the licence to one user, oldest first. They never overlap."""

    user: str
    assignments: tuple[Assignment, ...] = field(default_factory=tuple)

    def at(self, instant: datetime) -> Assignment | None:
        """The assignment in force at *instant*; None when the user has no licence then."""
        for each in self.assignments:
            if each.from_ <= instant and (each.until is None or instant < each.until):
                return each
        return None
