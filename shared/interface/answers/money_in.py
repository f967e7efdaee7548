"""Answers about purchases, auto-recharge, cards and administrators."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, RootModel

from shared.interface.answers.parts import Answer, Money, Page
from shared.ledger.intent import IntentState
from shared.ledger.pause import PauseReason
from shared.ledger.refund import RefundState
from shared.ledger.slot import SlotState
from shared.notices.administrators import ADDRESS_MAX, ADMINISTRATORS_MAX
from shared.notices.low_balance import LEVELS_MAX
from shared.notices.notice import Kind
from shared.notices.roles import Role as AdministratorRole
from shared.ports import DeliveryState


class Purchase(Answer):
    """Credit bought by hand."""

    id: str
    state: IntentState
    amount: Money
    reason: Annotated[str | None, Field(description="Why it was declined.")]
    lot: Annotated[str | None, Field(description="The lot that it made.")]
    createdAt: datetime  # noqa: N815
    by: Annotated[str | None, Field(description="Who bought: the subject of the token.")]
    receiptUrl: Annotated[  # noqa: N815
        str | None, Field(description="Of one purchase that succeeded: the payment provider's receipt.")
    ] = None
    clientSecret: Annotated[  # noqa: N815
        str | None, Field(description="While `requiresAction`: for the payment provider's form.")
    ] = None


class Refund(Answer):
    """Credit that goes back to the card."""

    id: str
    lot: str
    amount: Money
    state: RefundState
    reason: Annotated[str | None, Field(description="Why it failed.")]
    createdAt: datetime  # noqa: N815


class Pause(Answer):
    """Why auto-recharge charges nothing although the balance is at the trigger."""

    reason: PauseReason
    since: datetime
    until: datetime | None


class Suggestion(Answer):
    """Auto-recharge as a portal may offer it, ticked, at the first purchase."""

    trigger: Money
    amount: Money
    largestCharge: Money  # noqa: N815


class AutoRecharge(Answer):
    """Auto-recharge: the settings and where the recharge slot is. Amounts are null until it was set."""

    enabled: bool
    trigger: Money | None
    amount: Money | None
    largestCharge: Money | None  # noqa: N815
    monthlyCap: Money | None  # noqa: N815
    slot: SlotState
    nextAttempt: Annotated[datetime | None, Field(description="When a declined card is tried again.")]  # noqa: N815
    reason: Annotated[str | None, Field(description="Why the last charge was declined.")]
    paused: Pause | None
    smallest: Annotated[
        Money | None, Field(description="The smallest recharge amount; null: nothing can be bought in this currency.")
    ]
    suggested: Annotated[Suggestion | None, Field(description="As long as nothing was ever set.")]


class Card(Answer):
    """A stored card; never more than this."""

    id: str
    brand: str
    lastFour: str  # noqa: N815
    expiry: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    order: Annotated[int, Field(description="Cards are charged in this order.")]
    refused: Annotated[bool, Field(description="The bank has refused it for good.")]
    needsHolder: Annotated[bool, Field(description="Its holder has to confirm it with the bank.")]  # noqa: N815


class CardSetup(Answer):
    """A card whose bank asks the holder before it is stored."""

    state: Literal["requiresAction"]
    clientSecret: Annotated[str, Field(description="For the payment provider's form.")]  # noqa: N815
    redirectUrl: Annotated[str | None, Field(description="The bank's page, if a `returnUrl` was given.")]  # noqa: N815


class StoredCard(RootModel[Card | CardSetup]):
    """The stored card, or what is missing until it is stored."""


class CardForm(Answer):
    """The provider's form for a card."""

    clientSecret: str  # noqa: N815


class RemovedCard(Answer):
    """A card that was removed."""

    id: str


class Administrator(Answer):
    """Somebody who receives e-mails about the account."""

    address: Annotated[str, Field(max_length=ADDRESS_MAX, json_schema_extra={"format": "email"})]
    roles: Annotated[
        list[str],
        Field(
            min_length=1,
            description=f"{', '.join(AdministratorRole)}; older and spelled-out names of these roles are read, too.",
        ),
    ]
    locale: Annotated[str | None, Field(description="A language tag, such as en-GB.")] = None
    timeZone: Annotated[str | None, Field(description="An IANA name, such as Europe/Berlin.")] = None  # noqa: N815
    optOut: Annotated[bool | None, Field(description="True: receives nothing.")] = None  # noqa: N815
    optOutOf: Annotated[  # noqa: N815
        list[Kind] | None, Field(description="Kinds of notice that this person does not receive.")
    ] = None


class AdministratorList(RootModel[list[Administrator]]):
    """The administrators, at most 30."""

    root: Annotated[list[Administrator], Field(max_length=ADMINISTRATORS_MAX)]


class Alerts(Answer):
    """Of what administrators are told, and which roles as a whole get no e-mail."""

    lowBalance: Annotated[list[Money], Field(max_length=LEVELS_MAX)]  # noqa: N815
    silentRoles: list[AdministratorRole]  # noqa: N815


class SentNotice(Answer):
    """A notice as it went to one group of readers."""

    id: str
    kind: Kind
    at: datetime
    language: str
    recipients: Annotated[int, Field(description="How many administrators it went to.")]
    undelivered: Annotated[int, Field(description="How many of them it did not reach, as far as that is known.")]
    delivery: DeliveryState


class NoticePage(Page[SentNotice]):
    """A page of notices."""


class PurchasePage(Page[Purchase]):
    """A page of purchases."""


class RefundPage(Page[Refund]):
    """A page of refunds."""


class CardPage(Page[Card]):
    """A page of stored cards."""
