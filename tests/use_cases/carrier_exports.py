"""Exports that an operator sends to be compared, and the answers."""

import io
import json
from typing import Any

import openpyxl

from shared.use_cases.reconciliation.take_export import show_dispute_sheet, show_reconciliation, take_export
from tests.fakes.world import World
from tests.tenant import BOSTON, Tenant, call, report
from tests.use_cases.sending_files import by_operator

MARCH = {"format": "cloudevents", "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}


async def book_two_calls(world: World, tenant: Tenant) -> Tenant:
    """Two calls of 60 seconds, to London and to Boston, are debited."""
    await tenant.grant("100")
    await report(world, call("a", 60), call("b", 60, called=BOSTON))
    await world.drain()
    return tenant


async def send(tenant: Tenant, *records: object, **query: str) -> str:
    """Send an export; its id."""
    reply = await take_export(tenant.world.services, by_operator(json.dumps(records), MARCH | query))
    shown: Any = reply.value
    assert (reply.status, shown["state"]) == (202, "waiting")
    assert reply.headers["Location"] == f"/api/v1/accounts/{tenant.account}/reconciliations/{shown['id']}"
    return str(shown["id"])


async def read(tenant: Tenant, name: str, **query: str) -> Any:
    return (await tenant.request(show_reconciliation, query=query, reconciliation=name)).value


async def sheet(tenant: Tenant, name: str) -> Any:
    return await tenant.request(show_dispute_sheet, reconciliation=name)


def lines(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))[1:]


def of_carrier(name: str, seconds: int = 60, **fields: Any) -> dict[str, Any]:
    return call(name, seconds, **fields) | {"source": "urn:carrier"}
