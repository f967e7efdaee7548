"""Simulated calls as the replay takes them, and the books of simulated organisations."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from shared.insight.replay import ReplayedCall, ReplayRules
from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Book, Funding, Lot, LotSource, Position, Terms
from shared.ledger.card import Card
from shared.ledger.change import EventName
from shared.ledger.debit import Charge
from shared.ledger.grant import PRIORITY_DEFAULT
from shared.ledger.hold import Hold
from shared.ledger.settings import AutoRecharge, Settings
from shared.plans.sizes import CATALOGUE_SIZES
from shared.rating.kind import is_premium_number
from shared.rating.numbers import InternationalNumber
from shared.recharge.rules import RechargeRules
from shared.use_cases.calls.call_facts import CallFacts
from shared.use_cases.calls.charge_call import charge_call
from tests.simulated_tenants.tenant import FIRST_DAY, PLAN, SimulatedCall, SimulatedTenant

RULES = ReplayRules(timedelta(hours=72), RechargeRules(timedelta(hours=1)))
USD = 1_000_000
VISA = Card("pm-1", "visa", "4242", 2031, 12, "print-1")


def replayed(tenant: SimulatedTenant, calls: Iterable[SimulatedCall]) -> Iterator[ReplayedCall]:
    """The *calls* priced by the rules that book them; each is booked when it ends."""
    for number, call in enumerate(calls):
        facts = _facts(tenant, call)

        def charge(
            book: Book, hold: Hold | None, facts: CallFacts = facts, call: SimulatedCall = call, number: int = number
        ) -> Charge:
            return charge_call(book, facts, call.seconds, EventName("sim", str(number)), CATALOGUE_SIZES, hold=hold)

        yield ReplayedCall(call.started_at, call.started_at + timedelta(seconds=call.seconds), charge)


def _facts(tenant: SimulatedTenant, call: SimulatedCall) -> CallFacts:
    return CallFacts(
        started_at=call.started_at,
        user=call.user,
        lacks_user=False,
        capability=PLAN if tenant.licences and not call.is_inbound else "",
        usage_location="US",
        digits=call.rate.prefix,
        is_emergency=False,
        is_conference=False,
        is_toll_free=call.is_inbound,
        is_premium=is_premium_number(InternationalNumber(call.rate.prefix, 0)),
        card="default",
        rate=call.rate,
    )


def lot(name: str, amount: int, bought: datetime, expires: datetime) -> Lot:
    """A paid lot of *amount* micro-units."""
    return Lot(
        LotId(name), LotSource.PURCHASE, Funding.PAID, amount, amount, 0, bought, expires, PRIORITY_DEFAULT, name, ""
    )


def book_of(
    tenant: SimulatedTenant, at: datetime = FIRST_DAY, lots: Sequence[Lot] = (), settings: Settings | None = None
) -> Book:
    """The organisation's book at *at*."""
    account = AccountId(f"00000000-0000-4000-8000-{tenant.seed:012d}")
    terms = Terms(account, "USD", "US", "UTC", "default", FIRST_DAY, FIRST_DAY, "epoch")
    return Book(
        terms,
        Position(1, "", at, None),
        lots={each.id: each for each in lots},
        settings=settings or Settings(),
        entitlements=tenant.entitlements(),
    )


def recharging(trigger: int, amount: int, cap: int | None = None, card: Card = VISA) -> Settings:
    """Auto-recharge with these amounts in micro-units, and a card."""
    return Settings(auto_recharge=AutoRecharge(True, trigger, amount, 5 * amount, cap), cards=(card,))
