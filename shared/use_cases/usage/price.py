"""The price of a reported call: zero for free ones, else by the card in force when it began (R7, R9)."""

from shared.ledger.book import Terms
from shared.ledger.change import EventName
from shared.ledger.debit import Charge
from shared.rating.called import read_called_number
from shared.rating.charge import charge
from shared.rating.destination import Unrated, destination
from shared.rating.emergency import is_emergency
from shared.rating.numbers import Number
from shared.rating.rate_card import Direction, Rate, RateCard
from shared.service.services import Services
from shared.use_cases.usage.call import Call
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable

DIGITS_SHOWN = 2
"""How many digits of a number a page keeps (R27)."""

_DETAILS = {
    Unrated.NO_RATE: "the rate card in force when the call began has no prefix for the called number",
    Unrated.MASKED_NUMBER: "the hidden digits decide between prefixes of the rate card",
}


async def price(services: Services, item: Named, call: Call, terms: Terms) -> Charge | Unbookable:
    """The charge with its explanation. Inbound and emergency calls are free; every other call has a rate."""
    where = call.usageLocation or terms.country
    if call.direction == "in" or is_emergency(call.called, where):
        return _charge(
            item, call, 0, {"seconds": call.durationSeconds, "billedSeconds": 0, "freeSeconds": call.durationSeconds}
        )
    number = read_called_number(call.called, where)
    if number is None:
        raise AssertionError("read_call accepts only numbers")
    found = await _rate(services, terms.rate_card, number, call)
    if isinstance(found, Unrated):
        return Unbookable(Reason(found.value), _DETAILS[found])
    card, rate = found
    if card.currency != terms.currency:
        return Unbookable(Reason.NO_RATE, f"the rate card is in {card.currency}, the account in {terms.currency}")
    charged = charge(card, rate, call.durationSeconds)
    return _charge(item, call, charged.amount.micros, charged.explanation.facts())


async def _rate(services: Services, card_name: str, number: Number, call: Call) -> tuple[RateCard, Rate] | Unrated:
    """The rate. If there is none in the cached card, the newest one is read before concluding that."""
    found: Rate | Unrated = Unrated.NO_RATE
    for read_card in (services.rates.in_force, services.rates.in_force_uncached):
        card = await read_card(card_name, call.startedAt)
        found = destination(card, number, Direction.OUT) if card else Unrated.NO_RATE
        if card is not None and isinstance(found, Rate):
            return card, found
    return found if isinstance(found, Unrated) else Unrated.NO_RATE


def _charge(item: Named, call: Call, amount: int, explanation: dict[str, object]) -> Charge:
    visible = call.called.rstrip("*")
    return Charge(
        amount=amount,
        started_at=call.startedAt,
        event=EventName(item.source, item.id),
        user=call.user or "",
        digits=visible[-DIGITS_SHOWN:],
        explanation=explanation,
    )
