"""Answers about subscriptions, licences and eligibility."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.eligibility.eligibility import Included, Ineligibility
from shared.interface.answers.parts import Answer, Page
from shared.ledger.entitlements import Agreement, Channel


class Subscription(Answer):
    """Licences of one plan, and how they were bought."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    plan: str
    licences: int
    usageLocation: Annotated[str, Field(description="ISO 3166-1 alpha-2.")]  # noqa: N815 - the wire's name
    channel: Channel
    agreement: Annotated[Agreement, Field(description="`customerAgreement` is the later name of `newCommerce`.")]
    billingCountry: Annotated[str | None, Field(description="ISO 3166-1 alpha-2; null if unknown.")]  # noqa: N815
    payAsYouGo: Annotated[bool, Field(description="Counts only where usage is billed after use.")]  # noqa: N815
    includes: Annotated[list[str], Field(description="Prefixes whose calls the subscription contains.")]
    from_: Annotated[datetime, Field(alias="from")]
    until: datetime | None


class SubscriptionAnswer(Answer):
    """All subscriptions of the account."""

    items: list[Subscription]


class Licence(Answer):
    """A user's Communications Credits licence as it is now."""

    user: str
    communicationsCredits: bool  # noqa: N815
    plan: Annotated[str | None, Field(description="The user's calling plan.")]
    usageLocation: str | None  # noqa: N815
    assignedAt: Annotated[datetime | None, Field(description="Since when, with this content.")]  # noqa: N815


class LicencePage(Page[Licence]):
    """A page of licences."""


class IneligibilityReason(Answer):
    """Why credit cannot be bought, and what resolves it."""

    code: Ineligibility
    detail: str
    remedy: str


class NotNeeded(Answer):
    """What needs no credit."""

    code: Included
    detail: str


class Eligibility(Answer):
    """Whether the account may buy credit at an instant."""

    eligible: bool
    at: datetime
    reasons: list[IneligibilityReason]
    notNeeded: list[NotNeeded]  # noqa: N815


class Exemption(Answer):
    """An operator's permission to buy credit although the billing region differs."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    reason: str
    ticket: str
    from_: Annotated[datetime, Field(alias="from")]
    until: datetime
