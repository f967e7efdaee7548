"""The list of subscriptions in a request, checked field by field (CONTRACT 2.3)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from shared.ledger.entitlements import Agreement, Channel, Subscription
from shared.service.http import Flaw
from shared.service.instants import AlarmInstant
from shared.service.texts import Label
from shared.use_cases.accounts.iso_codes import Country

SUBSCRIPTIONS_MAX = 100
INCLUDES_MAX = 250
LICENCES_MAX = 10_000_000


Prefix: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{1,15}$", description="Digits without the plus.")]
PlanName: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,64}$", description="A plan of `GET /plans`.")]


class SubscriptionItem(BaseModel):
    """Licences of one plan, and how they were bought."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: Label
    plan: PlanName
    licences: Annotated[int, Field(ge=0, le=LICENCES_MAX, strict=True)]
    usageLocation: Country  # noqa: N815 - the wire's name
    channel: Literal["direct", "csp"]
    agreement: Literal["web", "volumeLicensing", "enterprise", "newCommerce", "customerAgreement"]
    billingCountry: Country | None = None  # noqa: N815 - the wire's name
    payAsYouGo: Annotated[bool | None, Field(strict=True)] = None  # noqa: N815 - the wire's name
    includes: Annotated[list[Prefix] | None, Field(max_length=INCLUDES_MAX)] = None
    from_: Annotated[AlarmInstant, Field(alias="from")]
    until: AlarmInstant | None = None

    def subscription(self) -> Subscription:
        """The subscription as the book has it."""
        return Subscription(
            id=self.id,
            plan=self.plan,
            licences=self.licences,
            usage_location=self.usageLocation,
            channel=Channel(self.channel),
            agreement=Agreement(self.agreement),
            from_=self.from_,
            until=self.until,
            billing_country=self.billingCountry or "",
            pay_as_you_go=bool(self.payAsYouGo),
            includes=tuple(dict.fromkeys(self.includes or ())),
        )


class SubscriptionList(BaseModel):
    """All subscriptions of the account. The list replaces the one before."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    items: Annotated[list[SubscriptionItem], Field(max_length=SUBSCRIPTIONS_MAX)]

    def flaws(self, is_plan: Callable[[str, datetime], bool]) -> tuple[Flaw, ...]:
        """What is wrong with items that are right field by field. *is_plan*: whether there is a plan at an instant."""
        return tuple(self._flaws(is_plan))

    def _flaws(self, is_plan: Callable[[str, datetime], bool]) -> Iterator[Flaw]:
        known: set[str] = set()
        for place, item in enumerate(self.items):
            if item.id in known:
                yield Flaw(f"/items/{place}/id", "repeated", "each subscription has an id of its own")
            if not is_plan(item.plan, item.from_):
                yield Flaw(f"/items/{place}/plan", "unknown", "a plan of GET /plans that exists when it begins")
            if item.until is not None and item.until <= item.from_:
                yield Flaw(f"/items/{place}/until", "invalid", "after `from`")
            known.add(item.id)
