"""What operations answer, as models: the source of the OpenAPI document's schemas. A test holds every answer to them.

Loaded when the document is made, and by no other request.
"""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from shared.ledger.book import Funding, LotSource
from shared.ledger.intent import IntentState
from shared.ledger.pause import PauseReason
from shared.ledger.slot import SlotState
from shared.notices.administrators import ADDRESS_MAX, ADMINISTRATORS_MAX
from shared.notices.roles import Role as AdministratorRole
from shared.ports import SUSPENSE_REASONS, Encoding, SuspenseState
from shared.service.problems import STATUS
from shared.views.movements import KINDS

T = TypeVar("T")

AccountIdText: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Amount: TypeAlias = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{6}$", description="Always six decimal places.")]
CurrencyCode: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]


class Answer(BaseModel):
    """Names of the wire, such as `purchasedAt`; every field is always there, null where it says nothing."""

    model_config = ConfigDict(frozen=True)


class Money(Answer):
    """An amount of one currency."""

    amount: Amount
    currency: CurrencyCode


class Page(Answer, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: Annotated[str | None, Field(description="Send it as `after` to read the next page; null on the last one.")]


class Account(Answer):
    """An account: its terms, and its amounts now."""

    account: AccountIdText
    name: str | None
    currency: CurrencyCode
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2.")]
    timeZone: Annotated[str, Field(description="IANA name, for showing times.")]  # noqa: N815 - the wire's name
    rateCard: Annotated[str, Field(description="The rate card that prices its calls.")]  # noqa: N815
    usageFrom: Annotated[datetime, Field(description="Calls that started earlier are not booked.")]  # noqa: N815
    openedAt: datetime  # noqa: N815
    state: Literal["prepaid", "draining", "accruing"]
    balance: Annotated[Money, Field(description="What is left in lots that have not expired.")]
    held: Annotated[Money, Field(description="What open holds have set aside.")]
    overdraft: Annotated[Money, Field(description="Booked calls that no lot has paid yet.")]
    accrued: Annotated[Money, Field(description="Usage that is billed after use.")]
    spendable: Annotated[Money, Field(description="What a new call may draw on.")]


class ClosedAccount(Answer):
    """An account whose life has ended."""

    account: AccountIdText
    closedAt: datetime  # noqa: N815


class Balance(Answer):
    """The five amounts as of an instant."""

    at: datetime
    balance: Money
    held: Money
    overdraft: Money
    accrued: Money
    spendable: Money


class Lot(Answer):
    """Credit granted at one time, with one expiry."""

    id: str
    source: LotSource
    kind: Funding
    priority: Annotated[int, Field(description="Lower numbers are spent first.")]
    original: Money
    remaining: Money
    pinned: Annotated[Money, Field(description="The part that open holds have set aside.")]
    purchasedAt: datetime  # noqa: N815
    expiresAt: Annotated[datetime, Field(description="Usable for calls that started before.")]  # noqa: N815
    state: Literal["open", "spent", "expired", "refunded", "disputed"]
    reference: Annotated[str | None, Field(description="The operator's reference, of granted funds.")]


class Grant(Lot):
    """The lot that a grant made."""

    reference: str


class EventName(Answer):
    """The identity of an event within an account."""

    source: str
    id: str


class LotAmount(Answer):
    """What a movement changed of one lot."""

    lot: str
    amount: Money


class Explanation(Answer):
    """Why a charge is what it is: `connectionFee + perMinute * billedSeconds / 60`, rounded half up to six places."""

    card: str | None = None
    prefix: str | None = None
    destination: Annotated[str | None, Field(description="The destination's name on the rate card.")] = None
    perMinute: Money | None = None  # noqa: N815
    connectionFee: Money | None = None  # noqa: N815
    seconds: Annotated[int | None, Field(description="How long the call lasted.")] = None
    billedSeconds: Annotated[int | None, Field(description="Seconds that credit paid for.")] = None  # noqa: N815
    freeSeconds: Annotated[int | None, Field(description="Seconds that cost nothing.")] = None  # noqa: N815


MovementKind: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]


