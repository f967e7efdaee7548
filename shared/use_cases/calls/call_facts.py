"""What is known of a call before the account's book is read: its rate, and whether it is free in any case."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.ledger.book import Terms
from shared.rating.called import read_called_number
from shared.rating.destination import Unrated, destination
from shared.rating.emergency import is_emergency
from shared.rating.kind import is_premium_number
from shared.rating.numbers import InternationalNumber, Number
from shared.rating.rate_card import Direction, Rate, RateCard
from shared.rating.service_numbers import NumberKind, Registration
from shared.service.concealed import concealed, is_dialable
from shared.service.services import Services
from shared.use_cases.calls.described_call import DescribedCall
from shared.use_cases.usage.reason import Reason, Unbookable

CONFERENCE, USER = "conference", "user"

_NO_INBOUND_RATE = "the rate card in force when the call began has no prefix of direction in for the toll-free number"

_DETAILS = {
    Unrated.NO_RATE: "the rate card in force when the call began has no prefix for the called number",
    Unrated.MASKED_NUMBER: "the hidden digits decide between prefixes of the rate card",
}

_UNKNOWN_PAYER = Unbookable(Reason.UNKNOWN_PAYER, "another account has registered the called number")


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call with its rate. *rate* None: the call is free. *capability* and *usage_location* are empty where they were
    not reported. *digits* are the visible ones of the called number, without plus. *lacks_user*: a user's call that
    does not name the user.
    """

    started_at: datetime
    user: str
    lacks_user: bool
    capability: str
    usage_location: str
    digits: str
    is_emergency: bool
    is_conference: bool
    is_toll_free: bool
    is_premium: bool
    card: str
    rate: Rate | None


async def facts_of(
    services: Services, call: DescribedCall, terms: Terms, started_at: datetime
) -> CallFacts | Unbookable:
    """The facts of *call*, or why it has no price: `no_rate`, `masked_number` or `unknown_payer`. A user's name that is
    a number is concealed, because pages are kept for ever (R27).
    """
    facts = await _facts_of(services, call, terms, started_at)
    if isinstance(facts, Unbookable) or not is_dialable(facts.user):
        return facts
    return replace(facts, user=await concealed(services, terms.account, facts.user))


async def _facts_of(
    services: Services, call: DescribedCall, terms: Terms, started_at: datetime
) -> CallFacts | Unbookable:
    where = call.usageLocation or terms.country
    if is_emergency(call.called, where):
        return _facts(call, started_at, is_emergency=True)
    number = read_called_number(call.called, where)
    if number is None:
        raise AssertionError("only numbers are accepted")
    if call.direction == "in":
        return await _inbound(services, call, number, terms, started_at)
    found = await _rate(services, terms, number, started_at, Direction.OUT)
    if isinstance(found, Unbookable):
        return found
    card, rate = found
    return _facts(call, started_at, card=card.name, rate=rate, is_premium=is_premium_number(number))


async def _inbound(
    services: Services, call: DescribedCall, number: Number, terms: Terms, started_at: datetime
) -> CallFacts | Unbookable:
    """An inbound call is charged only if the called number is toll-free: registered as such by this account or, where
    nobody registered it, by its prefix (CONTRACT 1).
    """
    owner = await _owner(services, number, terms, started_at)
    if owner is not None and owner.account != terms.account:
        return _UNKNOWN_PAYER
    if owner is not None and owner.kind is not NumberKind.TOLL_FREE:
        return _facts(call, started_at)
    found = await _rate(services, terms, number, started_at, Direction.IN)
    if isinstance(found, Unbookable):
        is_free = owner is None and found.reason is Reason.NO_RATE
        return _facts(call, started_at) if is_free else found
    card, rate = found
    return _facts(call, started_at, card=card.name, rate=rate, is_toll_free=True)


async def _owner(services: Services, number: Number, terms: Terms, at: datetime) -> Registration | None:
    """Who pays for calls to the number, read again before money depends on anything but an own registration.

    A call that began while another account had the number, and that is reported, or replayed from suspense, once this
    account has it, is this account's: otherwise one account's mistaken registration would bar it for ever.
    """
    if not isinstance(number, InternationalNumber) or number.hidden:
        return None
    owner = await services.service_numbers.owner(number.digits, at)
    if owner is not None and owner.account == terms.account:
        return owner
    owner = await services.service_numbers.owner_uncached(number.digits, at)
    if owner is None or owner.account == terms.account:
        return owner
    present = await services.service_numbers.owner_uncached(number.digits, services.clock.now())
    return present if present is not None and present.account == terms.account else owner


async def _rate(
    services: Services, terms: Terms, number: Number, at: datetime, direction: Direction
) -> tuple[RateCard, Rate] | Unbookable:
    """The rate. If there is none in the cached card, the newest one is read before concluding that."""
    found: Rate | Unrated = Unrated.NO_RATE
    for read_card in (services.rates.in_force, services.rates.in_force_uncached):
        card = await read_card(terms.rate_card, at)
        found = destination(card, number, direction) if card else Unrated.NO_RATE
        if card is not None and isinstance(found, Rate):
            if card.currency != terms.currency:
                detail = f"the rate card is in {card.currency}, the account in {terms.currency}"
                return Unbookable(Reason.NO_RATE, detail)
            return card, found
    unrated = found if isinstance(found, Unrated) else Unrated.NO_RATE
    is_inbound = unrated is Unrated.NO_RATE and direction is Direction.IN
    return Unbookable(Reason(unrated.value), _NO_INBOUND_RATE if is_inbound else _DETAILS[unrated])


def _facts(
    call: DescribedCall,
    started_at: datetime,
    *,
    is_emergency: bool = False,
    is_toll_free: bool = False,
    is_premium: bool = False,
    card: str = "",
    rate: Rate | None = None,
) -> CallFacts:
    return CallFacts(
        started_at=started_at,
        user=call.user or "",
        lacks_user=call.service == USER and not call.user,
        capability=call.capability or "",
        usage_location=call.usageLocation or "",
        digits=call.called.rstrip("*").removeprefix("+"),
        is_emergency=is_emergency,
        is_conference=call.service == CONFERENCE,
        is_toll_free=is_toll_free,
        is_premium=is_premium,
        card=card,
        rate=rate,
    )
