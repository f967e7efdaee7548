"""The number of storage calls of a message, concurrent and in total, is bounded for any content (R24)."""

import json
import uuid
from collections import Counter

import pytest

from shared.ports import UnavailableError
from shared.posting.journal.keys import PAGE
from shared.use_cases.usage.record_items import EVENTS_AT_ONCE
from tests.fakes.world import ACCOUNT
from tests.tenant import call, report

FULL = 64 * 1024
"""The maximum size of a message in bytes."""


class Counted:
    """Counts the storage calls of every table, and the maximum number of concurrent ones."""

    def __init__(self, world):
        self.calls: Counter[str] = Counter()
        self.most = self._now = 0
        for name in ("ledger", "alarms", "suspense", "accounts"):
            table = getattr(world, name)
            for verb in ("get", "range", "transact"):
                setattr(table, verb, self._counted(verb, getattr(table, verb)))

    def _counted(self, verb, call):
        async def counted(*arguments):
            self.calls[verb] += 1
            self._now += 1
            self.most = max(self.most, self._now)
            try:
                return await call(*arguments)
            finally:
                self._now -= 1

        return counted


def filled(make):
    """A message with the maximum number of elements."""
    elements: list[str] = []
    size = 2
    for number in range(FULL):
        text = json.dumps(make(number), separators=(",", ":"))
        size += len(text) + 1
        if size > FULL:
            return elements
        elements.append(text)
    raise AssertionError("never full")


def message(elements):
    return f"[{','.join(elements)}]".encode()


def unknown_account(number):
    return str(uuid.UUID(int=number + 1))


FILLINGS = {
    "good calls": (lambda number: call(f"c{number}"), 2),
    "calls with a bad field": (lambda number: call(f"c{number}", direction="up"), 4),
    "calls of one unknown account": (lambda number: call(f"c{number}", account=unknown_account(0)), 4),
    "calls each of another unknown account": (lambda number: call(f"c{number}", account=unknown_account(number)), 5),
    "one call again and again": (lambda _number: call("same"), 1),
    "conflicts with one call": (lambda number: call("same", seconds=number), 6),
    "small numbers": (lambda number: number + 1_000, 0.1),
    "one small number": (lambda _number: 1, 0.1),
    "small objects": (lambda number: {"a": number}, 0.1),
    "events without an account": (lambda number: call(f"c{number}", account="nobody"), 0.1),
}


@pytest.mark.parametrize(("make", "each"), FILLINGS.values(), ids=FILLINGS)
@pytest.mark.usefixtures("tenant")
async def test_the_storage_calls_per_message_are_bounded_for_any_content(world, make, each):
    elements = filled(make)
    counted = Counted(world)
    await report(world, message(elements))
    assert counted.most <= EVENTS_AT_ONCE
    assert counted.calls.total() <= 20 + each * len(elements)


@pytest.mark.parametrize("make", [make for make, _ in FILLINGS.values()], ids=FILLINGS)
@pytest.mark.usefixtures("tenant")
async def test_the_storage_calls_of_a_repeated_message_are_bounded(world, make):
    elements = filled(make)
    await report(world, message(elements))
    counted = Counted(world)
    await report(world, message(elements))
    assert counted.most <= EVENTS_AT_ONCE
    assert counted.calls.total() <= 20 + 3 * len(elements)


def pages(world):
    return [key for key in world.ledger.partitions[ACCOUNT] if key.startswith(PAGE)]


async def test_a_message_full_of_valid_calls_is_written_in_full_commits(world, tenant):
    elements = filled(lambda number: call(f"c{number}"))
    await tenant.grant("1000")
    before = len(pages(world))
    await report(world, message(elements))
    assert len(pages(world)) - before <= len(elements) // 90 + 2
    assert len(await tenant.booked("debit")) == len(elements)


async def test_an_outage_of_one_account_does_not_prevent_bookings_of_others(world, tenant):
    async def away(_verb, partition, _what):
        if partition == unknown_account(7):
            raise UnavailableError("one storage account is away")

    world.ledger.before = away
    with pytest.raises(UnavailableError):
        await report(world, [call("a"), call("b", account=unknown_account(7)), 7, call("c")])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    assert await tenant.reasons() == ["not_cloudevents"]
