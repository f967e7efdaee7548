"""Suspense: listed, shown, replayed, accepted, dismissed, by the service's own use cases and view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operations.plural import count_of
from operations.progress import progress
from operations.requests import all_items, request, value_of
from operations.result import Code, Result
from shared.service.services import Services
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.use_cases.suspense.dismiss_suspended import dismiss_suspended
from shared.use_cases.suspense.replay_suspended import UNBOOKED, find_suspended, replay_suspended
from shared.views.suspense import list_suspense, suspended_json

COLUMNS = ("id", "state", "reason", "received", "account", "event", "detail")


@dataclass(frozen=True, slots=True)
class SuspenseFilter:
    """Items in *state*, and of one reason or account where these are given."""

    state: str
    reason: str | None
    account: str | None

    def includes(self, item: dict[str, Any]) -> bool:
        """Whether *item* passes the filter."""
        return self.reason in {None, item["reason"]} and self.account in {None, item["account"]}


async def list_suspended(services: Services, wanted: SuspenseFilter) -> Result:
    """The items without their messages, which have phone numbers: lists are copied and sent around."""
    found = [_without_message(item) for item in await _items(services, wanted)]
    return Result(found, count_of(len(found), "item"), COLUMNS, [_row(item) for item in found])


async def show_item(services: Services, name: str) -> Result:
    """One item, complete."""
    item = suspended_json(await find_suspended(services, name))
    event = item["event"]
    shown = {**item, "event": f"{event['source']} {event['id']}" if isinstance(event, dict) else ""}
    rows = [(field, str(value)) for field, value in shown.items() if field != "message"]
    return Result(item, str(item["message"]), ("field", "value"), rows)


async def replay_all(services: Services, wanted: SuspenseFilter) -> Result:
    """The items that pass the filter, each after its replay."""
    return await replay_named(services, [item["id"] for item in await _items(services, wanted)])


async def replay_named(services: Services, names: Sequence[str]) -> Result:
    """Each item after its replay; the exit code says whether one is still open."""
    done: list[dict[str, Any]] = []
    with progress("replaying") as step:
        for number, name in enumerate(names, 1):
            done.append(_without_message(await value_of(services, replay_suspended, request({"item": name}))))
            step(number, len(names))
    left = sum(item["state"] in UNBOOKED for item in done)
    summary = f"{len(done) - left} replayed, {left} still open{_read_again(done)}"
    unbooked = left or any(item["replay"]["suspended"] for item in done if "replay" in item)
    return Result(done, summary, COLUMNS, [_row(item) for item in done], Code.FOUND if unbooked else Code.FINE)


def _read_again(done: Sequence[dict[str, Any]]) -> str:
    """What became of the events in messages that were read again; empty where there were none."""
    counted = [item["replay"] for item in done if item.get("replay", {}).get("read")]
    if not counted:
        return ""
    booked, known, suspended = (sum(each[name] for each in counted) for name in ("booked", "duplicate", "suspended"))
    return (
        f"; in messages read again: {count_of(booked, 'event')} booked, {known} known before,"
        f" {suspended} now in suspense by themselves"
    )


async def accept_item(services: Services, name: str) -> Result:
    """The item of a conflict that is now booked as a correction."""
    item = _without_message(await value_of(services, accept_conflict, request({"item": name})))
    return Result(item, f"{item['id']} is {item['state']}")


async def dismiss_item(services: Services, name: str, because: str) -> Result:
    """The item that is now set aside."""
    options = request({"item": name}, body={"reason": because})
    item = _without_message(await value_of(services, dismiss_suspended, options))
    return Result(item, f"{item['id']} is {item['state']}: {item['detail']}")


async def _items(services: Services, wanted: SuspenseFilter) -> list[dict[str, Any]]:
    options = request({}, query={"state": wanted.state})
    return [item async for item in all_items(services, list_suspense, options) if wanted.includes(item)]


def _without_message(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "message"}


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    event = f"{item['event']['source']} {item['event']['id']}" if item["event"] else ""
    received, account = item["receivedAt"], item["account"] or ""
    return item["id"], item["state"], item["reason"], received, account, event, item["detail"]
