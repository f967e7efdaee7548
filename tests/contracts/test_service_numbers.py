"""The contract of the port `ServiceNumbers`, for the fake and for the tables."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.adapters.storage.service_number_tables import ServiceNumberTables
from shared.ports import Taken
from shared.rating.service_numbers import NumberKind, NumberUse
from tests.fakes.service_numbers import FakeServiceNumbers
from tests.fakes.table import FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.tenant import OTHER

TOLL_FREE, TOLL = NumberKind.TOLL_FREE, NumberKind.TOLL
QUEUE, CONFERENCE = NumberUse.CALL_QUEUE, NumberUse.CONFERENCE
FIRST, SECOND, THIRD = "18005550101", "18005550102", "18005550103"
HOUR = timedelta(hours=1)


@pytest.fixture(params=["fake", "tables", "azurite"])
async def register(request):
    if request.param == "fake":
        yield FakeServiceNumbers()
    elif request.param == "tables":
        yield ServiceNumberTables(FakeTable(), time.monotonic)
    else:
        async with table_service(request.getfixturevalue("azurite")) as service:
            table = await service.create_table(f"ServiceNumbers{uuid4().hex}")
            async with table:
                yield ServiceNumberTables(AzureTable(table), time.monotonic)


async def added(register, digits=FIRST, *, account=ACCOUNT, kind=TOLL_FREE, use=QUEUE, at=START):
    return await register.register(account, digits, kind, use, at)


async def listed(register, account=ACCOUNT, **options):
    return [number async for number in register.numbers(account, **options)]


async def owner(register, at, digits=FIRST):
    found = [await register.owner(digits, at), await register.owner_uncached(digits, at)]
    assert found[0] == found[1]
    return (found[0].account, found[0].kind, found[0].use) if found[0] else None


async def test_an_unregistered_number_has_no_owner(register):
    assert await owner(register, START) is None
    assert await listed(register) == []


async def test_a_registered_number_has_its_account_kind_and_use(register):
    number = await added(register)
    assert (number.digits, number.kind, number.use, number.registered_at) == (FIRST, TOLL_FREE, QUEUE, START)
    assert await owner(register, START) == (ACCOUNT, TOLL_FREE, QUEUE)
    assert await owner(register, START - HOUR) == (ACCOUNT, TOLL_FREE, QUEUE)
    assert await owner(register, START, SECOND) is None
    assert await listed(register) == [number]


async def test_registering_again_with_the_same_content_returns_what_is_registered(register):
    number = await added(register)
    assert await added(register, at=START + HOUR) == number
    assert await listed(register) == [number]


@pytest.mark.parametrize("other", [{"kind": TOLL}, {"use": CONFERENCE}])
async def test_registering_again_with_other_content_is_refused(register, other):
    number = await added(register)
    assert await added(register, **other) == Taken(ACCOUNT)
    assert await listed(register) == [number]


async def test_one_account_has_a_number_at_a_time(register):
    await added(register)
    assert await added(register, account=OTHER) == Taken(ACCOUNT)
    assert await listed(register, OTHER) == []
    assert await owner(register, START) == (ACCOUNT, TOLL_FREE, QUEUE)


async def test_of_accounts_that_register_a_number_at_once_one_succeeds(register):
    accounts = [ACCOUNT, OTHER] * 3
    answers = await asyncio.gather(*(added(register, account=account) for account in accounts))
    winner = (await owner(register, START))[0]
    assert [isinstance(answer, Taken) for answer in answers] == [account != winner for account in accounts]
    assert [len(await listed(register, account)) for account in (ACCOUNT, OTHER)] == [
        winner == ACCOUNT,
        winner == OTHER,
    ]
    assert len({answer.id for answer in answers if not isinstance(answer, Taken)}) == 1


async def test_a_released_number_is_free_and_earlier_calls_keep_their_payer(register):
    number = await added(register)
    assert await register.release(ACCOUNT, number.id, START + HOUR) == START + HOUR
    assert await listed(register) == []
    again = await added(register, account=OTHER, kind=TOLL, at=START + 2 * HOUR)
    assert await listed(register, OTHER) == [again]
    assert await owner(register, START + timedelta(minutes=59)) == (ACCOUNT, TOLL_FREE, QUEUE)
    assert await owner(register, START + HOUR) is None
    assert await owner(register, START + 2 * HOUR) == (OTHER, TOLL, QUEUE)


async def test_releasing_again_changes_nothing(register):
    number = await added(register)
    for after in (HOUR, 2 * HOUR, 3 * HOUR):
        assert await register.release(ACCOUNT, number.id, START + after) == START + HOUR
        if after == HOUR:
            again = await added(register, at=START + HOUR)
    assert again.id != number.id
    assert await listed(register) == [again]


async def test_only_the_account_itself_releases_its_number(register):
    number = await added(register)
    assert await register.release(OTHER, number.id, START) is None
    assert await register.release(ACCOUNT, f"{number.id[:-16]}0123456789abcdef", START) is None
    assert await listed(register) == [number]


async def test_a_number_may_be_released_and_registered_at_the_same_instant(register):
    names = []
    for _ in range(3):
        number = await added(register)
        names.append(number.id)
        await register.release(ACCOUNT, number.id, START)
    assert len(set(names)) == 3
    assert await listed(register) == []


async def test_numbers_are_listed_in_the_order_of_registration_from_any_place(register):
    numbers = [await added(register, each, at=START + n * HOUR) for n, each in enumerate((THIRD, FIRST, SECOND))]
    await added(register, "18005550104", account=OTHER)
    assert await listed(register) == numbers
    assert await listed(register, newest_first=True) == numbers[::-1]
    assert await listed(register, after=numbers[0].id) == numbers[1:]
    assert await listed(register, after=numbers[2].id, newest_first=True) == numbers[1::-1]
    await register.release(ACCOUNT, numbers[0].id, START + HOUR)
    assert await listed(register, after=numbers[0].id) == numbers[1:]
