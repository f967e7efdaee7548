"""Suspense: seen, replayed, accepted, by the service's own verbs and view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operations.progress import progress
from operations.requests import every, request, value_of
from operations.result import Code, Result
from shared.service.services import Services
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.use_cases.suspense.dismiss_suspended import dismiss_suspended
from shared.use_cases.suspense.replay_suspended import UNBOOKED, find_suspended, replay_suspended
from shared.views.suspense import list_suspense, suspended_json

COLUMNS = ("id", "state", "reason", "received", "account", "event", "detail")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which items: in *state*, and of one reason or account where that is said."""

    state: str
    reason: str | None
    account: str | None

    def fits(self, item: dict[str, Any]) -> bool:
        """Whether *item* is one of them."""
        return self.reason in {None, item["reason"]} and self.account in {None, item["account"]}


async def list_suspended(services: Services, sought: Sought) -> Result:
    """Without the messages: they hold numbers, and a list is soon copied somewhere."""
    found = [_without_message(item) for item in await _found(services, sought)]
    return Result(found, f"{len(found)} items", COLUMNS, [_row(item) for item in found])


async def show_item(services: Services, name: str) -> Result:
    """One item whole."""
    item = suspended_json(await find_suspended(services, name))
    rows = [(field, str(value)) for field, value in item.items() if field != "message"]
    return Result(item, str(item["message"]), ("field", "value"), rows)


async def replay_all(services: Services, sought: Sought) -> Result:
    """Every item that fits."""
    return await replay_named(services, [item["id"] for item in await _found(services, sought)])


async def replay_named(services: Services, names: Sequence[str]) -> Result:
    """Each item as it then stands; one that is still open is found."""
    done: list[dict[str, Any]] = []
    with progress("replaying") as step:
        for number, name in enumerate(names, 1):
            done.append(_without_message(await value_of(services, replay_suspended, request({"item": name}))))
            step(number, len(names))
    left = sum(item["state"] in UNBOOKED for item in done)
    words = f"{len(done) - left} replayed, {left} still open{_read_again(done)}"
    unbooked = left or any(item["replay"]["suspended"] for item in done if "replay" in item)
    return Result(done, words, COLUMNS, [_row(item) for item in done], Code.FOUND if unbooked else Code.FINE)


def _read_again(done: Sequence[dict[str, Any]]) -> str:
    """What became of the events in bytes that were read again; nothing where there were none."""
    counted = [item["replay"] for item in done if item.get("replay", {}).get("read")]
    if not counted:
        return ""
    booked, known, kept = (sum(each[name] for each in counted) for name in ("booked", "duplicate", "suspended"))
    return f"; in bytes read again: {booked} events booked, {known} known before, {kept} now items of their own"


async def accept_item(services: Services, name: str) -> Result:
    """A conflict, booked as a correction."""
    item = _without_message(await value_of(services, accept_conflict, request({"item": name})))
    return Result(item, f"{item['id']} is {item['state']}")


async def dismiss_item(services: Services, name: str, because: str) -> Result:
    """An item that will not be booked."""
    options = request({"item": name}, body={"reason": because})
    item = _without_message(await value_of(services, dismiss_suspended, options))
    return Result(item, f"{item['id']} is {item['state']}: {item['detail']}")


async def _found(services: Services, sought: Sought) -> list[dict[str, Any]]:
    options = request({}, query={"state": sought.state})
    return [item async for item in every(services, list_suspense, options) if sought.fits(item)]


def _without_message(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "message"}


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    event = f"{item['event']['source']} {item['event']['id']}" if item["event"] else ""
    received, account = item["receivedAt"], item["account"] or ""
    return item["id"], item["state"], item["reason"], received, account, event, item["detail"]
