"""What became of one usage event: a movement, or an item in suspense."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from time import monotonic, sleep

from local.machine.service_client import Json, RefusedError, ServiceClient

POLL_SECONDS = 0.1
NEWEST = "50"
"""Movements that are searched at each check; the event is among the newest."""


@dataclass(frozen=True, slots=True)
class Booked:
    """The movement of the event, the account after it, and the destination's name where the rate card has one."""

    movement: Json
    account: Json
    destination: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """The event's item in suspense."""

    item: Json


def wait_for_outcome(
    service: ServiceClient, event: str, seconds: float, pause: Callable[[float], None] = sleep
) -> Booked | Suspended | None:
    """The outcome of the event with this id; None when there is none within *seconds*."""
    deadline = monotonic() + seconds
    while (outcome := _outcome(service, event)) is None:
        if monotonic() > deadline:
            return None
        pause(POLL_SECONDS)
    return outcome


def _outcome(service: ServiceClient, event: str) -> Booked | Suspended | None:
    movement = next((each for each in _newest_movements(service) if _is_of(each, event)), None)
    if movement is not None:
        return Booked(movement, service.get(""), _destination(service, movement))
    item = next((each for each in service.items("/suspense") if _is_of(each, event)), None)
    return None if item is None else Suspended(item)


def _newest_movements(service: ServiceClient) -> Iterator[Json]:
    """None for an unknown account: its usage is put into suspense."""
    try:
        yield from service.get("movements", order="desc", limit=NEWEST)["items"]
    except RefusedError as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise


def _is_of(record: Json, event: str) -> bool:
    return (record["event"] or {}).get("id") == event


def _destination(service: ServiceClient, movement: Json) -> str:
    """The name of the matched prefix, from the explanation, else from the rate card; empty where there is none."""
    explanation = movement["explanation"] or {}
    if "destination" in explanation or not explanation.get("prefix"):
        return str(explanation.get("destination") or "")
    question = {"number": f"+{explanation['prefix']}".ljust(9, "0"), "card": explanation["card"]}
    try:
        found = service.post("/rates/lookup", {**question, "at": movement["startedAt"]})
    except RefusedError:
        return ""
    return str(found["name"]) if found["prefix"] == explanation["prefix"] else ""


def show(outcome: Booked | Suspended) -> None:
    """Print the outcome, a line for each fact."""
    if isinstance(outcome, Suspended):
        item = outcome.item
        print(f"suspense  {item['reason']}: {item['detail']}")
        print(f"item      {item['id']}")
        print(f"next      ./dev credits suspense show {item['id']}")
        return
    movement, account = outcome.movement, outcome.account
    print(f"booked    {money(movement['amount'])}, as {movement['kind']} {movement['id']}")
    print(f"because   {explanation_text(movement['explanation'] or {}, outcome.destination)}")
    overdraft = f", overdraft {money(account['overdraft'])}" if Decimal(account["overdraft"]["amount"]) else ""
    print(f"balance   {money(account['balance'])}{overdraft}")


def explanation_text(explanation: Json, destination: str) -> str:
    """Why a call cost what it did: destination, price, seconds, kind."""
    parts = []
    if explanation.get("prefix"):
        parts.append(f"{destination or 'destination'} (prefix {explanation['prefix']}, card {explanation['card']})")
        parts.append(f"{money(explanation['perMinute'])} a minute")
    if Decimal(explanation.get("connectionFee", {}).get("amount", 0)):
        parts.append(f"connection fee {money(explanation['connectionFee'])}")
    parts.append(f"{explanation.get('billedSeconds', 0)} s billed")
    parts += [f"{explanation['freeSeconds']} s free"] if explanation.get("freeSeconds") else []
    parts += [str(explanation[name]) for name in ("callKind", "pool") if explanation.get(name)]
    return ", ".join([*parts, *explanation.get("flags", [])])


def money(shown: Json) -> str:
    """`0.024 USD`: without the zeros that say nothing, and with two places at least."""
    whole, _, places = shown["amount"].partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')} {shown['currency']}"
