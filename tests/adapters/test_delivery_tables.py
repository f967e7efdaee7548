"""The `Deliveries` port on a table: records, delivery reports, addresses that cannot be reached."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.adapters.storage.delivery_tables import DeliveryTables
from shared.kernel.ids import AccountId
from shared.ports import Delivery, DeliveryState, OutcomeUnknownError, UnavailableError
from tests.fakes.table import FakeTable

CONTOSO, FABRIKAM = (AccountId(f"5f0c1f9e-0000-4000-8000-00000000000{number}") for number in (1, 2))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN, BOB = "ann@contoso.example", "bob@contoso.example"


def record(name="a", **facts):
    return Delivery(
        **{"id": name, "kind": "balanceZero", "at": NOON, "language": "ja", "readers": "r", "recipients": 2, **facts}
    )


@pytest.fixture
def table():
    return FakeTable()


@pytest.fixture
def deliveries(table):
    return DeliveryTables(table)


async def test_a_record_is_read_as_it_was_written(deliveries):
    whole = record(notice="{}", claimed_until=NOON, state=DeliveryState.SENT, delivered=1, undelivered=1)
    assert await deliveries.put(CONTOSO, [whole])
    found = await deliveries.get(CONTOSO, "a")
    assert replace(found, etag="") == whole
    assert await deliveries.get(FABRIKAM, "a") is None


async def test_of_two_writers_one_wins_and_a_group_is_written_whole(deliveries):
    await deliveries.put(CONTOSO, [record("a"), record("b")])
    first, second = [[await deliveries.get(CONTOSO, name) for name in "ab"] for _ in range(2)]
    assert await deliveries.put(CONTOSO, [replace(first[0], recipients=3)])
    assert not await deliveries.put(CONTOSO, [replace(each, recipients=4) for each in reversed(second)])
    assert [(await deliveries.get(CONTOSO, name)).recipients for name in "ab"] == [3, 2]
    assert not await deliveries.put(CONTOSO, [record("a")])


async def test_records_that_wait_together_are_those_of_the_same_readers(deliveries):
    await deliveries.put(
        CONTOSO, [record("c", notice="3"), record("a", notice="1"), record("b"), record("d", readers="s", notice="4")]
    )
    assert [each.id for each in await deliveries.throttled(CONTOSO, "r")] == ["a", "c"]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_hold_every_record_once(deliveries, newest_first):
    await deliveries.put(CONTOSO, [record(f"{number:02d}") for number in range(7)])
    found, after = [], ""
    while page := await deliveries.page(CONTOSO, after, 3, newest_first=newest_first):
        found += [each.id for each in page]
        after = found[-1]
    assert found == sorted((f"{number:02d}" for number in range(7)), reverse=newest_first)


async def test_reports_count_once_for_each_reader(deliveries):
    message = uuid4()
    await deliveries.put(CONTOSO, [record("a"), record("b")])
    await deliveries.expect(message, CONTOSO, ["a", "b"], [ANN, BOB])
    await deliveries.expect(message, CONTOSO, ["a", "b"], [ANN, BOB])
    for address in (ANN, ANN.upper(), ANN):
        assert await deliveries.report(message, address, is_delivered=True) == CONTOSO
    assert {(await deliveries.get(CONTOSO, name)).state for name in "ab"} == {DeliveryState.SENT}
    await deliveries.report(message, BOB, is_delivered=True)
    assert {(await deliveries.get(CONTOSO, name)).state for name in "ab"} == {DeliveryState.DELIVERED}


async def test_a_repeated_expectation_forgets_no_report(deliveries):
    message = uuid4()
    await deliveries.put(CONTOSO, [record("a", recipients=1)])
    await deliveries.expect(message, CONTOSO, ["a"], [ANN])
    await deliveries.report(message, ANN, is_delivered=False)
    await deliveries.expect(message, CONTOSO, ["a"], [ANN])
    await deliveries.report(message, ANN, is_delivered=False)
    found = await deliveries.get(CONTOSO, "a")
    assert (found.state, found.undelivered) == (DeliveryState.FAILED, 1)


async def test_a_strange_message_or_address_is_not_ours(deliveries):
    message = uuid4()
    await deliveries.expect(message, CONTOSO, ["a"], [ANN])
    assert await deliveries.report(uuid4(), ANN, is_delivered=True) is None
    assert await deliveries.report(message, BOB, is_delivered=True) is None


async def test_an_address_is_suppressed_for_one_account_and_version_of_its_list(deliveries):
    await deliveries.suppress(CONTOSO, ANN, 3)
    assert await deliveries.suppressed(CONTOSO, [ANN, BOB], 3) == {ANN}
    assert await deliveries.suppressed(CONTOSO, ["Ann@Contoso.example"], 3) == {"Ann@Contoso.example"}
    assert await deliveries.suppressed(CONTOSO, [ANN], 4) == set()
    assert await deliveries.suppressed(FABRIKAM, [ANN], 3) == set()


async def test_an_unknown_outcome_is_an_outage(deliveries, table, monkeypatch):
    async def lost(_partition, _writes):
        raise OutcomeUnknownError("no answer")

    monkeypatch.setattr(table, "transact", lost)
    with pytest.raises(UnavailableError):
        await deliveries.put(CONTOSO, [record()])
