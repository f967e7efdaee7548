"""A booked call as the rules that price calls take it, from its movement and, while they are kept, its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.kernel.times import parse_instant
from shared.ledger.change import MovementKind
from shared.rating.charge import billed_seconds
from shared.rating.destination import destination
from shared.rating.kind import CallKind
from shared.rating.numbers import InternationalNumber, Number, read_number
from shared.rating.rate_card import Direction, Rate, RateCard
from shared.use_cases.calls.call_facts import CallFacts

_CALL_KINDS = frozenset({MovementKind.DEBIT.value, MovementKind.ACCRUAL.value})


def is_call(movement: Mapping[str, Any]) -> bool:
    """Whether a movement is a call, and not, for example, a settled overdraft."""
    return movement["kind"] in _CALL_KINDS and bool(movement.get("explanation"))


@dataclass(slots=True)
class Rated:
    """How calls were rated on another card: *by_number*, *by_prefix* (only the matched one is known), or *not_rated*:
    the card has no rate, so that the call keeps its own. *numbers_from*: since when every call's number was known.
    """

    by_number: int = 0
    by_prefix: int = 0
    not_rated: int = 0
    numbers_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rerating:
    """*own*: the versions of the cards that priced calls, by name; *other*: those of the card to price them with, empty
    for none. *numbers*: the called number by event, as far as they are kept.
    """

    own: Mapping[str, Sequence[RateCard]]
    other: Sequence[RateCard] = ()
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rated: Rated = field(default_factory=Rated)

    def facts_of(self, movement: Mapping[str, Any]) -> CallFacts:
        """The facts of a booked call."""
        why, started_at = movement["explanation"], parse_instant(movement["startedAt"])
        kind = CallKind(why.get("callKind", CallKind.INTERNATIONAL))
        direction = Direction.IN if kind is CallKind.TOLL_FREE else Direction.OUT
        rate = self._own_rate(why, started_at, direction) if "prefix" in why else None
        if rate is not None and self.other:
            rate = self._other_rate(movement, rate, started_at, direction)
        return CallFacts(
            started_at=started_at,
            user=movement.get("user", ""),
            lacks_user=False,
            capability=movement.get("capability", "") or _capability(movement),
            usage_location=_usage_location(movement),
            digits=why.get("prefix", ""),
            is_emergency=kind is CallKind.EMERGENCY,
            is_conference=kind is CallKind.CONFERENCE_DIAL_OUT,
            is_toll_free=kind is CallKind.TOLL_FREE,
            is_premium=kind is CallKind.PREMIUM,
            card=why.get("card", ""),
            rate=rate,
        )

    def seconds_of(self, movement: Mapping[str, Any], call: CallFacts) -> int:
        """How long the call lasted; where its own rate no longer says how its time was rounded, the billed time."""
        why = movement["explanation"]
        seconds, billed = why["seconds"], why["billedSeconds"] + why["freeSeconds"]
        is_rounded_alike = call.rate is None or bool(self.other) or billed_seconds(call.rate, seconds) == billed
        return int(seconds if is_rounded_alike else billed)

    def _own_rate(self, why: Mapping[str, Any], at: datetime, direction: Direction) -> Rate:
        """The rate at which the call was booked. A version that was replaced since no longer says its increments."""
        card = in_force(self.own.get(why["card"], ()), at)
        found = card.rates_of(direction).get(why["prefix"]) if card else None
        if found is not None:
            return replace(found, per_minute=why["perMinute"])
        return Rate(why["prefix"], why["destination"], "", "", why["perMinute"], why["connectionFee"], 1, 1)

    def _other_rate(self, movement: Mapping[str, Any], own: Rate, at: datetime, direction: Direction) -> Rate:
        whole = read_number(self.numbers.get(tuple(movement.get("event", ("", ""))), ""))
        number: Number = whole or InternationalNumber(own.prefix, 0)
        card = in_force(self.other, at)
        found = destination(card, number, direction) if card else None
        self._count(at, is_whole=whole is not None, is_rated=isinstance(found, Rate))
        return found if isinstance(found, Rate) else own

    def _count(self, at: datetime, *, is_whole: bool, is_rated: bool) -> None:
        rated = self.rated
        if not is_rated:
            rated.not_rated += 1
        elif is_whole:
            rated.by_number += 1
        else:
            rated.by_prefix += 1
        if not is_whole:
            rated.numbers_from = None
        elif rated.numbers_from is None:
            rated.numbers_from = at


def in_force(versions: Sequence[RateCard], at: datetime) -> RateCard | None:
    """The version of a card in force at *at*; *versions* are in the order of their validity."""
    found = None
    for version in versions:
        if version.valid_from > at:
            break
        found = version
    return found


def _capability(movement: Mapping[str, Any]) -> str:
    """The plan whose pool has paid, of a call that an earlier version booked."""
    return next((key.split(".")[1] for key, *_ in movement.get("pools", ())), "")


def _usage_location(movement: Mapping[str, Any]) -> str:
    """That of the pool which has paid; else unknown, so that the licence or the account's country says it."""
    return next((key.split(".")[3] for key, *_ in movement.get("pools", ())), "")
