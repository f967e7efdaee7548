"""Answers about accounts: balances, lots, movements."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.interface.answers.parts import AccountIdText, Answer, CurrencyCode, Money, Page
from shared.ledger.book import Funding, LotSource
from shared.rating.kind import CHARGED, CallKind
from shared.views.movements import KINDS


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
    spendable: Annotated[Money, Field(description="What a new call of any kind may draw on.")]
    scoped: Annotated[Money, Field(description="The same in lots that pay only for certain call kinds.")]


class ClosedAccount(Answer):
    """An account whose life has ended."""

    account: AccountIdText
    closedAt: datetime  # noqa: N815


class Balance(Answer):
    """The six amounts as of an instant."""

    at: datetime
    balance: Money
    held: Money
    overdraft: Money
    accrued: Money
    spendable: Money
    scoped: Money


ChargedKind: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": [kind.value for kind in CHARGED]})]


class Lot(Answer):
    """Credit granted at one time, with one expiry."""

    id: str
    source: LotSource
    kind: Funding
    priority: Annotated[int, Field(description="Lower numbers are spent first.")]
    scope: Annotated[list[ChargedKind], Field(description="The call kinds that it may pay for; empty: every kind.")]
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
    freeSeconds: Annotated[int | None, Field(description="Seconds that a pool or an included destination paid.")] = (  # noqa: N815
        None
    )
    callKind: Annotated[CallKind | None, Field(description="Absent in bookings of version 0.1.0.")] = None  # noqa: N815
    pool: Annotated[str | None, Field(description="The pool that paid the free seconds.")] = None
    flags: Annotated[
        list[Literal["not_licensed", "payg_off"]] | None,
        Field(description="Why the call would have been refused before it was made."),
    ] = None
    reverses: Annotated[str | None, Field(description="The movement that a correction reverses.")] = None
    reason: Annotated[str | None, Field(description="Why it was reversed.")] = None


MovementKind: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]


class Movement(Answer):
    """What one event did to the account."""

    id: str
    at: Annotated[datetime, Field(description="When it was booked.")]
    kind: MovementKind
    amount: Annotated[
        Money, Field(description="Change of the lots less that of overdraft and accrued; a debit is negative.")
    ]
    event: EventName | None
    lots: list[LotAmount]
    overdraft: Annotated[Money, Field(description="The part that no lot paid.")]
    accrued: Annotated[Money, Field(description="The part that is billed after use.")]
    startedAt: Annotated[datetime | None, Field(description="When the call started.")]  # noqa: N815
    user: str | None
    explanation: Explanation | None


class AccountPage(Page[Account]):
    """A page of accounts."""


class LotPage(Page[Lot]):
    """A page of lots."""


class MovementPage(Page[Movement]):
    """A page of movements."""
