"""Rates: what a call in either direction costs, now or on a date (R9), and which versions of which cards there are."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.kernel.times import instant_text, parse_instant
from shared.rating.called import CALLED_NUMBER_FORM, read_called_number
from shared.rating.destination import Unrated, destination
from shared.rating.emergency import is_emergency
from shared.rating.rate_card import CardVersion, Direction, Rate
from shared.service.http import Flaw, ProblemError, Reply, Request
from shared.service.instants import Instant
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import money_json

CARD_DEFAULT = "default"

CURSOR = re.compile(r"[A-Za-z0-9_.-]{1,64}\|[0-9T:.-]{10,32}Z")
"""A card's name and from when it is valid."""


def _direction(value: object) -> object:
    """Null is absent."""
    return Direction.OUT if value is None else value


class Question(BaseModel):
    """A number and an instant. The number is in the body, because addresses are logged."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    number: Annotated[str, Field(max_length=32)]
    at: Instant | None = None
    card: Annotated[str, Field(max_length=64)] | None = None
    direction: Annotated[Direction, BeforeValidator(_direction, json_schema_input_type=Direction | None)] = (
        Direction.OUT
    )


async def look_up_rate(services: Services, request: Request) -> Reply:
    """The rate of the called number on the account's rate card, or on the one named."""
    asked = request.json(Question)
    book = await services.ledger.read(request.principal.tenant) if request.principal else None
    terms = book.terms if book else None
    name = asked.card or (terms.rate_card if terms else CARD_DEFAULT)
    at = asked.at or services.clock.now()
    country = terms.country if terms else None
    number = read_called_number(asked.number, country)
    if number is None:
        raise ProblemError(
            "invalid_request", "the number is invalid", (Flaw("/number", "invalid", CALLED_NUMBER_FORM),)
        )
    if is_emergency(asked.number, country):
        free = {"emergency": True, "card": None, "direction": asked.direction, "prefix": None, "at": instant_text(at)}
        return Reply(200, free)
    card = await services.rates.in_force_uncached(name, at)
    rate = destination(card, number, asked.direction) if card else Unrated.NO_RATE
    if card is None or isinstance(rate, Unrated):
        raise ProblemError("no_rate", await _why_unrated(services, name, rate, asked.direction, at))
    return Reply(
        200,
        {
            "emergency": False,
            "card": card.name,
            "direction": asked.direction,
            "validFrom": instant_text(card.valid_from),
            "at": instant_text(at),
            "prefix": rate.prefix,
            "name": rate.name,
            "type": rate.type,
            "country": rate.country,
            "perMinute": money_json(rate.per_minute, card.currency),
            "connectionFee": money_json(rate.connection_fee, card.currency),
            "minimumSeconds": rate.minimum_seconds,
            "incrementSeconds": rate.increment_seconds,
        },
    )


async def _why_unrated(services: Services, card: str, rate: Rate | Unrated, direction: Direction, at: datetime) -> str:
    bound = "outbound" if direction is Direction.OUT else "inbound"
    if rate is Unrated.MASKED_NUMBER:
        return f"rate card {card} has more than one {bound} rate for this number at {instant_text(at)}"
    if all(version.name != card for version in await services.rates.versions()):
        return f"there is no rate card {card}"
    return f"rate card {card} has no {bound} rate for this number at {instant_text(at)}"


async def list_rate_cards(services: Services, request: Request) -> Reply:
    """Every version of every card, by name and validFrom."""
    limit, after, is_reversed = request.limit(), _after(request), is_newest_first(request)
    versions = sorted(await services.rates.versions(), key=_place, reverse=is_reversed)
    rest = [
        each for each in versions if after is None or (_place(each) < after if is_reversed else _place(each) > after)
    ]
    shown = [
        {
            "card": version.name,
            "currency": version.currency,
            "validFrom": instant_text(version.valid_from),
            "rates": version.rates,
        }
        for version in rest[:limit]
    ]
    following = f"{shown[-1]['card']}|{shown[-1]['validFrom']}" if len(rest) > limit else None
    return Reply(200, {"items": shown, "next": following})


def _place(version: CardVersion) -> tuple[str, datetime]:
    return version.name, version.valid_from


def _after(request: Request) -> tuple[str, datetime] | None:
    """The version after which the list continues. Its text has another order than name and time."""
    name, _, at = cursor_in(request, CURSOR).partition("|")
    try:
        return (name, parse_instant(at)) if name else None
    except (ValueError, OverflowError) as error:
        flaw = Flaw("/after", "invalid", "the `next` of an earlier page of this list")
        raise ProblemError("invalid_request", "after is not a place in this list", (flaw,)) from error
