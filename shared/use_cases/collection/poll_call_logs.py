"""The poller of Microsoft Graph: rows of call logs are put on the queue `usage` (R10, R24, CONTRACT 6).

Each run reads again what the last runs have read, because rows appear 24 to 48 hours after their call; the ledger
recognises those that it has. A watermark moves only when every row before it is on the queue.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from shared.kernel.ids import AccountId
from shared.ports import CallLog, UnavailableError
from shared.service.collection import PolledLogs
from shared.service.services import Services
from shared.telemetry.instruments import CALL_LOG_AGE, CALL_LOG_RUNS
from shared.use_cases.collection.poll_windows import Window, is_beyond_reach, windows
from shared.use_cases.collection.records_event import QUEUE, RECORD_BYTES_MAX, Origin, messages, record_text
from shared.use_cases.usage.bounded_concurrency import for_each
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.suspend import suspend_nameless

log = logging.getLogger(__name__)

SOURCE = "urn:credits:collector:graph"

TOO_LONG = Unbookable(Reason.UNREADABLE, f"a row of more than {RECORD_BYTES_MAX} bytes")

LOGS_AT_ONCE = 4
"""Microsoft limits requests by tenant and by application; a few at a time are enough for any number of tenants."""


async def poll_call_logs(services: Services) -> None:
    """Read every log of every tenant. One that fails does not stop the others; the next run continues where it was."""
    polled = services.collection.logs
    if polled is None:
        return
    names = [(tenant, name) for tenant in polled.tenants for name in CallLog]

    async def poll(which: tuple[AccountId, CallLog]) -> str:
        return await _poll(services, polled, *which)

    outcomes = await for_each(names, poll, LOGS_AT_ONCE)
    await _measure(services, polled)
    _report(names, outcomes)


async def _poll(services: Services, polled: PolledLogs, tenant: AccountId, name: CallLog) -> str:
    """Read one log up to now, and return the outcome for the metric. A tenant's log is not begun before it has an
    account: which calls count is decided by the account's `usageFrom`.
    """
    now = services.clock.now()
    reached = await polled.watermarks.reached(tenant, name)
    terms = await services.terms(tenant)
    if reached is None and terms is None:
        return "no_account"
    since = terms.usage_from if terms else now - polled.overlap
    if is_beyond_reach(reached, now):
        CALL_LOG_RUNS.add(1, {"kind": name.value, "outcome": "gap"})
        log.error("the log %s of tenant %s was last read at %s: older rows are out of reach", name, tenant, reached)
    for window in windows(reached, since, now, polled.overlap):
        await _forward(services, polled, tenant, name, window)
        await polled.watermarks.advance(tenant, name, window.end)
    return "read"


async def _forward(services: Services, polled: PolledLogs, tenant: AccountId, name: CallLog, window: Window) -> None:
    origin = Origin(SOURCE, name.value, account=tenant)
    async for rows in polled.logs.pages(tenant, name, window.start, window.end):
        records = [record_text(row) for row in rows]
        for text in messages(origin, [record for record in records if len(record) <= RECORD_BYTES_MAX]):
            await services.queues.send(QUEUE, text)
        await suspend_nameless(
            services, [Nameless(record.encode(), TOO_LONG) for record in records if len(record) > RECORD_BYTES_MAX]
        )


async def _measure(services: Services, polled: PolledLogs) -> None:
    """Record for each log how far behind the tenant is that was read least far. A tenant without an account is not."""
    now = services.clock.now()

    async def reached(tenant: AccountId, name: CallLog) -> datetime | None:
        terms = await services.terms(tenant)
        return await polled.watermarks.reached(tenant, name) or (terms.usage_from if terms else None)

    for name in CallLog:
        found = await for_each(polled.tenants, partial(reached, name=name), LOGS_AT_ONCE)
        ages = [(now - instant).total_seconds() for instant in found if isinstance(instant, datetime)]
        if ages:
            CALL_LOG_AGE.set(max(ages), {"kind": name.value})


def _report(names: Sequence[tuple[AccountId, CallLog]], outcomes: Sequence[str | Exception]) -> None:
    """Count the runs. A bug is raised after all others are done; an outage is only told: the next run comes soon."""
    for (tenant, name), outcome in zip(names, outcomes, strict=True):
        CALL_LOG_RUNS.add(1, {"kind": name.value, "outcome": outcome if isinstance(outcome, str) else "failed"})
        if isinstance(outcome, Exception):
            log.warning("the log %s of tenant %s was not read to its end: %s", name, tenant, outcome)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, UnavailableError):
            raise outcome