class Movement(Answer):
    """What one event did to the account."""

    id: str
    at: Annotated[datetime, Field(description="When it was booked.")]
    kind: MovementKind
    amount: Annotated[Money, Field(description="Change of the lots less that of the overdraft; a debit is negative.")]
    event: EventName | None
    lots: list[LotAmount]
    overdraft: Annotated[Money, Field(description="The part that no lot paid.")]
    startedAt: Annotated[datetime | None, Field(description="When the call started.")]  # noqa: N815
    user: str | None
    explanation: Explanation | None


class Purchase(Answer):
    """Credit bought by hand."""

    id: str
    state: IntentState
    amount: Money
    reason: Annotated[str | None, Field(description="Why it was declined.")]
    lot: Annotated[str | None, Field(description="The lot that it made.")]
    createdAt: datetime  # noqa: N815
    clientSecret: Annotated[  # noqa: N815
        str | None, Field(description="While `requiresAction`: for the payment provider's form.")
    ] = None


class Pause(Answer):
    """Why auto-recharge charges nothing although the balance is at the trigger."""

    reason: PauseReason
    since: datetime
    until: datetime | None


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


class Card(Answer):
    """A stored card; never more than this."""

    id: str
    brand: str
    lastFour: str  # noqa: N815
    expiry: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    order: Annotated[int, Field(description="Cards are charged in this order.")]
    refused: Annotated[bool, Field(description="The bank has refused it for good.")]


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


class AdministratorList(RootModel[list[Administrator]]):
    """The administrators, at most 30."""

    root: Annotated[list[Administrator], Field(max_length=ADMINISTRATORS_MAX)]


class Rate(Answer):
    """What a call to a number costs. An emergency number is free and has no rate."""

    emergency: bool
    card: str | None
    validFrom: datetime | None = None  # noqa: N815
    at: datetime
    prefix: str | None
    name: str | None = None
    type: str | None = None
    country: str | None = None
    perMinute: Money | None = None  # noqa: N815
    connectionFee: Money | None = None  # noqa: N815
    minimumSeconds: int | None = None  # noqa: N815
    incrementSeconds: int | None = None  # noqa: N815


class RateCardVersion(Answer):
    """One version of a rate card."""

    card: str
    currency: CurrencyCode
    validFrom: datetime  # noqa: N815
    rates: Annotated[int, Field(description="How many prefixes it prices.")]


class PublishedRateCard(RateCardVersion):
    """A version that was published, or tried; counts of prefixes only when it was tried."""

    dryRun: bool  # noqa: N815
    rows: int | None = None
    added: int | None = None
    removed: int | None = None
    dearer: int | None = None
    cheaper: int | None = None


class SuspendedItem(Answer):
    """Usage that could not be booked."""

    id: str
    reason: Annotated[str, Field(json_schema_extra={"enum": list(SUSPENSE_REASONS)})]
    detail: str
    receivedAt: datetime  # noqa: N815
    account: str | None
    event: EventName | None
    message: Annotated[str, Field(description="The event, or what came, whole.")]
    encoding: Annotated[Encoding | None, Field(description="There when `message` is not the text that came.")] = None
    state: SuspenseState


class Replay(Answer):
    """What became of the events in bytes that were read again."""

    read: int
    booked: int
    duplicate: int
    suspended: int
    reasons: dict[str, int]


class ReplayedItem(SuspendedItem):
    """The item after a replay."""

    replay: Annotated[Replay | None, Field(description="There when bytes without identity were read again.")] = None


class Received(Answer):
    """The provider's event has had its effect."""

    received: Literal[True]


class FieldError(Answer):
    """What is wrong with one field."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) to the field, or `/` and a parameter's name.")]
    code: str
    detail: str


class Problem(Answer):
    """An error (RFC 9457)."""

    type: Annotated[str, Field(description="A URI for each code.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(json_schema_extra={"enum": sorted(STATUS)})]
    correlationId: Annotated[str, Field(description="As in the header `X-Correlation-Id`.")]  # noqa: N815
    errors: list[FieldError] | None = None


class AccountPage(Page[Account]):
    """A page of accounts."""


class LotPage(Page[Lot]):
    """A page of lots."""


class MovementPage(Page[Movement]):
    """A page of movements."""


class PurchasePage(Page[Purchase]):
    """A page of purchases."""


class CardPage(Page[Card]):
    """A page of stored cards."""


class RateCardPage(Page[RateCardVersion]):
    """A page of versions."""


class SuspensePage(Page[SuspendedItem]):
    """A page of items."""
