"""One process that writes a report of many calls into blob storage, and tells how much memory it took.

The records come from a generator in place of their table; everything after it is the service's own code, and the file
is written to the storage by its client.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.clock import SystemClock
from shared.adapters.storage.report_blobs import CONTAINER, ReportBlobs
from shared.adapters.storage.usage_blobs import BLOCKS
from shared.kernel.ids import AccountId, digest
from shared.ports import StoredCall
from shared.service.services import ReportStores
from shared.use_cases.reports.report_file import Wanted, write_file
from tests.fakes.world import ACCOUNT, START, World
from tests.tenant import Tenant

VERSION = "2025-11-05"
MEBIBYTE = 1024 * 1024
PRICE = 40_000
"""Micro-units of each call."""


class ManyCalls:
    """Records of *count* calls, made when they are asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def calls(
        self, _account: AccountId, _first: datetime, _end: datetime, after: str = "", **_order: bool
    ) -> AsyncIterator[StoredCall]:
        """The calls after the name *after*."""
        for number in range(int(after.rpartition("-")[2], 16) + 1 if after else 0, self._count):
            yield _call(number)


def _call(number: int) -> StoredCall:
    started_at = START + timedelta(seconds=number % 86_400)
    explanation: Mapping[str, Any] = {
        "card": "default",
        "prefix": "44207",
        "destination": "United Kingdom, London",
        "perMinute": 20_000,
        "connectionFee": 0,
        "seconds": 60 + number % 61,
        "billedSeconds": 120,
        "freeSeconds": 0,
        "callKind": "international",
    }
    facts: Mapping[str, Any] = {
        "event": ["urn:example:sbc-1", digest(str(number))[:32]],
        "direction": "out",
        "service": "user",
        "user": digest(f"user {number % 5_000}")[:32],
        "capability": "MCOPSTN1",
        "amount": PRICE,
        "explanation": explanation,
    }
    numbers = {"calling": f"+1425{number % 10_000_000:07d}", "called": f"+44207{number % 10_000_000:07d}"}
    return StoredCall(f"{started_at:%Y%m%d%H%M%S%f}-{number:012x}", started_at, facts, numbers)


async def write(connection: str, count: int, form: str) -> dict[str, object]:
    """Write the file, and return its link, the seconds that it took and the most memory of this process."""
    world = World()
    await world.publish()
    await Tenant(world).open()
    async with BlobServiceClient.from_connection_string(connection, api_version=VERSION, **BLOCKS) as service:
        if not await service.get_container_client(CONTAINER).exists():
            await service.create_container(CONTAINER)
        files = ReportBlobs(lambda: service, SystemClock())
        stores = ReportStores(ManyCalls(count), world.usage, files, SystemClock().now)  # type: ignore[arg-type]  # only what is read
        wanted = Wanted(AccountId(ACCOUNT), "calls", form, {}, {})
        began = time.monotonic()
        await write_file(replace(world.services, reports=stores), wanted)
        seconds = time.monotonic() - began
        link = await files.link(wanted.file, SystemClock().now() + timedelta(hours=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBIBYTE
    return {"link": link, "seconds": round(seconds, 1), "mebibytes": round(peak, 1)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(write(sys.argv[1], int(sys.argv[2]), sys.argv[3]))))
