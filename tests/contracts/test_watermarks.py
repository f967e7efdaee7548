"""The contract of the port `Watermarks`, on a table: a watermark never moves back."""

from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.storage.watermark_tables import WatermarkTables
from shared.ports import CallLog, OutcomeUnknownError, RowChangedError, UnavailableError
from tests.contracts.tables import STORES
from tests.fakes.world import ACCOUNT, START
from tests.tenant import OTHER

pytestmark = pytest.mark.parametrize("table", STORES, indirect=True)


PSTN, DIRECT = CallLog.PSTN, CallLog.DIRECT_ROUTING


@pytest.fixture
def watermarks(table):
    return WatermarkTables(table)


async def test_a_log_that_was_never_read_has_none(watermarks):
    assert await watermarks.reached(ACCOUNT, PSTN) is None


async def test_each_tenant_and_log_has_its_own(watermarks):
    for tenant, log, hours in ((ACCOUNT, PSTN, 1), (ACCOUNT, DIRECT, 2), (OTHER, PSTN, 3)):
        await watermarks.advance(tenant, log, START + timedelta(hours=hours))
    assert await watermarks.reached(ACCOUNT, PSTN) == START + timedelta(hours=1)
    assert await watermarks.reached(ACCOUNT, DIRECT) == START + timedelta(hours=2)
    assert await watermarks.reached(OTHER, PSTN) == START + timedelta(hours=3)


async def test_it_moves_forward_and_never_back(watermarks):
    for hours in (1, 5, 3):
        await watermarks.advance(ACCOUNT, PSTN, START + timedelta(hours=hours, microseconds=1))
    assert await watermarks.reached(ACCOUNT, PSTN) == START + timedelta(hours=5, microseconds=1)


class Contended:
    """Part of a table whose rows change between a read and the write, the first *times* times."""

    def __init__(self, table, failure, times) -> None:
        self._table, self._failure, self._left = table, failure, times
        self.get = table.get

    async def transact(self, partition, writes):
        if self._left:
            self._left -= 1
            raise self._failure
        return await self._table.transact(partition, writes)


async def test_a_lost_race_is_decided_again(table):
    contended: Any = Contended(table, RowChangedError(0, "other"), 2)
    await WatermarkTables(contended).advance(ACCOUNT, PSTN, START)
    assert await WatermarkTables(table).reached(ACCOUNT, PSTN) == START


@pytest.mark.parametrize("failure", [RowChangedError(0, "other"), OutcomeUnknownError("no answer")])
async def test_what_is_not_known_to_be_stored_is_an_outage(table, failure):
    contended: Any = Contended(table, failure, 99)
    with pytest.raises(UnavailableError):
        await WatermarkTables(contended).advance(ACCOUNT, PSTN, START)
